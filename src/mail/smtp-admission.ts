// How many sessions at a time, in all and from one address: takes an address, says whether one more may come in.
// An IPv6 address counts as its /64, which one customer has whole. Never waits, never remembers who has left.

import { isIPv6 } from 'node:net';

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
    const key = networkOf(address);
    const open = this.#open.get(key) ?? 0;
    if (this.#total >= this.#limits.connections || open >= this.#limits.perIp) return null;
    this.#total += 1;
    this.#open.set(key, open + 1);
    let held = true;
    return () => {
      if (held) this.#release(key);
      held = false;
    };
  }

  #release(key: string): void {
    this.#total -= 1;
    const open = (this.#open.get(key) ?? 0) - 1;
    if (open > 0) this.#open.set(key, open);
    else this.#open.delete(key);
  }
}

/** The address itself, or the first four groups of an IPv6 address. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const front = head.split(':').filter(Boolean);
  const back = (tail ?? '').split(':').filter(Boolean);
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  const groups = [...front, ...Array.from({ length: zeros }, () => '0'), ...back];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
