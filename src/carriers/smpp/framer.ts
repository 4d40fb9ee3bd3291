// Cuts a stream of octets into PDUs by their command_length. Takes chunks of any size, gives whole frames.
// A length that cannot be (below 16, above the limit) is a fault after which no frame comes any more: where the next one
// would begin is unknown. Copies each octet at most twice, however the chunks drip in. Source: SMPP 3.4 §3.2.

import { HEADER_OCTETS } from './pdu.js';

/** message_payload holds 64 KiB; the rest is room for the fields around it. */
export const LARGEST_PDU_OCTETS = 70_000;
const LENGTH_OCTETS = 4;

export interface Framed {
  readonly frames: readonly Buffer[];
  /** The length that cannot be. */
  readonly wrongLength: number | null;
}

export class Framer {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #held = 0;
  /** So many octets are needed before anything can be done. */
  #wanted = LENGTH_OCTETS;
  #isBroken = false;

  constructor(limit = LARGEST_PDU_OCTETS) {
    this.#limit = limit;
  }

  push(chunk: Buffer): Framed {
    if (this.#isBroken) return { frames: [], wrongLength: null };
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    if (this.#held < this.#wanted) return { frames: [], wrongLength: null };
    return this.#cut(this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks));
  }

  #cut(octets: Buffer): Framed {
    const frames: Buffer[] = [];
    let start = 0;
    this.#wanted = LENGTH_OCTETS;
    while (octets.length - start >= LENGTH_OCTETS) {
      const length = octets.readUInt32BE(start);
      if (length < HEADER_OCTETS || length > this.#limit) return this.#breakAt(frames, length);
      if (octets.length - start < length) {
        this.#wanted = length;
        break;
      }
      frames.push(octets.subarray(start, start + length));
      start += length;
    }
    const rest = octets.subarray(start);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#held = rest.length;
    return { frames, wrongLength: null };
  }

  #breakAt(frames: readonly Buffer[], wrongLength: number): Framed {
    this.#isBroken = true;
    this.#chunks = [];
    this.#held = 0;
    return { frames, wrongLength };
  }
}
