// The From fields of a mail → the one address that the mail claims to come from, lower case.
// Strict where it counts: no two readers may see two different addresses in what is accepted. Names, quoted strings and
// comments may stand around an address, nothing inside one. Whether the claim is true is decided elsewhere.
// Source: RFC 5322 §3.4, without its obsolete forms, groups, domain literals and quoted local parts; ASCII only, since
// lower case turns some other characters (the Kelvin sign) into ASCII.

import { rejection, type Rejection } from './rejection.js';
import { err, ok, type Result } from './result.js';

const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const LABEL = '[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?';
const ADDRESS = `${ATOM}(?:\\.${ATOM})*@${LABEL}(?:\\.${LABEL})*`;
const ONLY_ADDRESS = new RegExp(`^${ADDRESS}$`);
const MAX_LOCAL_PART = 64;
const MAX_DOMAIN = 253;
/** A From field of one mailbox is a line, not a book. */
const MAX_FIELD = 10_000;

const CONTROL = /[^\P{Cc}\t]/u;
/** Characters of a name outside quotes: atoms, the dots of initials, brackets of tags, anything that is not ASCII. */
const WORD = /[^\s()<>@,;:\\"\u0000-\u0020\u007F]+/y;
const QUOTED = /"(?:[^"\\]|\\.)*"/y;
const ANGLED = /<([^<>]*)>/y;

/** Exactly one field with exactly one address; everything else is `from-malformed`. */
export function parseFrom(rawFields: readonly string[]): Result<string, Rejection> {
  const [field, second] = rawFields;
  const address = field === undefined || second !== undefined ? null : onlyAddress(field);
  return address === null ? err(rejection('from-malformed')) : ok(address);
}

/** `local@domain` and nothing else, lower case; null where the text is anything else. */
export function plainAddress(text: string): string | null {
  if (text.length > MAX_LOCAL_PART + 1 + MAX_DOMAIN || !ONLY_ADDRESS.test(text)) return null;
  const at = text.indexOf('@');
  return at <= MAX_LOCAL_PART && text.length - at - 1 <= MAX_DOMAIN ? text.toLowerCase() : null;
}

function onlyAddress(field: string): string | null {
  const text = field.replace(/\r?\n(?=[ \t])/g, '');
  if (text.length > MAX_FIELD || CONTROL.test(text)) return null;
  return bareAddress(text) ?? namedAddress(text);
}

/** `alice@example.fr`, `alice@example.fr (Alice)`: the comment stands apart, or it would be inside for some readers. */
function bareAddress(text: string): string | null {
  const start = skipComments(text, 0);
  if (start === null) return null;
  const [word = ''] = /^[^\s(]*/.exec(text.slice(start)) ?? [];
  const end = start + word.length;
  const apart = end === text.length || /\s/.test(text.charAt(end));
  return apart && skipComments(text, end) === text.length ? plainAddress(word) : null;
}

/** `Alice <alice@example.fr>`, with words, quoted strings and comments before the bracket and comments after it. */
function namedAddress(text: string): string | null {
  let at = skipComments(text, 0);
  while (at !== null && at < text.length && text.charAt(at) !== '<') {
    const after = match(QUOTED, text, at) ?? match(WORD, text, at);
    at = after === null ? null : skipComments(text, after);
  }
  if (at === null) return null;
  ANGLED.lastIndex = at;
  const inside = ANGLED.exec(text)?.[1];
  if (inside === undefined) return null;
  return skipComments(text, at + inside.length + 2) === text.length ? plainAddress(inside) : null;
}

/** The place after white space and comments, which may be nested; null where a comment does not end. */
function skipComments(text: string, start: number): number | null {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '(') depth += 1;
    else if (depth === 0 && !/[ \t]/.test(character)) return at;
    else if (character === ')') depth -= 1;
    else if (depth > 0 && character === '\\') at += 1;
  }
  return depth === 0 ? text.length : null;
}

function match(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}
