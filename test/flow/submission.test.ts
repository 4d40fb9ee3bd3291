// Mail clients with AUTH: no code in the mail, over real TLS, to the phone and the outcome mail.

import { readFileSync } from 'node:fs';
import path from 'node:path';

import { createTransport } from 'nodemailer';
import { describe, expect, test } from 'vitest';

import { LOCALHOST } from '../support/tls.js';
import { Gateway } from './gateway.js';

const ALICE = 'alice@example.fr';

interface Submitted {
  readonly code: number;
  readonly text: string;
}

interface Wish {
  readonly user?: string;
  readonly pass: string;
  readonly from?: string;
  readonly to: string | readonly string[];
  readonly subject?: string;
  readonly text?: string;
  /** From the first byte on, else STARTTLS. */
  readonly implicit?: boolean;
}

function start(): Promise<Gateway> {
  return Gateway.start('', {
    env: {
      PETITBLEU__mail__submission__listen: '127.0.0.1:0',
      PETITBLEU__mail__submission__listenTls: '127.0.0.1:0',
      PETITBLEU__mail__submission__tls__key: LOCALHOST.files.key,
      PETITBLEU__mail__submission__tls__cert: LOCALHOST.files.cert,
    },
  });
}

/** The reply to the mail, or the refusal that came first. */
async function submit(gateway: Gateway, wish: Wish): Promise<Submitted> {
  const { user = ALICE, pass, from = ALICE, to, implicit = false, ...mail } = wish;
  const name = implicit ? 'submission (TLS)' : 'submission';
  const [address] = gateway.daemon.waysIn.find((way) => way.name === name)?.addresses ?? [];
  const transport = createTransport({
    ...{ host: address?.host, port: address?.port, secure: implicit, requireTLS: !implicit },
    auth: { user, pass },
    tls: { ca: LOCALHOST.cert, servername: 'localhost' },
  });
  try {
    return replyOf((await transport.sendMail({ from, to: [to].flat(), ...mail })).response);
  } catch (error) {
    return replyOf((error as { response?: string }).response ?? String(error));
  } finally {
    transport.close();
  }
}

function replyOf(response: string): Submitted {
  return { code: Number(response.slice(0, 3)), text: response.slice(4) };
}

async function newKey(gateway: Gateway, email = ALICE): Promise<{ id: number; key: string }> {
  return gateway.ask('api-key.create', { email, name: 'test' });
}

describe('with AUTH', () => {
  test.each([
    ['a number', ['0684843556@gw.example'], '', 1],
    ['an international number', ['+33684843556@gw.example'], 'Rendez-vous', 1],
    ['several numbers', ['0684843556@gw.example', '+33660919010@gw.example', '0612345678@gw.example'], '', 3],
    ['numbers in the subject', ['sms@gw.example'], '06 84 84 35 56 - 0660919010', 2],
    // An address book may still have last year's code.
    ['an old code', ['OLDCODE1.0684843556@gw.example'], '', 1],
    ['an old code in the subject', ['sms@gw.example'], 'OLDCODE1:0684843556', 1],
  ])('%s needs no code', async (_name, to, subject, sms) => {
    const gateway = await start();
    const code = await gateway.account(ALICE, 10);
    const reply = await submit(gateway, { pass: code, to, subject, text: 'Bonjour' });
    expect(reply.text).toMatch(new RegExp(`Recorded as \\w+: ${sms} SMS$`));
    await gateway.waitFor(() => gateway.phone().length === sms && gateway.outbox().length === 1);
    expect(new Set(gateway.phone().map(({ text }) => text))).toEqual(new Set(['Bonjour']));
    expect(gateway.outbox()[0]).toMatch(/^To: alice@example\.fr\r?$/m);
    expect(gateway.outbox()[0]).not.toContain('OLDCODE1');
  });

  test('a date in the subject, and a subject in the place of the text', async () => {
    const gateway = await start();
    const code = await gateway.account(ALICE, 10);
    await submit(gateway, { pass: code, to: '0684843556@gw.example', subject: '120023112026', text: 'noon' });
    await submit(gateway, { pass: code, to: '0660919010@gw.example', subject: 'now', text: '' });
    await gateway.waitFor(() => gateway.phone().length === 1);
    expect(gateway.phone()[0]).toMatchObject({ to: '+33660919010', text: 'now' });
    await gateway.pass(2 * 3_600_000);
    await gateway.waitFor(() => gateway.phone().length === 2);
    expect(gateway.phone()[1]).toMatchObject({ to: '+33684843556', text: 'noon' });
  });

  test('a group stands alone, too', async () => {
    const gateway = await start();
    const code = await gateway.account(ALICE, 10);
    const contacts = [{ name: 'Anne', number: '+33684843556', values: [] }];
    await gateway.ask('contacts.import', { email: ALICE, group: 'Parents', contacts });
    expect((await submit(gateway, { pass: code, to: 'parents@gw.example', text: 'x' })).text).toMatch(/: 1 SMS$/);
    // Refused after it was clear who sends: told by mail.
    expect(await submit(gateway, { pass: code, to: 'friends@gw.example', text: 'x' })).toMatchObject({ code: 250 });
    await gateway.waitFor(() => gateway.outbox().some((mail) => mail.includes('friends')));
  });

  test('with TLS from the first byte on, and with another address of the account as the user name', async () => {
    const gateway = await start();
    const code = await gateway.account(ALICE, 10);
    await gateway.ask('account.add-sender', { email: ALICE, address: 'alerts@example.fr' });
    const wish = { pass: code, to: '0684843556@gw.example', text: 'x', implicit: true };
    expect(await submit(gateway, { ...wish, user: 'Alerts@Example.fr' })).toMatchObject({ code: 250 });
  });

  test('the answer goes to the From that the account owns, else to who was proved', async () => {
    const gateway = await start();
    const code = await gateway.account(ALICE, 10);
    await gateway.ask('account.add-sender', { email: ALICE, address: 'alerts@example.fr' });
    await gateway.account('bob@example.fr', 10);
    const wish = { pass: code, to: '0684843556@gw.example' };
    for (const [index, from] of ['alerts@example.fr', 'bob@example.fr', 'nobody@elsewhere.example'].entries()) {
      expect(await submit(gateway, { ...wish, from, text: `text ${index}` })).toMatchObject({ code: 250 });
      await gateway.waitFor(() => gateway.outbox().length === index + 1);
    }
    const to = gateway.outbox().map((mail) => /^To: (\S+)/m.exec(mail)?.[1]);
    expect(to).toEqual(['alerts@example.fr', ALICE, ALICE]);
    const bob = await gateway.ask<{ balanceMilli: number }>('account.show', { email: 'bob@example.fr' });
    expect(bob.balanceMilli).toBe(10_000);
  });
});

describe('API keys', () => {
  test('are as good as the code, for their own account, until they are revoked', async () => {
    const gateway = await start();
    await gateway.account(ALICE, 10);
    await gateway.account('bob@example.fr', 10);
    const { id, key } = await newKey(gateway);
    expect(key).toMatch(/^pb_[a-z0-9]{40}$/);
    const wish = { pass: key, to: '0684843556@gw.example' };
    expect(await submit(gateway, { ...wish, text: 'one' })).toMatchObject({ code: 250 });
    expect(
      await submit(gateway, { ...wish, text: 'two', user: 'bob@example.fr', from: 'bob@example.fr' }),
    ).toMatchObject({
      code: 535,
    });
    const listed = await gateway.ask<readonly object[]>('api-key.list', { email: ALICE });
    expect(listed).toEqual([
      { id, name: 'test', createdAt: '2026-11-23T09:00:00.000Z', lastUsed: '2026-11-23', revokedAt: null },
    ]);
    await gateway.ask('api-key.revoke', { email: ALICE, id });
    expect(await submit(gateway, { ...wish, text: 'three' })).toMatchObject({ code: 535 });
    expect(await gateway.ask('api-key.list', { email: ALICE })).toMatchObject([
      { revokedAt: '2026-11-23T09:00:00.000Z' },
    ]);
  });

  test('stand nowhere in the data', async () => {
    const gateway = await start();
    await gateway.account(ALICE, 10);
    const { key } = await newKey(gateway);
    await submit(gateway, { pass: key, to: '0684843556@gw.example', text: 'x' });
    const files = ['petitbleu.db', 'petitbleu.db-wal'].map((name) => path.join(gateway.folder, 'data', name));
    for (const file of files) expect(readFileSync(file).includes(key)).toBe(false);
  });
});

describe('refused', () => {
  test('wrong code, unknown address and closed account alike', async () => {
    const gateway = await start();
    const code = await gateway.account(ALICE, 10);
    const closed = await gateway.account('closed@example.fr', 10);
    await gateway.ask('account.close', { email: 'closed@example.fr' });
    const to = '0684843556@gw.example';
    const replies = [
      await submit(gateway, { pass: 'wrongcode', to, text: 'x' }),
      await submit(gateway, { pass: code, user: 'nobody@example.fr', to, text: 'x' }),
      await submit(gateway, { pass: closed, user: 'closed@example.fr', to, text: 'x' }),
      await submit(gateway, { pass: 'pb_wrongkey', to, text: 'x' }),
      await submit(gateway, { pass: code, user: 'no address', to, text: 'x' }),
    ];
    expect(new Set(replies.map(({ code: smtp, text }) => `${smtp} ${text}`))).toEqual(
      new Set(['535 5.7.8 Authentication failed: use the address of the account and its sending code or an API key']),
    );
    expect(gateway.outbox()).toEqual([]);
  });

  test('a number alone without AUTH, with the forms that are known there', async () => {
    const gateway = await start();
    await gateway.account(ALICE, 10);
    const reply = await gateway.mail({ to: '0684843556@gw.example', text: 'x' });
    expect(reply).toMatchObject({ code: 550 });
    expect(reply.text).toMatch(/^5\.1\.3 .*CODE\.NUMBER@gw\.example/);
  });

  test('an account that is closed during the session sends nothing more', async () => {
    const gateway = await start();
    const code = await gateway.account(ALICE, 10);
    const [address] = gateway.daemon.waysIn.find(({ name }) => name === 'submission')?.addresses ?? [];
    const transport = createTransport({
      ...{ host: address?.host, port: address?.port, requireTLS: true, pool: true, maxConnections: 1 },
      auth: { user: ALICE, pass: code },
      tls: { ca: LOCALHOST.cert, servername: 'localhost' },
    });
    const mail = { from: ALICE, to: '0684843556@gw.example', text: 'one' };
    await transport.sendMail(mail);
    await gateway.ask('account.close', { email: ALICE });
    await expect(transport.sendMail({ ...mail, text: 'two' })).rejects.toThrow('550');
    transport.close();
  });
});
