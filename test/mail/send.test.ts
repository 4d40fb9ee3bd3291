// Mails to people: the bytes, the envelope, and what becomes of each answer of a real server on the loopback.

import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, test } from 'vitest';

import { messageIdOf } from '../../src/mail/compose.js';
import { folderMailer, smtpMailer, type SmtpMailerOptions } from '../../src/mail/send.js';
import type { Log, Mailer, OutgoingMail } from '../../src/ports.js';

const TLS_FOLDER = fileURLToPath(new URL('../../fixtures/tls/', import.meta.url));
const KEY = await readFile(path.join(TLS_FOLDER, 'localhost.key.pem'), 'utf8');
const CERT = await readFile(path.join(TLS_FOLDER, 'localhost.cert.pem'), 'utf8');

const MAIL: OutgoingMail = {
  id: 'notice-7',
  to: 'alice@example.fr',
  subject: 'Re: ••••:0612345678 : réunion',
  text: 'Votre SMS est enregistré ; il part tout de suite.\n\n.\n..ligne à point\nFrom ici\n',
  inReplyTo: '<original@example.fr>',
  references: ['<first@example.fr>', '<original@example.fr>'],
  createdAtMs: Date.UTC(2026, 10, 22, 13, 5, 9, 42),
};

const nothing = (): void => undefined;
const silent: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Delivered {
  readonly from: string;
  readonly to: readonly string[];
  readonly user: string | undefined;
  readonly secure: boolean;
  readonly raw: Buffer;
}

interface Relay {
  readonly port: number;
  readonly mails: Delivered[];
  connections: number;
  open(): number;
}

function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

async function relay(options: SMTPServerOptions = {}): Promise<Relay> {
  const facts: Relay = { port: 0, mails: [], connections: 0, open: () => server.connections.size };
  const server = new SMTPServer({
    key: KEY,
    cert: CERT,
    authOptional: true,
    hideSTARTTLS: true,
    disabledCommands: ['AUTH'],
    onConnect: (_session, done) => {
      facts.connections += 1;
      done();
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        facts.mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map((one) => one.address),
          user: session.user as string | undefined,
          secure: session.secure,
          raw: Buffer.concat(chunks),
        });
        done(null, 'queued as 1');
      });
    },
    ...options,
  });
  server.on('error', nothing);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return Object.assign(facts, { port: (server.server.address() as AddressInfo).port });
}

function mailerTo(url: string, options: Partial<SmtpMailerOptions> = {}): Mailer {
  const mailer = smtpMailer({
    url,
    from: () => 'petitbleu@sms.example.fr',
    hostname: 'gateway.example.fr',
    requireTls: false,
    log: silent,
    ...options,
  });
  closers.push(() => mailer.stop());
  return mailer;
}

async function folder(): Promise<string> {
  const created = await mkdtemp(path.join(tmpdir(), 'petitbleu-send-'));
  closers.push(() => rm(created, { recursive: true, force: true }));
  return path.join(created, 'outbox');
}

function intoFolder(where: string): Mailer {
  return folderMailer({ folder: where, from: () => 'petitbleu@sms.example.fr', hostname: 'gateway.example.fr' });
}

/** The bytes that a mail gets, by way of the folder. */
async function bytesOf(mail: OutgoingMail): Promise<string> {
  const where = await folder();
  const outcome = await intoFolder(where).send(mail);
  expect(outcome.kind).toBe('sent');
  const [name] = await readdir(where);
  return await readFile(path.join(where, name ?? ''), 'utf8');
}

/** Unfolded header lines. */
function headersOf(raw: string): string[] {
  return raw
    .slice(0, raw.indexOf('\r\n\r\n'))
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
}

describe('the bytes', () => {
  test('say that a program answers, whom it answers, and carry a fixed id and date', async () => {
    expect(headersOf(await bytesOf(MAIL))).toEqual([
      'Content-Transfer-Encoding: quoted-printable',
      'Auto-Submitted: auto-replied',
      'X-Auto-Response-Suppress: All',
      'From: Petit Bleu <petitbleu@sms.example.fr>',
      'To: alice@example.fr',
      'In-Reply-To: <original@example.fr>',
      'References: <first@example.fr> <original@example.fr>',
      expect.stringMatching(/^Subject: =\?UTF-8\?Q\?/) as string,
      `Message-ID: ${messageIdOf(MAIL, 'gateway.example.fr')}`,
      'Date: Sun, 22 Nov 2026 13:05:09 +0000',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
    ]);
  });

  test('are the same each time', async () => {
    expect(await bytesOf(MAIL)).toBe(await bytesOf(MAIL));
  });

  test('have CRLF only, and no line over 76 columns in the body', async () => {
    const raw = await bytesOf({ ...MAIL, text: `${'é'.repeat(200)}\nshort\r\nend\n` });
    expect(raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    const body = raw.slice(raw.indexOf('\r\n\r\n') + 4).split('\r\n');
    expect(Math.max(...body.map((line) => line.length))).toBeLessThanOrEqual(76);
  });

  test('have another message id when a new database gives the same id again', () => {
    expect(messageIdOf(MAIL, 'h')).toBe(messageIdOf({ ...MAIL }, 'h'));
    expect(messageIdOf(MAIL, 'h')).not.toBe(messageIdOf({ ...MAIL, createdAtMs: MAIL.createdAtMs + 1 }, 'h'));
    expect(messageIdOf({ ...MAIL, id: 'a b>\r\n' }, 'h')).toMatch(/^<[\w.-]+@h>$/);
  });

  test('stay small when the thread is long', async () => {
    const references = Array.from({ length: 500 }, (_, at) => `<${at}@example.fr>`);
    const line = headersOf(await bytesOf({ ...MAIL, references })).find((one) => one.startsWith('References'));
    expect(line?.split(' ').slice(1)).toEqual(['<0@example.fr>', ...references.slice(-19), '<original@example.fr>']);
  });
});

describe('header injection', () => {
  test.each(['Re: a\r\nBcc: x@evil.fr', 'a\nb', 'a\rb', 'a\u2028b', 'a\u0000b'])(
    'a subject with a control character is refused: %j',
    async (subject) => {
      const where = await folder();
      expect(await intoFolder(where).send({ ...MAIL, subject })).toMatchObject({ kind: 'failed' });
      await expect(readdir(where)).rejects.toThrow();
    },
  );

  test.each([
    'a@a.fr\r\nBcc: x@evil.fr',
    'a@a.fr, x@evil.fr',
    'a@a.fr;x@evil.fr',
    'group: a@a.fr, x@evil.fr;',
    'Alice <a@a.fr>',
    '"a@a.fr" x@evil.fr',
    'a@a.fr\n',
    'a@b@c.fr',
    'nobody',
    '',
  ])('a recipient that is not one plain address is refused: %j', async (to) => {
    const target = await relay();
    expect(await mailerTo(`smtp://127.0.0.1:${target.port}`).send({ ...MAIL, to })).toMatchObject({ kind: 'failed' });
    expect(target.mails).toEqual([]);
  });

  test('references that are no message ids are dropped, the mail still leaves', async () => {
    const raw = await bytesOf({
      ...MAIL,
      inReplyTo: '<a@b>\r\nBcc: x@evil.fr',
      references: ['<a@b>\r\nBcc: x@evil.fr', 'plain', '<good@example.fr>', '<a b@c>', '<é@c>'],
    });
    expect(raw).not.toContain('evil');
    const names = headersOf(raw).map((line) => line.slice(0, line.indexOf(':')));
    expect(names).not.toContain('In-Reply-To');
    expect(names).not.toContain('Bcc');
    expect(headersOf(raw)).toContain('References: <good@example.fr>');
  });

  test('a text is never read as a file or fetched', async () => {
    expect(await bytesOf({ ...MAIL, text: '/etc/passwd' })).toMatch(/\r\n\r\n\/etc\/passwd/);
  });
});

describe('a folder', () => {
  test('gets one file for one mail, readable by the owner only, and no leftovers', async () => {
    const where = await folder();
    const mailer = intoFolder(where);
    expect(await mailer.send(MAIL)).toEqual({ kind: 'sent', detail: '20261122T130509042Z-notice-7.eml' });
    expect(await mailer.send(MAIL)).toMatchObject({ kind: 'sent' });
    await mailer.send({ ...MAIL, id: '../8' });
    expect((await readdir(where)).sort()).toEqual(['20261122T130509042Z-___8.eml', '20261122T130509042Z-notice-7.eml']);
    expect((await stat(where)).mode & 0o777).toBe(0o700);
    expect((await stat(path.join(where, '20261122T130509042Z-notice-7.eml'))).mode & 0o777).toBe(0o600);
  });

  test('that cannot be written keeps the mail in the queue', async () => {
    const where = await folder();
    await writeFile(where, 'a file is in the way');
    expect(await intoFolder(where).send(MAIL)).toMatchObject({ kind: 'deferred' });
  });
});

describe('a smarthost', () => {
  test('gets the same bytes as the folder, from <>, to the one recipient', async () => {
    const target = await relay();
    const mailer = mailerTo(`smtp://127.0.0.1:${target.port}`);
    expect(await mailer.send(MAIL)).toEqual({ kind: 'sent', detail: '250 queued as 1' });
    const [mail] = target.mails;
    expect(mail).toMatchObject({ from: '', to: ['alice@example.fr'], secure: false, user: undefined });
    expect(mail?.raw.toString('utf8')).toBe(await bytesOf(MAIL));
  });

  test('gets two mails over one connection', async () => {
    const target = await relay();
    const mailer = mailerTo(`smtp://127.0.0.1:${target.port}`);
    await mailer.send(MAIL);
    await mailer.send({ ...MAIL, id: 'notice-8' });
    expect(target.mails).toHaveLength(2);
    expect(target.connections).toBe(1);
  });

  const withLogin: SMTPServerOptions = {
    hideSTARTTLS: false,
    disabledCommands: [],
    authOptional: false,
    onAuth: ({ username, password }, _session, done) => {
      if (username === 'us er' && password === 'p@ss:word') done(null, { user: username });
      else done(smtpError(535, 'no'));
    },
  };

  test('gets a login under STARTTLS', async () => {
    const target = await relay(withLogin);
    const mailer = mailerTo(`smtp://us%20er:p%40ss%3Aword@localhost:${target.port}`, { requireTls: true, ca: CERT });
    expect(await mailer.send(MAIL)).toMatchObject({ kind: 'sent' });
    expect(target.mails).toMatchObject([{ user: 'us er', secure: true }]);
    expect(mailer.description).toBe(`smtp://localhost:${target.port}`);
  });

  test('gets TLS from the start with smtps://', async () => {
    const target = await relay({ secure: true });
    const mailer = mailerTo(`smtps://localhost:${target.port}`, { ca: CERT });
    expect(await mailer.send(MAIL)).toMatchObject({ kind: 'sent' });
    expect(target.mails).toMatchObject([{ secure: true }]);
  });

  test('with a wrong password is a fault of the configuration: the mail waits', async () => {
    const target = await relay(withLogin);
    const warnings: unknown[] = [];
    const mailer = mailerTo(`smtp://user:wrong-secret@localhost:${target.port}`, {
      requireTls: true,
      ca: CERT,
      log: { ...silent, warn: (event, fields) => void warnings.push([event, fields]) },
    });
    expect(await mailer.send(MAIL)).toMatchObject({
      kind: 'deferred',
      detail: expect.stringContaining('535') as string,
    });
    expect(warnings).toMatchObject([['mailer.refused', { mail: 'notice-7', kind: 'deferred' }]]);
    expect(JSON.stringify(warnings)).not.toContain('wrong-secret');
  });

  test('gets no password in the clear, except on this host', async () => {
    const logins: string[] = [];
    const target = await relay({
      disabledCommands: [],
      allowInsecureAuth: true,
      onAuth: ({ username }, _session, done) => {
        logins.push(username ?? '');
        done(null, { user: username });
      },
    });
    // The same listener under an address that is not plainly this host.
    const elsewhere = mailerTo(`smtp://far:secret@0.0.0.0:${target.port}`);
    expect(await elsewhere.send(MAIL)).toMatchObject({ kind: 'deferred' });
    const here = mailerTo(`smtp://near:secret@127.0.0.1:${target.port}`);
    expect(await here.send(MAIL)).toMatchObject({ kind: 'sent' });
    expect(logins).toEqual(['near']);
  });

  test('without the STARTTLS that is required, or with an unknown certificate, gets nothing', async () => {
    const plain = await relay();
    const required = mailerTo(`smtp://localhost:${plain.port}`, { requireTls: true });
    expect(await required.send(MAIL)).toMatchObject({ kind: 'deferred' });
    const unknown = await relay({ hideSTARTTLS: false });
    const checked = mailerTo(`smtp://localhost:${unknown.port}`, { requireTls: true });
    expect(await checked.send(MAIL)).toMatchObject({ kind: 'deferred' });
    expect([...plain.mails, ...unknown.mails]).toEqual([]);
  });

  test('that offers STARTTLS with any certificate is talked to under TLS where TLS is not required', async () => {
    const target = await relay({ hideSTARTTLS: false });
    expect(await mailerTo(`smtp://localhost:${target.port}`).send(MAIL)).toMatchObject({ kind: 'sent' });
    expect(target.mails).toMatchObject([{ secure: true }]);
  });
});

describe('answers', () => {
  const answering = (where: 'onMailFrom' | 'onRcptTo' | 'onData', code: number): SMTPServerOptions => {
    const refuse = (done: (error: Error) => void) => done(smtpError(code, 'because'));
    if (where === 'onMailFrom') return { onMailFrom: (_address, _session, done) => refuse(done) };
    if (where === 'onRcptTo') return { onRcptTo: (_address, _session, done) => refuse(done) };
    return {
      onData: (stream, _session, done) => {
        stream.resume();
        stream.on('end', () => refuse(done));
      },
    };
  };

  test.each([
    ['onMailFrom', 451, 'deferred'],
    ['onMailFrom', 530, 'deferred'],
    ['onMailFrom', 550, 'failed'],
    ['onRcptTo', 450, 'deferred'],
    ['onRcptTo', 421, 'deferred'],
    ['onRcptTo', 550, 'failed'],
    ['onData', 452, 'deferred'],
    ['onData', 554, 'failed'],
  ] as const)('%s answers %i: %s', async (where, code, kind) => {
    const target = await relay(answering(where, code));
    const outcome = await mailerTo(`smtp://127.0.0.1:${target.port}`).send(MAIL);
    expect(outcome).toMatchObject({ kind, detail: expect.stringContaining(`${code} because`) as string });
  });

  test('a refused mail leaves the connection to the next one', async () => {
    const target = await relay({
      onRcptTo: ({ address }, _session, done) =>
        address === 'gone@example.fr' ? done(smtpError(550, 'gone')) : done(),
    });
    const mailer = mailerTo(`smtp://127.0.0.1:${target.port}`);
    expect(await mailer.send({ ...MAIL, to: 'gone@example.fr' })).toMatchObject({ kind: 'failed' });
    expect(await mailer.send(MAIL)).toMatchObject({ kind: 'sent' });
    expect(target.connections).toBe(1);
  });
});

describe('trouble', () => {
  /** A server that is no SMTP server: what it does with each connection is given. */
  async function rawServer(onSocket: (socket: Socket) => void): Promise<number> {
    const sockets = new Set<Socket>();
    const server: Server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', nothing);
      onSocket(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    return (server.address() as AddressInfo).port;
  }

  test('a server that hangs up at once', async () => {
    const port = await rawServer((socket) => socket.destroy());
    expect(await mailerTo(`smtp://127.0.0.1:${port}`).send(MAIL)).toMatchObject({ kind: 'deferred' });
  });

  test('a server that refuses everybody with its greeting', async () => {
    const port = await rawServer((socket) => socket.end('554 go away\r\n'));
    expect(await mailerTo(`smtp://127.0.0.1:${port}`).send(MAIL)).toMatchObject({ kind: 'deferred' });
  });

  test('a server that hangs up after the text: deferred, and not sent again from here', async () => {
    let texts = 0;
    const port = await rawServer((socket) => {
      socket.write('220 hello\r\n');
      socket.setEncoding('utf8').on('data', (lines: string) => {
        if (lines.endsWith('\r\n.\r\n')) {
          texts += 1;
          socket.destroy();
        } else if (lines.startsWith('DATA')) socket.write('354 go on\r\n');
        else if (/^(EHLO|MAIL|RCPT)/.test(lines)) socket.write('250 ok\r\n');
      });
    });
    expect(await mailerTo(`smtp://127.0.0.1:${port}`).send(MAIL)).toMatchObject({ kind: 'deferred' });
    expect(texts).toBe(1);
  });

  test('a silent server, and one that drips', async () => {
    const silentPort = await rawServer(nothing);
    const impatient = mailerTo(`smtp://127.0.0.1:${silentPort}`, { silenceMs: 50 });
    expect(await impatient.send(MAIL)).toMatchObject({ kind: 'deferred' });
    const dripping = await rawServer((socket) => {
      socket.write('220-hello\r\n');
      const timer = setInterval(() => socket.write('220-hello\r\n'), 10);
      socket.on('close', () => clearInterval(timer));
    });
    const limited = mailerTo(`smtp://127.0.0.1:${dripping}`, { deadlineMs: 200 });
    expect(await limited.send(MAIL)).toMatchObject({ kind: 'deferred' });
  });

  test('nobody listens, and no such host', async () => {
    const port = await rawServer(nothing);
    for (const close of closers.splice(0).reverse()) await close();
    expect(await mailerTo(`smtp://127.0.0.1:${port}`).send(MAIL)).toMatchObject({ kind: 'deferred' });
    expect(await mailerTo('smtp://no-such-host.invalid', { silenceMs: 2000 }).send(MAIL)).toMatchObject({
      kind: 'deferred',
    });
  });

  test('an idle connection that the server has closed is replaced without a word', async () => {
    const target = await relay({ socketTimeout: 400 });
    const mailer = mailerTo(`smtp://127.0.0.1:${target.port}`);
    expect(await mailer.send(MAIL)).toMatchObject({ kind: 'sent' });
    await expect.poll(() => target.open(), { timeout: 5000 }).toBe(0);
    expect(await mailer.send({ ...MAIL, id: 'notice-8' })).toMatchObject({ kind: 'sent' });
    expect(target.connections).toBe(2);
  });
});

describe('stopping', () => {
  test('waits for what is under way and takes nothing new', async () => {
    let finish: () => void = nothing;
    let arrived: () => void = nothing;
    const inData = new Promise<void>((resolve) => (arrived = resolve));
    const target = await relay({
      onData: (stream, _session, done) => {
        stream.resume();
        stream.on('end', () => {
          finish = () => done(null, 'late');
          arrived();
        });
      },
    });
    const mailer = mailerTo(`smtp://127.0.0.1:${target.port}`);
    const sending = mailer.send(MAIL);
    await inData;
    let stopped = false;
    const stopping = mailer.stop().then(() => (stopped = true));
    expect(await mailer.send(MAIL)).toMatchObject({ kind: 'deferred' });
    expect(stopped).toBe(false);
    finish();
    expect(await sending).toMatchObject({ kind: 'sent' });
    await stopping;
  });
});
