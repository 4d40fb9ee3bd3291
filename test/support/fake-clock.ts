// A clock that stands still until a test moves it.
// `advance` runs what falls due, in order, and lets promises settle in between; `set` moves only the wall time,
// as a correction by NTP does: timers count elapsed time and do not notice.

import type { Cancel, Clock } from '../../src/ports.js';

interface Timer {
  readonly delayMs: number;
  readonly dueMs: number;
  readonly run: () => void;
}

/** A Thursday in winter, 10:00 in Paris. */
const START_MS = Date.UTC(2026, 0, 15, 9);

export class FakeClock implements Clock {
  #elapsedMs = 0;
  #wallOffsetMs: number;
  readonly #timers = new Set<Timer>();

  constructor(startMs: number = START_MS) {
    this.#wallOffsetMs = startMs;
  }

  now(): number {
    return this.#wallOffsetMs + this.#elapsedMs;
  }

  elapsed(): number {
    return this.#elapsedMs;
  }

  after(delayMs: number, run: () => void): Cancel {
    const timer = { delayMs, dueMs: this.#elapsedMs + Math.max(0, delayMs), run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** How many timers wait: 0 after everything has stopped. */
  get pending(): number {
    return this.#timers.size;
  }

  /** How long until the next of the timers runs that were set for at most so long; null: none of them waits. */
  nextInMs(longestDelayMs: number): number | null {
    const dueMs = [...this.#timers].filter(({ delayMs }) => delayMs <= longestDelayMs).map((timer) => timer.dueMs);
    return dueMs.length > 0 ? Math.max(0, Math.min(...dueMs) - this.#elapsedMs) : null;
  }

  set(nowMs: number): void {
    this.#wallOffsetMs = nowMs - this.#elapsedMs;
  }

  async advance(ms: number): Promise<void> {
    const targetMs = this.#elapsedMs + ms;
    await settle();
    for (let next = this.#next(targetMs); next; next = this.#next(targetMs)) {
      this.#timers.delete(next);
      this.#elapsedMs = Math.max(this.#elapsedMs, next.dueMs);
      next.run();
      await settle();
    }
    this.#elapsedMs = targetMs;
  }

  /** The earliest timer that is due by then; of equals, the one that was set first. */
  #next(untilMs: number): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs <= untilMs && (!earliest || timer.dueMs < earliest.dueMs)) earliest = timer;
    }
    return earliest;
  }
}

/** Lets everything run that needs no time: chains of promises, and short file operations. */
export async function settle(rounds = 5): Promise<void> {
  for (let round = 0; round < rounds; round += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Waits for something real (a socket, a file), at most `deadlineMs`. */
export async function until(condition: () => boolean, deadlineMs = 60_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error('the condition did not come true in time');
    await settle(1);
  }
}
