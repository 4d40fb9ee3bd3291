// The built program as other users of the machine call it: through a link, without a configuration, and without a daemon.

import { chmodSync, copyFileSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { mailName } from '../../src/sendmail/caller.js';
import { eventually } from '../support/eventually.js';
import { openProgram, STRANGER } from '../support/open-program.js';
import { PROGRAM, run, type Ran } from '../support/program.js';
import { CODE, configuration, SENDER, startForTest, startWithAccount } from './account.js';

const NUMBER = '+33684843556';
const isRoot = process.getuid?.() === 0;

/** `as`: words before the program; the daemon's own user without. */
function caller(dataDir: string, as: readonly string[] = [], program = PROGRAM) {
  const bin = mkdtempSync(path.join(tmpdir(), 'petitbleu-bin-'));
  chmodSync(bin, 0o755);
  onTestFinished(() => rmSync(bin, { recursive: true, force: true }));
  const env = { PETITBLEU_SENDMAIL: path.join(dataDir, 'sendmail') };
  return (name: string, words: readonly string[], input = ''): Promise<Ran> => {
    const link = path.join(bin, name);
    rmSync(link, { force: true });
    symlinkSync(program, link);
    const [command = '', ...rest] = [...as, process.execPath, link, ...words];
    return run(command, rest, { input, env });
  };
}

const mail = (text: string): string => `From: ${SENDER}\nSubject: 0684843556\n\n${text}\n`;

describe('cron', () => {
  test('a job that says something: its subject is the SMS, from the address of the machine', async () => {
    const daemon = await startWithAccount();
    await daemon.must('account', 'add-sender', SENDER, `root@${mailName()}`);
    const input = [
      'From: root (Cron Daemon)',
      `To: 0684843556.${CODE}`,
      'Subject: Cron <root@web1> /usr/local/bin/backup',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=UTF-8',
      'Content-Transfer-Encoding: 8bit',
      'X-Cron-Env: <SHELL=/bin/sh>',
      '',
      'backup: no space left',
      '',
    ].join('\n');
    const ran = await caller(daemon.folder)('sendmail', ['-FCronDaemon', '-i', '-odi', '-oem', '-oi', '-t'], input);
    expect(ran).toEqual({ code: 0, stdout: '', stderr: '' });
    const [sms] = await eventually('the SMS', () => daemon.phone.length > 0 && daemon.phone);
    expect(sms).toMatchObject({ to: NUMBER, text: 'Cron <root@web1> /usr/local/bin/backup' });
  });
});

describe('the names of the link', () => {
  test('newaliases and mailq answer', async () => {
    const daemon = await startWithAccount();
    const call = caller(daemon.folder);
    expect(await call('newaliases', [])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await call('mailq', [])).toEqual({ code: 0, stdout: 'Mail queue is empty\n', stderr: '' });
    expect((await call('sendmail', ['--help'])).stdout).toMatch(/^Usage: petitbleu sendmail/);
  });
});

test('the daemon is away, comes back, is killed, comes back: each mail is recorded once', async () => {
  const first = await startWithAccount();
  const call = caller(first.folder);
  const spool = path.join(first.folder, 'sendmail', 'spool');
  const waiting = (): string[] => readdirSync(spool).filter((name) => name.endsWith('.mail'));
  await first.stop();
  expect(await call('sendmail', [`sms.${CODE}`], mail('one'))).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await call('sendmail', [`sms.${CODE}`], mail('two'))).toMatchObject({ code: 0 });
  expect((await call('mailq', [])).stdout).toMatch(/-- 2 Requests\.\n$/);
  const names = waiting();
  for (const name of names) copyFileSync(path.join(spool, name), path.join(first.folder, name));

  const again = await startForTest({ folder: first.folder, yaml: configuration() });
  await eventually('both are taken', async () => waiting().length === 0 && (await again.messages()).length === 2);
  again.signal('SIGKILL');
  await again.ended;
  // Killed after the commit and before the removal: the files are still there.
  for (const name of names) copyFileSync(path.join(first.folder, name), path.join(spool, name));

  const last = await startForTest({ folder: first.folder, yaml: configuration() });
  await eventually('the spool is empty', () => waiting().length === 0);
  await eventually('both have left', async () => (await last.messages()).every(({ state }) => state !== 'queued'));
  expect((await last.messages()).map(({ text }) => text).toSorted()).toEqual(['one', 'two']);
  // What the kill has met on its way to the carrier is in doubt, and not sent again.
  expect(last.phone.length).toBeLessThanOrEqual(2);
});

test.runIf(isRoot)('another user may hand over and put by, and read nothing', async () => {
  const daemon = await startWithAccount();
  // A folder for tests is closed to others from the start; the daemon's own is not.
  chmodSync(daemon.folder, 0o711);
  const program = await openProgram();
  onTestFinished(() => program.dispose());
  const call = caller(daemon.folder, STRANGER, program.file);
  expect(await call('sendmail', [`sms.${CODE}`], mail('by a stranger'))).toEqual({ code: 0, stdout: '', stderr: '' });
  await eventually('the SMS', () => daemon.phone.some(({ text }) => text === 'by a stranger'));
  await daemon.stop();
  expect(await call('sendmail', [`sms.${CODE}`], mail('put by'))).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await call('mailq', [])).toMatchObject({ code: 77 });
  const look = (...words: string[]): Promise<Ran> => run(STRANGER[0], [...STRANGER.slice(1), ...words]);
  const closed = ['', 'petitbleu.db', 'phone.jsonl', 'sendmail/spool', 'sendmail/spool/refused'];
  for (const name of closed) {
    const ran = await look(name.includes('.') ? 'cat' : 'ls', path.join(daemon.folder, name));
    expect(ran.code, name).not.toBe(0);
  }
  const [name = ''] = readdirSync(path.join(daemon.folder, 'sendmail', 'spool')).filter((one) => one.endsWith('.mail'));
  // Sticky: only who wrote it, and the daemon.
  const other = ['--reuid=65533', '--regid=65533', '--clear-groups'];
  const removal = await run('setpriv', [...other, 'rm', '-f', path.join(daemon.folder, 'sendmail', 'spool', name)]);
  expect(removal.code).not.toBe(0);
  const again = await startForTest({ folder: daemon.folder, yaml: configuration() });
  await eventually('the SMS', () => again.phone.some(({ text }) => text === 'put by'));
});
