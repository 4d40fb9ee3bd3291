// What is to be done later, on the clock that was given: takes jobs with a delay, does each at its time, or all at once
// when it is drained. A job that throws is the caller's mistake: jobs handle their own faults.

import type { Cancel, Clock } from '../ports.js';

interface Job {
  readonly dueMs: number;
  readonly cancel: Cancel;
  readonly run: () => Promise<void>;
}

export class Agenda {
  readonly #clock: Clock;
  readonly #jobs = new Set<Job>();
  readonly #running = new Set<Promise<void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  after(delayMs: number, run: () => Promise<void>): void {
    const cancel = this.#clock.after(delayMs, () => void this.#start(job));
    const job: Job = { dueMs: this.#clock.elapsed() + delayMs, cancel, run };
    this.#jobs.add(job);
  }

  /** Does everything now, in the order in which it was due, and what comes of it; resolves when nothing is left. */
  async drain(): Promise<void> {
    for (let job = this.#earliest(); job; job = this.#earliest()) {
      job.cancel();
      await this.#start(job);
    }
    await Promise.all(this.#running);
    if (this.#jobs.size > 0) await this.drain();
  }

  #start(job: Job): Promise<void> {
    this.#jobs.delete(job);
    const running = job.run().finally(() => this.#running.delete(running));
    this.#running.add(running);
    return running;
  }

  /** Of equals, the one that was entered first. */
  #earliest(): Job | undefined {
    let earliest: Job | undefined;
    for (const job of this.#jobs) {
      if (!earliest || job.dueMs < earliest.dueMs) earliest = job;
    }
    return earliest;
  }
}
