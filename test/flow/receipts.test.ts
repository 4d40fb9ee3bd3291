// What the carrier answers and reports, as the sender and the operator see it. The numbers' last digits choose the
// simulator's behaviour (docs/simulator.md).

import { describe, expect, test } from 'vitest';

import { Gateway } from './gateway.js';

interface Row {
  readonly id: string;
  readonly state: string;
}

async function rows(gateway: Gateway): Promise<readonly Row[]> {
  return (await gateway.ask<{ messages: Row[] }>('messages', {})).messages;
}

async function sent(gateway: Gateway, number: string, text = 'x'): Promise<void> {
  const code = await gateway.account('alice@example.fr', 10, { 'notify.delivered': 'on', long: 'on' });
  const reply = await gateway.mail({ to: `${code}.${number}@gw.example`, text });
  expect(reply.code).toBe(250);
}

async function stateOf(gateway: Gateway): Promise<string> {
  const [row] = await rows(gateway);
  return row?.state ?? 'none';
}

/** Passes time until the message is in that state. */
async function reaches(gateway: Gateway, state: string): Promise<void> {
  for (let step = 0; step < 600; step += 1) {
    if ((await stateOf(gateway)) === state) return;
    await gateway.pass(500);
  }
  throw new Error(`the message is ${await stateOf(gateway)}, not ${state}`);
}

async function spent(gateway: Gateway): Promise<{ balance: number; reserved: number }> {
  const params = { email: 'alice@example.fr' };
  const account = await gateway.ask<{ balanceMilli: number; reservedMilli: number }>('account.show', params);
  return { balance: account.balanceMilli, reserved: account.reservedMilli };
}

async function clean(gateway: Gateway): Promise<void> {
  expect(await gateway.faults()).toEqual([]);
}

describe('from the carrier back to the sender', () => {
  test('delivered: (a) and (d), threaded under the mail', async () => {
    const gateway = await Gateway.start();
    const code = await gateway.account('alice@example.fr', 10, { 'notify.delivered': 'on' });
    await gateway.mail({ to: `${code}.0612345678@gw.example`, text: 'x', messageId: '<m1@client.example>' });
    await reaches(gateway, 'delivered');
    await gateway.waitFor(() => gateway.outbox().length === 2);
    for (const mail of gateway.outbox()) {
      expect(mail).toMatch(/^In-Reply-To: <m1@client\.example>\r?$/m);
      expect(mail).toMatch(/^References: <m1@client\.example>\r?$/m);
    }
    await clean(gateway);
  });

  test('a long message is one SMS on the phone, and delivered when all its parts are', async () => {
    const gateway = await Gateway.start();
    const text = 'Écoutez : '.repeat(40).trim();
    await sent(gateway, '0612345678', text);
    await reaches(gateway, 'delivered');
    expect(gateway.phone()).toEqual([expect.objectContaining({ parts: 3 })]);
    expect(await spent(gateway)).toEqual({ balance: 7000, reserved: 0 });
    await clean(gateway);
  });

  test.each([
    ['0612345001', 'undelivered', 9000],
    ['0612345003', 'expired', 9000],
    ['0612345004', 'refused', 10_000],
    ['0612345009', 'delivered', 9000],
    ['0612345010', 'delivered', 9000],
  ])('%s: %s, balance %i', async (number, state, balance) => {
    const gateway = await Gateway.start();
    await sent(gateway, number);
    await reaches(gateway, state);
    expect(await spent(gateway)).toEqual({ balance, reserved: 0 });
    await gateway.waitFor(() => gateway.outbox().length === 2);
    await clean(gateway);
  });

  test.each(['0612345005', '0612345006'])('%s: put off by the carrier, sent later, once', async (number) => {
    const gateway = await Gateway.start();
    await sent(gateway, number);
    await reaches(gateway, 'delivered');
    expect(gateway.phone()).toHaveLength(1);
    await clean(gateway);
  });

  test('silence: in doubt, never sent again, the price kept, settled by hand', async () => {
    const gateway = await Gateway.start();
    await sent(gateway, '0612345008');
    await reaches(gateway, 'unknown');
    await gateway.pass(3_600_000);
    expect(await stateOf(gateway)).toBe('unknown');
    expect(await spent(gateway)).toEqual({ balance: 9000, reserved: 1000 });
    const [row] = await rows(gateway);
    await gateway.ask('queue.settle', { id: row?.id, state: 'refused' });
    expect(await spent(gateway)).toEqual({ balance: 10_000, reserved: 0 });
    await clean(gateway);
  });

  test('the format flash reaches the phone as flash', async () => {
    const gateway = await Gateway.start();
    const code = await gateway.account('alice@example.fr', 10, { format: 'flash', sender: 'Cabinet' });
    await gateway.mail({ to: `${code}.0612345678@gw.example`, text: 'now' });
    await reaches(gateway, 'delivered');
    expect(gateway.phone()).toEqual([expect.objectContaining({ flash: true, from: 'Cabinet' })]);
  });
});
