// The length of the queue: what waits is counted for each account and for all, whatever becomes of it, and a mail that
// would go beyond is undone as a whole.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Unavailable } from '../../src/core/unavailable.js';
import type { Store } from '../../src/store-port.js';
import { accept, commandFor, mailContext, newAccount, NOW, planFor, temporaryStore } from '../support/store.js';

const HOUR_MS = 3_600_000;
const TEN = Array.from({ length: 10 }, (_, at) => `+3361234500${at}`);

async function limited(store: Store, queue: { messages: number; accountMessages: number }): Promise<void> {
  const account = await newAccount(store, 'alice@example.fr', 1000, { duplicates: false });
  await store.configure({
    ...{ defaults: account.settings, noticesPerHour: 10, shareSettings: {} },
    ...{ routing: { routes: [], carriers: ['simulator'] }, queue },
  });
}

async function aliceOf(store: Store) {
  const found = await store.findAccount(['alice@example.fr']);
  if (!found) throw new Error('no account');
  return found.account;
}

async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (fault) {
    if (fault instanceof Unavailable) return fault.rejection;
    throw fault;
  }
  return null;
}

describe('the queue', () => {
  test('of an account is full: the whole mail comes again later, and nothing of it is kept', async () => {
    const store = await temporaryStore();
    await limited(store, { messages: 1000, accountMessages: 12 });
    const alice = await aliceOf(store);
    await accept(store, planFor(alice, { to: TEN }));
    const two = [planFor(alice, { to: TEN.slice(0, 2) }), planFor(alice, { to: TEN.slice(2, 3) })];
    const refused = await refusalOf(store.acceptOrders(commandFor(two, mailContext('m1'))));
    expect(refused).toEqual({ reason: 'account-queue-full', params: { waiting: 10, more: 3, max: 12 } });
    expect(await store.messages({ limit: 100 })).toHaveLength(10);
    const bob = await newAccount(store, 'bob@example.fr', 10, { duplicates: false });
    await accept(store, planFor(bob));
    // Deferred ones wait as well; what has left makes room; the same mail is then accepted.
    await accept(store, planFor(alice, { to: TEN.slice(0, 2), dueAtMs: NOW + HOUR_MS }));
    expect(await refusalOf(accept(store, planFor(alice)))).toMatchObject({ reason: 'account-queue-full' });
    await store.claimDue('simulator', 5, NOW);
    expect((await store.acceptOrders(commandFor(two, mailContext('m1')))).orders).toHaveLength(2);
  });

  test('of all accounts is full', async () => {
    const store = await temporaryStore();
    await limited(store, { messages: 10, accountMessages: 1000 });
    const alice = await aliceOf(store);
    await accept(store, planFor(alice, { to: TEN }));
    const bob = await newAccount(store, 'bob@example.fr', 10);
    const refused = await refusalOf(accept(store, planFor(bob)));
    expect(refused).toEqual({ reason: 'queue-full', params: { waiting: 10, max: 10 } });
  });

  test('has the length that its rows say, whatever happens to them', async () => {
    const step = fc.constantFrom('now', 'later', 'claim', 'put-off', 'accepted', 'refused', 'cancel', 'due', 'expire');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const store = await temporaryStore();
        await limited(store, { messages: 10_000, accountMessages: 10_000 });
        const inFlight: string[] = [];
        let nowMs = NOW;
        for (const what of steps) nowMs = await take(store, inFlight, what, nowMs);
        expect((await store.verify()).faults).toEqual([]);
        await store.stop();
      }),
      { numRuns: 15 },
    );
  }, 60_000);
});

/** Gives the instant after it. */
async function take(store: Store, inFlight: string[], what: string, nowMs: number): Promise<number> {
  const alice = await aliceOf(store);
  const answer = (outcome: Parameters<Store['recordOutcome']>[0]['outcome']) => {
    const messageId = inFlight.pop();
    const record = { carrier: 'simulator', outcome, retryAtMs: nowMs + 1000, nowMs };
    return messageId === undefined ? Promise.resolve() : store.recordOutcome({ ...record, messageId });
  };
  switch (what) {
    case 'now':
      await accept(store, planFor(alice, { to: TEN.slice(0, 3), nowMs }));
      break;
    case 'later':
      await accept(store, planFor(alice, { to: TEN.slice(3, 5), nowMs, dueAtMs: nowMs + HOUR_MS }));
      break;
    case 'claim':
      inFlight.length = 0;
      await store.recoverInFlight(nowMs);
      for (const { submission } of await store.claimDue('simulator', 2, nowMs)) inFlight.push(submission.messageId);
      break;
    case 'put-off':
      await answer({ kind: 'deferred', scope: 'message', code: 'busy' });
      break;
    case 'accepted':
      await answer({ kind: 'accepted', carrierIds: [`id-${inFlight.at(-1) ?? ''}`] });
      break;
    case 'refused':
      await answer({ kind: 'refused', code: 'no' });
      break;
    case 'cancel': {
      const [one] = await store.messages({ limit: 1 });
      if (one) await store.cancel(one.order.id, nowMs);
      break;
    }
    case 'due':
      return nowMs + HOUR_MS;
    case 'expire':
      return nowMs + 49 * HOUR_MS;
  }
  return nowMs;
}
