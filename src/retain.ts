// Forgets what is older than `retention` of the configuration allows: every hour, in slices with a pause between them, so
// that accepting and sending go on. Then the room is given back. What is forgotten in files beside the database goes with it.

import { addCounts, retentionRule, type ForgottenCounts, type RetentionPolicy } from './core/retention.js';
import type { Clock, Log } from './ports.js';
import { Pump, type Turn } from './pump.js';
import type { Store } from './store-port.js';

/** What of us lies in files: outcome mails in a folder, the simulator's phones, refused mails, copies of the database. */
interface OldFiles {
  /** Returns how many files or entries went. */
  forget(textsBeforeMs: number): number;
}

export interface RetainWorld {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the moment: a reload changes it. */
  readonly policy: () => RetentionPolicy;
  readonly files: OldFiles;
}

export interface Retainer {
  /** The policy may have changed: it is looked at when the next round is due. */
  wake(): void;
  stop(): Promise<void>;
}

const EVERY_MS = 3_600_000;
/** A start has other things to do. */
const FIRST_AFTER_MS = 60_000;
const PAUSE_MS = 20;

export function createRetainer({ store, clock, log, policy, files }: RetainWorld): Retainer {
  let roundMs = clock.now() + FIRST_AFTER_MS;
  let counts: ForgottenCounts = {};
  let step: 'forget' | 'give-back' = 'forget';

  /** True: there is more to do in this round. */
  async function piece(nowMs: number): Promise<boolean> {
    if (step === 'give-back') return store.giveBack('slice');
    const rule = retentionRule(policy(), nowMs);
    const pruned = await store.prune(rule);
    counts = addCounts(counts, pruned.counts);
    if (pruned.more) return true;
    const removed = files.forget(rule.textsBeforeMs);
    if (removed + Object.values(counts).reduce((sum, count) => sum + count, 0) === 0) return false;
    log.info('retention.forgotten', { ...counts, files: removed });
    counts = {};
    step = 'give-back';
    return true;
  }

  async function turn(): Promise<Turn> {
    const nowMs = clock.now();
    if (nowMs < roundMs) return roundMs;
    if (await piece(nowMs)) return nowMs + PAUSE_MS;
    step = 'forget';
    roundMs = nowMs + EVERY_MS;
    return roundMs;
  }

  const pump = new Pump('retention', { clock, log }, turn);
  return { wake: () => pump.wake(), stop: () => pump.stop() };
}
