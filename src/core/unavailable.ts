// A temporary trouble of ours that has its own row in the table of refusals (disk full, store busy).
// Thrown through the stories as any fault is; the edge of a session answers with its rejection instead of a fixed text.

import { rejection, type Rejection, type RejectionReason } from './rejection.js';

export class Unavailable extends Error {
  readonly rejection: Rejection;

  constructor(reason: Extract<RejectionReason, 'disk-full' | 'store-busy' | 'shutting-down'>, cause: unknown) {
    super(reason, { cause });
    this.name = 'Unavailable';
    this.rejection = rejection(reason);
  }
}

/** The refusal that a thrown error becomes at the edge of a session. */
export function rejectionOf(fault: unknown): Rejection {
  return fault instanceof Unavailable ? fault.rejection : rejection('internal-error');
}
