import { createServer } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import type { ListenAddress } from '../../src/mail/server.js';
import type { MailReply } from '../../src/mail/smtp-transaction.js';
import { settle, until } from '../support/fake-clock.js';
import { startServer, stopServers } from '../support/mail-server.js';
import { SmtpClient } from '../support/smtp-client.js';
import { LOCALHOST } from '../support/tls.js';

const FROM = 'MAIL FROM:<alice@client.example>';
const TO = 'RCPT TO:<sms@sms.example>';

/** A mail whose reply the test gives when it likes. */
function heldBack(): { receive: () => Promise<MailReply>; decide: () => void } {
  let decide = (): void => undefined;
  const decision = new Promise<MailReply>((resolve) => {
    decide = () => {
      resolve({ ok: true, text: 'recorded' });
    };
  });
  return { receive: () => decision, decide: () => decide() };
}

afterEach(stopServers);

describe('connections', () => {
  it.each([
    ['from one address', { perIp: 2 }],
    ['in all', { connections: 2 }],
  ])('are limited %s, and a place is given back', async (_name, limits) => {
    const { port, log } = await startServer({ limits });
    const first = await SmtpClient.greeted(port);
    await SmtpClient.greeted(port);
    const third = SmtpClient.open(port);
    expect(await third.reply()).toBe('421 4.7.0 Too many connections, at most 2; try again later');
    await until(() => third.closed);
    expect(log.of('session.refused')).toHaveLength(1);
    await first.ask('QUIT');
    await until(() => first.closed);
    await settle();
    expect(await (await SmtpClient.greeted(port)).ask('NOOP')).toMatch(/^250 /);
  });

  it('that talk before the greeting are sent away', async () => {
    const { port } = await startServer();
    const client = SmtpClient.open(port);
    client.send('EHLO x\r\n');
    expect(await client.reply()).toMatch(/^421 .*too soon/);
    await until(() => client.closed);
  });

  it.each(['smtp', 'lmtp', 'submission-tls', 'submission'] as const)(
    'by %s are greeted without a pause',
    async (mode) => {
      const { port } = await startServer({ mode, tls: LOCALHOST });
      // Timers of one length end in the order in which they began: a pause so long in the server would end after ours.
      let greetedFirst = false;
      for (let tries = 0; tries < 20 && !greetedFirst; tries += 1) {
        const pause = new Promise<'pause'>((resolve) => void setTimeout(resolve, 100, 'pause'));
        const client = mode === 'submission-tls' ? SmtpClient.openTls(port, LOCALHOST.cert) : SmtpClient.open(port);
        const greeting = client.reply();
        greetedFirst = (await Promise.race([greeting, pause])) !== 'pause';
        expect(await greeting).toMatch(/^220 /);
      }
      expect(greetedFirst).toBe(true);
    },
  );
});

describe('a session', () => {
  it('ends at its deadline, even while bytes drip', async () => {
    const { port, clock, received } = await startServer({ limits: { sessionMs: 60_000 } });
    const client = await SmtpClient.greeted(port);
    await client.asks(FROM, TO, 'DATA');
    client.send('drip');
    await clock.advance(59_999);
    expect(client.unread).toBe('');
    await clock.advance(1);
    expect(await client.reply()).toMatch(/^421 4\.4\.2 The session took too long/);
    await until(() => client.closed);
    expect(received).toEqual([]);
  });

  it('gets the answer to a whole mail before its deadline ends it', async () => {
    const { receive, decide } = heldBack();
    const { port, clock, received } = await startServer({ receive, limits: { sessionMs: 60_000 } });
    const client = await SmtpClient.greeted(port);
    await client.asks(FROM, TO, 'DATA');
    client.send('x\r\n.\r\n');
    await until(() => received.length === 1);
    await clock.advance(60_000);
    expect(client.unread).toBe('');
    decide();
    expect(await client.reply()).toBe('250 2.6.0 recorded');
    expect(await client.reply()).toMatch(/^421 4\.4\.2 /);
    await until(() => client.closed);
  });

  it('ends when it is idle', async () => {
    const { port } = await startServer({ limits: { idleMs: 250 } });
    const client = SmtpClient.open(port);
    expect(await client.reply()).toMatch(/^220 /);
    expect(await client.reply()).toMatch(/^421 4\.4\.2 Timeout/);
    await until(() => client.closed);
  });

  it('ends after too many errors; an accepted mail forgives, a full list of recipients is none', async () => {
    const { port } = await startServer({ limits: { errors: 3, recipients: 1 } });
    const client = await SmtpClient.greeted(port);
    await client.asks('BOGUS', 'BOGUS', FROM, TO);
    for (let i = 0; i < 5; i += 1) expect(await client.ask(`RCPT TO:<x${i}@sms.example>`)).toMatch(/^452 /);
    await client.ask('DATA');
    client.send('x\r\n.\r\n');
    expect(await client.reply()).toMatch(/^250 /);
    expect(await client.asks('BOGUS', 'BOGUS', 'BOGUS')).toEqual(
      Array(3).fill('500 5.5.2 Error: command not recognized'),
    );
    expect(await client.reply()).toBe('421 4.7.0 Too many errors in this session, at most 3');
    await until(() => client.closed);
  });

  it('leaves no timer behind', async () => {
    const { port, clock, server } = await startServer();
    await SmtpClient.greeted(port);
    expect(clock.pending).toBe(1);
    await server.stop(5_000);
    expect(clock.pending).toBe(0);
  });
});

describe('stopping', () => {
  it('sends idle sessions away and lets nobody in', async () => {
    const { port, server } = await startServer();
    const client = await SmtpClient.greeted(port);
    await client.asks(FROM, TO);
    const stopped = server.stop(5_000);
    expect(await client.reply()).toBe('421 4.3.2 The gateway is shutting down; try again later');
    await stopped;
    const late = SmtpClient.open(port);
    expect(await late.reply()).toBe('');
  });

  it('lets a mail that comes in be finished and answered', async () => {
    const { port, server, received } = await startServer();
    const client = await SmtpClient.greeted(port);
    await client.asks(FROM, TO, 'DATA');
    client.send('first half, ');
    await settle();
    const stopped = server.stop(5_000);
    client.send(`second half\r\n.\r\n${FROM}\r\n`);
    expect(await client.reply()).toBe('250 2.6.0 recorded');
    expect(await client.reply()).toMatch(/^421 4\.3\.2 /);
    await stopped;
    expect(received.map(({ raw }) => Buffer.concat(raw).toString())).toEqual(['first half, second half\r\n']);
  });

  it('waits for slow mails until the grace is over, no longer', async () => {
    const { port, server, clock, received } = await startServer();
    const client = await SmtpClient.greeted(port);
    await client.asks(FROM, TO, 'DATA');
    client.send('never finished');
    let isStopped = false;
    const stopped = server.stop(5_000).then(() => (isStopped = true));
    await clock.advance(4_999);
    expect([isStopped, client.unread]).toEqual([false, '']);
    await clock.advance(1);
    expect(await client.reply()).toMatch(/^421 4\.3\.2 /);
    await stopped;
    expect(received).toEqual([]);
  });

  it('does not wait longer for clients that never close', async () => {
    const { port, server, clock } = await startServer();
    const client = SmtpClient.open(port, { stubborn: true });
    await client.reply();
    const start = performance.now();
    const stopped = server.stop(5_000);
    expect(await client.reply()).toMatch(/^421 4\.3\.2 /);
    await clock.advance(5_000);
    await stopped;
    // The library alone would wait for half a minute.
    expect(performance.now() - start).toBeLessThan(20_000);
    client.abort();
  });
});

describe('starting', () => {
  it('listens on every address', async () => {
    const here = { host: '127.0.0.1', port: 0 };
    const { server } = await startServer({ listen: [here, here] });
    const ports = server.addresses().map(({ port }) => port);
    expect(new Set(ports).size).toBe(2);
    for (const port of ports) expect(await SmtpClient.open(port).reply()).toMatch(/^220 /);
  });

  it('fails as a whole when one address is taken', async () => {
    const [free, taken] = [await occupy(), await occupy()];
    await free.release();
    await expect(startServer({ listen: [free.address, taken.address] })).rejects.toThrow('EADDRINUSE');
    expect(await SmtpClient.open(free.address.port).reply()).toBe('');
    await taken.release();
  });
});

async function occupy(): Promise<{ address: ListenAddress; release: () => Promise<unknown> }> {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const bound = other.address();
  const address = { host: '127.0.0.1', port: typeof bound === 'object' && bound ? bound.port : 0 };
  return { address, release: () => new Promise((resolve) => other.close(resolve)) };
}
