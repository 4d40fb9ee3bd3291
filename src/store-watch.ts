// Tells the operator when the store cannot do its work, and when it can again: one event for each trouble and not one for
// each mail, with what is to be done. Takes the faults and the successes of the store's calls; changes nothing.

import { STORE_TROUBLES, storeTroubleOf, Unavailable, type StoreTrouble } from './core/unavailable.js';
import type { Clock, Log } from './ports.js';
import type { Store } from './store-port.js';

export interface StoreWatch {
  failed(fault: unknown): void;
  /** Something was committed. */
  wrote(): void;
}

export interface StoreWatchWorld {
  /** The database. */
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** A disk that is nearly full takes one write and refuses the next: it is well again after so long without a trouble. */
const WELL_AFTER_MS = 5000;

interface Trouble {
  readonly sinceMs: number;
  readonly reasons: Set<StoreTrouble>;
  lastMs: number;
  failures: number;
}

export function watchStore({ file, clock, log }: StoreWatchWorld): StoreWatch {
  let trouble: Trouble | null = null;
  return {
    failed: (fault) => {
      const reason = storeTroubleOf(fault);
      if (reason === null) return;
      const nowMs = clock.elapsed();
      trouble ??= { sinceMs: nowMs, reasons: new Set(), lastMs: nowMs, failures: 0 };
      trouble.lastMs = nowMs;
      trouble.failures += 1;
      if (trouble.reasons.has(reason)) return;
      trouble.reasons.add(reason);
      log.error('store.unavailable', { trouble: reason, file, advice: STORE_TROUBLES[reason], err: fault });
    },
    wrote: () => {
      // What is damaged does not mend itself, whatever else can still be written.
      if (!trouble || trouble.reasons.has('store-damaged')) return;
      const nowMs = clock.elapsed();
      if (nowMs - trouble.lastMs < WELL_AFTER_MS) return;
      const { sinceMs, lastMs, failures, reasons } = trouble;
      trouble = null;
      log.warn('store.available', { troubles: [...reasons], afterMs: Math.round(lastMs - sinceMs), failures });
    },
  };
}

/** All of the file, once: what is damaged may be what nobody asks for until it is too late. */
export async function lookForDamage({ damage }: Pick<Store, 'damage'>, watch: StoreWatch): Promise<void> {
  // A look that fails, or is given up as the daemon stops, says nothing about the file.
  const found = await damage().catch((): readonly string[] => []);
  if (found.length > 0) watch.failed(new Unavailable('store-damaged', new Error(found.join('; '))));
}
