// The threads that people look through the store with, of the built program: pages, faults, the end of the store. Needs
// `npm run build` before it.
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { DEFAULT_SETTINGS } from '../../src/core/settings.js';
import type * as StoreModule from '../../src/store/store.js';
import type { Store } from '../../src/store-port.js';
import { accept, newAccount, planFor, temporaryFolder } from '../support/store.js';

const BUILT = new URL('../../dist/store/store.js', import.meta.url);

describe('looks in threads', () => {
  let store: Store;
  let stop: () => Promise<void>;

  beforeEach(async () => {
    const { openStore } = (await import(BUILT.href)) as typeof StoreModule;
    store = await openStore({
      ...{ file: path.join(temporaryFolder(), 'looks.db'), threads: true, defaults: DEFAULT_SETTINGS },
      ...{ noticesPerHour: 60, shareSettings: {}, routing: { routes: [], carriers: ['simulator'] } },
      queue: { messages: 1000, accountMessages: 1000 },
    });
    stop = () => store.stop();
    const account = await newAccount(store, 'alice@example.fr', 1000);
    await accept(store, planFor(account, { to: Array.from({ length: 20 }, (_, at) => `+336111111${10 + at}`) }));
  });
  afterEach(() => stop());

  const idsOf = async (limit: number): Promise<string[]> =>
    (await store.messages({ limit })).map(({ message }) => message.id);

  test('one after the other, and many at once', async () => {
    const all = await idsOf(100);
    expect(all).toHaveLength(20);
    expect(await idsOf(5)).toEqual(all.slice(0, 5));
    const limits = Array.from({ length: 20 }, (_, at) => at + 1);
    expect(await Promise.all(limits.map(idsOf))).toEqual(limits.map((limit) => all.slice(0, limit)));
    expect(await store.queue()).toMatchObject({ states: { queued: 20 }, orders: [{ open: 20 }] });
  });

  test('a fault is told to who asked, and the next one finds another thread', async () => {
    const wrong = { limit: {} as unknown as number };
    await expect(store.messages(wrong)).rejects.toThrow();
    expect(await idsOf(3)).toHaveLength(3);
    await expect(store.messages(wrong)).rejects.toThrow();
    expect(await Promise.all([idsOf(2), store.messages(wrong).catch(() => 'failed'), idsOf(4)])).toMatchObject([
      { length: 2 },
      'failed',
      { length: 4 },
    ]);
  });

  test('whenever one comes, also as the thread of the one before is being ended', async () => {
    // A thread is kept for half a second.
    for (let afterMs = 499; afterMs < 504; afterMs += 0.5) {
      expect(await idsOf(1)).toHaveLength(1);
      const untilMs = performance.now() + afterMs;
      while (performance.now() < untilMs) await nextTurn();
    }
  });

  test('a store that stops gives up what is looked for', async () => {
    await idsOf(1);
    const looks = Array.from({ length: 5 }, () => idsOf(10).catch(() => 'given up'));
    stop = () => Promise.resolve();
    await store.stop();
    expect((await Promise.all(looks)).every((found) => found === 'given up' || found.length === 10)).toBe(true);
    await expect(store.messages({ limit: 1 })).rejects.toThrow('the store has stopped');
  });
});
