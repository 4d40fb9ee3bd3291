// Cuts a text into the parts of a concatenated SMS and chooses its alphabet: GSM 7 bit where every character is in it,
// UCS-2 otherwise. Replaces nothing. Never splits an escape sequence or a surrogate pair; a grapheme may be split,
// because the handset shows the parts joined.
// Source: 3GPP TS 23.040 §9.2.3.24.1 (140 octets, of which the header of a part takes 6).

import { gsm7Length, isGsm7 } from './gsm7.js';
import type { Encoding } from './types.js';

/** Characters that fit an SMS: septets for GSM 7 bit, UTF-16 code units for UCS-2. */
export const CAPACITY = {
  gsm7: { single: 160, part: 153 },
  ucs2: { single: 70, part: 67 },
} as const satisfies Record<Encoding, { single: number; part: number }>;

/** Octets of the concatenation header with an 8 bit reference, which every part of several carries. */
export const CONCATENATION_HEADER_OCTETS = 6;

export interface Segmented {
  readonly encoding: Encoding;
  /** Septets for GSM 7 bit, octets for UCS-2; without headers. */
  readonly units: number;
  /** The text of each part, in order; one (empty) part for the empty text. */
  readonly parts: readonly string[];
}

/** Characters (septets or UTF-16 code units) that fit so many parts. */
export function maxLength(encoding: Encoding, parts: number): number {
  return parts === 1 ? CAPACITY[encoding].single : parts * CAPACITY[encoding].part;
}

export function segment(text: string): Segmented {
  const encoding = isGsm7(text) ? 'gsm7' : 'ucs2';
  const length = lengthIn(encoding, text);
  const fitsOne = length <= CAPACITY[encoding].single;
  return {
    encoding,
    units: encoding === 'gsm7' ? length : length * 2,
    parts: fitsOne ? [text] : splitText(text, encoding, CAPACITY[encoding].part),
  };
}

/**
 * The text in pieces of at most `room` characters each (septets or UTF-16 code units), each as full as it goes.
 * The text must be in that alphabet.
 */
export function splitText(text: string, encoding: Encoding, room: number): string[] {
  const pieces: string[] = [];
  let start = 0;
  let end = 0;
  let used = 0;
  for (const character of text) {
    const cost = lengthIn(encoding, character);
    if (used + cost > room) {
      pieces.push(text.slice(start, end));
      start = end;
      used = 0;
    }
    used += cost;
    end += character.length;
  }
  pieces.push(text.slice(start));
  return pieces;
}

function lengthIn(encoding: Encoding, text: string): number {
  return encoding === 'gsm7' ? gsm7Length(text) : text.length;
}
