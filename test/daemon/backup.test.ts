// Backup and restore with the built program: a copy while mails stream in, a restore that sends nothing twice, and files that
// nothing is restored from.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';

import { seal } from '../../src/cli/backup-file.js';
import { SCHEMA_VERSION } from '../../src/store/migrate.js';
import { sendMail } from '../support/daemon.js';
import { eventually } from '../support/eventually.js';
import { startLoad } from '../support/load.js';
import { cleanEnvironment, jsonLines, PROGRAM, run } from '../support/program.js';
import { configuration, startForTest, startWithAccount, TO_ONE, TO_SUBJECT } from './account.js';

interface Made {
  readonly messages: number;
  readonly bytes: number;
  readonly faults: readonly string[];
}

interface Restored {
  readonly inDoubt: number;
  readonly scheduled: number;
  readonly queued: number;
  readonly keptAs: string | null;
}

const isRoot = process.getuid?.() === 0;
const SLOW = 'carriers: {simulator: {window: 2, latencyMs: 300, receiptDelayMs: 0}}';
const FAST = 'carriers: {simulator: {window: 50, latencyMs: 0, receiptDelayMs: 0}}';

/** As the subject of a mail has it. */
function noonIn(days: number): string {
  const [year, month, day] = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10).split('-');
  return ['1200', day, month, year].join('');
}

/** Removed when the test ends. */
function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'petitbleu-backup-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

test('a backup under load holds every mail acknowledged before it, and a restore sends none of them again', async () => {
  const daemon = await startWithAccount(SLOW);
  const file = path.join(folder(), 'all.backup');
  const load = startLoad(daemon.port, 20, TO_ONE);
  await eventually('mails flow, and some have left', () => load.acknowledged.length >= 100 && daemon.phone.length >= 4);
  const before = [...load.acknowledged];
  const [made] = jsonLines<Made>(await daemon.must('backup', file, '--json'));
  // It went on meanwhile.
  const during = load.acknowledged.length;
  await eventually('mails flow on', () => load.acknowledged.length > during);
  expect(load.errors).toEqual([]);
  expect(made).toMatchObject({ faults: [] });
  expect(made?.messages).toBeGreaterThanOrEqual(before.length);
  expect(readdirSync(path.dirname(file))).toEqual(['all.backup']);
  daemon.signal('SIGKILL');
  await daemon.ended;
  await load.ended;

  // On another machine.
  const elsewhere = await startForTest({ yaml: configuration(FAST) });
  expect(await elsewhere.run('restore', file)).toMatchObject({ code: 75, stdout: '' });
  await elsewhere.stop();
  const [restored] = jsonLines<Restored>(await elsewhere.must('restore', file, '--json'));
  expect(restored).toMatchObject({
    queued: 0,
    scheduled: 0,
    keptAs: expect.stringContaining('before-restore') as string,
  });
  expect(restored?.inDoubt).toBeGreaterThan(0);
  await elsewhere.must('verify');
  const kept = (await elsewhere.messages()).map(({ text }) => text);
  expect(before.filter((text) => !kept.includes(text))).toEqual([]);

  const again = await startForTest({ folder: elsewhere.folder, yaml: configuration(FAST) });
  await sendMail(again.port, { ...TO_ONE, text: 'After the restore' });
  await eventually('the new one arrives', () => again.phone.length > 0);
  const waiting = async () =>
    (await again.messages()).some(({ state }) => state === 'queued' || state === 'submitting');
  await eventually('nothing waits', async () => !(await waiting()));
  expect(again.phone.map(({ text }) => text)).toEqual(['After the restore']);
  expect(readFileSync(path.join(again.folder, 'reply.key'), 'utf8')).toBe(
    readFileSync(path.join(daemon.folder, 'reply.key'), 'utf8'),
  );
  await again.must('verify');
});

test('what waits for a later hour leaves then; with --resend what was queued leaves once', async () => {
  const daemon = await startWithAccount('carriers: {simulator: {window: 1, latencyMs: 60000, receiptDelayMs: 0}}');
  await sendMail(daemon.port, { ...TO_SUBJECT, subject: '0684843551-0684843552-0684843553', text: 'Now' });
  await sendMail(daemon.port, { ...TO_SUBJECT, subject: `0684843554:${noonIn(3)}`, text: 'Later' });
  await eventually('one is with the carrier', async () =>
    (await daemon.messages()).some(({ state }) => state === 'submitting'),
  );
  await daemon.stop();
  const file = path.join(folder(), 'all.backup');
  await daemon.must('backup', file);
  const [held] = jsonLines<Restored>(await daemon.must('restore', file, '--json'));
  expect(held).toMatchObject({ inDoubt: 2, scheduled: 1, queued: 0 });
  const [free] = jsonLines<Restored>(await daemon.must('restore', file, '--resend', '--json'));
  expect(free).toMatchObject({ inDoubt: 0, scheduled: 1, queued: 2 });
  const again = await startForTest({ folder: daemon.folder, yaml: configuration(FAST) });
  await eventually('both leave', () => again.phone.length >= 2);
  const states = (await again.messages()).map(({ state }) => state);
  expect(states.filter((state) => state === 'unknown')).toHaveLength(1);
  expect(states.filter((state) => state === 'scheduled')).toHaveLength(1);
  await again.must('verify');
});

/** As a later version of this program would have made it. */
async function ofSchema(file: string, version: number): Promise<string> {
  const last = readFileSync(file, 'latin1').lastIndexOf('\nPetit Bleu backup');
  truncateSync(file, last);
  const database = new Database(file);
  database.pragma(`user_version = ${version}`);
  database.close();
  await seal(file);
  return file;
}

test('nothing is restored from a file that is cut short, changed, foreign, newer or wrong', async () => {
  const daemon = await startWithAccount();
  await daemon.stop();
  const place = folder();
  const good = path.join(place, 'good.backup');
  await daemon.must('backup', good);
  const copy = (name: string): string => {
    copyFileSync(good, path.join(place, name));
    return path.join(place, name);
  };
  const short = copy('short');
  truncateSync(short, 50_000);
  const changed = copy('changed');
  const bytes = readFileSync(changed);
  bytes[30_000] = (bytes[30_000] ?? 0) ^ 1;
  writeFileSync(changed, bytes);
  const foreign = path.join(place, 'foreign');
  new Database(foreign).exec('CREATE TABLE t (x)').close();
  const sealed = path.join(place, 'sealed');
  copyFileSync(foreign, sealed);
  await seal(sealed);
  const text = path.join(place, 'text');
  writeFileSync(text, 'Dear diary');
  const newer = await ofSchema(copy('newer'), SCHEMA_VERSION + 1);
  const before = readFileSync(path.join(daemon.folder, 'petitbleu.db'));
  const names = readdirSync(daemon.folder);
  for (const [file, why] of [
    [short, 'cut short'],
    [changed, 'damaged'],
    [foreign, 'no backup'],
    [sealed, 'no backup'],
    [text, 'no backup'],
    [newer, `a newer version of this program made it (schema ${SCHEMA_VERSION + 1}, this one knows ${SCHEMA_VERSION})`],
  ] as const) {
    const ran = await daemon.run('restore', file);
    expect(ran).toMatchObject({ code: 65, stdout: '' });
    expect(ran.stderr).toContain(why);
    expect(ran.stderr).toContain('nothing was changed');
  }
  expect(await daemon.run('restore', path.join(place, 'gone'))).toMatchObject({ code: 66 });
  expect(readFileSync(path.join(daemon.folder, 'petitbleu.db')).equals(before)).toBe(true);
  expect(readdirSync(daemon.folder)).toEqual(names);
});

/** A child that is stopped as soon as a file of that name begins to be there; gives the signal that ended it, or null. */
async function interrupted(words: readonly string[], place: string, name: RegExp): Promise<string | null> {
  const child = spawn(process.execPath, [PROGRAM, ...words], { stdio: 'ignore', env: cleanEnvironment() });
  const ended = new Promise<string | null>((resolve) => child.on('exit', (_code, signal) => resolve(signal)));
  const watcher = watch(place, (_event, seen) => {
    if (seen !== null && name.test(seen)) child.kill('SIGINT');
  });
  return ended.finally(() => watcher.close());
}

test('Ctrl-C leaves nothing of a backup and of a restore; what kill -9 has left goes with the next one', async () => {
  const daemon = await startWithAccount();
  await daemon.stop();
  const place = folder();
  const file = path.join(place, 'all.backup');
  const words = ['backup', file, '--force', '--data', daemon.folder];
  // A small database is copied in a moment: sometimes before the signal comes.
  await eventually('a backup is interrupted', async () => (await interrupted(words, place, /partial/)) === 'SIGINT');
  expect(readdirSync(place).filter((name) => name !== 'all.backup')).toEqual([]);

  const gone = spawnSync('true').pid;
  const [dead, living] = [`all.backup.partial-${gone}`, `all.backup.partial-${process.pid}`];
  for (const name of [dead, `${dead}-journal`, living, 'other.backup.partial-1'])
    writeFileSync(path.join(place, name), '');
  await daemon.must('backup', file, '--force');
  expect(readdirSync(place).toSorted()).toEqual(['all.backup', living, 'other.backup.partial-1'].toSorted());

  const names = readdirSync(daemon.folder);
  const before = readFileSync(path.join(daemon.folder, 'petitbleu.db'));
  const restore = ['restore', file, '--data', daemon.folder];
  if ((await interrupted(restore, daemon.folder, /restoring/)) === 'SIGINT') {
    expect(readdirSync(daemon.folder).filter((name) => name !== 'control.sock')).toEqual(names);
    expect(readFileSync(path.join(daemon.folder, 'petitbleu.db')).equals(before)).toBe(true);
  }
  writeFileSync(path.join(daemon.folder, 'petitbleu.db.restoring-1-wal'), '');
  await daemon.must('restore', file);
  expect(readdirSync(daemon.folder).filter((name) => name.includes('restoring'))).toEqual([]);
});

test('a file that somebody puts there meanwhile is not replaced', async () => {
  const daemon = await startWithAccount();
  await daemon.stop();
  const place = folder();
  const file = path.join(place, 'all.backup');
  const watcher = watch(place, (_event, name) => {
    if (name?.includes('partial') && !existsSync(file)) writeFileSync(file, 'mine');
  });
  onTestFinished(() => watcher.close());
  await eventually('somebody is faster than the copy', async () => {
    rmSync(file, { force: true });
    const { code } = await daemon.run('backup', file);
    return readFileSync(file, 'utf8') === 'mine' && code === 73;
  });
  expect(readdirSync(place)).toEqual(['all.backup']);
});

test.runIf(isRoot)('a disk without room for it is not filled for nothing', async () => {
  const daemon = await startWithAccount();
  await daemon.stop();
  const place = folder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', place]);
  try {
    const ran = await daemon.run('backup', path.join(place, 'all.backup'));
    expect(ran).toMatchObject({ code: 73, stdout: '' });
    expect(ran.stderr).toMatch(/the backup takes .*, .* are free; nothing was written/);
    expect(readdirSync(place)).toEqual([]);
  } finally {
    execFileSync('umount', [place]);
  }
});

test('a backup is never half there: no room, no right name, faults in what it holds', async () => {
  const daemon = await startWithAccount();
  await daemon.stop();
  const place = folder();
  const file = path.join(place, 'all.backup');
  // As a full disk: no file may grow beyond 50 kB.
  const words = `trap '' XFSZ; ulimit -f 100; exec "$0" "$@"`;
  const full = await run('bash', ['-c', words, process.execPath, PROGRAM, 'backup', file, '--data', daemon.folder], {
    cwd: place,
  });
  expect(full).toMatchObject({ code: 73, stdout: '' });
  expect(full.stderr).toContain('no backup was written');
  expect(readdirSync(place)).toEqual([]);

  await daemon.must('backup', file);
  expect(await daemon.run('backup', file)).toMatchObject({ code: 73 });
  await daemon.must('backup', file, '--force');
  expect(await daemon.run('backup', path.join(place, 'no', 'folder'))).toMatchObject({ code: 73 });

  const database = new Database(path.join(daemon.folder, 'petitbleu.db'));
  database.exec('UPDATE accounts SET balance_milli = 1');
  database.close();
  const faulty = path.join(place, 'faulty.backup');
  const refused = await daemon.run('backup', faulty);
  expect(refused).toMatchObject({ code: 65, stdout: '' });
  expect(refused.stderr).toContain('balance is 1');
  expect(existsSync(faulty)).toBe(false);
  expect(await daemon.run('backup', faulty, '--despite-faults')).toMatchObject({ code: 65 });
  expect(await daemon.run('restore', faulty)).toMatchObject({ code: 65, stdout: '' });
  await daemon.must('restore', faulty, '--despite-faults');
  expect(await daemon.run('verify')).toMatchObject({ code: 65 });
  await daemon.must('restore', file);
  await daemon.must('verify');
});
