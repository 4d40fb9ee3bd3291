// Finds a person in text that anybody wrote: a number however it is typed (national, international, with spaces, dots
// or dashes, in hexadecimal), an address in any case. Takes the identifiers; gives what tells and what masks. Pure.

import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

import { MASK } from './mask.js';

export interface Mention {
  isIn(text: string): boolean;
  /** With each occurrence as `••••`. */
  maskIn(text: string): string;
}

const SEPARATORS = '[\\s.()/\\p{Pd}]*';
/** Shorter ones are looked for with their country code only: fewer digits stand in texts by chance. */
const UNMISTAKABLE_DIGITS = 7;

/** E.164 numbers and mail addresses. */
export function mentionOf(identifiers: readonly string[]): Mention {
  const pattern = identifiers.flatMap((one) => (one.includes('@') ? [addressPattern(one)] : numberPatterns(one)));
  const any = new RegExp(pattern.join('|'), 'giu');
  return {
    isIn: (text) => {
      any.lastIndex = 0;
      return any.test(text);
    },
    maskIn: (text) => text.replace(any, MASK),
  };
}

function numberPatterns(e164: string): string[] {
  const parsed = parsePhoneNumberFromString(e164);
  const digits = e164.replace(/\D/g, '');
  const country = parsed?.countryCallingCode ?? '';
  const national = digits.slice(country.length);
  const spaced = (run: string): string => Array.from(run).join(SEPARATORS);
  const international = `(?:\\+|00)?${SEPARATORS}${spaced(country)}${SEPARATORS}(?:\\(0\\)${SEPARATORS})?`;
  const prefix = national.length < UNMISTAKABLE_DIGITS ? international : `(?:${international}|0${SEPARATORS})?`;
  const shown = national.length < UNMISTAKABLE_DIGITS ? digits : national;
  return [`${prefix}${spaced(national)}`, hexOf(shown)];
}

function addressPattern(address: string): string {
  const literal = address.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace('@', '(?:@|%40)');
  return `(?<![\\w.+-])${literal}(?![\\w-]|\\.\\w)`;
}

/** Of the ASCII digits: what a carrier has sent is kept in hexadecimal. */
function hexOf(digits: string): string {
  return Array.from(digits, (digit) => `3${digit}`).join('');
}
