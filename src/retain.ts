// Forgets what is older than `retention` of the configuration allows: every hour, in slices with a pause between them, so
// that accepting and sending go on. Then the room is given back. What is forgotten in files beside the database goes with it.
// A clock that is far ahead makes nothing old: core/clock-leap.ts.

import {
  addCounts,
  retentionRule,
  type ForgottenCounts,
  type RetentionPolicy,
  type RetentionRule,
} from './core/retention.js';
import type { Clock, Log } from './ports.js';
import { Pump, type Turn } from './pump.js';
import type { Store } from './store-port.js';

/** What of us lies in files: outcome mails in a folder, the simulator's phones, refused mails, copies of the database. */
interface OldFiles {
  /** Returns how many files or entries went. */
  forget(textsBeforeMs: number): Promise<number>;
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
const HELD_ADVICE = 'set the clock of this machine; where it is right: petitbleu prune --trust-clock';

export function createRetainer({ store, clock, log, policy, files }: RetainWorld): Retainer {
  /** Elapsed time: somebody may set the date back by years. */
  let roundMs = clock.elapsed() + FIRST_AFTER_MS;
  let counts: ForgottenCounts = {};
  /** Of the round under way: a clock that is set meanwhile changes nothing of it. */
  let rule: RetentionRule | null = null;
  let step: 'forget' | 'give-back' = 'forget';

  /** Null: nothing is forgotten by this clock. */
  async function ruleOf(nowMs: number): Promise<RetentionRule | null> {
    const verdict = await store.believeClock(nowMs, false);
    if (verdict.believed) return retentionRule(policy(), nowMs);
    const [last, until] = [verdict.sinceMs, verdict.untilMs].map((ms) => new Date(ms).toISOString());
    log.warn('retention.held', { now: new Date(nowMs).toISOString(), last, until, advice: HELD_ADVICE });
    return null;
  }

  /** True: there is more to do in this round. */
  async function piece(): Promise<boolean> {
    if (step === 'give-back') return store.giveBack('slice');
    rule ??= await ruleOf(clock.now());
    if (rule === null) return false;
    const pruned = await store.prune(rule);
    counts = addCounts(counts, pruned.counts);
    if (pruned.more) return true;
    const removed = await files.forget(rule.textsBeforeMs);
    if (removed + Object.values(counts).reduce((sum, count) => sum + count, 0) === 0) return false;
    log.info('retention.forgotten', { ...counts, files: removed });
    counts = {};
    step = 'give-back';
    return true;
  }

  async function turn(): Promise<Turn> {
    const leftMs = roundMs - clock.elapsed();
    if (leftMs > 0) return clock.now() + leftMs;
    if (await piece()) return clock.now() + PAUSE_MS;
    step = 'forget';
    rule = null;
    roundMs = clock.elapsed() + EVERY_MS;
    return clock.now() + EVERY_MS;
  }

  const pump = new Pump('retention', { clock, log }, turn);
  return { wake: () => pump.wake(), stop: () => pump.stop() };
}
