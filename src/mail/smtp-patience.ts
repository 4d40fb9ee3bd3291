// How long a session is waited for. Counts in ticks of elapsed time, so that a clock that is set changes nothing: a session
// has an end however busy it is; and a tick in which no command was finished, or less of a mail came in than must, is an
// idle one, so that dripping bytes is no better than silence. Takes a clock and limits, calls `over` once; one timer.

import { rejection, type Rejection } from '../core/rejection.js';
import type { Cancel, Clock } from '../ports.js';

export interface PatienceRules {
  readonly clock: Clock;
  /** From connection to close. */
  readonly sessionMs: number;
  readonly idleMs: number;
  /** Of a mail that comes in. */
  readonly bytesPerSecond: number;
}

/** What a session does: `mail` counts the bytes of the mail so far; `us`: it waits for our answer. */
export type Waiting = { readonly for: 'command' | 'us' } | { readonly for: 'mail'; readonly bytes: () => number };

const TICK_MS = 10_000;

export class Patience {
  readonly #rules: PatienceRules;
  readonly #over: (reason: Rejection) => void;
  #cancel: Cancel = () => undefined;
  #leftMs: number;
  #waiting: Waiting = { for: 'command' };
  #isNew = true;
  #bytesBefore = 0;
  #idleMs = 0;
  constructor(rules: PatienceRules, over: (reason: Rejection) => void) {
    this.#rules = rules;
    this.#over = over;
    this.#leftMs = rules.sessionMs;
    this.#arm();
  }

  waitFor(waiting: Waiting): void {
    this.#waiting = waiting;
    this.#isNew = true;
    this.#bytesBefore = 0;
  }

  stop(): void {
    this.#cancel();
  }

  #arm(): void {
    const tickMs = Math.min(TICK_MS, this.#leftMs);
    this.#cancel = this.#rules.clock.after(tickMs, () => {
      this.#leftMs -= tickMs;
      const reason = this.#judge(tickMs);
      if (reason) this.#over(reason);
      else this.#arm();
    });
  }

  #judge(tickMs: number): Rejection | null {
    const { idleMs, bytesPerSecond } = this.#rules;
    this.#idleMs = this.#isIdle(tickMs) ? this.#idleMs + tickMs : 0;
    if (this.#leftMs <= 0) return rejection('session-too-long');
    if (this.#idleMs < idleMs) return null;
    if (this.#waiting.for !== 'mail') return rejection('session-too-long');
    return rejection('mail-too-slow', { min: bytesPerSecond, seconds: Math.round(idleMs / 1000) });
  }

  /** What has begun within this tick is not judged by it. */
  #isIdle(tickMs: number): boolean {
    const waiting = this.#waiting;
    const isNew = this.#isNew;
    this.#isNew = false;
    if (waiting.for !== 'mail') return !isNew && waiting.for === 'command';
    const bytes = waiting.bytes();
    const gained = bytes - this.#bytesBefore;
    this.#bytesBefore = bytes;
    return !isNew && gained * 1000 < this.#rules.bytesPerSecond * tickMs;
  }
}
