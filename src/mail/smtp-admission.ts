// How many sessions at a time, in all and from one address: takes an address, says whether one more may come in.
// An IPv6 address counts as its /64, which one customer has whole; a unix socket has no address, only the sum counts.
// Never waits, never remembers who has left.

import { customerOf } from '../core/ip.js';

export interface AdmissionLimits {
  readonly connections: number;
  readonly perIp: number;
}

export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #open = new Map<string, number>();
  #total = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** The function gives the place back (once); null: no place. */
  admit(address: string): (() => void) | null {
    const key = customerOf(address);
    if (this.isFull || this.hasItsShare(address)) return null;
    this.#total += 1;
    this.#open.set(key, this.openOf(key) + 1);
    let held = true;
    return () => {
      if (held) this.#release(key);
      held = false;
    };
  }

  get isFull(): boolean {
    return this.#total >= this.#limits.connections;
  }

  /** As many as one address may have. */
  hasItsShare(address: string): boolean {
    const key = customerOf(address);
    return key !== '' && this.openOf(key) >= this.#limits.perIp;
  }

  /** `customer`: what counts as one address. */
  openOf(customer: string): number {
    return this.#open.get(customer) ?? 0;
  }

  #release(key: string): void {
    this.#total -= 1;
    const open = (this.#open.get(key) ?? 0) - 1;
    if (open > 0) this.#open.set(key, open);
    else this.#open.delete(key);
  }
}
