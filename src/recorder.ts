// What has happened outside (a carrier has answered, a mail has left) is written down as soon as the store can, however long
// that takes: forgotten, it would happen a second time. Takes the write, gives its end; a fault of ours is thrown at once,
// since it does not pass by itself.

import { Unavailable } from './core/unavailable.js';
import type { Clock } from './ports.js';

const AGAIN_MS = 1000;

export class Recorder {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Rejects with what the last try said. */
  async record(write: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await write();
        return;
      } catch (fault) {
        if (this.#stopped || !(fault instanceof Unavailable)) throw fault;
        await this.#wait();
      }
    }
  }

  /** Who waits tries once more, at once. */
  stop(): void {
    this.#stopped = true;
    for (const wake of [...this.#waiting]) wake();
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.#waiting.delete(wake);
        resolve();
      };
      const cancel = this.#clock.after(AGAIN_MS, wake);
      this.#waiting.add(wake);
    });
  }
}
