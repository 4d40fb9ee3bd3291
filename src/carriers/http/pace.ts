// At most so many requests a second, evenly spaced. Takes a clock, gives each caller a turn; 0 a second is no limit.
// Who waits when it stops is told so and has sent nothing.

import type { Clock } from '../../ports.js';

export class Pace {
  readonly #gapMs: number;
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  #nextMs = 0;
  #stopped = false;

  constructor(rate: number, clock: Clock) {
    this.#gapMs = rate === 0 ? 0 : 1000 / rate;
    this.#clock = clock;
  }

  /** False: stopped meanwhile. */
  turn(): Promise<boolean> {
    if (this.#stopped) return Promise.resolve(false);
    const nowMs = this.#clock.elapsed();
    const atMs = Math.max(this.#nextMs, nowMs);
    this.#nextMs = atMs + this.#gapMs;
    return atMs <= nowMs ? Promise.resolve(true) : this.#wait(atMs - nowMs);
  }

  stop(): void {
    this.#stopped = true;
    for (const end of [...this.#waiting]) end();
  }

  #wait(delayMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        this.#waiting.delete(end);
        resolve(!this.#stopped);
      };
      const cancel = this.#clock.after(delayMs, end);
      this.#waiting.add(end);
    });
  }
}
