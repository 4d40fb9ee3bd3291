// The settings of an account: one table with the form, the default and the help of each key.
// Takes texts (command line, YAML, environment) and gives typed values, or a sentence that says what is allowed.
// The names are those that a person types; units stand in the comments of `Settings`.

import { IANAZone } from 'luxon';
import { isSupportedCountry } from 'libphonenumber-js/max';

import { err, ok, type Result } from './result.js';
import {
  CREDITS,
  HOUR_MS,
  parseEmail,
  parseLifetime,
  parseMobile,
  parseNetworks,
  parseQuietHours,
  parseSender,
  parseSmsText,
  parseWebAddress,
} from './setting-forms.js';

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
  /** Where replies are forwarded to; null: nowhere. */
  readonly 'replies.email': string | null;
  readonly 'replies.mobile': string | null;
  readonly 'replies.url': string | null;
  /** What is answered to replies that are nothing else; null: nothing. */
  readonly 'replies.auto': string | null;
  /** What is answered to STOP and CONTACT; null: nothing. */
  readonly stopText: string | null;
  readonly contactText: string | null;
  /** A number that does not exist leaves the groups of the account. */
  readonly badNumbers: boolean;
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

const asTyped = (value: string): string => value;

/** The text of an SMS that follows from a reply. */
function answer(repliesTo: string): SettingRow<string | null> {
  return optional({
    allowed: 'a text of at most 480 characters',
    help: `SMS that answers ${repliesTo}; charged as any SMS`,
    parse: parseSmsText,
    format: asTyped,
  });
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
  'replies.email': optional({
    allowed: 'a plain mail address such as alice@example.fr',
    help: 'replies are forwarded to this address, free of charge',
    parse: parseEmail,
    format: asTyped,
  }),
  'replies.mobile': optional({
    allowed: 'a number such as +33612345678',
    help: 'replies are forwarded to this number, charged as any SMS',
    parse: parseMobile,
    format: asTyped,
  }),
  'replies.url': optional({
    allowed: 'a URL such as https://www.example.fr/replies, without a password',
    help: 'replies are posted to this address as JSON',
    parse: parseWebAddress,
    format: asTyped,
  }),
  'replies.auto': answer('replies that are neither STOP nor CONTACT and fit no rule of the account'),
  stopText: answer('STOP, besides putting the number on the blacklist'),
  contactText: answer('CONTACT'),
  badNumbers: flag(true, 'a number that the mobile operator does not know leaves the groups for `Mauvais numéros`'),
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
