import { afterEach, describe, expect, it } from 'vitest';

import type { MailReply } from '../../src/mail/smtp-transaction.js';
import { settle, until } from '../support/fake-clock.js';
import { startServer, stopServers } from '../support/mail-server.js';
import { SmtpClient } from '../support/smtp-client.js';

const FROM = 'MAIL FROM:<alice@client.example>';
const TO = 'RCPT TO:<sms@sms.example>';

afterEach(stopServers);

describe('a mail', () => {
  it('arrives whole, with its envelope, and is answered with the text of the gateway', async () => {
    const { port, received } = await startServer();
    const client = SmtpClient.open(port);
    expect(await client.reply()).toBe('220 gate.example ESMTP Petit Bleu');
    const hello = await client.ask('EHLO client.example');
    expect(hello.split('\n').map((line) => line.slice(4))).toEqual([
      'gate.example',
      'PIPELINING',
      '8BITMIME',
      'SMTPUTF8',
      'ENHANCEDSTATUSCODES',
      'SIZE 10000',
    ]);
    expect(await client.asks(FROM, TO, 'DATA')).toEqual([
      '250 2.1.0 Accepted',
      '250 2.1.5 Accepted',
      '354 End data with <CR><LF>.<CR><LF>',
    ]);
    client.send('Subject: é\r\n\r\n..dot\r\n..\r\nend\r\n.\r\n');
    expect(await client.reply()).toBe('250 2.6.0 recorded');
    expect(await client.ask('QUIT')).toMatch(/^221 /);
    expect(received.map(({ envelope, raw }) => [envelope, Buffer.concat(raw).toString()])).toEqual([
      [
        {
          mailFrom: 'alice@client.example',
          rcptTo: ['sms@sms.example'],
          remoteAddress: '127.0.0.1',
          authenticatedAs: null,
          channel: 'smtp',
        },
        'Subject: é\r\n\r\n.dot\r\n.\r\nend\r\n',
      ],
    ]);
  });

  it('may be pipelined, and followed by another', async () => {
    const { port, received } = await startServer();
    const client = await SmtpClient.greeted(port);
    client.send(`${FROM}\r\n${TO}\r\nDATA\r\n`);
    for (const code of ['250', '250', '354']) expect(await client.reply()).toContain(code);
    client.send(`one\r\n.\r\n${FROM}\r\n${TO}\r\nDATA\r\n`);
    for (const code of ['250', '250', '250', '354']) expect(await client.reply()).toContain(code);
    client.send('two\r\n.\r\nQUIT\r\n');
    for (const code of ['250', '221']) expect(await client.reply()).toContain(code);
    expect(received.map(({ raw }) => Buffer.concat(raw).toString())).toEqual(['one\r\n', 'two\r\n']);
  });

  it.each(['\n.\n', '\n.\r\n', '\r\n.\n', '\r.\r', '\r\n.\r', '\r\n.\0\r\n', '\r\n.\r\0\n'])(
    'does not end at %j',
    async (terminator) => {
      const { port, received } = await startServer();
      const client = await SmtpClient.greeted(port);
      await client.asks(FROM, TO, 'DATA');
      const smuggled = `one${terminator}MAIL FROM:<evil@evil.example>\r\nRCPT TO:<x@sms.example>\r\nDATA\r\ntwo`;
      client.send(`${smuggled}\r\n.\r\n`);
      expect(await client.reply()).toBe('250 2.6.0 recorded');
      expect(await client.ask('NOOP')).toMatch(/^250 /);
      expect(received.map(({ raw }) => Buffer.concat(raw).toString().includes('two'))).toEqual([true]);
    },
  );

  it('that is cut off by a disconnect is dropped', async () => {
    const { port, received, log } = await startServer();
    const client = await SmtpClient.greeted(port);
    await client.asks(FROM, TO, 'DATA');
    client.send('half a mail\r\n');
    client.abort();
    await until(() => log.of('mail.interrupted').length === 1);
    expect(received).toEqual([]);
  });

  it('whose client leaves before the answer is still received, and a stop waits for it', async () => {
    let decide: (reply: MailReply) => void = () => undefined;
    const decision = new Promise<MailReply>((resolve) => (decide = resolve));
    const { port, received, server } = await startServer({ receive: () => decision });
    const client = await SmtpClient.greeted(port);
    await client.asks(FROM, TO, 'DATA');
    client.send('whole\r\n.\r\n');
    await until(() => received.length === 1);
    client.abort();
    await until(() => client.closed);
    let isStopped = false;
    const stopped = server.stop(1_000).then(() => (isStopped = true));
    await settle(20);
    expect(isStopped).toBe(false);
    decide({ ok: true, text: 'recorded' });
    await stopped;
  });

  it('carries a sender in one form, however it was written', async () => {
    const { port, received } = await startServer();
    const client = await SmtpClient.greeted(port);
    for (const from of ['<a@xn--caf-dma.example>', '<a@café.example> SMTPUTF8']) {
      await client.asks(`MAIL FROM:${from}`, TO, 'DATA');
      client.send('x\r\n.\r\n');
      await client.reply();
    }
    expect(received.map(({ envelope }) => envelope.mailFrom)).toEqual([
      'a@xn--caf-dma.example',
      'a@xn--caf-dma.example',
    ]);
  });
});
