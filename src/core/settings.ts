// The settings of an account: one table with the form, the default and the help of each key.
// Takes texts (command line, YAML, environment) and gives typed values, or a sentence that says what is allowed.
// The names are those that a person types; units stand in the comments of `Settings`.

import { IANAZone } from 'luxon';
import { isSupportedCountry, isValidPhoneNumber } from 'libphonenumber-js/max';

import { isGsm7 } from './gsm7.js';
import { formatIpNetwork, parseIpNetwork } from './ip.js';
import { err, ok, type Result } from './result.js';

export type Lang = 'fr' | 'en';

export type Format = 'normal' | 'flash' | 'normal+flash';

export interface Settings {
  /** Mails that arrive from this hour (`HH:mm`, account zone) until 09:00 leave at 09:00; null: never held. */
  readonly cutoff: string | null;
  readonly duplicates: boolean;
  readonly long: 'off' | 'on' | 'truncate';
  readonly unicode: 'when-needed' | 'never' | 'prefer';
  readonly euro: boolean;
  readonly format: Format;
  /** Milliseconds, 1 hour to 3 days, counted from the instant a message is due. */
  readonly lifetime: number;
  readonly 'notify.recorded': boolean;
  readonly 'notify.refused': boolean;
  readonly 'notify.finished': boolean;
  readonly 'notify.delivered': boolean;
  readonly landline: boolean;
  readonly overseas: boolean;
  readonly cut: 'auto' | 'none';
  /** `HH:mm-HH:mm`, account zone: what falls due within leaves at the end; null: no quiet hours. */
  readonly quiet: string | null;
  /** At most 11 GSM characters, or a number; null: the carrier's own. */
  readonly sender: string | null;
  readonly lang: Lang;
  /** IANA name. */
  readonly zone: string;
  /** ISO 3166 code: national numbers are read as there. */
  readonly country: string;
  /** Thousandths of a credit a calendar day (account zone); null: no cap. */
  readonly dailyCap: number | null;
  /** SPF, DKIM and DMARC of mails that prove themselves by a code: not looked at, told, or needed. */
  readonly verify: 'off' | 'report' | 'required';
  /** Networks that mails may come from, in the normal form of core/ip.ts; null: any. */
  readonly ips: readonly string[] | null;
  /** Thousandths of a credit: a balance under it is told every morning; null: never. */
  readonly 'lowBalance.threshold': number | null;
  /** Who is told by mail; null: the account's own address. */
  readonly 'lowBalance.email': string | null;
  /** Who is told by SMS; null: nobody. */
  readonly 'lowBalance.mobile': string | null;
}

export type SettingKey = keyof Settings;

interface SettingRow<T> {
  readonly default: T;
  /** What may be written, for errors and the reference. */
  readonly allowed: string;
  readonly help: string;
  /** The value of a text, or undefined where the text is not allowed. */
  readonly parse: (text: string) => T | undefined;
  readonly format: (value: T) => string;
}

const HOUR_MS = 3_600_000;
const MAX_NETWORKS = 100;
const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

function flag(byDefault: boolean, help: string): SettingRow<boolean> {
  return {
    default: byDefault,
    allowed: 'on | off',
    help,
    parse: (text) => (/^(on|true|yes)$/i.test(text) ? true : /^(off|false|no)$/i.test(text) ? false : undefined),
    format: (value) => (value ? 'on' : 'off'),
  };
}

function choice<T extends string>(choices: readonly T[], byDefault: T, help: string): SettingRow<T> {
  return {
    default: byDefault,
    allowed: choices.join(' | '),
    help,
    parse: (text) => choices.find((one) => one === text.toLowerCase()),
    format: (value) => value,
  };
}

/** A value or `off` (null). */
function optional<T>(row: Omit<SettingRow<T>, 'default'>): SettingRow<T | null> {
  return {
    default: null,
    allowed: `off | ${row.allowed}`,
    help: row.help,
    parse: (text) => (/^(off|none|)$/i.test(text) ? null : row.parse(text)),
    format: (value) => (value === null ? 'off' : row.format(value)),
  };
}

/** Addresses and networks, with commas or spaces between them. */
function parseNetworks(text: string): readonly string[] | undefined {
  const networks = text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(parseIpNetwork);
  const known = networks.filter((network) => network !== null);
  if (known.length < networks.length || known.length === 0 || known.length > MAX_NETWORKS) return undefined;
  return [...new Set(known.map(formatIpNetwork))];
}

const asTyped = (value: string): string => value;

function parseLifetime(text: string): number | undefined {
  const match = /^(\d{1,3})(h|d)$/i.exec(text);
  if (!match) return undefined;
  const hours = Number(match[1]) * (match[2]?.toLowerCase() === 'd' ? 24 : 1);
  return hours >= 1 && hours <= 72 ? hours * HOUR_MS : undefined;
}

function parseQuietHours(text: string): string | undefined {
  const [from, to, more] = text.split('-').map((part) => part.trim());
  if (from === undefined || to === undefined || more !== undefined) return undefined;
  return TIME_OF_DAY.test(from) && TIME_OF_DAY.test(to) && from !== to ? `${from}-${to}` : undefined;
}

/** 3GPP TS 23.040 §9.1.2.5: an alphanumeric address holds 11 septets; a number has at most 15 digits (E.164). */
function parseSender(text: string): string | undefined {
  if (/^\+?\d{3,15}$/.test(text)) return text;
  return /^[A-Za-z0-9 .&_-]{1,11}$/.test(text) && /[A-Za-z]/.test(text) && isGsm7(text) ? text : undefined;
}

/** More than nothing. */
const CREDITS = {
  parse: (text: string): number | undefined =>
    /^\d{1,9}(\.\d{1,3})?$/.test(text) && Number(text) > 0 ? Math.round(Number(text) * 1000) : undefined,
  format: (value: number): string => String(value / 1000),
};

/** As they are written in the world; ASCII, because a mail must be able to leave for it. */
function parseEmail(text: string): string | undefined {
  const atom = "[\\w!#$%&'*+/=?^`{|}~-]+";
  const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
  const address = new RegExp(`^${atom}(?:\\.${atom})*@${label}(?:\\.${label})*$`, 'i');
  return text.length <= 254 && address.test(text) ? text : undefined;
}

/** A national number is read in the country of the account, which is not known here. */
function parseMobile(text: string): string | undefined {
  const number = text.replace(/[\s.()-]/g, '').replace(/^00/, '+');
  const right = number.startsWith('+') ? isValidPhoneNumber(number) : /^\d{4,15}$/.test(number);
  return right ? number : undefined;
}

export const SETTINGS: { readonly [K in SettingKey]: SettingRow<Settings[K]> } = {
  cutoff: optional({
    allowed: '19:00 | 20:00 | 21:00 | 22:00 | 23:00 | 00:00',
    help: 'mails that arrive from this hour on leave at 09:00 (mail only, account zone)',
    parse: (text) => (/^(19|2[0-3]|00):00$/.test(text) ? text : undefined),
    format: asTyped,
  }),
  duplicates: flag(true, 'refuse the same text to the same number within 24 hours'),
  long: choice(
    ['off', 'on', 'truncate'],
    'off',
    'texts of more than one part: refused, sent (8 parts at most), cut to one part',
  ),
  unicode: choice(
    ['when-needed', 'never', 'prefer'],
    'when-needed',
    'what becomes of characters that are not in the GSM alphabet',
  ),
  euro: flag(true, 'write E for € where that saves a part'),
  format: choice(
    ['normal', 'flash', 'normal+flash'],
    'normal',
    'stored SMS, shown at once, or the second when the first is refused',
  ),
  lifetime: {
    default: 48 * HOUR_MS,
    allowed: '1h … 72h, 1d … 3d',
    help: 'how long a message may wait for its delivery',
    parse: parseLifetime,
    format: (value) => `${value / HOUR_MS}h`,
  },
  'notify.recorded': flag(true, 'mail (a): the order was recorded'),
  'notify.refused': flag(true, 'mail (b): refused, or refused in part, and why'),
  'notify.finished': flag(true, 'mail (c): a deferred order or one to many numbers has left'),
  'notify.delivered': flag(false, 'mail (d): the handset has received it'),
  landline: flag(false, 'send to landlines, from 08:00 to 20:00'),
  overseas: flag(false, 'send to the French overseas territories'),
  cut: choice(['auto', 'none'], 'auto', 'cut signatures and quoted mails from the text'),
  quiet: optional({
    allowed: 'HH:mm-HH:mm',
    help: 'quiet hours: what falls due within them leaves at their end (account zone)',
    parse: parseQuietHours,
    format: asTyped,
  }),
  sender: optional({
    allowed: '1 to 11 letters, digits, space . & _ - with at least one letter, or a number',
    help: 'what the handset shows as the sender',
    parse: parseSender,
    format: asTyped,
  }),
  lang: choice(['fr', 'en'], 'fr', 'language of the mails to the account'),
  zone: {
    default: 'Europe/Paris',
    allowed: 'an IANA time zone such as Europe/Paris',
    help: 'time zone of dates and hours',
    parse: (text) => (IANAZone.isValidZone(text) ? text : undefined),
    format: asTyped,
  },
  country: {
    default: 'FR',
    allowed: 'an ISO 3166 country code such as FR',
    help: 'national numbers are read as they are dialled there',
    parse: (text) => (isSupportedCountry(text.toUpperCase()) ? text.toUpperCase() : undefined),
    format: asTyped,
  },
  dailyCap: optional({
    allowed: 'credits a day, such as 50 or 12.5',
    help: 'at most so many credits a calendar day (account zone)',
    ...CREDITS,
  }),
  verify: choice(
    ['off', 'report', 'required'],
    'off',
    'SPF, DKIM and DMARC of mails with a code: not looked at, told in mail (a), needed (else refused)',
  ),
  ips: optional<readonly string[]>({
    allowed: 'IP addresses and networks such as 192.0.2.1,10.0.0.0/8,2001:db8::/32',
    help: 'mails are taken from these networks only',
    parse: parseNetworks,
    format: (value) => value.join(','),
  }),
  'lowBalance.threshold': optional({
    allowed: 'credits, such as 50 or 12.5',
    help: 'tell every morning at 09:00 (account zone) that the balance is under this, until it is not',
    ...CREDITS,
  }),
  'lowBalance.email': optional({
    allowed: 'a plain mail address such as alice@example.fr',
    help: 'who is mailed about the low balance; off: the address of the account',
    parse: parseEmail,
    format: asTyped,
  }),
  'lowBalance.mobile': optional({
    allowed: 'a number such as +33612345678',
    help: 'who also gets an SMS about the low balance; it is charged to the account',
    parse: parseMobile,
    format: asTyped,
  }),
};

export const SETTING_KEYS = Object.keys(SETTINGS) as readonly SettingKey[];

export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(SETTINGS, key);
}

export const DEFAULT_SETTINGS: Settings = Object.fromEntries(
  SETTING_KEYS.map((key) => [key, SETTINGS[key].default]),
) as unknown as Settings;

/** The typed value of one setting, or the sentence that says what is allowed. */
export function parseSetting(key: SettingKey, text: string): Result<Settings[SettingKey], string> {
  const row = SETTINGS[key];
  const value = row.parse(text.trim());
  return value === undefined ? err(`${key}=${text}: allowed is ${row.allowed}`) : ok(value);
}

/** The setting as a person types it. */
export function formatSetting<K extends SettingKey>(key: K, value: Settings[K]): string {
  return SETTINGS[key].format(value);
}
