// A temporary trouble of ours that has its own row in the table of refusals (disk full, store busy, queue full).
// Thrown through the stories as any fault is; the edge of a session answers with its rejection instead of a fixed text.

import { rejection, type Rejection, type RejectionReason } from './rejection.js';

const REASONS = ['disk-full', 'store-busy', 'shutting-down', 'queue-full', 'account-queue-full'] as const;

type UnavailableReason = Extract<RejectionReason, (typeof REASONS)[number]>;

export class Unavailable extends Error {
  readonly rejection: Rejection;

  constructor(reason: UnavailableReason, cause: unknown, params: Rejection['params'] = {}) {
    super(reason, { cause });
    this.name = 'Unavailable';
    this.rejection = rejection(reason, params);
  }
}

/** Again as it was thrown, behind a border that classes do not pass. */
export function unavailableOf({ reason, params }: Rejection, cause: unknown): Unavailable | null {
  const known = REASONS.find((one) => one === reason);
  return known === undefined ? null : new Unavailable(known, cause, params);
}

/** The refusal that a thrown error becomes at the edge of a session. */
export function rejectionOf(fault: unknown): Rejection {
  return fault instanceof Unavailable ? fault.rejection : rejection('internal-error');
}
