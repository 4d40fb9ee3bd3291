// Messages in doubt, over days: kept, or settled as the configuration says, the money and the sender's mail with it.

import { expect, test } from 'vitest';

import type { AccountView } from '../../src/cli/operations/account-view.js';
import type { MessagesView } from '../../src/cli/operations/messages.js';
import { textOf } from '../support/text-of.js';
import { Gateway } from './gateway.js';

const ALICE = 'alice@example.fr';
const HOUR_MS = 3_600_000;

/** A message to a number for which the simulator never answers. */
async function inDoubt(config: string): Promise<Gateway> {
  const gateway = await Gateway.start(config);
  const code = await gateway.account(ALICE, 10, { lang: 'en', 'notify.recorded': 'off' });
  expect((await gateway.mail({ to: `${code}.0612345008@gw.example`, text: 'x' })).code).toBe(250);
  await gateway.pass(20_000);
  expect(await state(gateway)).toBe('unknown');
  return gateway;
}

const state = async (gateway: Gateway) => (await gateway.ask<MessagesView>('messages', {})).messages[0]?.state;

async function money(gateway: Gateway): Promise<readonly number[]> {
  const { balanceMilli, reservedMilli } = await gateway.ask<AccountView>('account.show', { email: ALICE });
  return [balanceMilli, reservedMilli];
}

const told = (gateway: Gateway): string[] =>
  gateway.outbox().filter((mail) => textOf(mail).includes('the mobile operator never answered'));

test('keep, the default: it waits, and so does its price', async () => {
  const gateway = await inDoubt('');
  await gateway.pass(100 * HOUR_MS);
  expect(await state(gateway)).toBe('unknown');
  expect(await money(gateway)).toEqual([9000, 1000]);
  expect(told(gateway)).toEqual([]);
});

test.each([
  ['undelivered', 9000],
  ['refused', 10_000],
])('%s after the hours that are set, not before; the sender is told once', async (settleAs, balance) => {
  const gateway = await inDoubt(`unknown: { afterHours: 2, settleAs: ${settleAs} }\n`);
  await gateway.pass(2 * HOUR_MS - 60_000);
  expect(await state(gateway)).toBe('unknown');
  await gateway.pass(120_000);
  expect(await state(gateway)).toBe(settleAs);
  expect(await money(gateway)).toEqual([balance, 0]);
  await gateway.waitFor(() => told(gateway).length > 0);
  await gateway.pass(5 * HOUR_MS);
  expect(told(gateway)).toHaveLength(1);
  expect(await gateway.faults()).toEqual([]);
});

test('what came due while the gateway was stopped is settled when it is back', async () => {
  const gateway = await inDoubt('unknown: { afterHours: 2, settleAs: refused }\n');
  await gateway.stop();
  gateway.clock.set(gateway.clock.now() + 3 * HOUR_MS);
  await gateway.start();
  await gateway.pass(1000);
  expect(await state(gateway)).toBe('refused');
});
