import { afterEach, describe, expect, it } from 'vitest';

import { rejection } from '../../src/core/rejection.js';
import { startServer, stopServers } from '../support/mail-server.js';
import { SmtpClient } from '../support/smtp-client.js';

const FROM = 'MAIL FROM:<alice@client.example>';
const TO = 'RCPT TO:<sms@sms.example>';

afterEach(stopServers);

describe('a refusal', () => {
  it('of the gateway is the reply, folded where it is long, ASCII where the client knows no other', async () => {
    const long = Array.from({ length: 160 }, (_, i) => `été${i}`).join(' ');
    const refused = rejection('group-unknown', { name: long });
    const { port, log } = await startServer({ receive: () => Promise.resolve({ ok: false, rejection: refused }) });
    const client = await SmtpClient.greeted(port);
    await client.asks(FROM, TO, 'DATA');
    client.send('x\r\n.\r\n');
    const lines = (await client.reply()).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines.map((line) => line.slice(0, 10))).toEqual(['550-5.1.3 ', '550-5.1.3 ', '550 5.1.3 ']);
    expect(lines[0]).toContain('"ete0 ete1');
    expect(log.of('mail.refused')[0]?.fields).toMatchObject({ stage: 'data', reason: 'group-unknown' });
    await client.asks('MAIL FROM:<a@b.example> SMTPUTF8', TO, 'DATA');
    client.send('x\r\n.\r\n');
    expect(await client.reply()).toContain('"été0 été1');
  });

  it('of a recipient leaves the others', async () => {
    const { port, received } = await startServer();
    const client = await SmtpClient.greeted(port);
    const replies = await client.asks(FROM, 'RCPT TO:<x@elsewhere.example>', TO, 'DATA');
    expect(replies[1]).toBe('550 5.7.1 The domain elsewhere.example is not served here; mail is not relayed');
    client.send('x\r\n.\r\n');
    expect(await client.reply()).toMatch(/^250 /);
    expect(received[0]?.envelope.rcptTo).toEqual(['sms@sms.example']);
  });

  it('meets the null sender, addresses outside ASCII and one recipient too many', async () => {
    const { port } = await startServer();
    const client = await SmtpClient.greeted(port);
    expect((await client.asks('MAIL FROM:<>', TO))[1]).toMatch(/^550 5\.7\.1 Automatic replies/);
    await client.ask('RSET');
    expect(await client.ask('MAIL FROM:<é@b.example>')).toMatch(/^553 5\.6\.7 /);
    await client.ask(FROM);
    expect(await client.ask('RCPT TO:<é@sms.example>')).toMatch(/^553 5\.6\.7 /);
    for (const name of ['a', 'b', 'c']) expect(await client.ask(`RCPT TO:<${name}@sms.example>`)).toMatch(/^250 /);
    expect(await client.ask('RCPT TO:<d@sms.example>')).toMatch(/^452 4\.5\.3 More than 3 recipients/);
    await client.asks('RSET', 'MAIL FROM:<é@b.example> SMTPUTF8');
    expect(await client.ask('RCPT TO:<é@sms.example>')).toBe('250 2.1.5 Accepted');
  });

  it('meets what is too large, announced or not, and the session goes on', async () => {
    const { port, received } = await startServer();
    const client = await SmtpClient.greeted(port);
    expect(await client.ask(`${FROM} SIZE=10001`)).toMatch(/^552 5\.3\.4 /);
    await client.asks(`${FROM} SIZE=100`, TO, 'DATA');
    for (let i = 0; i < 50; i += 1) client.send(`${'x'.repeat(998)}\r\n`);
    client.send('.\r\n');
    expect(await client.reply()).toBe('552 5.3.4 The mail is larger than 10000 bytes');
    await client.asks(FROM, TO, 'DATA');
    client.send(`${'x'.repeat(9_998)}\r\n.\r\n`);
    expect(await client.reply()).toBe('250 2.6.0 recorded');
    expect(received.map(({ raw }) => Buffer.concat(raw).length)).toEqual([10_000]);
  });

  it('is 451 with a fixed text for a fault of ours, whose log has no code', async () => {
    const { port, log } = await startServer({
      checkRecipient: (address) => {
        if (address.startsWith('CANARY1')) throw new Error(`cannot read ${address}`);
        return { ok: true, value: undefined };
      },
      receive: ({ envelope }) => Promise.reject(new Error(`cannot accept ${envelope.rcptTo.join()}`)),
    });
    const client = await SmtpClient.greeted(port);
    const fixed = '451 4.3.0 A fault in the gateway; try again later';
    const replies = await client.asks(
      FROM,
      'RCPT TO:<CANARY1.06@sms.example>',
      'RCPT TO:<CANARY2.06@sms.example>',
      'DATA',
    );
    expect(replies[1]).toBe(fixed);
    client.send('Subject: CANARY3\r\n\r\nx\r\n.\r\n');
    expect(await client.reply()).toBe(fixed);
    expect(log.of('mail.fault').map(({ fields }) => fields['stage'])).toEqual(['rcpt', 'data']);
    expect(log.text).not.toContain('CANARY');
    expect(log.text).toContain('server-refusals.test.ts');
  });
});

describe('what the server does not know', () => {
  it('is refused without a word about the inside', async () => {
    const { port } = await startServer();
    const client = await SmtpClient.greeted(port);
    const commands = [
      'AUTH PLAIN AHgAeA==',
      'STARTTLS',
      'XCLIENT ADDR=192.0.2.1',
      'XFORWARD ADDR=192.0.2.1',
      'WIZ x',
      'BDAT 3',
    ];
    for (const command of commands) expect(await client.ask(command)).toMatch(/^500 5\.5\.2 /);
    expect(await client.ask('EXPN team')).toMatch(/^502 5\.5\.1 /);
    expect(await client.ask('VRFY alice')).toMatch(/^252 /);
    expect(await client.ask('HELP')).toMatch(/^214 /);
    expect(await client.ask('DATA')).toMatch(/^503 /);
  });
});
