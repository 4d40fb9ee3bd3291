// How the carriers are: what the dispatchers of a running daemon know. Without a daemon there is nothing to know.

import { mistake, type Told } from '../../control/protocol.js';
import type { OutcomeCounts } from '../../core/carrier-tally.js';
import { ok } from '../../core/result.js';
import type { OperationContext } from './context.js';
import { isoTime } from './message-view.js';

export interface CarrierView {
  readonly name: string;
  readonly type: string;
  readonly inFlight: number;
  readonly window: number;
  /** Null: it is asked as soon as something is due. */
  readonly pausedUntil: string | null;
  /** Since when it has taken nothing; null: it works. */
  readonly outSince: string | null;
  /** Since the daemon was started. */
  readonly counts: OutcomeCounts;
  readonly errors: readonly {
    readonly code: string;
    readonly outcome: string;
    readonly count: number;
    readonly lastAt: string | null;
  }[];
}

export interface CarriersView {
  readonly carriers: readonly CarrierView[];
  readonly zone: string;
}

export function listCarriers(context: OperationContext): Promise<Told<CarriersView>> {
  if (context.carriers === null) {
    return Promise.resolve(
      mistake('unavailable', 'no daemon runs on this data folder, so no carrier is in use (petitbleu start)'),
    );
  }
  const carriers = context.carriers().map(({ pausedUntilMs, outSinceMs, errors, ...status }) => ({
    ...status,
    pausedUntil: pausedUntilMs === null ? null : isoTime(pausedUntilMs),
    outSince: outSinceMs === null ? null : isoTime(outSinceMs),
    errors: errors.map(({ lastAtMs, ...error }) => ({ ...error, lastAt: isoTime(lastAtMs) })),
  }));
  return Promise.resolve(ok({ carriers, zone: context.config.defaults.zone }));
}
