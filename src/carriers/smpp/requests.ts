// The requests of one connection, from being asked for to their end. Each ends once: answered, unsent (not a byte of it
// was written), or silent (written, and nobody knows). Never sends one again. Keeps back what a peer that does not read
// would only leave in memory. Source: SMPP 3.4 §2.7.4 (asynchronous), §2.9 (response timer), §5.1.4 (sequence numbers).

import type { Cancel, Clock } from '../../ports.js';
import type { BodyOf } from './commands.js';
import type { Pdu } from './pdu.js';
import type { Tlvs } from './tlvs.js';

export type BindCommand = 'bind_transceiver' | 'bind_transmitter' | 'bind_receiver';
type RequestName = BindCommand | 'submit_sm' | 'enquire_link' | 'unbind';

export type Answer =
  | { readonly kind: 'answered'; readonly pdu: Pdu }
  | { readonly kind: 'unsent'; readonly code: string }
  | { readonly kind: 'silent'; readonly code: string };

/** All but the sequence number. */
export type Draft = {
  readonly [N in RequestName]: { readonly command: N; readonly body: BodyOf<N>; readonly tlvs: Tlvs };
}[RequestName];

export interface Terms {
  /** Counts from the moment at which it is written. */
  readonly timeoutMs: number;
  /** Gets the answer that comes after the time-out. */
  readonly onLate?: (pdu: Pdu) => void;
}

export interface RequestsWorld {
  readonly clock: Clock;
  /** Throws where the PDU does not fit its form; nothing is written then. */
  readonly write: (pdu: Pdu) => void;
  /** True: what is written now is not read by the peer. */
  readonly isCongested: () => boolean;
}

interface Pending {
  readonly command: RequestName;
  readonly terms: Terms;
  readonly cancel: Cancel;
  readonly resolve: (answer: Answer) => void;
}

interface Waiting {
  readonly draft: Draft;
  readonly terms: Terms;
  readonly resolve: (answer: Answer) => void;
}

const LAST_SEQUENCE = 0x7fff_ffff;
const MOST_LATE = 1_000;

export class Requests {
  readonly #world: RequestsWorld;
  readonly #pending = new Map<number, Pending>();
  readonly #late = new Map<number, (pdu: Pdu) => void>();
  #waiting: Waiting[] = [];
  #sequence = 0;
  /** Why the connection has ended. */
  #ended: string | null = null;

  constructor(world: RequestsWorld) {
    this.#world = world;
  }

  send(draft: Draft, terms: Terms): Promise<Answer> {
    if (this.#ended !== null) return Promise.resolve({ kind: 'unsent', code: this.#ended });
    return new Promise((resolve) => {
      this.#waiting.push({ draft, terms, resolve });
      this.flush();
    });
  }

  /** The peer may read again. */
  flush(): void {
    while (!this.#world.isCongested()) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#write(next);
    }
  }

  /** False: it answers nothing that was asked. */
  answered(pdu: Pdu): boolean {
    const { sequence, command } = pdu;
    const pending = this.#pending.get(sequence);
    if (pending && (command === `${pending.command}_resp` || command === 'generic_nack')) {
      this.#settle(sequence, { kind: 'answered', pdu });
      return true;
    }
    const onLate = this.#late.get(sequence);
    this.#late.delete(sequence);
    onLate?.(pdu);
    return onLate !== undefined;
  }

  /** An answer of which only the number can be trusted. */
  broken(sequence: number): void {
    this.#settle(sequence, { kind: 'silent', code: 'malformed-answer' });
  }

  /** The connection has ended: nothing more is written, and no answer comes. */
  fail(code: string): void {
    this.#ended = code;
    for (const { resolve } of this.#waiting.splice(0)) resolve({ kind: 'unsent', code });
    for (const sequence of [...this.#pending.keys()]) this.#settle(sequence, { kind: 'silent', code });
    this.#late.clear();
  }

  #write({ draft, terms, resolve }: Waiting): void {
    const sequence = this.#nextSequence();
    try {
      this.#world.write({ ...draft, status: 0, sequence });
    } catch {
      resolve({ kind: 'unsent', code: 'not-encodable' });
      return;
    }
    const cancel = this.#world.clock.after(terms.timeoutMs, () => this.#timeOut(sequence));
    this.#pending.set(sequence, { command: draft.command, terms, cancel, resolve });
  }

  #nextSequence(): number {
    do this.#sequence = this.#sequence === LAST_SEQUENCE ? 1 : this.#sequence + 1;
    while (this.#pending.has(this.#sequence));
    return this.#sequence;
  }

  #timeOut(sequence: number): void {
    const onLate = this.#pending.get(sequence)?.terms.onLate;
    if (onLate) this.#late.set(sequence, onLate);
    const [oldest] = this.#late.keys();
    if (oldest !== undefined && this.#late.size > MOST_LATE) this.#late.delete(oldest);
    this.#settle(sequence, { kind: 'silent', code: 'timeout' });
  }

  #settle(sequence: number, answer: Answer): void {
    const pending = this.#pending.get(sequence);
    if (!pending) return;
    this.#pending.delete(sequence);
    pending.cancel();
    pending.resolve(answer);
  }
}
