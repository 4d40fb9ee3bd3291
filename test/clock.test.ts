import { afterEach, describe, expect, it, vi } from 'vitest';

import { systemClock } from '../src/clock.js';
import { FakeClock } from './support/fake-clock.js';

describe('the system clock', () => {
  afterEach(() => vi.useRealTimers());

  it('tells the time', () => {
    vi.useFakeTimers({ now: 1_700_000_000_123 });
    expect(systemClock().now()).toBe(1_700_000_000_123);
  });

  it('waits longer than setTimeout can', async () => {
    vi.useFakeTimers();
    const run = vi.fn();
    const fortyDaysMs = 40 * 86_400_000;
    systemClock().after(fortyDaysMs, run);
    await vi.advanceTimersByTimeAsync(fortyDaysMs - 1);
    expect(run).not.toHaveBeenCalled();
    // Stages are whole milliseconds: each may add one.
    await vi.advanceTimersByTimeAsync(3);
    expect(run).toHaveBeenCalledOnce();
  });

  it('can be called off in any stage', async () => {
    vi.useFakeTimers();
    const run = vi.fn();
    const cancel = systemClock().after(30 * 86_400_000, run);
    await vi.advanceTimersByTimeAsync(28 * 86_400_000);
    cancel();
    await vi.advanceTimersByTimeAsync(30 * 86_400_000);
    expect(run).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('never calls early', async () => {
    const start = performance.now();
    await new Promise<void>((resolve) => systemClock().after(3, resolve));
    expect(performance.now() - start).toBeGreaterThanOrEqual(3);
  });
});

describe('the fake clock', () => {
  it('runs what is due in order, each at its own instant', async () => {
    const clock = new FakeClock(1_000);
    const seen: string[] = [];
    clock.after(20, () => seen.push(`b ${clock.now()}`));
    clock.after(10, () => {
      seen.push(`a ${clock.now()}`);
      clock.after(5, () => seen.push(`nested ${clock.now()}`));
    });
    clock.after(10, () => seen.push(`a2 ${clock.now()}`));
    const cancel = clock.after(12, () => seen.push('cancelled'));
    cancel();
    await clock.advance(20);
    expect(seen).toEqual(['a 1010', 'a2 1010', 'nested 1015', 'b 1020']);
    expect(clock.now()).toBe(1_020);
    expect(clock.pending).toBe(0);
  });

  it('moves the wall time without running timers', async () => {
    const clock = new FakeClock(1_000);
    let ran = false;
    clock.after(10, () => (ran = true));
    clock.set(500_000);
    await clock.advance(9);
    expect([clock.now(), ran]).toEqual([500_009, false]);
    await clock.advance(1);
    expect(ran).toBe(true);
  });
});
