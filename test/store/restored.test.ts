// After a restore nothing that may have left since the backup is sent again, and the books stay right.

import path from 'node:path';

import Database from 'better-sqlite3';
import { expect, test } from 'vitest';

import {
  accept,
  balances,
  mailContext,
  newAccount,
  NOW,
  planFor,
  temporaryFolder,
  temporaryStore,
} from '../support/store.js';

const HOUR_MS = 3_600_000;
const ALICE = 'alice@example.fr';

test('what may have left is in doubt, what is for later waits, and what was over stays', async () => {
  const store = await temporaryStore();
  const alice = await newAccount(store, ALICE, 100);
  const order = (text: string, dueAtMs = NOW) => accept(store, planFor(alice, { text, dueAtMs }), mailContext(text));
  await order('submitting');
  await store.claimDue('simulator', 1, NOW);
  await order('queued');
  await order('due since', NOW + HOUR_MS);
  await order('for later', NOW + 3 * HOUR_MS);
  const cancelled = await order('cancelled', NOW + HOUR_MS);
  await store.cancel(cancelled, NOW);

  const now = NOW + 2 * HOUR_MS;
  expect(await store.holdRestored(now)).toBe(3);
  expect(await store.holdRestored(now)).toBe(0);
  const found = await store.messages({ limit: 10 });
  expect(Object.fromEntries(found.map(({ order: { text }, message }) => [text, message.state]))).toEqual({
    submitting: 'unknown',
    queued: 'unknown',
    'due since': 'unknown',
    'for later': 'scheduled',
    cancelled: 'cancelled',
  });
  expect(found.filter(({ message }) => message.reason === 'restored')).toHaveLength(3);
  expect(await store.claimDue('simulator', 10, now)).toEqual([]);
  expect(await balances(store, ALICE)).toEqual({ balance: 97, reserved: 3 });
  expect((await store.verify()).faults).toEqual([]);
});

test('without credit for it, what fell due since is refused', async () => {
  const store = await temporaryStore();
  const alice = await newAccount(store, ALICE, 1);
  await newAccount(store, 'bob@example.fr', 1);
  await accept(store, planFor(alice, { dueAtMs: NOW + HOUR_MS }));
  await store.transferCredit({ from: ALICE, to: 'bob@example.fr', amountMilli: 1000, nowMs: NOW });
  await store.holdRestored(NOW + 2 * HOUR_MS);
  expect((await store.messages({ limit: 1 }))[0]?.message).toMatchObject({ state: 'refused', reason: 'no-credit' });
  expect((await store.verify()).faults).toEqual([]);
});

test('answers to replies that waited to be ordered are given up; posts to URLs are not', async () => {
  const file = path.join(temporaryFolder(), 'test.db');
  const store = await temporaryStore(file);
  const alice = await newAccount(store, ALICE, 10, {
    'replies.auto': 'Merci',
    'replies.url': 'https://example.fr/replies',
  });
  await accept(store, planFor(alice, { to: ['+33611111111'] }));
  for (const { submission } of await store.claimDue('simulator', 1, NOW)) {
    const outcome = { kind: 'accepted', carrierIds: ['1'] } as const;
    await store.recordOutcome({
      messageId: submission.messageId,
      carrier: 'simulator',
      outcome,
      retryAtMs: NOW,
      nowMs: NOW,
    });
  }
  const reply = { carrier: 'simulator', from: '+33611111111', to: '36111', text: 'Oui', raw: '', atMs: NOW };
  await store.recordReply(reply, 'key', NOW);
  expect(await store.dueFollowUps('sms', 10, NOW)).toHaveLength(1);
  await store.holdRestored(NOW);
  expect(await store.dueFollowUps('sms', 10, NOW)).toEqual([]);
  expect(await store.dueFollowUps('post', 10, NOW)).toHaveLength(1);
});

test('ids of replies are never given twice, whatever a restore has lost', async () => {
  const file = path.join(temporaryFolder(), 'test.db');
  const store = await temporaryStore(file);
  const reply = { carrier: 'simulator', from: '+33611111111', to: '36111', text: 'Oui', raw: '', atMs: NOW };
  await store.recordReply(reply, 'one', NOW);
  await store.recordReply(reply, 'two', NOW);
  const ids = () => {
    const database = new Database(file);
    const found = database.prepare('SELECT id FROM replies ORDER BY id').pluck().all();
    database.exec('DELETE FROM replies');
    database.close();
    return found;
  };
  expect(ids()).toEqual([NOW, NOW + 1]);
  await store.recordReply(reply, 'three', NOW + 1000);
  expect(ids()).toEqual([NOW + 1000]);
});
