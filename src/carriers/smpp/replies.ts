// Messages of persons, put together from their parts. Takes pieces in any order and from many senders, gives each message
// once it is whole; what is still incomplete after a while is given with gaps, so that nothing a person wrote is lost.
// Holds a limited number of incomplete messages. A message leaves the buffer only when it was taken.
// Source: 3GPP TS 23.040 §9.2.3.24.1 and .8; SMPP 3.4 §5.3.2.22 to .24.

import { cleanControls } from '../../core/gsm7.js';
import { faultLevel } from '../../core/unavailable.js';
import type { Reply } from '../../core/types.js';
import type { Cancel, Clock, Log } from '../../ports.js';
import { readPiece, type Delivery, type IncomingOptions, type Piece } from './incoming.js';

interface Incomplete {
  readonly from: string;
  readonly to: string;
  readonly total: number;
  readonly pieces: Map<number, { readonly text: string; readonly octets: Uint8Array }>;
  cancel: Cancel;
  /** While it is being given: a part that comes again then must not give it twice. */
  giving: Promise<void> | null;
}

export interface RepliesWorld {
  readonly carrier: string;
  readonly incoming: IncomingOptions;
  readonly clock: Clock;
  readonly log: Log;
  /** Rejects when the reply was not taken. */
  readonly onReply: (reply: Reply) => Promise<void>;
}

/** Parts come within seconds, or after the next try of the SMSC. */
const INCOMPLETE_MS = 10 * 60_000;
const AGAIN_MS = 60_000;
const MOST_INCOMPLETE = 200;
const GAP = '[…]';

export class Replies {
  readonly #world: RepliesWorld;
  readonly #incomplete = new Map<string, Incomplete>();
  #stopped = false;

  constructor(world: RepliesWorld) {
    this.#world = world;
  }

  /** How many messages wait for parts. */
  get waiting(): number {
    return this.#incomplete.size;
  }

  /** Resolves when what came is durable, or waits for its other parts; rejects when it must come again. */
  async receive(delivery: Delivery): Promise<void> {
    const { text, place } = readPiece(delivery, this.#world.incoming);
    const { from, to, octets } = delivery;
    if (!place) return this.#give({ from, to, text, raw: hex(octets) });
    const key = JSON.stringify([from, to, place.reference, place.total]);
    const message = this.#incomplete.get(key) ?? this.#begin(key, delivery, place);
    message.pieces.set(place.number, { text, octets });
    if (message.pieces.size === message.total) await this.#finish(key, message);
  }

  /** Gives what is incomplete as it is; resolves when all of it was taken, or refused. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#incomplete].map(([key, message]) => this.#giveUp(key, message)));
  }

  #begin(key: string, { from, to }: Delivery, { total }: NonNullable<Piece['place']>): Incomplete {
    const [oldest] = this.#incomplete;
    if (oldest && this.#incomplete.size >= MOST_INCOMPLETE) {
      void this.#giveUp(...oldest);
      this.#incomplete.delete(oldest[0]);
    }
    const message: Incomplete = { from, to, total, pieces: new Map(), cancel: () => undefined, giving: null };
    this.#incomplete.set(key, message);
    this.#wait(key, message, INCOMPLETE_MS);
    return message;
  }

  #wait(key: string, message: Incomplete, delayMs: number): void {
    message.cancel = this.#world.clock.after(delayMs, () => void this.#giveUp(key, message));
  }

  #finish(key: string, message: Incomplete): Promise<void> {
    message.giving ??= this.#giveWhole(message)
      .then(() => {
        message.cancel();
        if (this.#incomplete.get(key) === message) this.#incomplete.delete(key);
      })
      .finally(() => (message.giving = null));
    return message.giving;
  }

  #giveWhole({ from, to, total, pieces }: Incomplete): Promise<void> {
    const numbers = Array.from({ length: total }, (_, index) => index + 1);
    const text = numbers.map((number) => pieces.get(number)?.text ?? GAP).join('');
    const raw = numbers.map((number) => hex(pieces.get(number)?.octets ?? new Uint8Array())).join(' ');
    return this.#give({ from, to, text, raw });
  }

  async #giveUp(key: string, message: Incomplete): Promise<void> {
    const { carrier, log } = this.#world;
    message.cancel();
    log.warn('reply.incomplete', { carrier, parts: message.pieces.size, of: message.total });
    try {
      await this.#finish(key, message);
    } catch (err) {
      log[faultLevel(err)]('reply.not-taken', { carrier, err });
      if (!this.#stopped && this.#incomplete.get(key) === message) this.#wait(key, message, AGAIN_MS);
    }
  }

  #give({ from, to, text, raw }: Pick<Reply, 'from' | 'to' | 'text' | 'raw'>): Promise<void> {
    const { carrier, clock, onReply } = this.#world;
    const clean = cleanControls(text.replace(/\p{Surrogate}/gu, '\uFFFD'));
    return onReply({ carrier, from, to, text: clean, raw, atMs: clock.now() });
  }
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}
