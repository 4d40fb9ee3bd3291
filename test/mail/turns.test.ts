import { describe, expect, test } from 'vitest';

import { Turns } from '../../src/mail/turns.js';

const A_WHILE_MS = 3;

function busy(): void {
  const untilMs = performance.now() + A_WHILE_MS;
  while (performance.now() < untilMs);
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('work that is shared over turns of the event loop', () => {
  test('is done at once while there is time', async () => {
    const turns = new Turns();
    for (let turn = 0; turn < 3; turn += 1) {
      let done = false;
      turns.run(() => (done = true));
      expect(done).toBe(true);
      await nextTurn();
    }
  });

  test('lets the event loop go round, and keeps its order', async () => {
    const turns = new Turns();
    const done: number[] = [];
    const all = Array.from({ length: 40 }, (_, at) => at);
    for (const at of all) turns.run(() => void (busy(), done.push(at)));
    const seen = new Set<number>();
    while (done.length < all.length) {
      seen.add(done.length);
      await nextTurn();
    }
    expect(done).toEqual(all);
    // A turn has time for a few of them.
    expect(seen.size).toBeGreaterThan(5);
  });

  test('counts what follows from a piece of work, and does it before the next', async () => {
    const turns = new Turns();
    const done: string[] = [];
    const follow = async (at: number): Promise<void> => {
      await Promise.resolve();
      busy();
      done.push(`${at} followed`);
    };
    busy();
    for (let at = 0; at < 20; at += 1) {
      turns.run(() => {
        busy();
        done.push(`${at}`);
        void follow(at);
      });
    }
    const first = done.length;
    const seen = new Set<number>();
    while (done.length < 40) {
      seen.add(done.length);
      await nextTurn();
    }
    expect(seen.size).toBeGreaterThan(5);
    const waited = done.slice(2 * first);
    expect(waited.filter((_, at) => at % 2 === 1).every((one) => one.endsWith('followed'))).toBe(true);
  });
});
