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
    const open = this.#open.get(key) ?? 0;
    if (this.#total >= this.#limits.connections || (key !== '' && open >= this.#limits.perIp)) return null;
    this.#total += 1;
    this.#open.set(key, open + 1);
    let held = true;
    return () => {
      if (held) this.#release(key);
      held = false;
    };
  }

  get isFull(): boolean {
    return this.#total >= this.#limits.connections;
  }

  /** The limit that keeps this address out. */
  limitFor(address: string): number {
    const { connections, perIp } = this.#limits;
    const open = this.#open.get(customerOf(address)) ?? 0;
    return this.isFull || open < perIp ? connections : perIp;
  }

  #release(key: string): void {
    this.#total -= 1;
    const open = (this.#open.get(key) ?? 0) - 1;
    if (open > 0) this.#open.set(key, open);
    else this.#open.delete(key);
  }
}
