// Story 2, the end of what stayed open: a message that no carrier has answered for is in doubt until a receipt or a person
// settles it, and after `unknown.afterHours` as `unknown.settleAs` says. Nothing is ever sent again.

import { Pump, type Turn } from './pump.js';
import type { Clock, Log } from './ports.js';
import type { Store, UnansweredRule } from './store-port.js';

export interface SettleWorld {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the moment: a reload changes it. */
  readonly policy: () => {
    readonly afterHours: number;
    readonly settleAs: UnansweredRule['settleAs'] | 'keep';
  };
  /** A mail may have been queued. */
  readonly onSettled: () => void;
}

export interface Settler {
  /** The policy may have changed. */
  wake(): void;
  stop(): Promise<void>;
}

const HOUR_MS = 3_600_000;

export function createSettler({ store, clock, log, policy, onSettled }: SettleWorld): Settler {
  async function turn(): Promise<Turn> {
    const { afterHours, settleAs } = policy();
    if (settleAs === 'keep') return null;
    const afterMs = afterHours * HOUR_MS;
    const nowMs = clock.now();
    const messages = await store.settleUnanswered({ sentBeforeMs: nowMs - afterMs, settleAs, nowMs });
    if (messages > 0) {
      log.warn('messages.settled', { messages, as: settleAs });
      onSettled();
      return 'again';
    }
    // What comes into doubt from now on is not due before an hour has passed.
    const oldestMs = await store.oldestUnansweredMs();
    return Math.min(nowMs + HOUR_MS, (oldestMs ?? Infinity) + afterMs);
  }

  const pump = new Pump('settler', { clock, log }, turn);
  return { wake: () => pump.wake(), stop: () => pump.stop() };
}
