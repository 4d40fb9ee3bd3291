// Clients that hold places, time and memory without a mail, over real sockets and a clock that the test moves.

import { afterEach, describe, expect, it } from 'vitest';

import { SessionMemory } from '../../src/mail/session-memory.js';
import { until } from '../support/fake-clock.js';
import { startServer, stopServers } from '../support/mail-server.js';
import { SmtpClient } from '../support/smtp-client.js';

const FROM = 'MAIL FROM:<alice@client.example>';
const TO = 'RCPT TO:<sms@sms.example>';
const TICK_MS = 10_000;

afterEach(stopServers);

describe('a client that drips', () => {
  it('within a command is cut after the idle time, however busily', async () => {
    const { port, clock } = await startServer({ limits: { idleMs: 40_000 } });
    const client = await SmtpClient.greeted(port);
    const busy = await SmtpClient.greeted(port);
    client.send('NO');
    for (let tick = 0; tick < 5; tick += 1) {
      client.send('O');
      expect(await busy.ask('NOOP')).toMatch(/^250 /);
      await clock.advance(TICK_MS);
    }
    expect(await client.reply()).toBe('421 4.4.2 The session took too long; connect again');
    await until(() => client.closed);
    expect(await busy.ask('NOOP')).toMatch(/^250 /);
  });

  it('within a mail is told how fast it must be; a mail that is fast enough is taken', async () => {
    const memory = new SessionMemory(1e6);
    const { port, clock, received } = await startServer({ memory, limits: { idleMs: 40_000, bytesPerSecond: 10 } });
    const [slow, fast] = [await SmtpClient.greeted(port), await SmtpClient.greeted(port)];
    for (const client of [slow, fast]) await client.asks(FROM, TO, 'DATA');
    for (let tick = 0; tick < 6; tick += 1) {
      slow.send('x'.repeat(20));
      fast.send(`${'x'.repeat(148)}\r\n`);
      // All but the last four bytes of each: an end may be among them.
      await until(() => slow.closed || memory.held >= (tick + 1) * 170 - 8);
      await clock.advance(TICK_MS);
    }
    expect(await slow.reply()).toBe(
      '421 4.4.2 The mail came in at less than 10 bytes a second for 40 seconds; connect again',
    );
    await until(() => slow.closed);
    fast.send('.\r\n');
    expect(await fast.reply()).toMatch(/^250 /);
    expect(received).toHaveLength(1);
  });
});

describe('a server whose places are all taken', () => {
  it('gives a place at once to an address that holds fewer than another', async () => {
    const { port } = await startServer({ limits: { connections: 6, perIp: 5 } });
    const greedy: SmtpClient[] = [];
    for (let at = 0; at < 5; at += 1) greedy.push(await SmtpClient.greeted(port, '127.0.0.2'));
    const modest = await SmtpClient.greeted(port, '127.0.0.3');
    const newcomer = await SmtpClient.greeted(port, '127.0.0.4');
    expect(await newcomer.ask('NOOP')).toMatch(/^250 /);
    expect(await modest.ask('NOOP')).toMatch(/^250 /);
    expect(await greedy[0]?.reply()).toMatch(/^421 4\.7\.0 /);
    expect(await greedy[1]?.ask('NOOP')).toMatch(/^250 /);
    // It holds most of the places, and gets none from others.
    const more = SmtpClient.open(port, { localAddress: '127.0.0.2' });
    expect(await more.reply()).toMatch(/^421 4\.7\.0 Too many connections, at most 6;/);
  });

  it('gives among equals the place of the session that came to nothing for the longest time', async () => {
    const { port, clock, log } = await startServer({ limits: { connections: 3, perIp: 10 } });
    const holder = await SmtpClient.greeted(port, '127.0.0.2');
    await clock.advance(2_000);
    const [second, sender] = [await SmtpClient.greeted(port, '127.0.0.3'), await SmtpClient.greeted(port, '127.0.0.4')];
    await clock.advance(1_500);
    await sender.asks(FROM, TO, 'DATA');
    sender.send('x\r\n.\r\n');
    expect(await sender.reply()).toMatch(/^250 /);
    const fourth = await SmtpClient.greeted(port, '127.0.0.5');
    expect(await holder.reply()).toBe('421 4.7.0 Too many connections, at most 3; try again later');
    expect(await fourth.ask('NOOP')).toMatch(/^250 /);
    await SmtpClient.greeted(port, '127.0.0.6');
    expect(await second.reply()).toMatch(/^421 4\.7\.0 /);
    expect(log.of('session.displaced')).toHaveLength(2);
    // All that are left are new, or have sent a mail.
    expect(await SmtpClient.open(port, { localAddress: '127.0.0.7' }).reply()).toMatch(
      /^421 4\.7\.0 Too many connections, at most 3;/,
    );
    expect(await sender.ask('NOOP')).toMatch(/^250 /);
  });

  it('does not take the place of a mail that waits for its answer, nor one for an address that has its share', async () => {
    let decide = (): void => undefined;
    const decided = new Promise<void>((resolve) => (decide = resolve));
    const receive = () => decided.then(() => ({ ok: true as const, text: 'recorded' }));
    const { port, clock, received } = await startServer({ receive, limits: { connections: 1, perIp: 1 } });
    const waiting = await SmtpClient.greeted(port);
    await waiting.asks(FROM, TO, 'DATA');
    waiting.send('x\r\n.\r\n');
    await until(() => received.length === 1);
    await clock.advance(10_000);
    expect(await SmtpClient.open(port).reply()).toMatch(/^421 4\.7\.0 /);
    decide();
    expect(await waiting.reply()).toMatch(/^250 /);
  });
});

it('commands that lead to no mail are errors where they are too many', async () => {
  const { port } = await startServer({ limits: { errors: 10 } });
  const client = await SmtpClient.greeted(port);
  client.send('NOOP\r\nRSET\r\n'.repeat(5_000));
  await until(() => client.closed);
  const replies = client.unread.split('\r\n').filter(Boolean);
  expect(replies.filter((reply) => reply.startsWith('250'))).toHaveLength(109);
  expect(replies.at(-1)).toBe('421 4.7.0 Too many errors in this session, at most 10');
});

it('mails of all sessions together are bounded: a large one comes again later, a small one is taken', async () => {
  const memory = new SessionMemory(150_000);
  const { port, received } = await startServer({ memory, sizeBytes: 200_000 });
  const [large, other, small] = [
    await SmtpClient.greeted(port),
    await SmtpClient.greeted(port),
    await SmtpClient.greeted(port),
  ];
  for (const client of [large, other, small]) await client.asks(FROM, TO, 'DATA');
  const line = `${'x'.repeat(98)}\r\n`;
  large.send(line.repeat(1_300));
  await until(() => memory.held > 120_000);
  other.send(`${line.repeat(1_000)}.\r\n`);
  expect(await other.reply()).toBe(
    '452 4.3.1 Too many large mails at once: together more than 150000 bytes; try again later',
  );
  small.send(`${line.repeat(600)}.\r\n`);
  expect(await small.reply()).toMatch(/^250 /);
  large.abort();
  await until(() => memory.held === 0);
  await other.asks(FROM, TO, 'DATA');
  other.send(`${line.repeat(1_000)}.\r\n`);
  expect(await other.reply()).toMatch(/^250 /);
  expect(received).toHaveLength(2);
  expect(memory.held).toBe(0);
});
