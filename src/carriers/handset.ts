// The phones at the end: take the bytes of parts in any order, give a message once all of its parts are there.
// What they show went through the encoding; they know nothing of the text that was sent.

import type { Encoding } from '../core/types.js';
import { decodeUserData, type UserData } from './user-data.js';

export interface IncomingPart {
  readonly to: string;
  readonly from: string;
  readonly data: UserData;
}

export interface ShownMessage {
  readonly text: string;
  readonly encoding: Encoding;
  readonly parts: number;
}

export class Handsets {
  readonly #incomplete = new Map<string, Map<number, string>>();

  /** The message that this part completes, or null while others are missing. */
  receive({ to, from, data }: IncomingPart): ShownMessage | null {
    const { text, reference, total, number } = decodeUserData(data);
    if (total === 1) return { text, encoding: data.encoding, parts: 1 };
    const key = JSON.stringify([to, from, reference, total]);
    const pieces = this.#incomplete.get(key) ?? new Map<number, string>();
    pieces.set(number, text);
    this.#incomplete.set(key, pieces);
    if (pieces.size < total) return null;
    this.#incomplete.delete(key);
    const inOrder = [...pieces].sort(([one], [other]) => one - other).map(([, piece]) => piece);
    return { text: inOrder.join(''), encoding: data.encoding, parts: total };
  }
}
