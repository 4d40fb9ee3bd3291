// Work that strangers bring, shared over turns of the event loop: however many come at once, timers and sockets get their
// turn in between. A piece of work is done at once while this turn has time left, else in a later one, in order.
// Takes functions that take a few milliseconds at most; never runs two at a time, never drops one.

/** Of a turn, for this work and all that follows from it. */
const TURN_MS = 10;

type Work = () => void;

export class Turns {
  readonly #waiting: Work[] = [];
  #begunMs: number | null = null;

  run(work: Work): void {
    if (this.#waiting.length === 0 && this.#hasTime()) {
      work();
      return;
    }
    this.#waiting.push(work);
    setImmediate(this.#next);
  }

  /** One at a time: what a piece of work has promised is kept before the next one, and counts. */
  readonly #next = (): void => {
    if (this.#hasTime()) this.#waiting.shift()?.();
    else setImmediate(this.#next);
  };

  #hasTime(): boolean {
    const nowMs = performance.now();
    if (this.#begunMs === null) {
      this.#begunMs = nowMs;
      setImmediate(() => (this.#begunMs = null));
    }
    return nowMs - this.#begunMs < TURN_MS;
  }
}
