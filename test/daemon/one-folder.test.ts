// One daemon for a data folder, and commands that find it: the same answers through its socket and without it.

import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { DaemonProcess, sendMail } from '../support/daemon.js';
import { eventually } from '../support/eventually.js';
import type { Ran } from '../support/program.js';
import { CODE, configuration, SENDER, startWithAccount, TO_ONE } from './account.js';

test('a second daemon on the same folder is refused, and the first goes on', async () => {
  const first = await startWithAccount();
  const second = DaemonProcess.launch({ folder: first.folder, yaml: configuration() });
  expect(await second.ended).toEqual({ code: 75, signal: null });
  expect(second.stderr).toContain(first.folder);
  expect(second.stdout).toBe('');

  await sendMail(first.port, { ...TO_ONE, text: 'Still here' });
  await eventually('the SMS arrives', () => first.phone.some(({ text }) => text === 'Still here'));
  expect(await first.stop()).toEqual({ code: 0, signal: null });
});

/** Every kind of answer: lists, one thing, a refusal, a mistake, a decision. `FILE` is a mail. */
const COMMANDS: readonly (readonly string[])[] = [
  ['account', 'list', '--json'],
  ['account', 'show', SENDER, '--json'],
  ['account', 'show', 'nobody@example.fr'],
  ['account', 'set', SENDER, 'long=maybe'],
  ['credit', 'statement', SENDER, '--json'],
  ['messages'],
  ['messages', '--json'],
  ['queue', '--json'],
  ['order', 'show', 'nothing-of-that-name'],
  ['group', 'list', SENDER, '--json'],
  ['blacklist', 'list', '--json'],
  ['explain', 'FILE', '--rcpt', TO_ONE.to, '--json'],
  ['send', '--from', SENDER, '--to', '0684843556', '0899123456', '--text', 'L’œuf à 5 €', '--dry-run', '--json'],
  ['verify'],
];

/** Instants that go on with the clock. */
function timeless({ code, stdout, stderr }: Ran): Ran {
  const now = new Date().toISOString().slice(0, 10);
  const timed = new RegExp(`"${now}T[^"]*"`, 'g');
  return { code, stdout: stdout.replace(timed, '"TODAY"'), stderr };
}

test('commands answer the same through the socket and without a daemon', async () => {
  const daemon = await startWithAccount('carriers: {simulator: {latencyMs: 0, receiptDelayMs: 0}}');
  const file = path.join(daemon.folder, 'mail.eml');
  writeFileSync(file, `From: ${SENDER}\r\nTo: ${TO_ONE.to}\r\nMessage-ID: <1@example.fr>\r\n\r\nExplained\r\n`);
  await sendMail(daemon.port, { ...TO_ONE, text: 'Seen twice' });
  await eventually('it is delivered', async () => (await daemon.messages())[0]?.state === 'delivered');
  await eventually('the sender is told', () => daemon.outbox.length === 1);

  const ask = async (): Promise<Record<string, Ran>> => {
    const answers: Record<string, Ran> = {};
    for (const words of COMMANDS) {
      const ran = await daemon.run(...words.map((word) => (word === 'FILE' ? file : word)));
      answers[words.join(' ')] = timeless(ran);
    }
    return answers;
  };
  const through = await ask();
  expect(existsSync(path.join(daemon.folder, 'control.sock'))).toBe(true);
  await daemon.stop();
  expect(existsSync(path.join(daemon.folder, 'control.sock'))).toBe(false);
  expect(await ask()).toEqual(through);
  expect(JSON.stringify(Object.values(through))).not.toContain(CODE);
});

test('what a command changes without a daemon, the next daemon knows', async () => {
  const daemon = await startWithAccount();
  await daemon.stop();
  await daemon.must('account', 'new-code', SENDER, '--code', 'NEWC0DE', '--no-mail');
  const again = await DaemonProcess.start({ folder: daemon.folder, yaml: configuration() });
  onTestFinished(() => again.dispose());
  await expect(sendMail(again.port, { ...TO_ONE, text: 'The old code' })).rejects.toThrow('550 5.7.1');
  await sendMail(again.port, { ...TO_ONE, to: TO_ONE.to.replace(CODE, 'NEWC0DE'), text: 'The new code' });
});
