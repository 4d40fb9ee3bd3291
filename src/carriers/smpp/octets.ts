// Reading and writing the fields of a PDU: big-endian integers, C-octet strings (ISO 8859-1), counted octets.
// The reader never throws: after its first fault it gives empty values, and the fault says what was wrong and with which
// command_status it is answered. The writer throws for what does not fit: that is a fault of the caller. SMPP 3.4 §3.1.

import { STATUS } from './statuses.js';

export interface Fault {
  readonly status: number;
  readonly reason: string;
}

export class OctetReader {
  readonly #octets: Buffer;
  #at: number;
  #fault: Fault | null = null;

  constructor(octets: Buffer, start: number) {
    this.#octets = octets;
    this.#at = start;
  }

  get fault(): Fault | null {
    return this.#fault;
  }

  get left(): number {
    return this.#octets.length - this.#at;
  }

  fail(status: number, reason: string): void {
    this.#fault ??= { status, reason };
    this.#at = this.#octets.length;
  }

  int8(): number {
    const octet = this.#octets[this.#at];
    if (octet === undefined) {
      this.fail(STATUS.invalidCommandLength, 'ends within a field');
      return 0;
    }
    this.#at += 1;
    return octet;
  }

  int16(): number {
    return this.int8() * 256 + this.int8();
  }

  /** At most `most` octets with the terminator. */
  text(most: number): string {
    const start = this.#at;
    const end = this.#octets.subarray(start, start + most).indexOf(0);
    if (end < 0) {
      const isLong = this.left >= most;
      this.fail(
        isLong ? STATUS.invalidParameterLength : STATUS.invalidCommandLength,
        isLong ? 'a text that is too long' : 'a text without its end',
      );
      return '';
    }
    this.#at = start + end + 1;
    return this.#octets.toString('latin1', start, start + end);
  }

  octets(count: number, status: number): Uint8Array {
    if (count > this.left) {
      this.fail(status, 'a length beyond the end');
      return new Uint8Array();
    }
    const start = this.#at;
    this.#at += count;
    return this.#octets.subarray(start, this.#at);
  }
}

const FIRST_SIZE = 256;

export class OctetWriter {
  readonly #size: number;
  #octets: Buffer;
  #at = 0;

  /** `size`: so many octets at once are got from memory; more where more are written. */
  constructor(size = FIRST_SIZE) {
    this.#size = size;
    this.#octets = Buffer.allocUnsafe(size);
  }

  int8(value: number): void {
    this.#room(1);
    this.#at = this.#octets.writeUInt8(value, this.#at);
  }

  int16(value: number): void {
    this.#room(2);
    this.#at = this.#octets.writeUInt16BE(value, this.#at);
  }

  int32(value: number): void {
    this.#room(4);
    this.#at = this.#octets.writeUInt32BE(value, this.#at);
  }

  /** Throws for a text that is too long, or would end early or turn into another on the way. */
  text(value: string, most: number): void {
    // The value itself may be a password.
    if (value.length >= most) throw new RangeError(`a text of ${value.length} characters where ${most - 1} fit`);
    if (/\0|[^\p{ASCII}\u0080-\u00ff]/u.test(value))
      throw new RangeError('a text with characters that no C-octet string holds');
    this.#room(value.length + 1);
    this.#at += this.#octets.write(value, this.#at, 'latin1');
    this.#at = this.#octets.writeUInt8(0, this.#at);
  }

  octets(value: Uint8Array): void {
    this.#room(value.length);
    this.#octets.set(value, this.#at);
    this.#at += value.length;
  }

  get length(): number {
    return this.#at;
  }

  /** Over what stands there. */
  setInt32(at: number, value: number): void {
    this.#octets.writeUInt32BE(value, at);
  }

  /** Forgets what came after the first `length` octets. */
  cutBack(length: number): void {
    this.#at = length;
  }

  /** What was written; the writer begins anew, and never touches it again. */
  take(): Buffer {
    const taken = this.#octets.subarray(0, this.#at);
    this.#octets = this.#octets.subarray(this.#at);
    this.#at = 0;
    return taken;
  }

  #room(count: number): void {
    if (this.#at + count <= this.#octets.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#size, this.#octets.length * 2, this.#at + count));
    this.#octets.copy(larger, 0, 0, this.#at);
    this.#octets = larger;
  }
}
