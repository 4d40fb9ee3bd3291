// Which message a receipt means where its id does not say so: by our own user_message_reference together with the number,
// or by the id of an answer that came too late. Holds what was sent lately, a limited number of it; after a restart it
// knows nothing, and the receipt is parked. Speaks only for messages of one part: a part is not the message.
// Source: SMPP 3.4 §5.3.2.17 (user_message_reference); the field (OsmoMSC: no other way).

import type { Receipt, Submission } from '../../core/types.js';
import type { SmppReceipt } from './receipts.js';

interface Sent {
  readonly messageId: string;
  readonly to: string;
  readonly isAlone: boolean;
  /** As it was given with `accepted`; null till then. */
  carrierId: string | null;
}

const REFERENCES = 0x1_0000;
const MOST_IDS = 10_000;

export class Correlation {
  readonly #byReference = new Map<number, Sent>();
  /** Ids given lately: an SMSC that gives each message the same has none. */
  readonly #given = new Set<string>();
  readonly #late = new Map<string, string>();
  #next: number;

  /** `first`: where the references begin; chance, so that those of the run before are not taken for these. */
  constructor(first: number) {
    this.#next = first % REFERENCES;
  }

  /** The reference of the first part; the others follow. */
  begin({ messageId, to }: Submission, pdus: number): number {
    const first = this.#next;
    for (let index = 0; index < pdus; index += 1) {
      const sent = { messageId, to, isAlone: pdus === 1, carrierId: null };
      this.#byReference.set((first + index) % REFERENCES, sent);
    }
    this.#next = (first + pdus) % REFERENCES;
    return first;
  }

  /** The id under which this part is known from now on: the SMSC's own, or one of ours where that says nothing. */
  accepted(reference: number, id: string, part: number): string {
    const sent = this.#byReference.get(reference % REFERENCES);
    const isUseful = id !== '' && !this.#given.has(id);
    const carrierId = isUseful ? id : `${sent?.messageId ?? ''}/${part}`;
    if (sent) sent.carrierId = carrierId;
    this.#given.add(carrierId);
    dropOldest(this.#given);
    return carrierId;
  }

  /** The answer to a submission that is unknown by now. */
  late({ messageId, parts }: Submission, id: string): void {
    if (parts > 1 || id === '') return;
    this.#late.set(id, messageId);
    dropOldest(this.#late);
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

function dropOldest(held: Set<string> | Map<string, string>): void {
  const [oldest] = held.keys();
  if (oldest !== undefined && held.size > MOST_IDS) held.delete(oldest);
}
