// Bytes to lines, for both ends of the control socket.
// Takes chunks as they come, gives whole lines without their LF; never holds more than `maxBytes` of an unfinished one.

const LF = 0x0a;

export class LineBuffer {
  readonly #maxBytes: number;
  #chunks: Uint8Array[] = [];
  #size = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that this chunk completes; null once a line is longer than allowed. */
  push(chunk: Uint8Array): Uint8Array[] | null {
    const lines: Uint8Array[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      if (!this.#keep(chunk.subarray(start, end))) return null;
      lines.push(this.#take());
      start = end + 1;
    }
    return this.#keep(chunk.subarray(start)) ? lines : null;
  }

  /** What came after the last LF. */
  rest(): Uint8Array {
    return this.#take();
  }

  #keep(piece: Uint8Array): boolean {
    this.#size += piece.length;
    if (this.#size > this.#maxBytes) return false;
    if (piece.length > 0) this.#chunks.push(piece);
    return true;
  }

  #take(): Uint8Array {
    const line = this.#chunks.length === 1 && this.#chunks[0] ? this.#chunks[0] : Buffer.concat(this.#chunks);
    this.#chunks = [];
    this.#size = 0;
    return line;
  }
}
