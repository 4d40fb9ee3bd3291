// From a refusal to the words of an SMTP reply: takes a Rejection or a text, gives lines that fit the protocol.
// Never lets a control character out; gives ASCII unless the client announced SMTPUTF8.
// Source: RFC 5321 §4.2 (multi-line replies, 512 octets a line), RFC 2034 (enhanced codes), RFC 6531 §3.7.4.

import { rejectionRow, rejectionText, type Rejection } from '../core/rejection.js';

/** 512 less the code, the enhanced code and CRLF, with room to spare. */
const LINE_OCTETS = 400;
/** A reason is a sentence or two; what is longer was typed by the client. */
const TEXT_LENGTH = 2_000;

/** What smtp-server's callbacks take to refuse: the library sends the code and the message. */
export class RefusedError extends Error {
  readonly responseCode: number;

  constructor(rejected: Rejection) {
    super(refusalText(rejected));
    this.responseCode = rejectionRow(rejected).smtp;
  }
}

/** `5.7.1 Sender or code not accepted`: everything after the reply code. */
export function refusalText(rejected: Rejection): string {
  return `${rejectionRow(rejected).enhanced} ${rejectionText(rejected, 'en')}`;
}

/** The enhanced code that `refusalText` put in front, and the rest; no code in a text that has none. */
export function splitEnhanced(text: string): { readonly enhanced: string | null; readonly rest: string } {
  const match = /^([245]\.\d{1,3}\.\d{1,3}) /.exec(text);
  return match?.[1] === undefined
    ? { enhanced: null, rest: text }
    : { enhanced: match[1], rest: text.slice(match[0].length) };
}

/** The text in lines of at most `LINE_OCTETS`, cut at spaces where there are any. At least one line. */
export function replyLines(text: string, utf8: boolean): string[] {
  const clean = tidy(text.slice(0, TEXT_LENGTH));
  const lines: string[] = [];
  let rest = utf8 ? clean : toAscii(clean);
  while (Buffer.byteLength(rest) > LINE_OCTETS) {
    const end = lineEnd(rest);
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

/** Where the first line of a longer text ends: behind its last space, else between two characters. */
function lineEnd(text: string): number {
  let octets = 0;
  let end = 0;
  let afterSpace = 0;
  for (const character of text) {
    octets += Buffer.byteLength(character);
    if (octets > LINE_OCTETS) break;
    end += character.length;
    if (character === ' ') afterSpace = end;
  }
  return afterSpace > 0 ? afterSpace : end;
}

/** Controls, halves of characters, and what hides in text or turns it round become spaces; white space is folded. */
function tidy(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}

const PLAIN: readonly (readonly [RegExp, string])[] = [
  [/[«»“”„]/gu, '"'],
  [/[‘’‚]/gu, "'"],
  [/[‐‑‒–—]/gu, '-'],
  [/[•·]/gu, '*'],
  [/\p{M}/gu, ''],
  [/[^\x20-\x7e]/gu, '?'],
];

function toAscii(text: string): string {
  return PLAIN.reduce((plain, [pattern, by]) => plain.replace(pattern, by), text.normalize('NFKD'));
}
