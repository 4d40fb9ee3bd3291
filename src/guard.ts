// Remembers in memory who got secrets wrong: by client (IPv6: its /64), by claimed address, by domain of that address.
// Any one of the three refuses. Known or unknown addresses are counted alike, so that no answer tells them apart.
// A client that has got an address right lately is not refused for what others did to that address; it is still refused
// for what it did itself. A success forgets nothing: who has one account could guess at others for ever.
// Clients in trusted networks speak for many: only what was tried against an address counts, for them as for all.

import { delayMs, NO_FAILURES, tallyAt, withFailures, type GuardRule, type Tally } from './core/guard.js';
import { customerOf, isListed } from './core/ip.js';
import { Recent } from './core/recent.js';
import { rejection, type Rejection } from './core/rejection.js';
import { err, ok, type Result } from './core/result.js';
import type { Attempt, Clock, Guard, GuardPass, Log } from './ports.js';

type Kind = 'client' | 'address' | 'domain';

const MINUTE_MS = 60_000;

const RULES: Readonly<Record<Kind, GuardRule>> = {
  client: { free: 5, refuseAt: 30, resumeAt: 15, forgetMs: MINUTE_MS },
  address: { free: 5, refuseAt: 20, resumeAt: 10, forgetMs: 5 * MINUTE_MS },
  // All addresses of a shared domain have one code; of a free-mail domain they have nothing in common.
  domain: { free: 100, refuseAt: 200, resumeAt: 100, forgetMs: MINUTE_MS / 2 },
};

/** A client is known to an address for so long after it got it right. */
const KNOWN_MS = 30 * 24 * 60 * MINUTE_MS;

export interface GuardOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Networks as texts, of the moment: a reload changes them. */
  readonly trustedNetworks: () => readonly string[];
  /** Other rules, for tests that need to be wrong often. */
  readonly rules?: Readonly<Record<Kind, GuardRule>>;
  /** Entries remembered of each kind; beyond it, what was not touched for the longest time goes. */
  readonly capacity?: number;
}

/** One thing that a try is counted against. */
interface Count {
  readonly kind: Kind;
  readonly key: string;
  /** This client has got it right lately: others' failures are not held against it. */
  readonly known: boolean;
}

export class MemoryGuard implements Guard {
  readonly #options: GuardOptions;
  readonly #rules: Readonly<Record<Kind, GuardRule>>;
  readonly #tallies: Readonly<Record<Kind, Recent<Tally>>>;
  /** When a client last got it right, by client and address or domain. */
  readonly #known: Recent<number>;

  constructor(options: GuardOptions) {
    const { rules = RULES, capacity = 50_000 } = options;
    this.#options = options;
    this.#rules = rules;
    this.#tallies = { client: new Recent(capacity), address: new Recent(capacity), domain: new Recent(capacity) };
    this.#known = new Recent(capacity);
  }

  admit(attempt: Attempt): Result<GuardPass, Rejection> {
    const client = this.#clientOf(attempt.remoteAddress);
    const counts = this.#countsOf(client, attempt.addresses);
    const refusing = counts.find((count) => !count.known && this.#now(count).refused);
    if (refusing) {
      this.#options.log.info('guard.refused', { remote: attempt.remoteAddress, by: refusing.kind });
      return err(rejection('rate-limited'));
    }
    return ok({
      failed: (secrets = 1) => this.#failed(attempt, counts, secrets),
      succeeded: (address) => {
        if (client === null) return;
        for (const what of [address, domainOf(address)])
          this.#known.set(pair(client, what), this.#options.clock.elapsed());
      },
    });
  }

  /** Null where clients are not counted one by one. */
  #clientOf(remoteAddress: string | null): string | null {
    const trusted = remoteAddress === null || isListed(remoteAddress, this.#options.trustedNetworks());
    return trusted ? null : customerOf(remoteAddress);
  }

  #countsOf(client: string | null, addresses: readonly string[]): Count[] {
    const sinceMs = this.#options.clock.elapsed() - KNOWN_MS;
    const isKnown = (what: string): boolean =>
      client !== null && (this.#known.get(pair(client, what)) ?? -Infinity) > sinceMs;
    const of = (kind: Kind, keys: readonly string[]): Count[] =>
      [...new Set(keys)].map((key) => ({ kind, key, known: kind !== 'client' && isKnown(key) }));
    return [
      ...of('client', client === null ? [] : [client]),
      ...of('address', addresses),
      ...of('domain', addresses.map(domainOf)),
    ];
  }

  #now({ kind, key }: Count): Tally {
    return tallyAt(this.#tallies[kind].get(key) ?? NO_FAILURES, this.#rules[kind], this.#options.clock.elapsed());
  }

  #failed({ remoteAddress }: Attempt, counts: readonly Count[], secrets: number): Promise<void> {
    const { clock, log } = this.#options;
    const waits = counts.map((count) => {
      const after = this.#count(count, secrets);
      return count.known ? 0 : delayMs(after, this.#rules[count.kind]);
    });
    const waitMs = Math.max(0, ...waits);
    log.info('guard.failure', { remote: remoteAddress, secrets, waitMs });
    return waitMs === 0 ? Promise.resolve() : new Promise((resolve) => void clock.after(waitMs, resolve));
  }

  #count(count: Count, secrets: number): Tally {
    const { kind, key } = count;
    const before = this.#now(count);
    const after = withFailures(before, this.#rules[kind], secrets, this.#options.clock.elapsed());
    this.#tallies[kind].set(key, after);
    if (after.refused && !before.refused) {
      // Of an address the domain only: a local part may be a code that was typed into the wrong field.
      this.#options.log.warn('guard.refusing', { kind, what: kind === 'address' ? `…@${domainOf(key)}` : key });
    }
    return after;
  }
}

function pair(client: string, what: string): string {
  return `${client} ${what}`;
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
