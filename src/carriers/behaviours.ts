// How the simulator treats a number: THE table, by its last three digits. Everything else about them is the simulator's
// business; docs/simulator.md shows this table, and a test holds the two together.

import type { Receipt } from '../core/carriage.js';

export interface Behaviour {
  /** For the log and the documentation. */
  readonly name: string;
  /**
   * `accept`, `refuse`, `silent` (no answer ever); `refuse-normal`: only flash is accepted;
   * `defer-message`, `defer-carrier`: once, accepted when it comes again.
   */
  readonly answer: 'accept' | 'refuse' | 'refuse-normal' | 'silent' | 'defer-message' | 'defer-carrier';
  /** Of an answer that is no acceptance. */
  readonly code: string;
  readonly latencyFactor: number;
  /** Bytes arrive at the phone. */
  readonly arrives: boolean;
  /** Receipts of each part, in this order. */
  readonly states: readonly Receipt['state'][];
  /** Given with every state but `delivered` and `pending`. */
  readonly reason: string;
  /** `early`: before the answer to the submission; `reversed`: the last part first. */
  readonly receipts: 'normal' | 'early' | 'reversed';
  /** The last part of a long message is lost: undelivered, the message is never shown. */
  readonly losesLastPart: boolean;
  /** What the person answers once it has arrived; null: nothing. */
  readonly reply: string | null;
}

const DELIVERED: Behaviour = {
  name: 'delivered',
  answer: 'accept',
  code: '',
  latencyFactor: 1,
  arrives: true,
  states: ['delivered'],
  reason: '',
  receipts: 'normal',
  losesLastPart: false,
  reply: null,
};

function undelivered(reason: string): Behaviour {
  return { ...DELIVERED, name: reason, arrives: false, states: ['undelivered'], reason };
}

export const BEHAVIOURS: ReadonlyMap<string, Behaviour> = new Map([
  ['001', undelivered('absent-subscriber')],
  ['002', undelivered('unknown-subscriber')],
  ['003', { ...DELIVERED, name: 'expired', arrives: false, states: ['expired'], reason: 'validity-expired' }],
  ['004', { ...DELIVERED, name: 'refused', answer: 'refuse', code: 'invalid-destination' }],
  ['005', { ...DELIVERED, name: 'deferred-once', answer: 'defer-message', code: 'message-queue-full' }],
  ['006', { ...DELIVERED, name: 'throttled-once', answer: 'defer-carrier', code: 'throttled' }],
  ['007', { ...DELIVERED, name: 'slow', latencyFactor: 20 }],
  ['008', { ...DELIVERED, name: 'silent', answer: 'silent', code: 'timeout', arrives: false, states: [] }],
  ['009', { ...DELIVERED, name: 'receipt-before-answer', receipts: 'early' }],
  ['010', { ...DELIVERED, name: 'double-receipt', states: ['delivered', 'delivered'] }],
  ['011', { ...DELIVERED, name: 'no-receipt', states: [] }],
  ['012', { ...DELIVERED, name: 'silent-then-delivered', answer: 'silent', code: 'timeout' }],
  ['013', { ...DELIVERED, name: 'receipts-reversed', receipts: 'reversed' }],
  ['014', { ...DELIVERED, name: 'pending-first', states: ['pending', 'pending', 'delivered'] }],
  ['015', { ...DELIVERED, name: 'last-part-lost', losesLastPart: true, reason: 'absent-subscriber' }],
  ['016', { ...DELIVERED, name: 'flash-only', answer: 'refuse-normal', code: 'class-not-supported' }],
  ['017', undelivered('memory-full')],
  ['018', undelivered('barred')],
  ['019', { ...DELIVERED, name: 'refused-later', arrives: false, states: ['refused'], reason: 'rejected-by-network' }],
  ['020', { ...DELIVERED, name: 'contradiction', states: ['delivered', 'undelivered'], reason: 'absent-subscriber' }],
  ['021', { ...DELIVERED, name: 'replies-stop', reply: 'STOP' }],
  ['022', { ...DELIVERED, name: 'replies-contact', reply: 'CONTACT' }],
  ['023', { ...DELIVERED, name: 'replies', reply: 'Merci, bien reçu 👍' }],
] satisfies [string, Behaviour][]);

/** `to` in E.164. */
export function behaviourOf(to: string): Behaviour {
  return BEHAVIOURS.get(to.slice(-3)) ?? DELIVERED;
}
