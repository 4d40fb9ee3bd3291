// The rights of people, from outside: a real mail to a real daemon, its phone, its outbox; then export, erasure, and a
// search through every byte of the data folder. And a restored backup, which brings erased people back.

import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import Database from 'better-sqlite3';
import { expect, test } from 'vitest';

import { sendMail, type DaemonProcess } from '../support/daemon.js';
import { eventually } from '../support/eventually.js';
import { jsonLines, petitbleu } from '../support/program.js';
import { filesWith } from '../support/residue.js';
import { configuration, SENDER, startForTest, startWithAccount, TO_ONE } from './account.js';

const NUMBER = '0684843556';
const E164 = '+33684843556';
const TRACES = ['684843556', '6 84 84 35 56', 'Mme Durand'];

interface Kept {
  readonly kind: string;
  readonly relation: string;
  readonly data: Readonly<Record<string, unknown>>;
}

async function deliver(daemon: DaemonProcess, text: string): Promise<void> {
  await sendMail(daemon.port, { ...TO_ONE, text });
  const arrived = async () => (await daemon.messages()).some((one) => one.text === text && one.state === 'delivered');
  await eventually('it is delivered', arrived);
  await eventually('its mail is out', () => daemon.outbox.some((mail) => mail.includes(text)));
}

/** Everything but the configuration, which the operator has written. */
function traces(daemon: DaemonProcess): string[] {
  return TRACES.flatMap((trace) => filesWith(daemon.folder, trace).map((file) => `${trace} in ${file}`));
}

test('a number: exported whole, erased from every file, and its STOP still holds', async () => {
  const daemon = await startWithAccount();
  await deliver(daemon, 'Mme Durand, mardi 9h');
  await daemon.must('blacklist', 'add', NUMBER, '--account', SENDER);
  expect(new Set(traces(daemon).map((trace) => trace.split(' in ')[0]))).toEqual(new Set(['684843556', 'Mme Durand']));

  const kept = jsonLines<Kept>(await daemon.must('export', 'number', NUMBER));
  expect(new Set(kept.map(({ kind }) => kind))).toEqual(
    new Set(['messages', 'orders', 'parts', 'receipts', 'notices', 'seen_mails', 'blacklist', 'phones', 'outbox']),
  );
  expect(kept).toContainEqual(
    expect.objectContaining({
      kind: 'orders',
      data: expect.objectContaining({ text: 'Mme Durand, mardi 9h' }) as unknown,
    }),
  );
  const { name, content } = kept.find(({ kind }) => kind === 'outbox')?.data ?? {};
  expect(content).toBe(readFileSync(path.join(daemon.folder, 'outbox', String(name)), 'utf8'));
  const document = JSON.parse((await daemon.must('export', 'number', NUMBER, '--format', 'json')).stdout) as {
    kept: Kept[];
  };
  expect(document.kept).toEqual(kept);

  const counted = jsonLines<{ counts: Record<string, number> }>(
    await daemon.must('erase', 'number', NUMBER, '--dry-run', '--json'),
  );
  expect(counted[0]?.counts).toMatchObject({ messages: 1, orders: 1, phones: 1, outbox: 1 });
  // Nobody sits at a terminal to be asked.
  expect(await daemon.run('erase', 'number', NUMBER)).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('--yes') as string,
  });
  expect(traces(daemon)).not.toEqual([]);

  const { stdout } = await daemon.must('erase', 'number', NUMBER, '--yes');
  expect(stdout).toMatch(/^Erased or masked:\n(?: {2}\d+ [a-z ]+\n)*$/);
  expect(traces(daemon)).toEqual([]);
  expect((await daemon.must('export', 'number', NUMBER)).stdout).toBe('');
  await daemon.must('verify');
  const refused = await daemon.run('send', '--from', SENDER, '--to', NUMBER, '--text', 'again');
  expect(refused.stderr + refused.stdout).toContain('does not accept messages any more (STOP)');
  expect(await daemon.stop()).toEqual({ code: 0, signal: null });
  expect(traces(daemon)).toEqual([]);
});

test('an account: closed, emptied, and gone but for its movements', async () => {
  const daemon = await startWithAccount();
  await deliver(daemon, 'Mme Durand, jeudi');
  const kept = jsonLines<Kept>(await daemon.must('export', 'account', SENDER));
  expect(kept.find(({ kind }) => kind === 'accounts')?.data).not.toHaveProperty('code_hash');
  expect(kept.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['movements', 'senders', 'orders', 'outbox']));
  const yes = ['erase', 'account', SENDER, '--yes'];
  expect((await daemon.run(...yes)).stderr).toContain(`petitbleu account close ${SENDER}`);
  await daemon.must('account', 'close', SENDER);
  expect((await daemon.run(...yes)).stderr).toContain('--forfeit');
  const { stdout } = await daemon.must(...yes, '--forfeit');
  expect(stdout).toContain('99999 credits given up.');
  expect(filesWith(daemon.folder, SENDER)).toEqual([]);
  expect(filesWith(daemon.folder, 'Mme Durand')).toEqual([]);
  const [account] = jsonLines<{ email: string }>(await daemon.must('account', 'list', '--json'));
  expect((await daemon.must('credit', 'statement', account?.email ?? '')).stdout).toContain('forfeit');
  await daemon.must('verify');
  expect((await daemon.run('account', 'show', SENDER)).code).toBe(67);
});

test('a restored backup brings people back: the start tells it, `erase again` ends it', async () => {
  const before = await startWithAccount();
  await deliver(before, 'Mme Durand, vendredi');
  await before.stop();
  const backup = readFileSync(path.join(before.folder, 'petitbleu.db'));
  await before.must('erase', 'number', E164, '--yes');
  expect(traces(before)).toEqual([]);
  // What the list says of them, nobody can read.
  const log = readFileSync(path.join(before.folder, 'erasures.log'), 'utf8');
  expect(log).toMatch(/^\n\{"kind":"number","subject":"erased-[0-9a-f]{32}","account":null,"at":"[^"]+"\}\n$/);

  writeFileSync(path.join(before.folder, 'petitbleu.db'), backup);
  const after = await startForTest({ folder: before.folder, yaml: configuration() });
  expect(after.events).toContainEqual(
    expect.objectContaining({ event: 'erasures.pending', erasures: 1, todo: 'petitbleu erase again' }),
  );
  expect(traces(after)).not.toEqual([]);
  expect((await after.must('erase', 'again')).stdout).toContain('1 erasure done again');
  expect(traces(after)).toEqual([]);
  expect((await after.must('erase', 'again')).stdout).toBe('There is nothing to do again.\n');
  await after.must('verify');
});

test('without the key of the hashes nothing starts: a STOP would be forgotten', async () => {
  const daemon = await startWithAccount();
  await daemon.must('blacklist', 'add', NUMBER, '--account', SENDER);
  await daemon.must('erase', 'number', NUMBER, '--yes');
  await daemon.stop();
  const elsewhere = path.join(daemon.folder, 'elsewhere');
  cpSync(path.join(daemon.folder, 'petitbleu.db'), path.join(elsewhere, 'petitbleu.db'));
  const list = () => petitbleu(['account', 'list', '--data', elsewhere], { cwd: elsewhere });
  expect(await list()).toMatchObject({ code: 73, stderr: expect.stringContaining('erasure.key') as string });
  rmSync(path.join(elsewhere, 'erasure.key'));
  cpSync(path.join(daemon.folder, 'erasure.key'), path.join(elsewhere, 'erasure.key'));
  expect((await list()).code).toBe(0);
});

test('prune: texts that are old are counted, then gone from every file', async () => {
  const daemon = await startWithAccount();
  await deliver(daemon, 'Mme Durand, samedi');
  await daemon.stop();
  // As if it had been long ago: the outbox tells by its names, the phones by their entries.
  const outbox = path.join(daemon.folder, 'outbox');
  for (const name of readdirSync(outbox)) {
    cpSync(path.join(outbox, name), path.join(outbox, name.replace(/^\d{4}/, '2020')));
    rmSync(path.join(outbox, name));
  }
  const phone = path.join(daemon.folder, 'phone.jsonl');
  writeFileSync(phone, readFileSync(phone, 'utf8').replace(/"at":"\d{4}/, '"at":"2020'));
  const days = (count: number) => `retention: {textDays: ${count}, noticeDays: 1}`;
  daemon.configure(configuration(days(1)));
  expect((await daemon.must('prune', '--dry-run')).stdout).toBe('Nothing is older than it may be.\n');
  // As if this clock were years ahead of the last one that was believed.
  const database = new Database(path.join(daemon.folder, 'petitbleu.db'));
  database.prepare(`INSERT INTO retention (what, mark) VALUES ('clock', ?)`).run(Date.UTC(2020, 0));
  database.close();
  const held = await daemon.run('prune');
  expect(held).toMatchObject({ code: 75, stdout: '' });
  expect(held.stderr).toMatch(/was last known to be right at 2020-01-01.*petitbleu prune --trust-clock/);
  const { stdout } = await daemon.must('prune', '--trust-clock');
  expect(stdout).toContain('2 files and phone entries');
  expect(filesWith(daemon.folder, 'Mme Durand')).toEqual(['petitbleu.db']);
});
