// A temporary trouble of ours that has its own row in the table of refusals (disk full, store busy, queue full).
// Thrown through the stories as any fault is; the edge of a session answers with its rejection instead of a fixed text.

import { rejection, type Rejection, type RejectionReason } from './rejection.js';

/** The troubles of the store itself, and what its operator is to do. */
export const STORE_TROUBLES = {
  'disk-full': 'the disk of the database is full: free space on it',
  'store-busy': 'another program holds the database (fuser names it), or its disk cannot be written: look there',
  'too-many-files':
    'the daemon has as many files and sockets open as it may: raise LimitNOFILE, or lower mail.smtp.limits.connections',
  'store-damaged':
    'the database is damaged: stop the daemon, see `petitbleu verify`, and restore the last backup with `petitbleu restore`',
} as const;
export type StoreTrouble = keyof typeof STORE_TROUBLES;

const TROUBLES = Object.keys(STORE_TROUBLES) as StoreTrouble[];
const OTHERS = ['shutting-down', 'queue-full', 'account-queue-full'] as const;
const REASONS = [...TROUBLES, ...OTHERS];

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

/** Null: the fault is another one. */
export function storeTroubleOf(fault: unknown): StoreTrouble | null {
  if (!(fault instanceof Unavailable)) return null;
  return TROUBLES.find((trouble) => trouble === fault.rejection.reason) ?? null;
}

/** The level at which a fault is logged where it strikes: a trouble of the store is told once, by the store's watch. */
export function faultLevel(fault: unknown): 'debug' | 'error' {
  return fault instanceof Unavailable ? 'debug' : 'error';
}
