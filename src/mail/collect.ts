// The bytes of one mail: takes smtp-server's stream, gives them whole, or says why not.
// Holds a mail once: a small one in the pieces that it came in, joined at its end; a larger one in a buffer that grows with
// it, up to the limit. Keeps nothing beyond its limits but reads on to the end, because only then may the refusal be sent.

import type { Readable } from 'node:stream';

import type { MailMemory } from './session-memory.js';

export type Collected =
  | { readonly kind: 'whole'; readonly raw: Uint8Array }
  | { readonly kind: 'too-large' }
  /** All sessions together hold too much at the moment. */
  | { readonly kind: 'no-room' }
  /** The client left before the final dot. */
  | { readonly kind: 'gone' };

/** Most mails are smaller: for them a buffer that can grow costs more than it saves. */
const SMALL_BYTES = 64 * 1024;
/** Pieces that are kept apart: one of 3 bytes costs 100 more. */
const MANY = 1024;
const GROWTH_BYTES = 1024 * 1024;

export function collect(stream: Readable, limitBytes: number, memory: MailMemory): Promise<Collected> {
  return new Promise((resolve) => {
    const mail = new MailBytes(limitBytes);
    let refused: 'too-large' | 'no-room' | null = null;
    stream.on('data', (chunk: Buffer) => {
      if (refused !== null) return;
      if (mail.length + chunk.length > limitBytes) refused = 'too-large';
      else if (!memory.grow(chunk.length) || !mail.add(chunk)) refused = 'no-room';
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

class MailBytes {
  length = 0;
  #pieces: Buffer[] = [];
  #large: ArrayBuffer | null = null;

  constructor(private readonly limitBytes: number) {}

  /** False: the machine has no memory for it. */
  add(chunk: Buffer): boolean {
    const end = this.length + chunk.length;
    if (this.#large === null && end <= SMALL_BYTES && this.#pieces.length < MANY) this.#pieces.push(chunk);
    else if (!this.#grow(end)) return false;
    else if (this.#large) new Uint8Array(this.#large, this.length).set(chunk);
    this.length = end;
    return true;
  }

  whole(): Uint8Array {
    return this.#large ? Buffer.from(this.#large, 0, this.length) : Buffer.concat(this.#pieces, this.length);
  }

  drop(): void {
    this.#pieces = [];
    this.#large = null;
  }

  /** Only what is written to takes memory: the limit is room in the addresses. */
  #grow(bytes: number): boolean {
    try {
      this.#large ??= new ArrayBuffer(0, { maxByteLength: this.limitBytes });
      if (this.#large.byteLength < bytes) {
        this.#large.resize(Math.min(this.limitBytes, Math.ceil(bytes / GROWTH_BYTES) * GROWTH_BYTES));
      }
    } catch {
      return false;
    }
    const small = this.#pieces;
    this.#pieces = [];
    let at = 0;
    for (const piece of small) {
      new Uint8Array(this.#large, at).set(piece);
      at += piece.length;
    }
    return true;
  }
}
