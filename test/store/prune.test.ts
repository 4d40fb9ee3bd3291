// What the store forgets by itself, when, and what stays for ever.

import path from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { describe, expect, test } from 'vitest';

import { addCounts, retentionRule, type ForgottenCounts } from '../../src/core/retention.js';
import type { Account } from '../../src/core/types.js';
import type { Store } from '../../src/store-port.js';
import { filesWith } from '../support/residue.js';
import {
  accept,
  answerAll,
  balances,
  commandFor,
  DAY_MS,
  mailContext,
  NOW,
  planFor,
  storeWithAccount,
  temporaryFolder,
} from '../support/store.js';

const POLICY = { textDays: 90, recordDays: 400, noticeDays: 30, parkedDays: 30 };

interface Sent {
  readonly to: readonly string[];
  readonly text: string;
  readonly nowMs: number;
}

/** Accepted, taken by the carrier and delivered, all at that instant. Gives the order's id. */
async function deliver(store: Store, account: Account, { to, text, nowMs }: Sent): Promise<string> {
  const order = await accept(store, planFor(account, { to, text, nowMs }), mailContext(`key-${text}`));
  const taken = (messageId: string) => ({ kind: 'accepted', carrierIds: [`id-${messageId}`] }) as const;
  for (const messageId of await answerAll(store, taken, nowMs)) {
    const receipt = {
      carrier: 'simulator',
      carrierId: `id-${messageId}`,
      to: null,
      state: 'delivered',
      reason: null,
    } as const;
    await store.recordReceipt({ ...receipt, raw: `raw of ${text}` }, nowMs);
  }
  return order;
}

async function pruneAll(store: Store, nowMs: number): Promise<ForgottenCounts> {
  let counts: ForgottenCounts = {};
  for (;;) {
    const slice = await store.prune(retentionRule(POLICY, nowMs));
    counts = addCounts(counts, slice.counts);
    if (!slice.more) return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  }
}

/** The outcome mails leave. */
async function mailAll(store: Store, nowMs: number): Promise<void> {
  for (const { id } of await store.dueNotices(1000, nowMs)) {
    await store.recordNotice({ id, outcome: { kind: 'sent', detail: '' }, retryAtMs: 0 });
  }
}

async function giveAllBack(store: Store): Promise<void> {
  while (await store.giveBack('slice')) await setImmediate();
}

describe('texts', () => {
  test('go when they are old: from the rows, from the file, and from its log', async () => {
    const folder = temporaryFolder();
    const { store, account } = await storeWithAccount(100, {}, path.join(folder, 'test.db'));
    const order = await deliver(store, account, { to: ['+33611111111'], text: 'Rendez-vous mardi', nowMs: NOW });
    const young = await deliver(store, account, { to: ['+33622222222'], text: 'Bonjour', nowMs: NOW + 2 * DAY_MS });
    const reply = { carrier: 'simulator', from: '+33611111111', to: '36000', text: 'Bien recu', raw: 'raw reply' };
    await store.recordReply({ ...reply, atMs: NOW }, 'reply-key', NOW);
    expect(filesWith(folder, 'Rendez-vous mardi')).not.toEqual([]);

    await mailAll(store, NOW);
    const nowMs = NOW + 91 * DAY_MS;
    const due = await store.prunable(retentionRule(POLICY, nowMs));
    expect(await pruneAll(store, nowMs)).toEqual(Object.fromEntries(Object.entries(due).filter(([, n]) => n > 0)));
    expect(due).toMatchObject({ orderTexts: 1, receiptTexts: 1, replyTexts: 1, orders: 0, messages: 0, receipts: 0 });
    await giveAllBack(store);

    for (const text of ['Rendez-vous mardi', 'raw of Rendez', 'Bien recu', 'raw reply', 'key-Rendez']) {
      expect(filesWith(folder, text), text).toEqual([]);
    }
    const [old] = await store.messages({ order, limit: 1 });
    expect(old).toMatchObject({ message: { to: '+33611111111', state: 'delivered' }, order: { text: '' } });
    const [kept] = await store.messages({ order: young, limit: 1 });
    expect(kept?.order.text).toBe('Bonjour');
    expect((await store.verify()).faults).toEqual([]);
  });

  test('of orders that are still to be sent stay, however old they are', async () => {
    const { store, account } = await storeWithAccount(100);
    const far = NOW + 600 * DAY_MS;
    const order = await accept(store, planFor(account, { dueAtMs: far, text: 'Joyeux anniversaire' }));
    await pruneAll(store, far - DAY_MS);
    const [found] = await store.messages({ order, limit: 1 });
    expect(found).toMatchObject({ message: { state: 'scheduled' }, order: { text: 'Joyeux anniversaire' } });
  });
});

describe('records', () => {
  test('go after the records’ time, whole orders at once; the ledger, the balance and the blacklist stay', async () => {
    const folder = temporaryFolder();
    const { store, account } = await storeWithAccount(1000, {}, path.join(folder, 'test.db'));
    const many = Array.from({ length: 450 }, (_, index) => `+336110${String(index).padStart(5, '0')}`);
    await deliver(store, account, { to: many, text: 'a large one', nowMs: NOW });
    await store.changeBlacklist({ email: account.email, number: '+33699999999', listed: true, nowMs: NOW });
    await mailAll(store, NOW);
    const before = await balances(store, account.email);

    const counts = await pruneAll(store, NOW + 401 * DAY_MS);
    await giveAllBack(store);

    expect(counts).toMatchObject({ orders: 1, messages: 450, receipts: 450 });
    expect(await store.messages({ limit: 1000 })).toEqual([]);
    expect(filesWith(folder, '+336110')).toEqual([]);
    expect(await balances(store, account.email)).toEqual(before);
    const statement = await store.statement(account.email, 1000);
    expect(statement.ok && statement.value.lines).toHaveLength(452);
    expect(await store.blacklist(account.email)).toEqual({ ok: true, value: ['+33699999999'] });
    expect((await store.verify()).faults).toEqual([]);
  });

  test('stay while a message of theirs ended later than the order, which its movements are of', async () => {
    const { store, account } = await storeWithAccount(10);
    const order = await accept(store, planFor(account));
    const [id = ''] = await answerAll(store, (messageId) => ({ kind: 'accepted', carrierIds: [`id-${messageId}`] }));
    const receipt = { carrier: 'simulator', carrierId: `id-${id}`, to: null, reason: null, raw: 'late' } as const;
    await store.recordReceipt({ ...receipt, state: 'delivered' }, NOW + 50 * DAY_MS);
    await pruneAll(store, NOW + 401 * DAY_MS);
    expect(await store.messages({ order, limit: 1 })).toHaveLength(1);
    await pruneAll(store, NOW + 451 * DAY_MS);
    expect(await store.messages({ order, limit: 1 })).toEqual([]);
    expect((await store.verify()).faults).toEqual([]);
  });

  test('a slice that is full at the end of an order leaves the next one whole', async () => {
    const { store, account } = await storeWithAccount(1000);
    const numbers = (count: number, prefix: string): string[] =>
      Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(4, '0')}`);
    // A slice takes 50 messages, and the order with the last of them.
    const refuse = async (to: string[], nowMs: number): Promise<string> => {
      const order = await accept(store, planFor(account, { to, nowMs }));
      while ((await answerAll(store, () => ({ kind: 'refused', code: 'x' }), nowMs)).length > 0);
      return order;
    };
    await refuse(numbers(50, '+3361100'), NOW);
    const next = await refuse(numbers(100, '+3361200'), NOW + 1000);
    await pruneAll(store, NOW + 300 * DAY_MS);
    const rule = retentionRule(POLICY, NOW + 500 * DAY_MS);
    expect((await store.prune(rule)).counts).toMatchObject({ messages: 50, orders: 1 });
    expect(await store.messages({ order: next, limit: 1000 })).toHaveLength(100);
  });

  test('stay while a message is in doubt: it holds a reservation', async () => {
    const { store, account } = await storeWithAccount(10);
    await accept(store, planFor(account));
    await answerAll(store, () => ({ kind: 'unknown', code: 'timeout' }));
    await pruneAll(store, NOW + 500 * DAY_MS);
    expect(await store.messages({ limit: 10 })).toMatchObject([{ message: { state: 'unknown' }, order: { text: '' } }]);
    expect((await store.verify()).faults).toEqual([]);
  });
});

describe('the rest', () => {
  test('parked receipts, keys of mails and outcome mails that have left each have their time', async () => {
    const { store, account } = await storeWithAccount(10);
    await deliver(store, account, { to: ['+33611111111'], text: 'one', nowMs: NOW });
    const stray = {
      carrier: 'simulator',
      carrierId: 'nobody',
      to: null,
      state: 'delivered',
      reason: null,
      raw: 'x',
    } as const;
    await store.recordReceipt(stray, NOW);
    const [notice] = await store.dueNotices(10, NOW);
    if (!notice) throw new Error('no outcome mail was queued');

    expect(await pruneAll(store, NOW + 4 * DAY_MS)).toEqual({ mailKeys: 1 });
    expect(await pruneAll(store, NOW + 31 * DAY_MS)).toEqual({ parkedReceipts: 1 });
    await store.recordNotice({ id: notice.id, outcome: { kind: 'sent', detail: '' }, retryAtMs: 0 });
    expect(await pruneAll(store, NOW + 31 * DAY_MS)).toEqual({ notices: 1 });
  });

  test('what followed from replies goes with the texts, once it is done', async () => {
    const { store, account } = await storeWithAccount(10, { 'replies.mobile': '+33699999999' });
    await deliver(store, account, { to: ['+33611111111'], text: 'one', nowMs: NOW });
    const reply = { carrier: 'simulator', from: '+33611111111', to: '36000', text: 'Oui', raw: 'raw', atMs: NOW };
    await store.recordReply(reply, 'reply-key', NOW);
    const nowMs = NOW + 91 * DAY_MS;
    expect(await pruneAll(store, nowMs)).not.toHaveProperty('followUps');
    const [followUp] = await store.dueFollowUps('sms', 10, nowMs);
    if (!followUp) throw new Error('nothing follows from the reply');
    await store.recordFollowUp({ id: followUp.id, state: 'done', detail: '', retryAtMs: 0 });
    expect(await pruneAll(store, nowMs)).toEqual({ followUps: 1 });
  });

  test('a large round holds an order up by no more than a slice', async () => {
    const { store, account } = await storeWithAccount(3000);
    const many = Array.from({ length: 950 }, (_, index) => `+336110${String(index).padStart(5, '0')}`);
    await deliver(store, account, { to: many, text: 'old', nowMs: NOW });
    const nowMs = NOW + 500 * DAY_MS;
    let slices = 0;
    for (let more = true; more; slices += 1) {
      const [slice, reply] = await Promise.all([
        store.prune(retentionRule(POLICY, nowMs)),
        store.acceptOrders(commandFor([planFor(account, { nowMs, text: `new ${slices}` })])),
      ]);
      const touched = Object.values(slice.counts).reduce((sum, count) => sum + count, 0);
      expect(touched).toBeLessThanOrEqual(220);
      expect(reply.orders[0]?.decision.accepted).toBe(true);
      more = slice.more;
    }
    expect(slices).toBeGreaterThan(10);
    expect((await store.verify()).faults).toEqual([]);
  });
});
