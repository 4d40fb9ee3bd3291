// Texts as they stand in a URL, in a form, or in a header field. Takes texts and a charset, gives ASCII in which no
// character can end the place it is in; null for what the charset or the place cannot hold. Source: RFC 3986 §2.1,
// WHATWG URL §5.2 (forms), RFC 9110 §5.5 (field values), ISO 8859-1 and 8859-15.

import type { Charset } from './options.js';

/** What ISO 8859-15 has in the place of eight characters of ISO 8859-1. */
const LATIN9 = new Map([
  ['€', 0xa4],
  ['Š', 0xa6],
  ['š', 0xa8],
  ['Ž', 0xb4],
  ['ž', 0xb8],
  ['Œ', 0xbc],
  ['œ', 0xbd],
  ['Ÿ', 0xbe],
]);
const LATIN9_ONLY = new Set(LATIN9.values());

const UNRESERVED = /[A-Za-z0-9._~-]/;

/** Every octet outside RFC 3986's unreserved characters as `%XX`. */
export function percentEncode(text: string, charset: Charset): string | null {
  const octets = octetsOf(text, charset);
  if (!octets) return null;
  return Array.from(octets, (octet) => {
    const character = String.fromCharCode(octet);
    return UNRESERVED.test(character) ? character : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

function octetsOf(text: string, charset: Charset): Uint8Array | null {
  if (charset === 'utf-8') return Buffer.from(text, 'utf8');
  const octets: number[] = [];
  for (const character of text) {
    const octet = latinOctet(character, charset);
    if (octet === null) return null;
    octets.push(octet);
  }
  return Uint8Array.from(octets);
}

function latinOctet(character: string, charset: Charset): number | null {
  const code = character.codePointAt(0) ?? 0;
  if (charset === 'iso-8859-1') return code <= 0xff ? code : null;
  return LATIN9.get(character) ?? (code <= 0xff && !LATIN9_ONLY.has(code) ? code : null);
}

/** Visible ASCII and single spaces only: nothing that ends a field or begins another. */
export function headerValue(text: string): string | null {
  return /^[!-~]?$|^[!-~][ -~]*[!-~]$/.test(text) ? text : null;
}

/** UTF-8 where it is, else ISO 8859-15: what a provider put into a query, a form or a body. */
export function decodeText(octets: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch {
    return new TextDecoder('iso-8859-15').decode(octets);
  }
}

/** `NAME=VALUE&…`, each value in its own charset. The first of a name counts, after at most `most` fields. */
export function parseForm(text: string, most: number): Map<string, string> {
  const fields = new Map<string, string>();
  for (const pair of text.split('&', most)) {
    const at = pair.indexOf('=');
    const name = percentDecode(at === -1 ? pair : pair.slice(0, at));
    if (name !== '' && !fields.has(name)) fields.set(name, at === -1 ? '' : percentDecode(pair.slice(at + 1)));
  }
  return fields;
}

/** A `%` without two hexadecimal digits stands for itself. */
function percentDecode(text: string): string {
  const octets: number[] = [];
  const source = Buffer.from(text, 'utf8');
  for (let at = 0; at < source.length; at += 1) {
    const octet = source[at] ?? 0;
    const hex = source.toString('latin1', at + 1, at + 3);
    if (octet === 0x25 && /^[0-9a-f]{2}$/i.test(hex)) {
      octets.push(Number.parseInt(hex, 16));
      at += 2;
    } else octets.push(octet === 0x2b ? 0x20 : octet);
  }
  return decodeText(Uint8Array.from(octets));
}

/** A lone surrogate is no text; it becomes U+FFFD. */
export function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
