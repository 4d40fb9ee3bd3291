// A loop that works while there is work and sleeps till there may be some: one turn at a time, woken by an event or by
// the clock. The dispatcher and the mail loop are pumps; neither polls.

import { faultLevel } from './core/unavailable.js';
import type { Cancel, Clock, Log } from './ports.js';

/** What a turn found: `again` work is left; an instant (ms since 1970): nothing to do before; null: nothing till woken. */
export type Turn = 'again' | number | null;

const AFTER_FAULT_MS = 1000;
/** Timers count elapsed time: a wall clock that was set forward is noticed after this at the latest. */
const LONGEST_SLEEP_MS = 60_000;

export class Pump {
  readonly #name: string;
  readonly #world: { readonly clock: Clock; readonly log: Log };
  readonly #turn: () => Promise<Turn>;
  #running: Promise<void> | null = null;
  #woken = false;
  #stopped = false;
  #cancelTimer: Cancel | null = null;

  constructor(name: string, world: { readonly clock: Clock; readonly log: Log }, turn: () => Promise<Turn>) {
    this.#name = name;
    this.#world = world;
    this.#turn = turn;
  }

  /** There may be work: a turn follows, now or after the one under way. */
  wake(): void {
    this.#woken = true;
    if (this.#stopped) return;
    this.#running ??= this.#run();
  }

  /** Resolves after the turn under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTimer?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    let next: Turn = 'again';
    // Whoever waits for a commit is answered first, and what a whole batch of commits has brought is one turn.
    await new Promise((resolve) => setImmediate(resolve));
    while (!this.#stopped && (next === 'again' || this.#woken)) {
      this.#woken = false;
      next = await this.#safeTurn();
    }
    this.#running = null;
    if (!this.#stopped && typeof next === 'number') this.#sleepUntil(next);
  }

  /** A fault (a full disk, a busy store) must not end the loop: it goes on a second later. */
  async #safeTurn(): Promise<Turn> {
    try {
      return await this.#turn();
    } catch (err) {
      this.#world.log[faultLevel(err)](`${this.#name}.fault`, { err });
      return this.#world.clock.now() + AFTER_FAULT_MS;
    }
  }

  #sleepUntil(instant: number): void {
    const delayMs = Math.min(LONGEST_SLEEP_MS, Math.max(0, instant - this.#world.clock.now()));
    this.#cancelTimer = this.#world.clock.after(delayMs, () => this.wake());
  }
}
