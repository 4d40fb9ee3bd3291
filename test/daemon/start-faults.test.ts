// What keeps the daemon from starting: one clear line on stderr, the exit code of sysexits(3), nothing left behind.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { expect, onTestFinished, test } from 'vitest';

import { petitbleu, ROOT, run, type Ran } from '../support/program.js';

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'petitbleu-start-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

function start(yaml: string, data?: string): Promise<Ran> {
  const home = folder();
  const config = path.join(home, 'petitbleu.yaml');
  writeFileSync(config, yaml);
  return petitbleu(['start', '--config', config, '--data', data ?? path.join(home, 'data')], { cwd: home });
}

function expectFault(ran: Ran, code: number, says: RegExp): void {
  expect(ran, ran.stderr).toMatchObject({ code });
  const lines = ran.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(says);
}

/** In a process of its own that has as many files open as it may. */
const WITHOUT_FILES = `
  import { openSync } from 'node:fs';
  import { openReader, openWriter } from '${pathToFileURL(ROOT).href}/dist/store/sqlite.js';
  const [file] = process.argv.slice(1);
  openWriter(file, 'key').close();
  try { for (;;) openSync('/dev/null'); } catch {}
  try { openReader(file); } catch (fault) { process.stdout.write(fault.rejection?.reason ?? String(fault)); }
`;

test('no more files may be open: told as such, not as a busy store', async () => {
  const file = path.join(folder(), 'test.db');
  const words = [
    '-c',
    'ulimit -n 256; exec "$@"',
    '--',
    process.execPath,
    '--input-type=module',
    '-e',
    WITHOUT_FILES,
    file,
  ];
  expect(await run('bash', words)).toMatchObject({ stdout: 'too-many-files' });
});

test('a busy port: 71', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as { port: number };
  const ran = await start(`mail: { smtp: { listen: "127.0.0.1:${port}" } }`);
  expectFault(ran, 71, new RegExp(`127\\.0\\.0\\.1:${port}.*EADDRINUSE.*mail\\.smtp\\.listen`));
});

test('a data folder that cannot be made: 73', async () => {
  const file = path.join(folder(), 'file');
  writeFileSync(file, '');
  expectFault(await start('mail: { smtp: { listen: "127.0.0.1:0" } }', path.join(file, 'data')), 73, /data folder/);
});

test('a TLS file that is no certificate: 78', async () => {
  const file = path.join(folder(), 'not.pem');
  writeFileSync(file, 'not a certificate');
  const ran = await start(`mail: { smtp: { listen: "127.0.0.1:0", tls: { key: '${file}', cert: '${file}' } } }`);
  expectFault(ran, 78, /^petitbleu: TLS: .*not\.pem/);
});

test('mistakes of the configuration are told all at once: 78', async () => {
  const ran = await start('mail: { smtp: { sise: 10, listen: nowhere } }\nstor: x\n');
  expect(ran.code).toBe(78);
  for (const key of ['mail.smtp.sise', 'mail.smtp.listen', 'stor']) expect(ran.stderr).toContain(key);
});
