// Replies in the store: told twice, matched or not, the blacklists, the loop guard, the groups.

import { describe, expect, test } from 'vitest';

import type { Settings } from '../../src/core/settings.js';
import type { Reply } from '../../src/core/types.js';
import type { Store } from '../../src/store-port.js';
import { accept, newAccount, NOW, planFor, temporaryStore } from '../support/store.js';

const ALICE = 'alice@example.fr';
const NUMBER = '+33612345678';
const MINUTE_MS = 60_000;

const reply = (text: string, more: Partial<Reply> = {}): Reply => ({
  ...{ carrier: 'simulator', from: NUMBER, to: '38100', text, raw: text, atMs: NOW },
  ...more,
});

/** An account whose SMS the number has got. */
async function withMessage(settings: Partial<Settings> = {}): Promise<{ store: Store; orderId: string }> {
  const store = await temporaryStore();
  const orderId = await sends(store, ALICE, settings);
  return { store, orderId };
}

async function sends(store: Store, email: string, settings: Partial<Settings> = {}, sender?: string): Promise<string> {
  const own = sender === undefined ? settings : { ...settings, sender };
  const account = await newAccount(store, email, 10, own);
  const orderId = await accept(store, planFor({ ...account, settings: { ...account.settings, ...own } }));
  await store.claimDue('simulator', 10, NOW);
  const outcome = { kind: 'accepted', carrierIds: [orderId] } as const;
  await store.recordOutcome({ messageId: `${orderId}-1`, carrier: 'simulator', outcome, retryAtMs: NOW, nowMs: NOW });
  return orderId;
}

async function list(store: Store, email: string | null): Promise<readonly string[]> {
  const found = await store.blacklist(email);
  return found.ok ? found.value : [];
}

async function kept(store: Store) {
  const found = await store.replies({ limit: 100 });
  return found.ok ? found.value : [];
}

describe('told twice', () => {
  test('a reply is kept once; the same word later is another reply', async () => {
    const { store } = await withMessage({ 'replies.url': 'https://example.fr/' });
    expect(await store.recordReply(reply('Oui'), 'k', NOW)).toBe(true);
    expect(await store.recordReply(reply('Oui', { atMs: NOW + 5000 }), 'k', NOW + 5000)).toBe(false);
    expect(await store.recordReply(reply('Oui', { atMs: NOW + 20 * MINUTE_MS }), 'k', NOW + 20 * MINUTE_MS)).toBe(true);
    expect(await kept(store)).toHaveLength(2);
    expect(await store.dueFollowUps('post', 10, NOW + 20 * MINUTE_MS)).toHaveLength(2);
  });
});

describe('whose it is', () => {
  test('of nobody: kept, listed, and STOP counts for all', async () => {
    const store = await temporaryStore();
    await newAccount(store, ALICE, 10, { stopText: 'Adieu' });
    await store.recordReply(reply('Bonjour'), 'k1', NOW);
    expect(await list(store, null)).toEqual([]);
    await store.recordReply(reply('STOP'), 'k2', NOW);
    expect(await list(store, null)).toEqual([NUMBER]);
    expect(await list(store, ALICE)).toEqual([]);
    expect((await kept(store)).map(({ account, text }) => [account, text])).toEqual([
      [null, 'STOP'],
      [null, 'Bonjour'],
    ]);
    expect(await store.nextFollowUpMs('sms')).toBe(null);
  });

  test('of the sender that was answered, else of the last message; a reference says it exactly', async () => {
    const { store, orderId } = await withMessage();
    const second = await sends(store, 'bob@example.fr', {}, '38100');
    const third = await sends(store, 'carol@example.fr', {}, '38200');
    await store.recordReply(reply('a'), 'k1', NOW);
    await store.recordReply(reply('b', { to: 'elsewhere' }), 'k2', NOW);
    await store.recordReply(reply('c', { reference: `${orderId}-1` }), 'k3', NOW);
    await store.recordReply(reply('d', { reference: 'unheard-of' }), 'k4', NOW);
    const found = (await kept(store)).map(({ text, orderId: order }) => [text, order]);
    expect(found).toEqual([
      ['d', second],
      ['c', orderId],
      ['b', third],
      ['a', second],
    ]);
  });
});

describe('follow-ups', () => {
  test('STOP is confirmed once', async () => {
    const { store } = await withMessage({ stopText: 'Adieu' });
    await store.recordReply(reply('STOP'), 'k1', NOW);
    await store.recordReply(reply('Stop !'), 'k2', NOW);
    expect(await list(store, ALICE)).toEqual([NUMBER]);
    expect(await store.dueFollowUps('sms', 10, NOW)).toHaveLength(1);
  });

  test('a rule answers and moves; two machines do not talk for ever', async () => {
    const { store } = await withMessage();
    const contacts = [{ number: NUMBER, name: 'Zoé', values: ['x'] }];
    await store.importContacts({ email: ALICE, group: 'Clients', contacts });
    await store.addReplyRule({ email: ALICE, pattern: 'oui', answer: 'Noté.', group: 'Intéressés' });
    await store.recordReply(reply('Oui !'), 'k1', NOW);
    await store.recordReply(reply('Oui ?'), 'k2', NOW + MINUTE_MS);
    expect(await store.dueFollowUps('sms', 10, NOW + MINUTE_MS)).toHaveLength(1);
    await store.recordReply(reply('oui'), 'k3', NOW + 241 * MINUTE_MS);
    expect(await store.dueFollowUps('sms', 10, NOW + 241 * MINUTE_MS)).toHaveLength(2);
    const found = await store.findAccount([ALICE]);
    const groups = await store.groups(found?.account.id ?? 0);
    expect(groups.map(({ name, memberCount }) => [name, memberCount])).toEqual([
      ['Clients', 0],
      ['Intéressés', 1],
    ]);
    expect(await store.groupMembers(groups[1]?.id ?? 0)).toEqual(contacts);
  });

  test('rules are listed in order and removed by their id', async () => {
    const { store } = await withMessage();
    for (const pattern of ['a', 'b']) await store.addReplyRule({ email: ALICE, pattern, answer: 'x', group: null });
    expect(await store.removeReplyRule(ALICE, 1)).toEqual({ ok: true, value: undefined });
    expect(await store.removeReplyRule(ALICE, 1)).toMatchObject({ ok: false });
    expect(await store.replyRules(ALICE)).toEqual({
      ok: true,
      value: [{ id: 2, pattern: 'b', answer: 'x', group: null }],
    });
  });

  test('wait for their time, and are done once', async () => {
    const { store, orderId } = await withMessage({ 'replies.url': 'https://example.fr/' });
    await store.recordReply(reply('Oui'), 'k', NOW);
    const [queued] = await store.dueFollowUps('post', 10, NOW);
    expect(queued).toMatchObject({ orderedBy: ALICE, reply: { text: 'Oui', orderId, messageId: `${orderId}-1` } });
    const id = queued?.id ?? 0;
    await store.recordFollowUp({ id, state: 'waiting', detail: 'HTTP 500', retryAtMs: NOW + MINUTE_MS });
    expect(await store.dueFollowUps('post', 10, NOW)).toEqual([]);
    expect(await store.nextFollowUpMs('post')).toBe(NOW + MINUTE_MS);
    await store.recordFollowUp({ id, state: 'done', detail: 'HTTP 200', retryAtMs: NOW });
    expect(await store.nextFollowUpMs('post')).toBe(null);
  });
});
