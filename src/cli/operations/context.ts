// What every operation gets: the parts of a running daemon, or the same parts opened by a command when no daemon runs.
// An operation takes this and plain JSON params, and gives plain JSON or a told mistake; it never prints, never exits.

import { z } from 'zod';

import { parseAddress } from '../../config/names.js';
import type { Config } from '../../config/schema.js';
import type { ShareFile } from '../../config/share-file.js';
import { mistake, type MistakeKind, type Told } from '../../control/protocol.js';
import type { CarrierError, OutcomeCounts } from '../../core/carrier-tally.js';
import { ok, type Result } from '../../core/result.js';
import type { Account } from '../../core/types.js';
import type { Accept, Clock, Ids, Log, Mailer, MailParser, Secrets } from '../../ports.js';
import type { Store } from '../../store-port.js';

/** What a reload did: the keys that have changed but wait for a restart. */
export interface ReloadReport {
  readonly file: string | null;
  readonly restartNeeded: readonly string[];
  /** What keeps domain shares from serving anybody, one sentence each. */
  readonly warnings: readonly string[];
}

/** How one carrier is. */
interface CarrierStatus {
  readonly name: string;
  readonly type: string;
  readonly inFlight: number;
  readonly window: number;
  readonly pausedUntilMs: number | null;
  readonly outSinceMs: number | null;
  readonly counts: OutcomeCounts;
  /** Newest first. */
  readonly errors: readonly CarrierError[];
}

export interface OperationContext {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly accept: Accept;
  /** May be a getter: a reload changes it. */
  readonly config: Config;
  /** The domain shares in force; a reload and a changed file replace them. */
  readonly live: { readonly shares: ReadonlyMap<string, ShareFile> };
  readonly parser: MailParser;
  readonly mailer: Mailer;
  /** Null in a command that runs without a daemon. */
  readonly carriers: (() => readonly CarrierStatus[]) | null;
  /** Where it listens, `HOST:PORT` or the path of a socket. Null in a command that runs without a daemon. */
  readonly listening: (() => readonly string[]) | null;
  /** Null in a command that runs without a daemon. The error lists the mistakes of the configuration. */
  readonly reload: (() => Promise<Result<ReloadReport, string>>) | null;
}

export const emailParam = z
  .string()
  .max(320)
  .transform((typed, checked) => {
    const address = parseAddress(typed.trim());
    if (address !== undefined) return address.toLowerCase();
    checked.addIssue(`${JSON.stringify(typed)} is no plain mail address such as alice@example.fr`);
    return z.NEVER;
  });

/** Thousandths of a credit, more than nothing. */
export const amountParam = z.int().min(1).max(1e12);

/** A sentence of the store, with what kind of mistake it is. */
export function told<T>(result: Result<T, string>, kind: MistakeKind = 'data'): Told<T> {
  return result.ok ? result : mistake(kind, result.error);
}

/** The account that owns the address, whichever of its addresses that is. */
export async function ownerOf(context: OperationContext, address: string): Promise<Told<Account>> {
  const found = await context.store.findAccount([address]);
  if (found) return ok(found.account);
  return mistake('no-user', `no account owns the address ${address} (petitbleu account list shows them)`);
}
