// Failures and time in any order: the level, the refusals and the delays of core/guard.ts, and the buckets of core/rate.ts.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { delayMs, NO_FAILURES, tallyAt, withFailures, type GuardRule, type Tally } from '../../src/core/guard.js';
import { bucketAt, taken, type Bucket } from '../../src/core/rate.js';

const RULE: GuardRule = { free: 5, refuseAt: 20, resumeAt: 10, forgetMs: 1000 };
const pauses = fc.array(fc.nat(5000), { maxLength: 200 });

/** Tries as hard as it may: how many failures get through by when. */
function attack(pausesMs: readonly number[]): { failures: number; elapsedMs: number; tally: Tally } {
  let tally = NO_FAILURES;
  let failures = 0;
  let nowMs = 0;
  for (const pause of pausesMs) {
    nowMs += pause;
    tally = tallyAt(tally, RULE, nowMs);
    if (tally.refused) continue;
    tally = withFailures(tally, RULE, 1, nowMs);
    failures += 1;
  }
  return { failures, elapsedMs: nowMs, tally };
}

describe('a guard', () => {
  test('lets no more failures through than its limit and what was forgotten meanwhile', () => {
    fc.assert(
      fc.property(pauses, (pausesMs) => {
        const { failures, elapsedMs } = attack(pausesMs);
        expect(failures).toBeLessThanOrEqual(RULE.refuseAt + elapsedMs / RULE.forgetMs);
      }),
    );
  });

  test('refuses from its limit on, until half is forgotten', () => {
    const refused = withFailures(NO_FAILURES, RULE, 20, 0);
    expect(withFailures(NO_FAILURES, RULE, 19, 0).refused).toBe(false);
    expect(refused.refused).toBe(true);
    expect(tallyAt(refused, RULE, 9_999).refused).toBe(true);
    expect(tallyAt(refused, RULE, 10_000).refused).toBe(false);
    expect(tallyAt(refused, RULE, 20_000).level).toBe(0);
  });

  test('never refuses who never fails, and forgets everything in the end', () => {
    fc.assert(
      fc.property(pauses, (pausesMs) => {
        const { tally } = attack(pausesMs);
        expect(tallyAt(NO_FAILURES, RULE, tally.atMs)).toMatchObject({ level: 0, refused: false });
        expect(tallyAt(tally, RULE, tally.atMs + 21_000)).toMatchObject({ level: 0, refused: false });
      }),
    );
  });

  test('a clock that goes back changes nothing', () => {
    const tally = withFailures(NO_FAILURES, RULE, 12, 50_000);
    expect(tallyAt(tally, RULE, 1000).level).toBe(12);
  });

  test('the delay starts after the free failures, grows, and has an end', () => {
    const delays = Array.from({ length: 60 }, (_, level) => delayMs({ ...NO_FAILURES, level }, RULE));
    expect(delays.slice(0, 9)).toEqual([0, 0, 0, 0, 0, 0, 250, 500, 1000]);
    expect(delays.every((delay, at) => at === 0 || delay >= (delays[at - 1] ?? 0))).toBe(true);
    expect(Math.max(...delays)).toBe(8000);
  });
});

describe('a bucket', () => {
  test('gives in any time no more than a minute holds, what flowed in, and one last large piece', () => {
    const steps = fc.array(fc.record({ pause: fc.nat(30_000), count: fc.integer({ min: 1, max: 40 }) }), {
      maxLength: 100,
    });
    fc.assert(
      fc.property(steps, (asked) => {
        let bucket: Bucket | undefined;
        let nowMs = 0;
        let given = 0;
        for (const { pause, count } of asked) {
          nowMs += pause;
          const after = taken(bucketAt(bucket, 10, nowMs), count);
          if (!after) continue;
          bucket = after;
          given += count;
        }
        expect(given).toBeLessThanOrEqual(10 + (nowMs / 60_000) * 10 + 40);
      }),
    );
  });

  test('is full at first, empties, and fills again', () => {
    let bucket: Bucket | undefined;
    const take = (nowMs: number): boolean => {
      const after = taken(bucketAt(bucket, 3, nowMs), 1);
      bucket = after ?? bucket;
      return after !== null;
    };
    expect([take(0), take(0), take(0), take(0)]).toEqual([true, true, true, false]);
    expect([take(19_999), take(20_000), take(20_001)]).toEqual([false, true, false]);
    expect([take(900_000), take(900_000), take(900_000), take(900_000)]).toEqual([true, true, true, false]);
  });
});
