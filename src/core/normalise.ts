// A decoded text of a mail → the same text in plain form: LF, NFC, no invisible characters, no non-breaking spaces.
// Keeps what shows: emoji sequences stay whole, and so do the joiners that Arabic and Indic scripts are written with.
// Linear in the text, whatever it holds. Source: spec §4; Unicode UAX 15 (stream-safe text), UTS 51, The Unicode Standard §23.2.

import { cleanControls } from './gsm7.js';

const LINE_END = /\r\n?|[\u2028\u2029]/g;
const NON_BREAKING_SPACE = /[\u00A0\u2007\u202F]/g;

/** Soft hyphen, combining grapheme joiner, zero-width space, word joiner and its kin, byte order mark. */
const INVISIBLE = /[\u00AD\u034F\u200B\u2060-\u2064\uFEFF]/g;

/** Scripts in which the joiners between two letters change what is read. */
const JOINING =
  '\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Gurmukhi}\\p{Script=Gujarati}' +
  '\\p{Script=Oriya}\\p{Script=Tamil}\\p{Script=Telugu}\\p{Script=Kannada}\\p{Script=Malayalam}\\p{Script=Sinhala}' +
  '\\p{Script=Khmer}\\p{Script=Myanmar}\\p{Script=Mongolian}';
const PICTURE_ENDS = '[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\uFE0F]';
const JOINER_IN_USE = `(?<=${PICTURE_ENDS})\\u200D(?=\\p{Extended_Pictographic})|(?<=[${JOINING}])[\\u200C\\u200D]`;
const JOINER = new RegExp(`(${JOINER_IN_USE})|[\\u200C\\u200D]`, 'gu');

/** Marks of direction, which copying a number from a contact list brings along; they mean something beside RTL letters only. */
const DIRECTION = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;
const RIGHT_TO_LEFT =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

/** Normalising takes the square of a run of marks (minutes for a few hundred thousand); no language has so many on a letter. */
const TOO_MANY_MARKS = /(\p{M}{30})\p{M}+/gu;

/** Most European texts: LF, printable Latin letters in one piece, common punctuation. Nothing below would change them. */
const PLAIN = /^[\n -~¡-¬®-\u02FF‐-‗€]*$/;

export function normaliseText(text: string): string {
  if (PLAIN.test(text)) return text;
  const visible = cleanControls(text.replace(LINE_END, '\n'))
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(NON_BREAKING_SPACE, ' ')
    .replace(INVISIBLE, '')
    .replace(JOINER, '$1');
  const directed = RIGHT_TO_LEFT.test(visible) ? visible : visible.replace(DIRECTION, '');
  return directed.replace(TOO_MANY_MARKS, '$1').normalize('NFC');
}

/** On one line, each run of white space as one space. */
export function foldSpaces(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** True where a handset would show nothing. */
export function isBlank(text: string): boolean {
  return !/[^\s\p{Cc}\p{Cf}\p{M}\u115F\u1160\u2800\u3164\uFFA0]/u.test(text);
}
