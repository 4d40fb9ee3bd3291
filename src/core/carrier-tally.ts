// What a carrier has answered since the start: how many of each outcome, and its last errors, each kind once. Holds numbers
// and codes only; never a number or a text of a message.

import type { Outcome } from './carriage.js';

export interface CarrierError {
  readonly code: string;
  readonly outcome: Exclude<Outcome['kind'], 'accepted'>;
  /** How often since the start. */
  readonly count: number;
  readonly lastAtMs: number;
}

export type OutcomeCounts = Readonly<Record<Outcome['kind'], number>>;

/** More different ones than a person reads. */
const KEPT_ERRORS = 5;

export class CarrierTally {
  readonly #counts = { accepted: 0, deferred: 0, refused: 0, unknown: 0 };
  /** The oldest first. */
  readonly #errors = new Map<string, CarrierError>();

  record(outcome: Outcome, nowMs: number): void {
    this.#counts[outcome.kind] += 1;
    if (outcome.kind === 'accepted') return;
    const key = `${outcome.kind} ${outcome.code}`;
    const count = (this.#errors.get(key)?.count ?? 0) + 1;
    this.#errors.delete(key);
    this.#errors.set(key, { code: outcome.code, outcome: outcome.kind, count, lastAtMs: nowMs });
    const [oldest] = this.#errors.keys();
    if (this.#errors.size > KEPT_ERRORS && oldest !== undefined) this.#errors.delete(oldest);
  }

  get counts(): OutcomeCounts {
    return { ...this.#counts };
  }

  /** Newest first. */
  get errors(): readonly CarrierError[] {
    return [...this.#errors.values()].reverse();
  }
}
