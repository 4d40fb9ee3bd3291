// The forms that values of settings take, from texts that people type. Each gives the value, or undefined where the text is
// not allowed. Part of `settings.ts`, whose table says what is allowed in words.

import { isValidPhoneNumber } from 'libphonenumber-js/max';

import { isGsm7 } from './gsm7.js';
import { formatIpNetwork, parseIpNetwork } from './ip.js';

export const HOUR_MS = 3_600_000;
const MAX_NETWORKS = 100;
const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
const MAX_URL = 1000;
/** Three parts of the GSM alphabet, and a little. */
const MAX_TEXT = 480;

/** Addresses and networks, with commas or spaces between them. */
export function parseNetworks(text: string): readonly string[] | undefined {
  const networks = text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(parseIpNetwork);
  const known = networks.filter((network) => network !== null);
  if (known.length < networks.length || known.length === 0 || known.length > MAX_NETWORKS) return undefined;
  return [...new Set(known.map(formatIpNetwork))];
}

export function parseLifetime(text: string): number | undefined {
  const match = /^(\d{1,3})(h|d)$/i.exec(text);
  if (!match) return undefined;
  const hours = Number(match[1]) * (match[2]?.toLowerCase() === 'd' ? 24 : 1);
  return hours >= 1 && hours <= 72 ? hours * HOUR_MS : undefined;
}

export function parseQuietHours(text: string): string | undefined {
  const [from, to, more] = text.split('-').map((part) => part.trim());
  if (from === undefined || to === undefined || more !== undefined) return undefined;
  return TIME_OF_DAY.test(from) && TIME_OF_DAY.test(to) && from !== to ? `${from}-${to}` : undefined;
}

/** 3GPP TS 23.040 §9.1.2.5: an alphanumeric address holds 11 septets; a number has at most 15 digits (E.164). */
export function parseSender(text: string): string | undefined {
  if (/^\+?\d{3,15}$/.test(text)) return text;
  return /^[A-Za-z0-9 .&_-]{1,11}$/.test(text) && /[A-Za-z]/.test(text) && isGsm7(text) ? text : undefined;
}

/** More than nothing. */
export const CREDITS = {
  parse: (text: string): number | undefined =>
    /^\d{1,9}(\.\d{1,3})?$/.test(text) && Number(text) > 0 ? Math.round(Number(text) * 1000) : undefined,
  format: (value: number): string => String(value / 1000),
};

/** As they are written in the world; ASCII, because a mail must be able to leave for it. */
export function parseEmail(text: string): string | undefined {
  const atom = "[\\w!#$%&'*+/=?^`{|}~-]+";
  const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
  const address = new RegExp(`^${atom}(?:\\.${atom})*@${label}(?:\\.${label})*$`, 'i');
  return text.length <= 254 && address.test(text) ? text : undefined;
}

/** A national number is read in the country of the account, which is not known here. */
export function parseMobile(text: string): string | undefined {
  const number = text.replace(/[\s.()-]/g, '').replace(/^00/, '+');
  const right = number.startsWith('+') ? isValidPhoneNumber(number) : /^\d{4,15}$/.test(number);
  return right ? number : undefined;
}

/** A text that we send by ourselves. */
export function parseSmsText(text: string): string | undefined {
  return text.length > 0 && text.length <= MAX_TEXT ? text : undefined;
}

/** Without a password, which the settings would show. */
export function parseWebAddress(text: string): string | undefined {
  if (text.length > MAX_URL || !URL.canParse(text)) return undefined;
  const { protocol, username, password, href } = new URL(text);
  return /^https?:$/.test(protocol) && username + password === '' ? href : undefined;
}
