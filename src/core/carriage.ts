// What goes to a carrier and what comes back from it, as plain data: a submission, its outcome, receipts, replies.

import type { Encoding } from './types.js';

/** One SMS as a carrier gets it. Encoding and parts were decided at acceptance. */
export interface Submission {
  readonly messageId: string;
  readonly accountId: number;
  /** E.164 with `+`. */
  readonly to: string;
  /** Alphanumeric or numeric sender, null: the carrier's own. */
  readonly sender: string | null;
  readonly text: string;
  readonly encoding: Encoding;
  readonly parts: number;
  readonly flash: boolean;
  /** What is left of the message's lifetime. */
  readonly validityMs: number;
}

/** What came of one submission. A silence after bytes were sent is `unknown`, never `deferred`. */
export type Outcome =
  | { readonly kind: 'accepted'; readonly carrierIds: readonly string[] }
  | {
      readonly kind: 'deferred';
      readonly code: string;
      readonly scope: 'message' | 'carrier';
      readonly afterMs?: number;
      /** With the scope `carrier`: it cannot work before somebody mends it (a wrong password); the next one takes over. */
      readonly lasting?: boolean;
    }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'unknown'; readonly code: string };

export interface Receipt {
  readonly carrier: string;
  readonly carrierId: string;
  /** Our own message id, where the carrier gives it back. */
  readonly messageId?: string;
  /** E.164 with `+`, where the carrier says it. */
  readonly to: string | null;
  readonly state: 'delivered' | 'undelivered' | 'expired' | 'refused' | 'pending';
  /** The carrier's reason, as it said it, or null. */
  readonly reason: string | null;
  readonly raw: string;
}
