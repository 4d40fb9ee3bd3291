// The bytes of one mail: takes smtp-server's stream, gives them whole, or says why not.
// Holds a mail once: in the pieces that it came in, and the small ones among them joined. Keeps nothing beyond its limits
// but reads on to the end, because only then may the refusal be sent.

import type { Readable } from 'node:stream';

import type { MailPieces } from '../core/types.js';
import type { MailMemory } from './session-memory.js';

export type Collected =
  | { readonly kind: 'whole'; readonly raw: MailPieces }
  | { readonly kind: 'too-large' }
  /** All sessions together hold too much at the moment. */
  | { readonly kind: 'no-room' }
  /** The client left before the final dot. */
  | { readonly kind: 'gone' };

/** A piece of 3 bytes costs 100 more: what is smaller is joined with its neighbours. */
const PIECE_BYTES = 4 * 1024;
/** What is joined is no larger, so that most mails are one piece. */
const JOINED_BYTES = 64 * 1024;
/** What waits to be joined. */
const MANY = 1024;

export function collect(stream: Readable, limitBytes: number, memory: MailMemory): Promise<Collected> {
  return new Promise((resolve) => {
    const mail = new Pieces();
    let refused: 'too-large' | 'no-room' | null = null;
    stream.on('data', (chunk: Buffer) => {
      if (refused !== null) return;
      if (mail.length + chunk.length > limitBytes) refused = 'too-large';
      else if (!memory.grow(chunk.length)) refused = 'no-room';
      else mail.add(chunk);
      if (refused === null) return;
      mail.drop();
      memory.free();
    });
    stream.once('end', () => resolve(refused === null ? { kind: 'whole', raw: mail.whole() } : { kind: refused }));
    const gone = (): void => {
      mail.drop();
      resolve({ kind: 'gone' });
    };
    stream.once('error', gone);
    stream.once('close', gone);
  });
}

class Pieces {
  length = 0;
  #pieces: Buffer[] = [];
  #small: Buffer[] = [];
  #smallBytes = 0;

  add(chunk: Buffer): void {
    this.length += chunk.length;
    const isSmall = chunk.length < PIECE_BYTES || this.length <= JOINED_BYTES;
    if (isSmall && (this.#smallBytes + chunk.length > JOINED_BYTES || this.#small.length === MANY)) this.#join();
    if (isSmall) {
      this.#small.push(chunk);
      this.#smallBytes += chunk.length;
      return;
    }
    this.#join();
    this.#pieces.push(chunk);
  }

  whole(): MailPieces {
    this.#join();
    return this.#pieces;
  }

  drop(): void {
    this.#pieces = [];
    this.#small = [];
    this.#smallBytes = 0;
  }

  #join(): void {
    if (this.#small.length > 0) this.#pieces.push(Buffer.concat(this.#small, this.#smallBytes));
    this.#small = [];
    this.#smallBytes = 0;
  }
}
