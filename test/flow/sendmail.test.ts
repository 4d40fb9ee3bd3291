// `petitbleu sendmail` against a running gateway: its own code, real sockets and files, exit codes of sysexits(3).

import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';

import { describe, expect, test } from 'vitest';

import { runSendmail } from '../../src/sendmail/program.js';
import { textOf } from '../support/text-of.js';
import { temporaryFolder } from '../support/store.js';
import { Gateway } from './gateway.js';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function sendmail(folder: string, words: readonly string[], input: string | Readable = ''): Promise<Ran> {
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const code = await runSendmail(words, {
    ...{ name: 'sendmail', output, errors, folder, environment: {} },
    input: typeof input === 'string' ? Readable.from([Buffer.from(input)]) : input,
  });
  const read = (stream: PassThrough): string => ((stream.read() as Buffer | null) ?? Buffer.alloc(0)).toString('utf8');
  return { code, out: read(output), err: read(errors) };
}

async function started(settings: Readonly<Record<string, string>> = {}) {
  const gateway = await Gateway.start();
  const code = await gateway.account('alice@example.fr', 10, settings);
  const folder = path.join(gateway.folder, 'data', 'sendmail');
  const waiting = () => readdirSync(path.join(folder, 'spool')).filter((name) => name.endsWith('.mail'));
  const aside = () => readdirSync(path.join(folder, 'spool', 'refused'));
  return { gateway, code, folder, waiting, aside };
}

const mail = (subject: string, text = 'Bonjour', more = ''): string =>
  `From: alice@example.fr\nSubject: ${subject}\n${more}\n${text}\n`;

describe('while the daemon runs', () => {
  test.each([
    ['a recipient among the words', ['sms.CODE@gw.example'], '0684843556', ''],
    ['completed with the first domain', ['sms.CODE'], '0684843556', ''],
    ['-t, with Bcc', ['-t', '-i'], '', 'To: someone@gw.example.invalid\nBcc: CODE.0684843556@gw.example\n'],
    ['cron', ['-FCronDaemon', '-i', '-odi', '-oem', '-oi', '-t'], '0684843556', 'To: sms.CODE\n'],
  ])('%s', async (_name, words, subject, header) => {
    const { gateway, code, folder } = await started();
    const fill = (text: string): string => text.replace('CODE', code);
    const recipients = words.map(fill);
    const ran = await sendmail(folder, recipients, mail(subject, 'Été', fill(header)));
    // A recipient elsewhere is told, and does not hold up the others.
    const elsewhere = header.includes('invalid');
    expect(ran).toMatchObject({ code: elsewhere ? 77 : 0, out: '' });
    await gateway.waitFor(() => gateway.phone().length === 1);
    expect(gateway.phone()[0]).toMatchObject({ to: '+33684843556', text: 'Été' });
    await gateway.waitFor(() => gateway.outbox().length === 1);
  });

  test.each([
    ['sms.WR0NG1', '0684843556', 77],
    ['sms.CODE', '', 67],
    ['sms.CODE', '0684843556:999999999999', 65],
    ['nobody', '0684843556', 67],
    ['sms.CODE@elsewhere.example', '0684843556', 77],
  ])('%s with the subject %j ends with %i, the reason on stderr, and no mail', async (to, subject, expected) => {
    const { gateway, code, folder } = await started();
    const ran = await sendmail(folder, [to.replace('CODE', code)], mail(subject));
    expect(ran).toMatchObject({ code: expected, out: '' });
    expect(ran.err).toMatch(/^sendmail: \S+: 55\d 5\.\d\.\d /);
    expect(ran.err.toLowerCase()).not.toContain(code.toLowerCase());
    await gateway.pass(10_000);
    expect(gateway.outbox()).toEqual([]);
  });

  test('no credit is 69', async () => {
    const { gateway, folder } = await started();
    const poor = await gateway.account('poor@example.fr', 0);
    const ran = await sendmail(folder, [`sms.${poor}`], 'From: poor@example.fr\nSubject: 0684843556\n\nx\n');
    expect(ran.code).toBe(69);
  });

  test('more recipients than one mail may have go in several', async () => {
    const { gateway, code, folder } = await started({ 'notify.recorded': 'off' });
    await gateway.ask('credit.add', { email: 'alice@example.fr', amountMilli: 500_000, method: 'x', reference: 'y' });
    const words = Array.from({ length: 230 }, (_, at) => `${code}.06000${10_000 + at}`);
    expect(await sendmail(folder, words, mail(''))).toMatchObject({ code: 0, err: '' });
    const { messages } = await gateway.ask<{ messages: readonly unknown[] }>('messages', { limit: 1000 });
    expect(messages).toHaveLength(230);
  });

  test('a mail that is too large is refused before it is whole', async () => {
    const { folder } = await started();
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(100_000, 'x\n');
      })(),
    );
    expect(await sendmail(folder, ['-i', 'sms.x'], endless)).toMatchObject({ code: 65 });
  });

  test('a dot ends the mail while the input stays open', async () => {
    const { gateway, code, folder } = await started();
    const terminal = new PassThrough();
    terminal.write(`${mail('0684843556')}.`);
    terminal.write('\nand more\n');
    expect(await sendmail(folder, [`sms.${code}`], terminal)).toMatchObject({ code: 0 });
    await gateway.waitFor(() => gateway.phone().length === 1);
    expect(gateway.phone()[0]).toMatchObject({ text: 'Bonjour' });
  });

  test('lines that begin with a dot stay as they are, and with -i a dot is text', async () => {
    const { gateway, code, folder } = await started();
    const words = ['-i', `sms.${code}`];
    expect(await sendmail(folder, words, mail('0684843556', '.a\n..b\n.\nc'))).toMatchObject({ code: 0 });
    await gateway.waitFor(() => gateway.phone().length === 1);
    expect(gateway.phone()[0]).toMatchObject({ text: '.a\n..b\n.\nc' });
  });

  test('-bs speaks with the daemon', async () => {
    const { gateway, code, folder } = await started();
    const session = ['EHLO x', 'MAIL FROM:<alice@example.fr>', `RCPT TO:<${code}.0684843556@gw.example>`, 'DATA'];
    const lines = [...session, 'From: alice@example.fr', '', 'Bonjour', '.', 'QUIT', ''];
    const ran = await sendmail(folder, ['-bs'], lines.join('\r\n'));
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/^220 gw\.example .*^250 2\.0\.0 Recorded as .*^221 /ms);
    await gateway.waitFor(() => gateway.phone().length === 1);
  });
});

describe('without a daemon', () => {
  test('the mail waits in the spool and leaves at the next start; it is recorded once, and told', async () => {
    const { gateway, code, folder, waiting } = await started();
    await gateway.stop();
    expect(await sendmail(folder, [`sms.${code}`], mail('0684843556'))).toEqual({ code: 0, out: '', err: '' });
    expect(waiting()).toHaveLength(1);
    const [name = ''] = waiting();
    const file = path.join(folder, 'spool', name);
    const kept = path.join(gateway.folder, name);
    copyFileSync(file, kept);
    expect(readFileSync(file, 'latin1')).toMatch(/^Message-ID: <\S+@\S+>\r$/m);
    await gateway.start();
    await gateway.waitFor(() => gateway.phone().length === 1 && waiting().length === 0);
    await gateway.waitFor(() => gateway.outbox().length === 1);
    // A crash between the commit and the removal: the file is there once more.
    copyFileSync(kept, file);
    await gateway.waitFor(() => waiting().length === 0);
    await gateway.pass(60_000);
    expect(gateway.phone()).toHaveLength(1);
    expect(gateway.outbox()).toHaveLength(1);
  });

  test('a refusal after the right code is mailed, without one the mail is put aside', async () => {
    const { gateway, code, folder, waiting, aside } = await started({ lang: 'en' });
    await gateway.stop();
    await sendmail(folder, [`sms.${code}`], mail('0684843556:999999999999'));
    await sendmail(folder, ['sms.WR0NG1'], mail('0684843556'));
    await sendmail(folder, [`sms.${code}`], mail('0684843556:999999999999', 'x', 'Auto-Submitted: auto-generated\n'));
    await gateway.start();
    await gateway.waitFor(() => waiting().length === 0 && gateway.outbox().length === 1);
    const [told = ''] = gateway.outbox();
    expect(textOf(told)).toContain('is not a date');
    expect(aside()).toHaveLength(2);
    expect(gateway.phone()).toEqual([]);
  });

  test('where a recipient has no form, the others get their SMS and the mail is put aside', async () => {
    const { gateway, code, folder, aside } = await started();
    await gateway.stop();
    await sendmail(folder, [`${code}.0684843556`, 'nobody', 'x@elsewhere.example'], mail(''));
    await gateway.start();
    await gateway.waitFor(() => gateway.phone().length === 1 && aside().length === 1);
  });

  test('-bs says so', async () => {
    const { gateway, folder } = await started();
    await gateway.stop();
    expect(await sendmail(folder, ['-bs'])).toEqual({
      ...{ code: 75, err: '' },
      out: '421 4.3.2 The gateway does not run at the moment; try again later\r\n',
    });
  });

  test('without a spool either: 75, nothing is lost in silence', async () => {
    const nowhere = path.join(temporaryFolder(), 'none');
    const ran = await sendmail(nowhere, ['sms.x@gw.example'], mail(''));
    expect(ran.code).toBe(75);
    expect(ran.err).toMatch(
      /^sendmail: no daemon answers at .*, and the mail cannot be kept for later in its spool \(ENOENT\)\n$/,
    );
  });
});

describe('calls that hand over nothing', () => {
  test.each([
    [['-bp'], 0, 'Mail queue is empty\n'],
    [['-bi'], 0, ''],
    [['-q'], 0, ''],
    [[], 64, ''],
    [['-bd'], 64, ''],
    [['-t'], 64, ''],
  ])('%j', async (words, code, out) => {
    const { folder } = await started();
    expect(await sendmail(folder, words)).toMatchObject({ code, out });
  });

  test.each(['a b@gw.example', 'a@gw.example\r\nDATA', '<a>b@gw.example> X=Y'])('%j is no address', async (address) => {
    const { folder } = await started();
    const ran = await sendmail(folder, ['--', address], mail(''));
    expect(ran.code).not.toBe(0);
  });
});
