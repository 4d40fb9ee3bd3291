// Behind a mail server: one reply for each recipient, refusals in it and never by mail; and the socket of sendmail.

import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from 'vitest';

import { deliverLmtp } from '../support/lmtp.js';
import { Gateway } from './gateway.js';

const ALICE = 'alice@example.fr';

async function start(): Promise<{ gateway: Gateway; code: string; socket: string }> {
  const gateway = await Gateway.start('', { env: { PETITBLEU__mail__lmtp__listen: 'unix:lmtp.sock, 127.0.0.1:0' } });
  const code = await gateway.account(ALICE, 10);
  return { gateway, code, socket: path.join(gateway.folder, 'data', 'lmtp.sock') };
}

describe('each recipient gets what became of it', () => {
  test('one order for those that go together, its refused numbers told where they were asked for', async () => {
    const { gateway, code, socket } = await start();
    await gateway.ask('blacklist.add', { email: null, number: '+33660919010' });
    const replies = await deliverLmtp(socket, {
      to: [
        `${code}.0684843556@gw.example`,
        `${code}.0660919010@gw.example`,
        `${code}.0612@gw.example`,
        `${code}.0612345678@gw.example`,
        'wrong1.0612345678@gw.example',
        'nothing@gw.example',
        'x@elsewhere.example',
      ],
    });
    const order = /Recorded as (\w+): 2 SMS, 2 refused/.exec(replies[0] ?? '')?.[1];
    expect(replies).toEqual([
      `250 2.0.0 Recorded as ${order}: 2 SMS, 2 refused`,
      expect.stringMatching(/^550 5\.2\.1 \+33660919010 /) as string,
      expect.stringMatching(/^550 5\.1\.3 "0612" /) as string,
      replies[0],
      '550 5.7.1 Sender or code not accepted',
      expect.stringMatching(/^550 5\.1\.3 /) as string,
      expect.stringMatching(/^550 5\.7\.1 /) as string,
    ]);
    await gateway.waitFor(() => gateway.phone().length === 2 && gateway.outbox().length === 1);
  });

  test('a refusal is the reply, and no mail', async () => {
    const { gateway, code, socket } = await start();
    const to = [`${code}.0684843556@gw.example`];
    const refused = await deliverLmtp(socket, { to, headers: ['Subject: no date'] });
    expect(refused[0]).toMatch(/^554 5\.6\.0 /);
    expect(refused[0]).not.toContain(code);
    expect((await deliverLmtp(socket, { to }))[0]).toMatch(/^250 /);
    expect((await deliverLmtp(socket, { to }))[0]).toMatch(/^550 5\.7\.1 The same text/);
    expect((await deliverLmtp(socket, { to, text: 'last' }))[0]).toMatch(/^250 /);
    // Mails leave in the order of what they tell: nothing came between the two that were recorded.
    await gateway.waitFor(() => gateway.outbox().some((mail) => mail.includes('last')));
    expect(gateway.outbox()).toHaveLength(2);
    expect(gateway.outbox()[0]).toMatch(/^To: alice@example\.fr\r?$/m);
  });

  test('what a program made is never answered by mail', async () => {
    const { gateway, code, socket } = await start();
    const mail = { to: [`${code}.0684843556@gw.example`], headers: ['Auto-Submitted: auto-generated'] };
    expect((await deliverLmtp(socket, mail))[0]).toMatch(/^250 /);
    await gateway.waitFor(() => gateway.phone().length === 1);
    await deliverLmtp(socket, { to: mail.to, text: 'last' });
    await gateway.waitFor(() => gateway.outbox().some((one) => one.includes('last')));
    expect(gateway.outbox()).toHaveLength(1);
  });

  test('the same delivery again gets the same again: nothing twice, no refusal turned into a 250', async () => {
    const { gateway, code, socket } = await start();
    const mail = {
      to: [`${code}.0684843556@gw.example`, '0660919010.wrong1@gw.example'],
      headers: ['Message-ID: <1@client.example>'],
    };
    const first = await deliverLmtp(socket, mail);
    const again = await deliverLmtp(socket, mail);
    expect(first.map((reply) => reply.slice(0, 3))).toEqual(['250', '550']);
    expect(again[0]).toMatch(/^250 2\.0\.0 Recorded before as /);
    expect(again[1]).toBe(first[1]);
    await gateway.waitFor(() => gateway.phone().length === 1);
    await gateway.pass(5_000);
    expect(gateway.phone()).toHaveLength(1);
  });

  test('over TCP, too', async () => {
    const { gateway, code } = await start();
    const [address] = gateway.daemon.waysIn.find(({ name }) => name === 'LMTP')?.addresses ?? [];
    const to = [`${code}.0684843556@gw.example`];
    expect((await deliverLmtp(address?.port ?? 0, { to }))[0]).toMatch(/^250 /);
  });
});

describe('the socket of sendmail', () => {
  test('is there without configuration, and takes mail', async () => {
    const { gateway, code } = await start();
    const [socket = ''] = gateway.daemon.waysIn.find(({ name }) => name === 'sendmail')?.sockets ?? [];
    expect(socket).toBe(path.join(gateway.folder, 'data', 'sendmail', 'lmtp.sock'));
    expect((await deliverLmtp(socket, { to: [`${code}.0684843556@gw.example`] }))[0]).toMatch(/^250 /);
  });

  test('works in a data folder whose path is too long for an address', async () => {
    const gateway = await Gateway.start('', {
      env: { PETITBLEU__mail__sendmail__socket: `${'deep/'.repeat(30)}x.sock` },
    });
    const folder = path.join(gateway.folder, 'data', ...Array<string>(30).fill('deep'));
    expect(statSync(path.join(folder, 'x.sock')).isSocket()).toBe(true);
    await gateway.stop();
    expect(readdirSync(folder)).not.toContain('x.sock');
  });
});

describe('who may reach what', () => {
  const modes = (folder: string): Record<string, string> =>
    Object.fromEntries(
      readdirSync(folder).map((name) => [name, (statSync(path.join(folder, name)).mode & 0o777).toString(8)]),
    );

  test('others pass through the data folder to the socket of sendmail, and read nothing', async () => {
    const before = process.umask(0o000);
    try {
      const { gateway, code, socket } = await start();
      await deliverLmtp(socket, { to: [`${code}.0684843556@gw.example`] });
      await gateway.waitFor(() => gateway.phone().length === 1 && gateway.outbox().length === 1);
      const data = path.join(gateway.folder, 'data');
      expect((statSync(data).mode & 0o777).toString(8)).toBe('711');
      expect(modes(data)).toEqual({
        'control.sock': '600',
        'erasure.key': '600',
        'lmtp.sock': '660',
        outbox: '700',
        'petitbleu.db': '600',
        'petitbleu.db-shm': '600',
        'petitbleu.db-wal': '600',
        'phone.jsonl': '600',
        'reply.key': '600',
        sendmail: '755',
      });
      expect(modes(path.join(data, 'sendmail'))['lmtp.sock']).toBe('666');
    } finally {
      process.umask(before);
    }
  });

  test('a folder that was there keeps the mode that it was given', async () => {
    const gateway = await Gateway.start();
    await gateway.stop();
    const data = path.join(gateway.folder, 'data');
    chmodSync(data, 0o700);
    await gateway.start();
    expect(statSync(data).mode & 0o777).toBe(0o700);
  });
});

test('a place that is taken stops the start, with the key that names it', async () => {
  const gateway = await Gateway.start();
  await gateway.stop();
  mkdirSync(path.join(gateway.folder, 'data', 'sendmail', 'lmtp.sock'));
  await expect(gateway.start()).rejects.toThrow(/sendmail cannot listen on .*something else.*mail\.sendmail\.socket/);
});
