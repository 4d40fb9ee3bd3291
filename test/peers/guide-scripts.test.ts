// docs/guide-scripts.md, tried: each block that is marked is run as it stands, with the link of the page in the place where
// the tests have theirs, and the SMS must arrive.

import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { mailName } from '../../src/sendmail/caller.js';
import { DaemonProcess } from '../support/daemon.js';
import { eventually } from '../support/eventually.js';
import { PROGRAM, run, type Ran } from '../support/program.js';

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/guide-scripts.md', import.meta.url)), 'utf8');
const BLOCKS = new Map(
  Array.from(PAGE.matchAll(/<!-- run: (.+) -->\n```(\w+)\n([\s\S]*?)```/g), ([, name = '', , text = '']) => [
    name,
    text,
  ]),
);

const FOLDER = mkdtempSync(path.join(tmpdir(), 'petitbleu-guide-'));
const SENDMAIL = path.join(FOLDER, 'sendmail');
let daemon: DaemonProcess;

beforeAll(async () => {
  symlinkSync(PROGRAM, SENDMAIL);
  daemon = await DaemonProcess.start({ yaml: 'mail: {domains: [sms.example.fr]}\n' });
  await daemon.must('account', 'create', 'alice@example.fr', '--code', 'FGB45L', '--credits', '100', '--no-mail');
  await daemon.must('account', 'add-sender', 'alice@example.fr', `root@${mailName()}`);
});
afterAll(async () => {
  await daemon.dispose();
  rmSync(FOLDER, { recursive: true, force: true });
});

const used = new Set<string>();

function block(name: string): string {
  used.add(name);
  const text = BLOCKS.get(name);
  if (text === undefined) throw new Error(`the page has no block ${name}`);
  return text.replaceAll('/usr/sbin/sendmail', SENDMAIL).replaceAll('/tmp/sms.err', path.join(FOLDER, 'sms.err'));
}

function environment(more: Readonly<Record<string, string>> = {}) {
  return { env: { PETITBLEU_SENDMAIL: path.join(daemon.folder, 'sendmail'), LC_ALL: 'C.UTF-8', ...more } };
}

const shell = (text: string, env = {}): Promise<Ran> => run('sh', ['-c', text], environment(env));

async function expectSms(text: string | RegExp, numbers = ['+33612345678']): Promise<void> {
  const fits = (shown: string): boolean => (typeof text === 'string' ? shown === text : text.test(shown));
  const found = await eventually(`an SMS ${String(text)}`, () => {
    const sms = daemon.phone.filter((entry) => fits(entry.text));
    return sms.length >= numbers.length && sms;
  });
  expect(found.map(({ to }) => to).toSorted()).toEqual(numbers);
}

test.each<[string, string | RegExp, string[]?]>([
  ['from a shell', 'Backup finished: été, 12 €'],
  ['with the header only', /^Disk nearly full on ./, ['+33612345678', '+33687654321']],
  ['a job that says it itself', /^Backup failed on ./],
])('%s', async (name, text, numbers) => {
  expect(await shell(block(name))).toEqual({ code: 0, stdout: '', stderr: '' });
  await expectSms(text, numbers);
});

test('later, and taken back', async () => {
  expect(await shell(block('later, and taken back'))).toEqual({ code: 0, stdout: '', stderr: '' });
  const messages = (await daemon.messages()).filter(({ text }) => text === 'The report is due');
  expect(messages.map(({ state, reason }) => [state, reason])).toEqual([['cancelled', 'by-mail']]);
});

test('the exit code', async () => {
  const { code, stdout } = await shell(block('the exit code'));
  expect(code).toBe(0);
  expect(stdout).toMatch(/^not sent: sendmail: sms\.••••@sms\.example\.fr: 550 5\.1\.3 "06" is /);
});

test('crontab', async () => {
  const [mailTo = '', job = ''] = block('crontab').trimEnd().split('\n');
  const command = job.split(' ').slice(5).join(' ');
  const { stdout } = await shell(command);
  // What cron then does, word for word that of Debian's.
  const header = [
    'From: root (Cron Daemon)',
    `To: ${mailTo.replace('MAILTO=', '')}`,
    `Subject: Cron <root@web1> ${command}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    'Content-Transfer-Encoding: 8bit',
    'X-Cron-Env: <SHELL=/bin/sh>',
  ];
  const words = ['-FCronDaemon', '-i', '-odi', '-oem', '-oi', '-t'];
  const ran = await run(SENDMAIL, words, { ...environment(), input: `${header.join('\n')}\n\n${stdout}` });
  expect(ran).toEqual({ code: 0, stdout: '', stderr: '' });
  await expectSms(`Cron <root@web1> ${command}`);
});

test('PHP', async () => {
  const script = path.join(FOLDER, 'example.php');
  writeFileSync(script, block('PHP'));
  const ran = await run('php', ['-n', '-d', `sendmail_path=${SENDMAIL} -t -i`, script], environment());
  expect(ran).toEqual({ code: 0, stdout: '', stderr: '' });
  await expectSms('Your parcel is ready: été, 12 €');
});

test('Python', async () => {
  const script = path.join(FOLDER, 'example.py');
  writeFileSync(script, block('Python'));
  expect(await run('python3', [script], environment())).toEqual({ code: 0, stdout: '', stderr: '' });
  await expectSms('Batch 17 is through: été, 12 €');
});

test('notification', async () => {
  const macros: Readonly<Record<string, string>> = {
    ...{ CONTACTPAGER: '0612345678', NOTIFICATIONTYPE: 'PROBLEM', HOSTNAME: 'web1' },
    ...{ SERVICESTATE: 'CRITICAL', SERVICEOUTPUT: 'disk full' },
  };
  const filled = block('notification').replace(/\$([A-Z]+)\$/g, (_all, name: string) => macros[name] ?? '?');
  expect(await shell(filled)).toEqual({ code: 0, stdout: '', stderr: '' });
  await expectSms('PROBLEM: web1 is CRITICAL (disk full)');
});

test('every block that is marked was run', () => {
  expect([...BLOCKS.keys()].toSorted()).toEqual([...used].toSorted());
});
