import { afterEach, describe, expect, it } from 'vitest';

import { err, ok } from '../../src/core/result.js';
import { rejection } from '../../src/core/rejection.js';
import type { Login } from '../../src/mail/smtp-auth.js';
import { settle, until } from '../support/fake-clock.js';
import { startServer, stopServers } from '../support/mail-server.js';
import { SmtpClient } from '../support/smtp-client.js';
import { LOCALHOST } from '../support/tls.js';

const FROM = 'MAIL FROM:<alice@client.example>';
const TO = 'RCPT TO:<sms@sms.example>';
const RIGHT = { username: 'alice@client.example', password: 'FGB45L' };

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const plain = (username: string, password: string, actAs = ''): string =>
  `AUTH PLAIN ${base64(`${actAs}\0${username}\0${password}`)}`;

afterEach(stopServers);

function start(mode: 'submission' | 'submission-tls') {
  return startServer({
    mode,
    tls: LOCALHOST,
    authenticate: ({ username, password }: Login) => {
      if (username === 'trouble') throw new Error(`no store for ${password}`);
      const right = username === RIGHT.username && password === RIGHT.password;
      return Promise.resolve(right ? ok(username) : err(rejection('auth-failed')));
    },
  });
}

async function secured(port: number): Promise<SmtpClient> {
  const client = await SmtpClient.greeted(port);
  await client.ask('STARTTLS');
  await client.startTls(LOCALHOST.cert);
  return client;
}

describe('submission with STARTTLS', () => {
  it('offers no AUTH before TLS, refuses it, and takes no mail', async () => {
    const { port, received } = await start('submission');
    const client = SmtpClient.open(port);
    await client.reply();
    const hello = await client.ask('EHLO client.example');
    expect(hello).toContain('STARTTLS');
    expect(hello).not.toContain('AUTH');
    expect(await client.ask(plain(RIGHT.username, RIGHT.password))).toMatch(/^538 5\.7\.11 /);
    expect(await client.ask('AUTH LOGIN')).toMatch(/^538 5\.7\.11 /);
    expect(await client.asks(FROM, TO, 'DATA')).toEqual([
      '530 5.7.0 Authentication required',
      expect.stringMatching(/^503 /) as string,
      expect.stringMatching(/^503 /) as string,
    ]);
    expect(received).toEqual([]);
  });

  it('offers PLAIN and LOGIN over TLS, with the certificate of the operator', async () => {
    const { port } = await start('submission');
    const client = await secured(port);
    expect(client.certificate).toBe(LOCALHOST.fingerprint);
    expect(await client.ask('EHLO client.example')).toMatch(/^250-AUTH PLAIN LOGIN$/m);
    expect(await client.ask(FROM)).toBe('530 5.7.0 Authentication required');
  });

  it.each([
    ['PLAIN', [plain(RIGHT.username, RIGHT.password)]],
    ['PLAIN, in two lines', ['AUTH PLAIN', base64(`\0${RIGHT.username}\0${RIGHT.password}`)]],
    ['PLAIN, acting as oneself', [plain(RIGHT.username, RIGHT.password, 'Alice@Client.example')]],
    ['LOGIN', ['AUTH LOGIN', base64(RIGHT.username), base64(RIGHT.password)]],
    ['LOGIN, the name at once', [`AUTH LOGIN ${base64(RIGHT.username)}`, base64(RIGHT.password)]],
  ])('takes mail after %s, and says who sent it', async (_name, lines) => {
    const { port, received } = await start('submission');
    const client = await secured(port);
    await client.ask('EHLO client.example');
    const replies = await client.asks(...lines);
    expect(replies.at(-1)).toMatch(/^235 2\.7\.0 /);
    expect(await client.ask('EHLO again')).not.toContain('AUTH');
    expect(await client.ask(plain(RIGHT.username, RIGHT.password))).toMatch(/^503 /);
    await client.asks(FROM, TO, 'DATA');
    client.send('x\r\n.\r\n');
    expect(await client.reply()).toMatch(/^250 /);
    expect(received[0]?.envelope).toMatchObject({ authenticatedAs: RIGHT.username, channel: 'submission' });
  });

  it('refuses what is wrong in the same words, and lets nobody act for another', async () => {
    const { port, log, received } = await start('submission');
    const client = await secured(port);
    await client.ask('EHLO client.example');
    const replies = await client.asks(
      plain(RIGHT.username, 'wrong'),
      plain('nobody@client.example', RIGHT.password),
      plain(RIGHT.username, RIGHT.password, 'bob@client.example'),
      plain('', ''),
    );
    expect(new Set(replies)).toEqual(
      new Set(['535 5.7.8 Authentication failed: use the address of the account and its sending code or an API key']),
    );
    expect(await client.ask(FROM)).toMatch(/^530 /);
    expect(received).toEqual([]);
    expect(log.of('auth.refused')).toHaveLength(4);
    expect(log.text).not.toMatch(/alice|wrong|FGB45L|QWxpY2U/i);
  });

  it('answers a fault as temporary, and logs neither name nor password', async () => {
    const { port, log } = await start('submission');
    const client = await secured(port);
    await client.ask('EHLO client.example');
    expect(await client.ask(plain('trouble', 'FGB45L'))).toMatch(/^454 4\.7\.0 /);
    expect(log.of('auth.fault')).toHaveLength(1);
    expect(log.text).not.toMatch(/trouble|FGB45L/);
  });

  it('ends after too many tries', async () => {
    const { port } = await start('submission');
    const client = await secured(port);
    await client.ask('EHLO client.example');
    for (let tries = 0; tries < 20; tries += 1) client.send(`${plain(RIGHT.username, String(tries))}\r\n`);
    const replies: string[] = [];
    for (let line = await client.reply(); line !== ''; line = await client.reply()) replies.push(line.slice(0, 3));
    expect(replies).toEqual([...Array<string>(20).fill('535'), '421']);
  });
});

describe('submission with TLS from the first byte', () => {
  it('uses the certificate of the operator, and AUTH', async () => {
    const { port, received } = await start('submission-tls');
    const client = SmtpClient.openTls(port, LOCALHOST.cert);
    expect(await client.reply()).toMatch(/^220 /);
    expect(client.certificate).toBe(LOCALHOST.fingerprint);
    const hello = await client.ask('EHLO client.example');
    expect(hello).toContain('AUTH PLAIN LOGIN');
    expect(hello).not.toContain('STARTTLS');
    expect(await client.ask(FROM)).toMatch(/^530 /);
    expect(await client.ask(plain(RIGHT.username, RIGHT.password))).toMatch(/^235 /);
    await client.asks(FROM, TO, 'DATA');
    client.send('x\r\n.\r\n');
    expect(await client.reply()).toMatch(/^250 /);
    expect(received[0]?.envelope.authenticatedAs).toBe(RIGHT.username);
  });
});

it.each(['submission', 'submission-tls'] as const)(
  '%s without a certificate cannot be: the library has one',
  async (mode) => {
    await expect(startServer({ mode, tls: null })).rejects.toThrow('needs a certificate');
  },
);

it('plain SMTP knows no AUTH, not even over TLS', async () => {
  const { port } = await startServer({ tls: LOCALHOST });
  const client = await secured(port);
  expect(await client.ask('EHLO client.example')).not.toContain('AUTH');
  expect(await client.ask(plain(RIGHT.username, RIGHT.password))).toMatch(/^500 /);
});

describe('connections that never finish their TLS handshake', () => {
  it('are counted, and cut off after a while, whatever they drip', async () => {
    const { port, clock } = await startServer({ mode: 'submission-tls', tls: LOCALHOST, limits: { perIp: 2 } });
    const [first, second] = [SmtpClient.open(port), SmtpClient.open(port)];
    await settle(20);
    const third = SmtpClient.open(port);
    await until(() => third.closed);
    expect([first.closed, second.closed]).toEqual([false, false]);
    await clock.advance(30_000);
    await until(() => first.closed && second.closed);
    const client = SmtpClient.openTls(port, LOCALHOST.cert);
    expect(await client.reply()).toMatch(/^220 /);
    await clock.advance(30_000);
    expect(await client.ask('EHLO client.example')).toMatch(/^250/);
  });
});
