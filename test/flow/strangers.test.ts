// What strangers try at the door, over real SMTP: guessing codes, flooding, forging. The owner of the account gets in all
// the while, and nobody gets a mail about it.

import { describe, expect, test } from 'vitest';

import { until } from '../support/fake-clock.js';
import { SmtpClient } from '../support/smtp-client.js';
import { Gateway } from './gateway.js';

const LONGEST_DELAY_MS = 8000;
const ORDER = { subject: '0612345678', text: 'Bonjour' };
const HIGH = {
  PETITBLEU__mail__smtp__limits__mailsPerMinute: '1000000',
  PETITBLEU__mail__smtp__limits__errors: '1000',
  PETITBLEU__mail__smtp__limits__sessionSeconds: '3600',
  PETITBLEU__mail__smtp__limits__idleSeconds: '600',
};

/** One session that sends forged mails, one after another, and counts the replies by their first words. */
async function forge(port: number, count: number, from: (at: number) => string): Promise<Map<string, number>> {
  const client = await SmtpClient.greeted(port);
  const replies = new Map<string, number>();
  for (let at = 0; at < count; at += 1) {
    client.send(`MAIL FROM:<${from(at)}>\r\nRCPT TO:<sms.GUESS${at}@gw.example>\r\nDATA\r\n`);
    for (let reply = 0; reply < 3; reply += 1) await client.reply();
    const mail = `From: ${from(at)}\r\nSubject: 0612345678\r\nMessage-ID: <${at}@forged.example>\r\n\r\nBonjour\r\n.\r\n`;
    client.send(mail);
    const reply = (await client.reply()).slice(0, 9);
    replies.set(reply, (replies.get(reply) ?? 0) + 1);
  }
  client.end();
  return replies;
}

/** Passes time only where an answer is held back: neither a slow hash nor what looks around by itself makes hours go by. */
async function meanwhile<T>(gateway: Gateway, work: Promise<T>): Promise<T> {
  let done = false;
  const finished = work.finally(() => (done = true));
  await until(() => {
    const inMs = gateway.clock.nextInMs(LONGEST_DELAY_MS);
    if (inMs !== null) void gateway.clock.advance(inMs);
    return done;
  }, 60_000);
  return finished;
}

/** Wrong codes one after another, until the first other answer. */
async function guess(gateway: Gateway, most: number, wish: { from?: string; localAddress?: string }): Promise<number> {
  for (let at = 0; at < most; at += 1) {
    const answer = await meanwhile(gateway, gateway.mail({ to: `sms.guess${at}@gw.example`, ...ORDER, ...wish }));
    if (answer.code !== 550) return at;
  }
  return most;
}

test('10,000 forged mails: 0 mails to anyone, 0 SMS, and the slow hash for a few of them only', async () => {
  const gateway = await Gateway.start('', { env: HIGH });
  await gateway.account('alice@example.fr', 10);
  const port = gateway.daemon.addresses[0]?.port ?? 0;
  const senders = ['alice@example.fr', 'bob@example.fr', 'victim@elsewhere.example'];
  const sessions = Array.from({ length: 20 }, (_, session) =>
    forge(port, 500, (at) => (at % 4 === 3 ? `u${session}.${at}@x${at}.example` : (senders[at % 4] ?? ''))),
  );
  const counted = await meanwhile(gateway, Promise.all(sessions));
  const total = (reply: string) => counted.reduce((sum, replies) => sum + (replies.get(reply) ?? 0), 0);
  expect(total('550 5.7.1') + total('451 4.7.1')).toBe(10_000);
  // 30 and what was under way in 20 sessions when the 30th failed.
  expect(total('550 5.7.1')).toBeLessThanOrEqual(60);
  await gateway.pass(3_600_000);
  expect(gateway.outbox()).toEqual([]);
  expect(gateway.phone()).toEqual([]);
}, 120_000);

describe('guessing', () => {
  test('at one account is refused after a while, for the right code as well, and not for ever', async () => {
    const gateway = await Gateway.start('', { env: HIGH });
    const code = await gateway.account('alice@example.fr', 10);
    const right = { to: `sms.${code}@gw.example`, ...ORDER };
    const tries = await guess(gateway, 40, {});
    expect(tries).toBeGreaterThanOrEqual(20);
    expect(tries).toBeLessThan(25);
    expect(await gateway.mail(right)).toEqual({ code: 451, text: '4.7.1 Too many requests; try again later' });
    expect(await gateway.mail({ ...right, localAddress: '127.0.0.9' })).toMatchObject({ code: 451 });
    await gateway.pass(3_600_000);
    expect(await gateway.mail(right)).toMatchObject({ code: 250 });
  });

  test('at an account that does not exist is answered in the same way', async () => {
    const gateway = await Gateway.start('', { env: HIGH });
    await gateway.account('alice@example.fr', 10);
    const known = await guess(gateway, 40, { localAddress: '127.0.0.2' });
    const unknown = await guess(gateway, 40, { localAddress: '127.0.0.3', from: 'nobody@elsewhere.example' });
    expect(unknown).toBe(known);
  });

  test('does not keep the owner out', async () => {
    const gateway = await Gateway.start('', { env: HIGH });
    const code = await gateway.account('alice@example.fr', 10);
    const right = { to: `sms.${code}@gw.example`, subject: '0612345678', localAddress: '127.0.0.2' };
    expect(await gateway.mail({ ...right, text: 'before' })).toMatchObject({ code: 250 });
    expect(await guess(gateway, 40, { localAddress: '127.0.0.3' })).toBeLessThan(25);
    expect(await gateway.mail({ ...right, text: 'meanwhile' })).toMatchObject({ code: 250 });
  });

  test('with a hundred codes in one mail is a hundred tries', async () => {
    const gateway = await Gateway.start('', { env: HIGH });
    const code = await gateway.account('alice@example.fr', 10);
    const to = Array.from({ length: 99 }, (_, at) => `sms.guess${at}@gw.example`);
    await meanwhile(gateway, gateway.mail({ to, ...ORDER }));
    expect(await gateway.mail({ to: `sms.${code}@gw.example`, ...ORDER })).toMatchObject({ code: 451 });
  });
});

describe('flooding', () => {
  const env = { PETITBLEU__mail__smtp__limits__mailsPerMinute: '2' };

  test('from one client: 451 4.7.1 beyond the limit, also for the right code; the next minute is a new one', async () => {
    const gateway = await Gateway.start('', { env });
    const code = await gateway.account('alice@example.fr', 10);
    const mail = (text: string, localAddress = '127.0.0.1') =>
      gateway.mail({ to: `sms.${code}@gw.example`, subject: '0612345678', text, localAddress });
    expect([(await mail('a')).code, (await mail('b')).code]).toEqual([250, 250]);
    expect(await mail('c')).toEqual({ code: 451, text: '4.7.1 Too many requests; try again later' });
    expect(await mail('c', '127.0.0.2')).toMatchObject({ code: 250 });
    await gateway.pass(60_000);
    expect(await mail('d')).toMatchObject({ code: 250 });
  });

  test('from a trusted network: no limit', async () => {
    const gateway = await Gateway.start('', { env: { ...env, PETITBLEU__mail__trustedNetworks: '127.0.0.0/8' } });
    const code = await gateway.account('alice@example.fr', 10);
    for (const text of ['a', 'b', 'c', 'd']) {
      expect(await gateway.mail({ to: `sms.${code}@gw.example`, subject: '0612345678', text })).toMatchObject({
        code: 250,
      });
    }
  });

  test('of one account from anywhere, in mails and in messages', async () => {
    const gateway = await Gateway.start('', {
      env: {
        PETITBLEU__mail__smtp__limits__accountMailsPerMinute: '3',
        PETITBLEU__mail__smtp__limits__accountMessagesPerMinute: '3',
        PETITBLEU__mail__trustedNetworks: '127.0.0.0/8',
      },
    });
    const codes = new Map<string, string>();
    for (const name of ['alice', 'bob']) codes.set(name, await gateway.account(`${name}@example.fr`, 10));
    const mail = async (name: string, text: string, subject = '0612345678') => {
      const to = `sms.${codes.get(name) ?? ''}@gw.example`;
      return (await gateway.mail({ from: `${name}@example.fr`, to, subject, text })).code;
    };
    // A mail to five may go beyond the three; what comes then waits until the debt is paid.
    expect(await mail('alice', 'a', '0612345678-0612345679-0612345680-0612345681-0612345682')).toBe(250);
    expect([await mail('alice', 'b'), await mail('bob', 'b')]).toEqual([451, 250]);
    await gateway.pass(70_000);
    expect(await mail('alice', 'b')).toBe(250);
    // Refusals are mails, too.
    expect([await mail('bob', 'c', '12'), await mail('bob', 'd', '12'), await mail('bob', 'e', '12')]).toEqual([
      250, 250, 250,
    ]);
    expect(await mail('bob', 'f', '12')).toBe(451);
  });
});
