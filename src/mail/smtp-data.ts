// The bytes of a connection → commands, and the mail without the dots that its lines were stuffed with. smtp-server's
// parser, but for the mail: the library takes a turn of the event loop for each stuffed dot, minutes for a few megabytes of
// them; here a chunk is read at once. Only CRLF, dot, CRLF ends a mail, however the bytes were cut on their way.
// Source: RFC 5321 §4.1.1.4 (end), §4.5.2 (dots). The parent is pinned; test/mail/smtp-data.test.ts compares both.

import { SMTPStream, type SMTPStreamOptions } from 'smtp-server/lib/smtp-stream.js';

const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;
const LINE_DOT = Buffer.from('\n.');
/** Of the longest beginning of the end. */
const HELD_BYTES = 4;
/** Of the dot and the line end behind it. */
const END_BYTES = 3;

type Done = (error?: Error | null) => void;

export class MailStream extends SMTPStream {
  readonly #inTurn: (work: () => void) => void;

  /** `inTurn` has each chunk of bytes read, now or later. */
  constructor(options: SMTPStreamOptions = {}, inTurn: (work: () => void) => void = (work) => work()) {
    super(options);
    this.#inTurn = inTurn;
  }

  override _write(chunk: Buffer, encoding: BufferEncoding | 'buffer', done: Done): void {
    this.#inTurn(() => super._write(chunk, encoding, done));
  }

  override _feedDataStream(chunk: Buffer, done: Done): void {
    let bytes = this._lastBytes === false ? chunk : Buffer.concat([this._lastBytes, chunk]);
    this._lastBytes = false;
    if (this._atDataStart && bytes[0] === DOT) {
      if (bytes[1] === CR && bytes[2] === LF) {
        this._endDataMode(false, bytes.subarray(3), done);
        return;
      }
      if (bytes[1] === DOT) {
        bytes = bytes.subarray(1);
        this._atDataStart = false;
      }
    }
    const { mail, rest, end } = unstuffed(bytes);
    if (end !== null) {
      const whole = Buffer.concat([mail, bytes.subarray(rest, end)]);
      this._countDataBytes(whole.length);
      this._endDataMode(whole, bytes.subarray(end + END_BYTES), done);
      return;
    }
    const held = this.#heldFrom(bytes, rest);
    this._lastBytes = held < bytes.length && bytes.subarray(held);
    const decided = bytes.subarray(rest, held);
    this.#emit(mail.length === 0 ? decided : Buffer.concat([mail, decided]), done);
  }

  /**
   * What may be the beginning of the end, or of a stuffed line, waits for the bytes behind it. Never bytes before a dot that
   * was taken out: they would be read a second time.
   */
  #heldFrom(bytes: Buffer, rest: number): number {
    const from = Math.max(rest, bytes.length - HELD_BYTES);
    const last = bytes.subarray(from);
    const isOpen = last.includes(CR) || last.includes(LF) || (this._atDataStart && bytes.length === 1);
    return isOpen ? from : bytes.length;
  }

  /** Done when there is room for more; a stream that is destroyed has no use for more. */
  #emit(mail: Buffer, done: Done): void {
    const stream = this._dataStream;
    this._countDataBytes(mail.length);
    if (!stream?.writable || mail.length === 0 || stream.write(mail) || stream.destroyed) {
      done();
      return;
    }
    const goOn = (): void => {
      stream.removeListener('drain', goOn);
      stream.removeListener('close', goOn);
      done();
    };
    stream.once('drain', goOn);
    stream.once('close', goOn);
  }
}

/**
 * `mail`: what stands before the last dot that was taken out, without those dots; `rest`: where the bytes go on behind that
 * dot; `end`: of the dot that ends the mail, if there is one.
 */
function unstuffed(bytes: Buffer): { readonly mail: Buffer; readonly rest: number; readonly end: number | null } {
  let mail: Buffer = Buffer.alloc(0);
  let [length, rest] = [0, 0];
  for (let at = bytes.indexOf(LINE_DOT); at >= 0; at = bytes.indexOf(LINE_DOT, at + 1)) {
    const dot = at + 1;
    if (at > 0 && bytes[at - 1] === CR && bytes[dot + 1] === CR && bytes[dot + 2] === LF) {
      return { mail: mail.subarray(0, length), rest, end: dot };
    }
    if (bytes[dot + 1] !== DOT) continue;
    if (rest === 0) mail = Buffer.allocUnsafe(bytes.length);
    length += bytes.copy(mail, length, rest, dot);
    rest = dot + 1;
  }
  return { mail: mail.subarray(0, length), rest, end: null };
}
