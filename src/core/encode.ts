// The text of an order as it will be sent: cleaned, spelled in the GSM alphabet as the account asks, counted in parts,
// cut or refused where it is too long. Done once, at acceptance.
// Never gives a text of more parts than it says, and never throws, whatever the text; an empty one is refused before.
// Source: spec of the mail gateway §5; 3GPP TS 23.038 and TS 23.040 in the modules below.

import { graphemes } from './graphemes.js';
import { cleanControls } from './gsm7.js';
import { rejection, type Rejection } from './rejection.js';
import { err, ok, type Result } from './result.js';
import { CAPACITY, maxLength, segment, splitText, type Segmented } from './segment.js';
import type { Settings } from './settings.js';
import { transliterate } from './transliterate.js';
import type { EncodedText, Replacement } from './types.js';

/** Parts of one text with `long=on`. */
export const MAX_PARTS = 8;

// No replacement makes eight parts of so much; spelling out a whole book would only stop the daemon.
const SPELLED_LENGTH = 20_000;
const SHOWN_GRAPHEMES = 20;

type TextSettings = Pick<Settings, 'unicode' | 'euro' | 'long'>;

interface Candidate {
  readonly text: string;
  readonly replaced: readonly Replacement[];
  readonly segmented: Segmented;
}

/**
 * What will be sent of a text, or `text-too-long`. Lone surrogates become U+FFFD, control characters go, and the text
 * is NFC; none of that counts as replaced.
 */
export function encodeText(text: string, settings: TextSettings): Result<EncodedText, Rejection> {
  const source = cleanControls(text.replace(/\p{Surrogate}/gu, '\uFFFD')).normalize('NFC');
  const whole = replaceAsAsked(source, settings);
  const maxParts = settings.long === 'on' ? MAX_PARTS : 1;
  if (whole.segmented.parts.length <= maxParts) return ok(encoded(source, whole, false));
  if (settings.long !== 'truncate') return err(tooLong(whole, maxParts));
  const kept = longestOnePart(source.slice(0, SPELLED_LENGTH), settings);
  return ok(encoded(kept, replaceAsAsked(kept, settings), true));
}

function encoded(source: string, { text, replaced, segmented }: Candidate, truncated: boolean): EncodedText {
  const parts = segmented.parts.length;
  const savedParts = Math.max(0, segment(source).parts.length - parts);
  return { text, encoding: segmented.encoding, parts, replaced, savedParts, truncated };
}

function replaceAsAsked(source: string, settings: TextSettings): Candidate {
  if (source.length > SPELLED_LENGTH) return { text: source, replaced: [], segmented: segment(source) };
  const spelled = transliterate(source, settings.unicode);
  const candidate = { ...spelled, segmented: segment(spelled.text) };
  return (settings.euro ? withoutEuros(source, candidate) : null) ?? candidate;
}

/** With `E` for `€`, or null where that saves no part. */
function withoutEuros(source: string, candidate: Candidate): Candidate | null {
  const pieces = candidate.text.split('€');
  if (pieces.length === 1) return null;
  const text = pieces.join('E');
  const segmented = segment(text);
  if (segmented.parts.length >= candidate.segmented.parts.length) return null;
  const replaced = [...candidate.replaced, { from: '€', to: 'E', count: pieces.length - 1 }];
  replaced.sort((a, b) => source.indexOf(a.from) - source.indexOf(b.from));
  return { text, replaced, segmented };
}

/** The longest beginning that makes one part; cut between graphemes, unless the first alone is larger than a part. */
function longestOnePart(source: string, settings: TextSettings): string {
  const fits = (text: string): boolean => replaceAsAsked(text, settings).segmented.parts.length === 1;
  const clusters = longestFitting(firstOf(graphemes(source), CAPACITY.gsm7.single), fits);
  return clusters === '' ? longestFitting(firstOf(source, CAPACITY.gsm7.single), fits) : clusters;
}

/**
 * A beginning that fits in one of the two alphabets stays so when it gets shorter, in whichever it fits; so halving
 * finds the longest.
 */
function longestFitting(pieces: readonly string[], fits: (text: string) => boolean): string {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(pieces.slice(0, middle).join(''))) low = middle;
    else high = middle - 1;
  }
  return pieces.slice(0, low).join('');
}

function firstOf(pieces: Iterable<string>, count: number): string[] {
  const first: string[] = [];
  for (const piece of pieces) {
    if (first.length === count) break;
    first.push(piece);
  }
  return first;
}

function tooLong({ text, segmented: { encoding, units, parts } }: Candidate, maxParts: number): Rejection {
  // Who may send one part wants to know what fits into an SMS that stands alone, without the header of a part.
  const room = maxParts === 1 ? CAPACITY[encoding].single : CAPACITY[encoding].part;
  const [firstPart = ''] = splitText(text, encoding, room);
  return rejection('text-too-long', {
    length: encoding === 'gsm7' ? units : units / 2,
    parts: parts.length,
    maxParts,
    maxLength: maxLength(encoding, maxParts),
    firstPartEnd: endOf(firstPart),
  });
}

/** On one line: the sentence may become an SMTP reply. */
function endOf(part: string): string {
  return [...graphemes(part)].slice(-SHOWN_GRAPHEMES).join('').replace(/\s+/g, ' ').trim();
}
