// Which message a receipt means where its id does not say so: by our own user_message_reference together with the number,
// or by the id of an answer that came too late. Holds what was sent lately, a limited number of it; after a restart it
// knows nothing, and the receipt is parked. Speaks only for messages of one part: a part is not the message.
// Source: SMPP 3.4 §5.3.2.17 (user_message_reference); the field (OsmoMSC: no other way).

import type { Receipt, Submission } from '../../core/carriage.js';
import type { SmppReceipt } from './receipts.js';

interface Sent {
  readonly messageId: string;
  readonly to: string;
  readonly isAlone: boolean;
  /** As it was given with `accepted`; null till then. */
  carrierId: string | null;
}

interface AcceptedPart {
  readonly messageId: string;
  readonly reference: number;
  /** From 1. */
  readonly part: number;
}

const REFERENCES = 0x1_0000;
const MOST_IDS = 10_000;

export class Correlation {
  readonly #byReference = new Map<number, Sent>();
  /** Ids given lately: an SMSC that gives each message the same has none. Two sets in turn: nothing is taken out of them. */
  #given = new Set<string>();
  #givenBefore = new Set<string>();
  readonly #late = new Map<string, string>();
  readonly #areSent: boolean;
  #next: number;

  /**
   * `first`: where the references begin; chance, so that those of the run before are not taken for these.
   * `areSent`: whether the SMSC is told them; what it was not told it cannot mean.
   */
  constructor(first: number, areSent: boolean) {
    this.#next = first % REFERENCES;
    this.#areSent = areSent;
  }

  /** The reference of the first part; the others follow. */
  begin({ messageId, to }: Submission, pdus: number): number {
    const first = this.#next;
    for (let index = 0; this.#areSent && index < pdus; index += 1) {
      const sent = { messageId, to, isAlone: pdus === 1, carrierId: null };
      this.#byReference.set((first + index) % REFERENCES, sent);
    }
    this.#next = (first + pdus) % REFERENCES;
    return first;
  }

  /** The id under which this part is known from now on: the SMSC's own, or one of ours where that says nothing. */
  accepted({ messageId, reference, part }: AcceptedPart, id: string): string {
    const isUseful = id !== '' && !this.#given.has(id) && !this.#givenBefore.has(id);
    const carrierId = isUseful ? id : `${messageId}/${part}`;
    const sent = this.#byReference.get(reference % REFERENCES);
    if (sent) sent.carrierId = carrierId;
    this.#given.add(carrierId);
    if (this.#given.size >= MOST_IDS) [this.#givenBefore, this.#given] = [this.#given, new Set()];
    return carrierId;
  }

  /** The answer to a submission that is unknown by now. */
  late({ messageId, parts }: Submission, id: string): void {
    if (parts > 1 || id === '') return;
    this.#late.set(id, messageId);
    const [oldest] = this.#late.keys();
    if (oldest !== undefined && this.#late.size > MOST_IDS) this.#late.delete(oldest);
  }

  /** Null: nothing tells. */
  find({ id, userReference, to }: SmppReceipt): Pick<Receipt, 'carrierId' | 'messageId'> | null {
    const sent = userReference === null ? undefined : this.#byReference.get(userReference);
    if (sent && (to === null || sent.to === to)) {
      const carrierId = sent.carrierId ?? id ?? `${sent.messageId}/?`;
      return sent.isAlone ? { carrierId, messageId: sent.messageId } : { carrierId };
    }
    if (id === null) return null;
    const messageId = this.#late.get(id);
    return messageId === undefined ? { carrierId: id } : { carrierId: id, messageId };
  }
}
