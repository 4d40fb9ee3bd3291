// What a power cut leaves of the files of a real process, with the library preloaded into it. Needs `cc`.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { run } from '../../support/program.js';
import { temporaryFolder } from '../../support/store.js';
import { Random } from '../random.js';
import { shimEnvironment } from './shim.js';
import { cutPower, type CutVariant } from './undo.js';

const SCRIPT = `
import fs from 'node:fs';
const put = (name, text, sync, flags = 'w') => {
  const file = fs.openSync(name, flags);
  fs.writeSync(file, text);
  if (sync) fs.fsyncSync(file);
  return file;
};
put('synced', 'safe', true);
fs.writeSync(put('half', 'safe', true), ' and not');
fs.writeSync(fs.openSync('old', 'r+'), 'NEW', 1);
fs.ftruncateSync(fs.openSync('cut', 'r+'), 2);
put('unsynced', 'gone', false);
put('draft', 'moved', true);
fs.renameSync('draft', 'renamed');
fs.unlinkSync('removed');
put('draft-2', 'moved and synced', true);
fs.renameSync('draft-2', 'renamed-and-synced');
`;

async function cutAfterScript(variant: CutVariant, seed: string, more = '') {
  const folder = temporaryFolder();
  const under = path.join(folder, 'data');
  mkdirSync(under);
  for (const name of ['old', 'cut', 'removed']) writeFileSync(path.join(under, name), 'before');
  const files = { under, log: path.join(folder, 'log'), kept: path.join(folder, 'kept') };
  const script = SCRIPT.replace(/'([\w-]+)'(?=[,)])/g, (quoted, name: string) =>
    /^(w|r\+|node:fs|safe|gone|moved|NEW|r)$/.test(name) ? quoted : `'${under}/${name}'`,
  );
  const ran = await run(process.execPath, ['--input-type=module', '-'], {
    input: `${script}${more.replaceAll('UNDER', under)}\nprocess.kill(process.pid, 'SIGKILL');\n`,
    env: shimEnvironment(files),
  });
  expect(ran).toEqual({ code: null, stdout: '', stderr: '' });
  const report = cutPower(files, variant, new Random(seed));
  const read = (name: string): string => readFileSync(path.join(under, name), 'utf8');
  return { under, report, read };
}

test('nothing that was not synced is left', async () => {
  const { under, report, read } = await cutAfterScript('nothing-unsynced', 'a');
  expect(Object.fromEntries(readdirSync(under).map((name) => [name, read(name)]))).toEqual({
    ...{ synced: 'safe', half: 'safe', old: 'before', cut: 'before', removed: 'before' },
    ...{ draft: 'moved', 'draft-2': 'moved and synced' },
  });
  expect(report.unsafeWrites).toBeGreaterThan(0);
});

test('a folder that is synced keeps the names in it', async () => {
  const { under, read } = await cutAfterScript('nothing-unsynced', 'a', "fs.fsyncSync(fs.openSync('UNDER', 'r'));");
  expect(read('renamed')).toBe('moved');
  expect(read('renamed-and-synced')).toBe('moved and synced');
  expect(existsSync(path.join(under, 'removed'))).toBe(false);
  expect(existsSync(path.join(under, 'draft'))).toBe(false);
  // The name is there; of its text nothing was synced.
  expect(read('unsynced')).toBe('');
});

test('some of what was not synced may be left, and what was synced always is', async () => {
  const seen = new Set<string>();
  for (const seed of ['a', 'b', 'c', 'd', 'e', 'f']) {
    const { read } = await cutAfterScript('some-unsynced', seed);
    expect(read('synced')).toBe('safe');
    expect(read('half').startsWith('safe')).toBe(true);
    seen.add(read('half'));
  }
  expect(seen).toEqual(new Set(['safe', 'safe and not']));
});
