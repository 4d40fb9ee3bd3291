// Senders and numbers as SMPP addresses, and back. Takes E.164 or what the account has as its sender; gives type of
// number, numbering plan and digits. Never guesses a country: a number that is not international stays as it came.
// Source: SMPP 3.4 §5.2.5, §5.2.6; 3GPP TS 23.040 §9.1.2.5 (alphanumeric: 11 characters).

import type { AddressKind, EncodingOptions } from './options.js';

export interface Address extends AddressKind {
  readonly digits: string;
}

const LONGEST_NAME = 11;
const LONGEST_SHORT_CODE = 8;
const LONGEST_NUMBER = 15;
const INTERNATIONAL = 1;
const UNKNOWN = 0;

/** Null: no address of a handset or a service. */
export function sourceOf(sender: string | null, kinds: EncodingOptions['addressing']): Address | null {
  if (sender === null) return { ton: 0, npi: 0, digits: '' };
  const number = /^\+?(\d+)$/.exec(sender)?.[1];
  if (number === undefined) {
    const isName = /^[ -~]+$/.test(sender) && sender.length <= LONGEST_NAME;
    return isName ? { ...kinds.alphanumeric, digits: sender } : null;
  }
  if (number.length > LONGEST_NUMBER) return null;
  const isShort = number === sender && number.length <= LONGEST_SHORT_CODE;
  return { ...(isShort ? kinds.shortCode : kinds.number), digits: number };
}

/** Of a number in E.164. */
export function destinationOf(to: string, kind: AddressKind): Address | null {
  const digits = /^\+(\d{3,15})$/.exec(to)?.[1];
  return digits === undefined ? null : { ...kind, digits };
}

/** E.164 where the address says or clearly shows that it is international; else as it came. */
export function readAddress({ ton, digits }: Pick<Address, 'ton' | 'digits'>): string {
  const number = /^(?:\+|00)?([1-9]\d{6,14})$/.exec(digits)?.[1];
  if (number === undefined) return digits;
  if (ton === INTERNATIONAL || number !== digits) return `+${number}`;
  // Many leave the type out. Ten digits without a zero in front are dialled nowhere but with their country.
  return ton === UNKNOWN && digits.length > 9 ? `+${number}` : digits;
}
