// The states of a message and every change that may happen between them: the one table.
// Takes a state and asks which may follow; never touches a store.

export const MESSAGE_STATES = [
  'scheduled',
  'queued',
  'submitting',
  'submitted',
  'delivered',
  'undelivered',
  'expired',
  'refused',
  'unknown',
  'cancelled',
] as const;

export type MessageState = (typeof MESSAGE_STATES)[number];

/** Anything that is not in here is a fault of ours, and the store refuses it. */
export const TRANSITIONS: Readonly<Record<MessageState, readonly MessageState[]>> = {
  // Due: reserved and queued; no credit by then: refused; cut short by its lifetime: expired.
  scheduled: ['queued', 'refused', 'expired', 'cancelled'],
  queued: ['submitting', 'refused', 'expired', 'cancelled'],
  // The carrier's answer; back to queued when it said "later"; silence after bytes left is unknown.
  submitting: ['submitted', 'queued', 'refused', 'unknown'],
  submitted: ['delivered', 'undelivered', 'expired'],
  // Settled by a receipt, the carrier's reference, the operator's policy, or by hand.
  unknown: ['submitted', 'delivered', 'undelivered', 'expired', 'refused'],
  delivered: [],
  undelivered: [],
  expired: [],
  refused: [],
  cancelled: [],
};

export function canChange(from: MessageState, to: MessageState): boolean {
  return TRANSITIONS[from].includes(to);
}

export function isFinal(state: MessageState): boolean {
  return TRANSITIONS[state].length === 0;
}

/** States in which the daemon still has something to send. */
export const OPEN_STATES: readonly MessageState[] = ['scheduled', 'queued', 'submitting'];

/** States that count in the length of the queue. */
export const WAITING_STATES: readonly MessageState[] = ['scheduled', 'queued'];

/** At the end of an order: what is told, because it did not leave or nobody knows whether it did. */
export const FAILED_STATES: readonly MessageState[] = ['refused', 'expired', 'unknown'];

/** States in which the price of a message lies in the reserved book. */
export const RESERVED_STATES: readonly MessageState[] = ['queued', 'submitting', 'unknown'];

/** States of a message that a carrier has surely taken: it is paid for. */
export const SENT_STATES: readonly MessageState[] = ['submitted', 'delivered', 'undelivered'];
