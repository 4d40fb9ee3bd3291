import { describe, expect, test } from 'vitest';

import type { Outcome, Receipt } from '../../src/core/carriage.js';
import type { Store } from '../../src/store-port.js';
import { accept, balances, mailContext, newAccount, NOW, planFor, temporaryStore } from '../support/store.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function outcome(store: Store, messageId: string, what: Outcome, retryAtMs = NOW): Promise<void> {
  return store.recordOutcome({ messageId, carrier: 'simulator', outcome: what, retryAtMs, nowMs: NOW });
}

function receipt(carrierId: string, state: Receipt['state'], more: Partial<Receipt> = {}): Receipt {
  return { carrier: 'simulator', carrierId, to: null, state, reason: null, raw: '', ...more };
}

async function stateOf(store: Store, order: string): Promise<string[]> {
  return (await store.messages({ order, limit: 100 })).map(({ message }) => message.state);
}

async function claim(store: Store, limit = 10, nowMs = NOW): Promise<string[]> {
  return (await store.claimDue('simulator', limit, nowMs)).map(({ submission }) => submission.messageId);
}

describe('from the queue to the carrier', () => {
  test('what is claimed is submitting before it leaves, and is claimed once', async () => {
    const store = await temporaryStore();
    const account = await newAccount(store, 'alice@example.fr', 10);
    const order = await accept(store, planFor(account));
    expect(await claim(store)).toEqual([`${order}-1`]);
    expect(await stateOf(store, order)).toEqual(['submitting']);
    expect(await claim(store)).toEqual([]);
  });

  test('accepted: the price is spent; refused: it comes back', async () => {
    const store = await temporaryStore();
    const account = await newAccount(store, 'alice@example.fr', 10);
    await accept(store, planFor(account, { to: ['+33611111111', '+33622222222'] }));
    const [first = '', second = ''] = await claim(store);
    await outcome(store, first, { kind: 'accepted', carrierIds: ['c1'] });
    await outcome(store, second, { kind: 'refused', code: '0x0B' });
    expect(await balances(store, account.email)).toEqual({ balance: 9, reserved: 0 });
    expect((await store.verify()).faults).toEqual([]);
  });

  test('put off: waits till its time, and a later message to the same number waits behind it', async () => {
    const store = await temporaryStore();
    const account = await newAccount(store, 'alice@example.fr', 10);
    const first = await accept(store, planFor(account, { text: 'first' }));
    expect(await claim(store)).toEqual([`${first}-1`]);
    await outcome(store, `${first}-1`, { kind: 'deferred', code: 'full', scope: 'message' }, NOW + HOUR_MS);
    const second = await accept(store, planFor(account, { text: 'second' }));
    const other = await accept(store, planFor(account, { text: 'second', to: ['+33699999999'] }));
    expect(await claim(store)).toEqual([`${other}-1`]);
    expect(await store.nextDueMs('simulator')).toBe(NOW + HOUR_MS);
    expect(await claim(store, 10, NOW + HOUR_MS)).toEqual([`${first}-1`, `${second}-1`]);
  });

  test('one account with many messages does not hold up another with one', async () => {
    const store = await temporaryStore();
    const many = await newAccount(store, 'many@example.fr', 1000);
    const one = await newAccount(store, 'one@example.fr', 10);
    const to = Array.from({ length: 100 }, (_, index) => `+336${String(10_000_000 + index)}`);
    await accept(store, planFor(many, { to }));
    const order = await accept(store, planFor(one, { nowMs: NOW }));
    expect(await claim(store, 10)).toContain(`${order}-1`);
  });

  test('a deferred order is reserved when it is due; without credit by then it is refused and told', async () => {
    const store = await temporaryStore();
    const account = await newAccount(store, 'alice@example.fr', 1);
    const first = await accept(store, planFor(account, { dueAtMs: NOW + DAY_MS, text: 'first' }));
    const second = await accept(store, planFor(account, { dueAtMs: NOW + DAY_MS, text: 'second' }), mailContext('m2'));
    expect(await claim(store, 10, NOW + DAY_MS - 1)).toEqual([]);
    expect(await store.nextDueMs('simulator')).toBe(NOW + DAY_MS);
    expect(await claim(store, 10, NOW + DAY_MS)).toEqual([`${first}-1`]);
    expect(await stateOf(store, second)).toEqual(['refused']);
    const notices = (await store.dueNotices(10, NOW + DAY_MS)).map(({ notice }) => notice);
    expect(notices).toContainEqual(expect.objectContaining({ kind: 'finished', orderId: second }));
    expect((await store.verify()).faults).toEqual([]);
  });

  test('what is older than its lifetime is never sent, even after an outage; its price comes back', async () => {
    const store = await temporaryStore();
    const account = await newAccount(store, 'alice@example.fr', 10);
    const order = await accept(store, planFor(account), mailContext('m1'));
    expect(await claim(store, 10, NOW + 48 * HOUR_MS)).toEqual([]);
    expect(await stateOf(store, order)).toEqual(['expired']);
    expect(await balances(store, account.email)).toEqual({ balance: 10, reserved: 0 });
    const notices = (await store.dueNotices(10, NOW + 48 * HOUR_MS)).map(({ notice }) => notice.kind);
    expect(notices).toEqual(['recorded', 'unsent']);
  });

  test('normal+flash: refused in the normal form, once more as flash, at the same price', async () => {
    const store = await temporaryStore();
    const account = await newAccount(store, 'alice@example.fr', 10, { format: 'normal+flash' });
    const order = await accept(store, planFor(account));
    expect(await claim(store)).toEqual([`${order}-1`]);
    await outcome(store, `${order}-1`, { kind: 'refused', code: 'x' });
    const [again] = await store.claimDue('simulator', 10, NOW);
    expect(again?.submission).toMatchObject({ messageId: `${order}-1`, flash: true });
    await outcome(store, `${order}-1`, { kind: 'refused', code: 'x' });
    expect(await stateOf(store, order)).toEqual(['refused']);
    expect(await balances(store, account.email)).toEqual({ balance: 10, reserved: 0 });
  });

  test('after a crash what was being submitted is in doubt: never claimed again, its price kept', async () => {
    const store = await temporaryStore();
    const account = await newAccount(store, 'alice@example.fr', 10);
    const order = await accept(store, planFor(account));
    await claim(store);
    expect(await store.recoverInFlight(NOW)).toBe(1);
    expect(await stateOf(store, order)).toEqual(['unknown']);
    expect(await claim(store, 10, NOW + HOUR_MS)).toEqual([]);
    expect(await balances(store, account.email)).toEqual({ balance: 9, reserved: 1 });
    expect(await store.settle({ id: order, state: 'delivered', nowMs: NOW })).toEqual({ ok: true, value: 1 });
    expect(await balances(store, account.email)).toEqual({ balance: 9, reserved: 0 });
    expect((await store.verify()).faults).toEqual([]);
  });

  test('an answer for a message that is not being submitted is a fault and changes nothing', async () => {
    const store = await temporaryStore();
    const account = await newAccount(store, 'alice@example.fr', 10);
    const order = await accept(store, planFor(account));
    await expect(outcome(store, `${order}-1`, { kind: 'accepted', carrierIds: ['c1'] })).rejects.toThrow(
      /never becomes/,
    );
    expect(await stateOf(store, order)).toEqual(['queued']);
    expect((await store.verify()).faults).toEqual([]);
  });
});

describe('receipts', () => {
  async function submitted(store: Store, carrierIds: readonly string[], mail = true): Promise<string> {
    const account = await newAccount(store, 'alice@example.fr', 10, { 'notify.delivered': true });
    const order = await accept(store, planFor(account), mail ? mailContext('m1') : null);
    await claim(store);
    await outcome(store, `${order}-1`, { kind: 'accepted', carrierIds });
    return order;
  }

  test('a message is delivered when all its parts are; a second receipt changes nothing', async () => {
    const store = await temporaryStore();
    const order = await submitted(store, ['a', 'b']);
    expect(await store.recordReceipt(receipt('a', 'delivered'), NOW)).toBe(true);
    expect(await stateOf(store, order)).toEqual(['submitted']);
    await store.recordReceipt(receipt('b', 'delivered'), NOW);
    expect(await stateOf(store, order)).toEqual(['delivered']);
    await store.recordReceipt(receipt('b', 'undelivered'), NOW);
    expect(await stateOf(store, order)).toEqual(['delivered']);
    expect((await store.dueNotices(10, NOW)).map(({ notice }) => notice.kind)).toEqual(['recorded', 'delivered']);
  });

  test('one part that failed is the whole message undelivered: told, and not refunded', async () => {
    const store = await temporaryStore();
    const order = await submitted(store, ['a', 'b']);
    await store.recordReceipt(receipt('a', 'delivered'), NOW);
    await store.recordReceipt(receipt('b', 'undelivered', { reason: 'absent subscriber' }), NOW);
    expect(await stateOf(store, order)).toEqual(['undelivered']);
    const told = (await store.dueNotices(10, NOW)).map(({ notice }) => notice);
    expect(told[1]).toMatchObject({ kind: 'undelivered', recipient: { reason: 'absent subscriber' } });
    expect(await balances(store, 'alice@example.fr')).toEqual({ balance: 9, reserved: 0 });
  });

  test('a receipt that is faster than the answer is parked and applied with it', async () => {
    const store = await temporaryStore();
    expect(await store.recordReceipt(receipt('a', 'delivered'), NOW)).toBe(false);
    const order = await submitted(store, ['a']);
    expect(await stateOf(store, order)).toEqual(['delivered']);
  });

  test('a message in doubt is settled by a receipt that names it', async () => {
    const store = await temporaryStore();
    const account = await newAccount(store, 'alice@example.fr', 10);
    const order = await accept(store, planFor(account));
    await claim(store);
    await outcome(store, `${order}-1`, { kind: 'unknown', code: 'timeout' });
    expect(await store.recordReceipt(receipt('z', 'delivered', { messageId: `${order}-1` }), NOW)).toBe(true);
    expect(await stateOf(store, order)).toEqual(['delivered']);
    expect(await balances(store, account.email)).toEqual({ balance: 9, reserved: 0 });
    expect((await store.verify()).faults).toEqual([]);
  });
});
