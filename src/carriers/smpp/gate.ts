// Who may write now: hands out places in the windows of the bound connections, in order of asking, not faster than the
// rate, and not while the SMSC throttles. Who waits has not written a byte. Without any connection nobody waits: it is
// said at once. Takes links and a clock; writes nothing itself.

import type { Cancel, Clock } from '../../ports.js';
import type { Link } from './link.js';
import type { Session } from './session.js';

export interface Place {
  readonly session: Session;
  readonly release: () => void;
}

/** Why there is no place: nothing was written. */
export interface NoPlace {
  readonly session: null;
  readonly code: 'not-connected' | 'stopping';
  readonly afterMs: number;
}

export interface GateWorld {
  readonly links: readonly Link[];
  /** On each connection. */
  readonly window: number;
  /** Places a second; 0: no limit. */
  readonly rate: number;
  readonly clock: Clock;
}

/** What a timer that comes late may make up for. */
const BURST_MS = 20;

export class Gate {
  readonly #world: GateWorld;
  readonly #load = new Map<Session, number>();
  readonly #waiting: ((place: Place | NoPlace) => void)[] = [];
  #pausedUntilMs = 0;
  #nextAtMs = 0;
  #cancelTimer: Cancel | null = null;
  #stopped = false;

  constructor(world: GateWorld) {
    this.#world = world;
  }

  enter(): Promise<Place | NoPlace> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.look();
    });
  }

  /** The SMSC has asked for less. */
  pause(ms: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#world.clock.elapsed() + ms);
  }

  /** A connection has come or gone, or a place is free. */
  look(): void {
    while (this.#waiting.length > 0) {
      const place = this.#noPlace() ?? this.#place();
      if (!place) return;
      this.#waiting.shift()?.(place);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.look();
  }

  #noPlace(): NoPlace | null {
    const { links } = this.#world;
    if (this.#stopped) return { session: null, code: 'stopping', afterMs: 0 };
    if (links.some(({ session }) => session)) return null;
    return { session: null, code: 'not-connected', afterMs: Math.min(...links.map(({ readyInMs }) => readyInMs)) };
  }

  /** Null: later, by a timer or by a place that is given back. */
  #place(): Place | null {
    const { clock, rate, window } = this.#world;
    const nowMs = clock.elapsed();
    const openAtMs = Math.max(this.#pausedUntilMs, rate > 0 ? this.#nextAtMs : 0);
    if (openAtMs > nowMs) {
      this.#cancelTimer ??= clock.after(openAtMs - nowMs, () => {
        this.#cancelTimer = null;
        this.look();
      });
      return null;
    }
    const session = this.#leastLoaded();
    if (!session || this.#loadOf(session) >= window) return null;
    if (rate > 0) this.#nextAtMs = Math.max(this.#nextAtMs, nowMs - BURST_MS) + 1000 / rate;
    this.#load.set(session, this.#loadOf(session) + 1);
    return { session, release: () => this.#release(session) };
  }

  #leastLoaded(): Session | null {
    let least: Session | null = null;
    for (const { session } of this.#world.links) {
      if (session && (!least || this.#loadOf(session) < this.#loadOf(least))) least = session;
    }
    return least;
  }

  #loadOf(session: Session): number {
    return this.#load.get(session) ?? 0;
  }

  #release(session: Session): void {
    const load = this.#loadOf(session) - 1;
    if (load > 0) this.#load.set(session, load);
    else this.#load.delete(session);
    this.look();
  }
}
