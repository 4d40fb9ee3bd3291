import { readFileSync } from 'node:fs';

import { afterEach, describe, expect, it } from 'vitest';

import { startServer, stopServers } from '../support/mail-server.js';
import { SmtpClient } from '../support/smtp-client.js';

const FROM = 'MAIL FROM:<alice@client.example>';
const TO = 'RCPT TO:<sms@sms.example>';

const pem = (name: string): string => readFileSync(new URL(`../../fixtures/tls/${name}`, import.meta.url), 'utf8');

afterEach(stopServers);

describe('STARTTLS', () => {
  const tls = { key: pem('localhost.key.pem'), cert: pem('localhost.cert.pem') };

  it('uses the certificate of the operator, and forgets what was said before', async () => {
    const { port, received } = await startServer({ tls });
    const client = await SmtpClient.greeted(port);
    expect(await client.ask('EHLO x')).toContain('STARTTLS');
    expect(await client.ask('STARTTLS')).toMatch(/^220 /);
    await client.startTls(tls.cert);
    expect(await client.ask(FROM)).toMatch(/^503 /);
    expect(await client.ask('EHLO x')).not.toContain('STARTTLS');
    await client.asks(FROM, TO, 'DATA');
    client.send('x\r\n.\r\n');
    expect(await client.reply()).toBe('250 2.6.0 recorded');
    expect(received).toHaveLength(1);
  });

  it('goes on with the old certificate when the new one is wrong', async () => {
    const { port, server } = await startServer({ tls });
    expect(() => server.replaceTls(tls.key, 'no certificate')).toThrow();
    const client = await SmtpClient.greeted(port);
    await client.ask('STARTTLS');
    await client.startTls(tls.cert);
    expect(await client.ask('EHLO x')).toMatch(/^250/);
  });

  it('can be turned on later', async () => {
    const { port, server } = await startServer();
    const before = await SmtpClient.greeted(port);
    expect(await before.ask('STARTTLS')).toMatch(/^500 /);
    server.replaceTls(tls.key, tls.cert);
    const after = await SmtpClient.greeted(port);
    await after.ask('STARTTLS');
    await after.startTls(tls.cert);
    expect(await after.ask('EHLO x')).toMatch(/^250/);
  });
});
