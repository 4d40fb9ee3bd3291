import { existsSync, linkSync, statSync, writeFileSync } from 'node:fs';
import { createServer, Socket } from 'node:net';
import path from 'node:path';

import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';

import { rejection } from '../../src/core/rejection.js';
import type { MailReply, Replies } from '../../src/mail/smtp-transaction.js';
import { settle, until } from '../support/fake-clock.js';
import { startServer, stopServers } from '../support/mail-server.js';
import { SmtpClient } from '../support/smtp-client.js';
import { temporaryFolder } from '../support/store.js';

const FROM = 'MAIL FROM:<alice@client.example>';
const rcpt = (local: string): string => `RCPT TO:<${local}@sms.example>`;
const YES: MailReply = { ok: true, text: '2.0.0 recorded' };
const NO: MailReply = { ok: false, rejection: rejection('not-accepted') };

afterEach(stopServers);

async function greeted(port: number): Promise<SmtpClient> {
  const client = SmtpClient.open(port);
  expect(await client.reply()).toBe('220 gate.example LMTP Petit Bleu');
  await client.ask('LHLO client.example');
  return client;
}

async function replies(client: SmtpClient, count: number): Promise<string[]> {
  const all: string[] = [];
  for (let at = 0; at < count; at += 1) all.push(await client.reply());
  return all;
}

const deliver = async (client: SmtpClient, ...recipients: readonly string[]): Promise<void> => {
  await client.asks(FROM, ...recipients.map(rcpt), 'DATA');
  client.send('x\r\n.\r\n');
};

describe('LMTP', () => {
  it('speaks LHLO only, without TLS and AUTH', async () => {
    const { port } = await startServer({ mode: 'lmtp' });
    const client = SmtpClient.open(port);
    await client.reply();
    expect(await client.asks('EHLO x', 'HELO x', FROM)).toEqual(
      ['500', '500', '503'].map((code) => expect.stringMatching(new RegExp(`^${code}`)) as string),
    );
    const hello = await client.ask('LHLO x');
    expect(hello).toContain('250-PIPELINING');
    expect(hello).not.toMatch(/AUTH|STARTTLS/);
  });

  it('sends the replies of a mail in one piece, so that no client ever has a part of them', async () => {
    const { port } = await startServer({ mode: 'lmtp', receive: () => Promise.resolve([YES, NO, YES]) });
    const client = await greeted(port);
    const written = vi.spyOn(Socket.prototype, '_writev');
    await deliver(client, 'a', 'b', 'c');
    await replies(client, 3);
    expect(written.mock.calls.map(([chunks]) => chunks.length)).toEqual([3]);
    written.mockRestore();
  });

  it('gives each recipient its own reply, in their order', async () => {
    const { port, received } = await startServer({ mode: 'lmtp', receive: () => Promise.resolve([YES, NO, YES]) });
    const client = await greeted(port);
    await deliver(client, 'a', 'b', 'c');
    expect(await replies(client, 3)).toEqual([
      '250 2.0.0 recorded',
      '550 5.7.1 Sender or code not accepted',
      '250 2.0.0 recorded',
    ]);
    expect(received[0]?.envelope).toMatchObject({ channel: 'lmtp', authenticatedAs: null });
    expect(await client.ask('NOOP')).toMatch(/^250 /);
  });

  it('answers every RCPT that it took, also one that names the same address again, and none that it refused', async () => {
    const byRecipient = [NO, YES];
    const { port, received } = await startServer({
      mode: 'lmtp',
      limits: { recipients: 10 },
      receive: () => Promise.resolve(byRecipient),
    });
    const client = await greeted(port);
    await client.asks(
      FROM,
      rcpt('old'),
      'RSET',
      FROM,
      rcpt('a'),
      'RCPT TO:<x@elsewhere.example>',
      rcpt('b'),
      rcpt('A'),
    );
    await client.ask('DATA');
    client.send('x\r\n.\r\n');
    expect((await replies(client, 3)).map((line) => line.slice(0, 3))).toEqual(['550', '250', '550']);
    expect(await client.ask('NOOP')).toMatch(/^250 /);
    expect(received[0]?.envelope.rcptTo).toHaveLength(2);
  });

  it.each([
    ['a mail that is too large', 'x'.repeat(20_000), () => Promise.resolve(YES), '552 5.3.4'],
    ['a refusal of the whole', 'x', () => Promise.resolve(NO), '550 5.7.1'],
    ['a fault', 'x', () => Promise.reject(new Error('no')), '451 4.3.0'],
    ['a reply too few', 'x', () => Promise.resolve([YES]), '451 4.3.0'],
  ])('says %s once for each recipient', async (_name, text, receive: () => Promise<Replies>, expected) => {
    const { port } = await startServer({ mode: 'lmtp', receive });
    const client = await greeted(port);
    await client.asks(FROM, rcpt('a'), rcpt('b'), 'DATA');
    client.send(`${text}\r\n.\r\n`);
    expect((await replies(client, 2)).map((line) => line.slice(0, 9))).toEqual([expected, expected]);
    expect(await client.ask('NOOP')).toMatch(/^250 /);
  });

  it('gives all replies before it leaves, for errors or for a stop', async () => {
    let decide: (replies: Replies) => void = () => undefined;
    const { port, server, received } = await startServer({
      mode: 'lmtp',
      limits: { errors: 2 },
      receive: () => new Promise((resolve) => (decide = resolve)),
    });
    const client = await greeted(port);
    await deliver(client, 'a', 'b', 'c');
    await until(() => received.length === 1);
    decide([NO, NO, YES]);
    // The 250 makes up for the errors before it.
    expect((await replies(client, 3)).map((line) => line.slice(0, 3))).toEqual(['550', '550', '250']);
    await deliver(client, 'a', 'b');
    await until(() => received.length === 2);
    decide([NO, NO]);
    expect((await replies(client, 3)).map((line) => line.slice(0, 3))).toEqual(['550', '550', '421']);
    const other = await greeted(port);
    await deliver(other, 'a', 'b');
    await until(() => received.length === 3);
    const stopped = server.stop(1_000);
    await settle(20);
    decide([YES, YES]);
    expect((await replies(other, 3)).map((line) => line.slice(0, 3))).toEqual(['250', '250', '421']);
    await stopped;
  });
});

describe('a unix socket', () => {
  const place = (): string => path.join(temporaryFolder(), 'lmtp.sock');

  it('is made with its permissions, knows no limit for one address, and goes with the server', async () => {
    const file = place();
    const listen = [{ path: file, mode: 0o640 }];
    const { server, received } = await startServer({ mode: 'lmtp', listen, limits: { perIp: 1 } });
    expect(statSync(file).mode & 0o777).toBe(0o640);
    const clients = [SmtpClient.openPath(file), SmtpClient.openPath(file)];
    for (const client of clients) {
      await client.reply();
      await client.ask('LHLO x');
      await deliver(client, 'a');
      expect(await client.reply()).toMatch(/^250 /);
    }
    expect(received.map(({ envelope }) => envelope.remoteAddress)).toEqual(['', '']);
    await server.stop(0);
    expect(existsSync(file)).toBe(false);
  });

  it('takes the place of one that a dead daemon left', async () => {
    const file = place();
    const dead = createServer();
    await new Promise<void>((resolve) => dead.listen(`${file}.1`, resolve));
    linkSync(`${file}.1`, file);
    await new Promise((resolve) => dead.close(resolve));
    await startServer({ mode: 'lmtp', listen: [{ path: file, mode: 0o600 }] });
    const client = SmtpClient.openPath(file);
    expect(await client.reply()).toMatch(/^220 /);
  });

  it('takes nobody else’s place', async () => {
    const file = place();
    const alive = createServer();
    await new Promise<void>((resolve) => alive.listen(file, resolve));
    onTestFinished(() => new Promise<void>((resolve) => void alive.close(() => resolve())));
    const listen = [{ path: file, mode: 0o600 }];
    await expect(startServer({ mode: 'lmtp', listen })).rejects.toThrow('somebody listens there already');
    const other = place();
    writeFileSync(other, 'a file');
    await expect(startServer({ mode: 'lmtp', listen: [{ path: other, mode: 0o600 }] })).rejects.toThrow(
      'something else',
    );
    expect(existsSync(other)).toBe(true);
  });
});
