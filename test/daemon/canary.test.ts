// A code that must never be seen: one run over everything that handles it, right and wrong, then a search through all that
// the daemon has written. Log at its most talkative, database, its log of writes, outbox, phone: 0 hits in any case of
// letters and in the forms that mails, logs and queries may give it.

import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { createTransport } from 'nodemailer';
import { expect, test } from 'vitest';

import { DaemonProcess } from '../support/daemon.js';
import { eventually } from '../support/eventually.js';
import { petitbleu } from '../support/program.js';

const CODE = 'CanaryQ7x4Z';
const WRONG = 'KanaryW9w8K';
const CAROL = 'Canary3Second';
const SHARED = 'CanaryShare7';
const tls = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/tls/localhost.${name}.pem`, import.meta.url));
const YAML = `
mail:
  domains: [gw.example]
  submission: { listen: ["127.0.0.1:0"], tls: { key: '${tls('key')}', cert: '${tls('cert')}' } }
  smtp: { listen: "127.0.0.1:0", limits: { errors: 1000, mailsPerMinute: 10000 } }
log: { level: debug, format: json }
defaults: { lang: en, long: on, notify.delivered: on }
`;

interface Wish {
  readonly from?: string;
  readonly to: string | string[];
  readonly subject?: string;
  readonly text?: string;
  readonly html?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly messageId?: string;
}

/** Every reply, also those that refuse. */
async function send(
  daemon: DaemonProcess,
  { from = 'alice@example.fr', text = 'Bonjour', ...wish }: Wish,
): Promise<string> {
  const transport = createTransport({ host: '127.0.0.1', port: daemon.port, ignoreTLS: true });
  try {
    return (await transport.sendMail({ from, text, ...wish })).response;
  } catch (error) {
    return (error as { response?: string }).response ?? String(error);
  } finally {
    transport.close();
  }
}

/** STARTTLS and AUTH; the code is the password, and stands in the mail as well. */
async function submit(daemon: DaemonProcess, user: string, pass: string, to: string): Promise<string> {
  const port = Number(/^submission +127\.0\.0\.1:(\d+)$/m.exec(daemon.stdout)?.[1]);
  const options = { host: '127.0.0.1', port, requireTLS: true, tls: { rejectUnauthorized: false } };
  const transport = createTransport({ ...options, auth: { user, pass } });
  try {
    return (await transport.sendMail({ from: user, to, subject: 'x', text: `by AUTH to ${to.length}` })).response;
  } catch (error) {
    return (error as { response?: string }).response ?? String(error);
  } finally {
    transport.close();
  }
}

/** `petitbleu sendmail`, with the daemon and without. */
async function handOver(daemon: DaemonProcess, text: string, code = CODE): Promise<string> {
  const input = `From: alice@example.fr\nMessage-ID: <${text}@example.fr>\n\n${text}\n`;
  const words = ['sendmail', '-i', '-f', 'alice@example.fr', `${code}.0612345699@gw.example`];
  const env = { PETITBLEU_SENDMAIL: path.join(daemon.folder, 'sendmail') };
  const { code: exit, stdout, stderr } = await petitbleu(words, { input, env });
  return `${exit} ${stdout}${stderr}`;
}

/** A domain whose addresses send with one code on Alice's credit. */
async function share(daemon: DaemonProcess): Promise<void> {
  const folder = path.join(path.dirname(daemon.configFile), 'domains.d');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'corp.example.yaml'), 'domain: corp.example\naccount: alice@example.fr\n');
  await daemon.must('reload');
  await daemon.must('domain', 'set-code', 'corp.example', '--code', SHARED);
}

const upper = CODE.toUpperCase();
const lower = CODE.toLowerCase();

const MAILS: readonly Wish[] = [
  // Each syntax, in each case of letters.
  { to: 'sms@gw.example', subject: `${CODE}:0612345678`, text: 'un' },
  { to: `sms.${upper}@gw.example`, subject: '0612345679', text: 'deux' },
  { to: `${lower}.0612345680@gw.example`, subject: '', text: 'trois' },
  { to: `0612345681.${CODE}@gw.example`, subject: 'quatre' },
  { to: `"sms.${CODE}"@gw.example`, subject: '0612345682', text: 'cinq' },
  // Several orders, a group, a date, a refusal of a part, HTML, a second delivery.
  { to: [`${CODE}.0612345683@gw.example`, `0612345684.${CODE}@gw.example`], subject: 'six' },
  { to: 'sms@gw.example', subject: `${CODE}:amis:100001012028`, text: 'sept' },
  { to: 'sms@gw.example', subject: `${CODE}:0612345685-0690123456-12`, text: 'huit' },
  { to: 'sms@gw.example', subject: `${CODE}:0612345686`, text: '', html: '<p>neuf</p>' },
  { to: 'sms@gw.example', subject: `${CODE}:0612345687`, text: 'dix', messageId: '<1@example.fr>' },
  { to: 'sms@gw.example', subject: `${CODE}:0612345687`, text: 'dix', messageId: '<1@example.fr>' },
  // Mistakes that are told by mail and in the reply, some with the code where it does not belong.
  { to: 'sms@gw.example', subject: `${CODE}:0612345678:hier`, text: 'x' },
  { to: 'sms@gw.example', subject: `${CODE}:${CODE}`, text: 'x' },
  { to: `sms.${CODE}@gw.example`, subject: `${CODE}:0612345678`, text: 'x' },
  { to: `sms.${CODE}@gw.example`, subject: `0612345678:${CODE}`, text: 'x' },
  { to: `${CODE}.0612345678@gw.example`, subject: `Re: ${CODE}`, text: 'x' },
  { to: 'sms@gw.example', subject: CODE, text: 'x' },
  { to: `${CODE}@gw.example`, subject: 'x' },
  { to: `sms.${CODE}@elsewhere.example`, subject: '0612345678' },
  { to: `sms.${CODE}@gw.example`, subject: '', headers: { 'Auto-Submitted': 'auto-generated' } },
  { to: `sms.${CODE}@gw.example`, subject: '0612345678', headers: { 'Auto-Submitted': 'auto-replied' } },
  { to: `sms.${CODE}@gw.example`, subject: '0612345678', headers: { 'List-Id': `<${CODE}.example>` } },
  // Strangers: the right code with a wrong sender, a wrong code, until the guard refuses.
  { from: 'mallory@evil.example', to: `sms.${CODE}@gw.example`, subject: '0612345678' },
  { from: `${CODE}@evil.example`, to: `sms.${CODE}@gw.example`, subject: '0612345678' },
  ...Array.from({ length: 6 }, () => ({ to: `sms.${WRONG}@gw.example`, subject: '0612345678' })),
];

function filesUnder(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name);
    if (statSync(file).isDirectory()) return filesUnder(file);
    return statSync(file).isFile() ? [file] : [];
  });
}

/** Also where a transfer encoding hides it: quoted-printable breaks lines, base64 shifts by three. */
function shows(bytes: Buffer, code: string): boolean {
  const text = bytes.toString('latin1');
  const decoded = Array.from(text.matchAll(/[A-Za-z0-9+/]{8,}={0,2}/g), ([run]) =>
    Buffer.from(run, 'base64').toString('latin1'),
  );
  return [text, text.replace(/=\r?\n/g, ''), ...decoded].some((one) => one.toLowerCase().includes(code.toLowerCase()));
}

test('the code of an account is nowhere', async () => {
  const daemon = await DaemonProcess.start({ yaml: YAML });
  try {
    await daemon.must('account', 'create', 'alice@example.fr', '--credits', '100', '--code', CODE, '--no-mail');
    await daemon.must(
      'account',
      'create',
      'bob@example.fr',
      '--credits',
      '1',
      '--code',
      WRONG.slice(0, 8),
      '--no-mail',
    );
    const replies: string[] = [];
    for (const mail of MAILS) replies.push(await send(daemon, mail));
    replies.push(await submit(daemon, 'alice@example.fr', CODE, '0612345692@gw.example'));
    replies.push(await submit(daemon, 'alice@example.fr', CODE, `sms.${CODE}.0612345693@gw.example`));
    replies.push(await submit(daemon, 'alice@example.fr', WRONG, '0612345692@gw.example'));
    await share(daemon);
    replies.push(
      await send(daemon, { from: 'eve@corp.example', to: `${SHARED}.0612345694@gw.example`, text: 'shared' }),
    );
    replies.push(await send(daemon, { to: 'sms@gw.example', subject: `${CODE}:amis:100001012028s`, text: 'back' }));
    replies.push(await handOver(daemon, 'handed-over'));
    await daemon.must('account', 'new-code', 'alice@example.fr', '--code', CAROL, '--no-mail');
    replies.push(await send(daemon, { to: `sms.${CODE}@gw.example`, subject: '0612345690' }));
    replies.push(await send(daemon, { to: `sms.${CAROL}@gw.example`, subject: '0612345691', text: 'new' }));
    expect(replies.filter((reply) => reply.startsWith('250')).length).toBeGreaterThan(10);
    expect(replies.filter((reply) => reply.startsWith('550')).length).toBeGreaterThan(8);
    await eventually('SMS and mails have left', () => daemon.phone.length >= 10 && daemon.outbox.length >= 10);
    const ways = ['shared', 'handed-over', 'by AUTH to 21'];
    await eventually('each way has worked', () =>
      ways.every((text) => daemon.phone.some((entry) => entry.text === text)),
    );
    const files = filesUnder(daemon.folder);
    const seen = new Map(files.map((file) => [path.relative(daemon.folder, file), readFileSync(file)]));
    expect([...seen.keys()].some((name) => name.endsWith('-wal'))).toBe(true);
    await daemon.stop();
    // With nobody there the mail waits in the spool as it is, and is gone from there when it was taken.
    replies.push(await handOver(daemon, 'put-by', CAROL));
    const again = await DaemonProcess.start({ folder: daemon.folder, yaml: YAML });
    await eventually('the spool is taken', () => again.phone.some(({ text }) => text === 'put-by'));
    await eventually('the spool is empty', () => filesUnder(path.join(daemon.folder, 'sendmail/spool')).length === 0);
    await again.stop();
    seen.set('stderr of the second', Buffer.from(again.stderr));
    for (const file of filesUnder(daemon.folder))
      seen.set(`after/${path.relative(daemon.folder, file)}`, readFileSync(file));
    seen.set('stderr', Buffer.from(daemon.stderr));
    seen.set('stdout', Buffer.from(daemon.stdout));
    seen.set('replies', Buffer.from(replies.join('\n')));
    expect(daemon.events.length).toBeGreaterThan(MAILS.length);
    // The search would find it: the text of an SMS lies in the database, and in an outcome mail.
    const names = [...seen].filter(([, bytes]) => shows(bytes, 'quatre')).map(([name]) => name);
    expect(names.some((name) => name.includes('.db'))).toBe(true);
    expect(names.some((name) => name.endsWith('.eml'))).toBe(true);
    for (const code of [CODE, WRONG, CAROL, SHARED]) {
      expect(
        [...seen].filter(([, bytes]) => shows(bytes, code)).map(([name]) => name),
        code,
      ).toEqual([]);
    }
  } finally {
    await daemon.dispose();
  }
}, 120_000);
