// The reminder of a low balance in a whole daemon, over days: mail and SMS at 09:00, restarts, clock changes, credit.

import { describe, expect, test } from 'vitest';

import type { AccountView } from '../../src/cli/operations/account-view.js';
import type { MessagesView } from '../../src/cli/operations/messages.js';
import { textOf } from '../support/text-of.js';
import { Gateway } from './gateway.js';

const ALICE = 'alice@example.fr';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const THRESHOLD = { 'lowBalance.threshold': '10', lang: 'en' };

/** The gateway's clock stands at 10:00 in Paris, Monday 23 November 2026. */
async function withAccount(credits: number, settings: Readonly<Record<string, string>> = {}): Promise<Gateway> {
  const gateway = await Gateway.start();
  await gateway.account(ALICE, credits, { ...THRESHOLD, ...settings });
  await gateway.pass(1000);
  return gateway;
}

const reminders = (gateway: Gateway): string[] =>
  gateway.outbox().filter((mail) => textOf(mail).includes('This reminder comes back every morning'));

const text = (gateway: Gateway): string => textOf(reminders(gateway)[0] ?? '').replace(/\s+/g, ' ');

/** As many as that, and no more, have left by now. */
async function told(gateway: Gateway, count: number): Promise<void> {
  await gateway.waitFor(() => reminders(gateway).length >= count);
  await gateway.pass(1000);
  expect(reminders(gateway)).toHaveLength(count);
}

/** Moves on in steps that let mails and messages leave. */
async function passTo(gateway: Gateway, iso: string): Promise<void> {
  await gateway.pass(Date.parse(iso) - gateway.clock.now());
  await gateway.pass(2000);
}

const set = (gateway: Gateway, settings: Readonly<Record<string, string>>) =>
  gateway.ask<AccountView>('account.set', { email: ALICE, settings });

const add = (gateway: Gateway, credits: number) =>
  gateway.ask('credit.add', { email: ALICE, amountMilli: credits * 1000, method: 'test' });

const messages = async (gateway: Gateway) => (await gateway.ask<MessagesView>('messages', {})).messages;

describe('by mail', () => {
  test('every morning at 09:00, not before, to the address of the account', async () => {
    const gateway = await withAccount(3.5);
    await told(gateway, 0);
    await passTo(gateway, '2026-11-24T08:59:50+01:00');
    await told(gateway, 0);
    await passTo(gateway, '2026-11-24T09:00:00+01:00');
    await told(gateway, 1);
    const [mail = ''] = reminders(gateway);
    expect(mail).toMatch(/^To: alice@example\.fr\r?$/m);
    expect(textOf(mail)).toMatch(/The balance of the account alice@example\.fr is 3\.5\scredits/);
    await passTo(gateway, '2026-11-25T08:59:00+01:00');
    await told(gateway, 1);
    await passTo(gateway, '2026-11-25T09:00:00+01:00');
    await told(gateway, 2);
    expect(await messages(gateway)).toEqual([]);
  });

  test('to the address that is set', async () => {
    const gateway = await withAccount(3, { 'lowBalance.email': 'boss@example.fr' });
    await passTo(gateway, '2026-11-24T09:00:00+01:00');
    await told(gateway, 1);
    expect(reminders(gateway)).toEqual([expect.stringMatching(/^To: boss@example\.fr\r?$/m)]);
  });

  test('not while the balance is at the threshold; from the morning after it fell', async () => {
    const gateway = await withAccount(10);
    await passTo(gateway, '2026-11-24T09:00:00+01:00');
    await told(gateway, 0);
    await gateway.ask('send', { from: ALICE, to: ['0612345678'], text: 'Hello' });
    await passTo(gateway, '2026-11-24T23:00:00+01:00');
    await told(gateway, 0);
    await passTo(gateway, '2026-11-25T09:00:00+01:00');
    await told(gateway, 1);
  });

  test('until the account is credited above the threshold, and again when it falls', async () => {
    const gateway = await withAccount(3);
    await passTo(gateway, '2026-11-24T09:00:00+01:00');
    await add(gateway, 5);
    await passTo(gateway, '2026-11-25T09:00:00+01:00');
    await told(gateway, 2);
    await add(gateway, 2);
    await passTo(gateway, '2026-11-26T09:00:00+01:00');
    await told(gateway, 2);
    await set(gateway, { 'lowBalance.threshold': '11' });
    await passTo(gateway, '2026-11-27T09:00:00+01:00');
    await told(gateway, 3);
  });

  test('until it is switched off; switched on again it begins with the next morning', async () => {
    const gateway = await withAccount(3);
    await passTo(gateway, '2026-11-24T09:00:00+01:00');
    await set(gateway, { 'lowBalance.threshold': 'off' });
    await passTo(gateway, '2026-11-26T12:00:00+01:00');
    await told(gateway, 1);
    await set(gateway, { 'lowBalance.threshold': '10' });
    await passTo(gateway, '2026-11-26T20:00:00+01:00');
    await told(gateway, 1);
    await passTo(gateway, '2026-11-27T09:00:00+01:00');
    await told(gateway, 2);
  });

  test('not for a closed account', async () => {
    const gateway = await withAccount(3);
    await gateway.ask('account.close', { email: ALICE });
    await gateway.account('bob@example.fr', 3, THRESHOLD);
    await gateway.pass(1000);
    await passTo(gateway, '2026-11-24T09:00:00+01:00');
    await told(gateway, 1);
    expect(reminders(gateway)).toEqual([expect.stringMatching(/^To: bob@example\.fr\r?$/m)]);
  });

  test('with a threshold of the defaults, on the clocks of each account', async () => {
    const gateway = await Gateway.start('defaults: {lowBalance: {threshold: 10}, lang: en}\n');
    await gateway.account(ALICE, 1);
    await gateway.account('nyc@example.fr', 1, { zone: 'America/New_York' });
    await gateway.pass(1000);
    await passTo(gateway, '2026-11-23T09:00:00-05:00');
    await told(gateway, 1);
    expect(reminders(gateway)).toEqual([expect.stringMatching(/^To: nyc@example\.fr\r?$/m)]);
    await passTo(gateway, '2026-11-24T09:00:00+01:00');
    await told(gateway, 2);
  });
});

describe('never twice a day', () => {
  test('across a restart', async () => {
    const gateway = await withAccount(3);
    await passTo(gateway, '2026-11-24T09:00:00+01:00');
    await told(gateway, 1);
    await gateway.stop();
    await gateway.start();
    await gateway.pass(HOUR_MS);
    await told(gateway, 1);
  });

  test('a morning without the daemon is made up for on the same day', async () => {
    const gateway = await withAccount(3);
    await gateway.stop();
    gateway.clock.set(Date.parse('2026-11-24T11:00:00+01:00'));
    await gateway.start();
    await gateway.pass(5000);
    await told(gateway, 1);
    await passTo(gateway, '2026-11-25T09:00:00+01:00');
    await told(gateway, 2);
  });

  test('while the wall clock is set back and forth', async () => {
    const gateway = await withAccount(3);
    await passTo(gateway, '2026-11-24T09:00:00+01:00');
    gateway.clock.set(Date.parse('2026-11-24T08:30:00+01:00'));
    await gateway.pass(HOUR_MS);
    await told(gateway, 1);
    gateway.clock.set(Date.parse('2026-11-23T08:30:00+01:00'));
    await gateway.pass(HOUR_MS);
    await told(gateway, 1);
    // Set forward past 09:00: noticed within a minute.
    gateway.clock.set(Date.parse('2026-11-25T09:30:00+01:00'));
    await gateway.pass(62_000);
    await told(gateway, 2);
  });

  test('on the days on which the clocks change: 09:00 by the wall, once each', async () => {
    for (const [from, days] of [
      ['2027-03-27T10:00:00+01:00', ['2027-03-28T09:00:00+02:00', '2027-03-29T09:00:00+02:00']],
      ['2027-10-30T10:00:00+02:00', ['2027-10-31T09:00:00+01:00', '2027-11-01T09:00:00+01:00']],
    ] as const) {
      const gateway = await Gateway.start();
      gateway.clock.set(Date.parse(from));
      await gateway.account(ALICE, 30, {
        ...THRESHOLD,
        'lowBalance.threshold': '31',
        'lowBalance.mobile': '0612345678',
      });
      await gateway.pass(1000);
      for (const [index, nine] of days.entries()) {
        await gateway.pass(Date.parse(nine) - gateway.clock.now() - 60_000);
        await told(gateway, index);
        await gateway.pass(65_000);
        await told(gateway, index + 1);
        expect(await messages(gateway)).toHaveLength(index + 1);
      }
    }
  }, 20_000);
});

describe('by SMS', () => {
  const MOBILE = { 'lowBalance.mobile': '0612345678' };

  test('an order of the account, charged; the mail says so, and nothing else is mailed', async () => {
    const gateway = await withAccount(3, MOBILE);
    await passTo(gateway, '2026-11-24T09:00:00+01:00');
    await gateway.waitFor(() => gateway.phone().length > 0);
    expect(gateway.phone()).toMatchObject([
      { to: '+33612345678', text: 'SMS account alice@example.fr: 3 credits left on 2026-11-24 (threshold: 10).' },
    ]);
    const { balanceMilli } = await gateway.ask<AccountView>('account.show', { email: ALICE });
    expect(balanceMilli).toBe(2000);
    await told(gateway, 1);
    expect(gateway.outbox()).toHaveLength(1);
    expect(text(gateway)).toMatch(/An SMS to 0612345678 says the same/);
    await passTo(gateway, '2026-11-25T09:00:00+01:00');
    await gateway.waitFor(() => gateway.phone().length > 1);
    expect(await messages(gateway)).toHaveLength(2);
  });

  test('without enough credit there is the mail alone, with the reason', async () => {
    const gateway = await withAccount(0.5, MOBILE);
    await passTo(gateway, '2026-11-24T09:00:00+01:00');
    expect(await messages(gateway)).toEqual([]);
    await told(gateway, 1);
    expect(gateway.outbox()).toHaveLength(1);
    expect(text(gateway)).toMatch(/No SMS leaves for 0612345678[\s\S]*Not enough credit/);
    await gateway.pass(DAY_MS / 2);
    expect(gateway.outbox()).toHaveLength(1);
  });

  test('to a number that is none: the mail says it', async () => {
    const gateway = await withAccount(5, { 'lowBalance.mobile': '012345' });
    await passTo(gateway, '2026-11-24T09:00:00+01:00');
    await told(gateway, 1);
    expect(await messages(gateway)).toEqual([]);
    expect(text(gateway)).toMatch(/No SMS leaves/);
  });
});
