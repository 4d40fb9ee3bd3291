// A number as a person types it → E.164, its kind and its zone. Never throws, never guesses between two numbers.
// National numbers are read as they are dialled in the account's country, with the full metadata of libphonenumber
// (`/max`: the minimal one misses premium and overseas ranges). The French plan is read here: one dialling plan, many
// country codes (ARCEP, plan national de numérotation).

import {
  isSupportedCountry,
  parsePhoneNumberFromString,
  type CountryCode,
  type PhoneNumberType,
} from 'libphonenumber-js/max';

import { rejection, type Rejection } from './rejection.js';
import { remembering } from './remembering.js';
import { err, ok, type Result } from './result.js';
import type { PhoneNumber } from './types.js';

/** E.164 has 15 digits; the rest is room for decorations. Anything longer is no number and is not even looked at. */
const MAX_TYPED = 40;

/** Spaces, dots, parentheses, slashes, every dash, and the invisible marks that copying from a contact list brings along. */
const DECORATION = /[\s./()\p{Pd}\u00AD\u200B-\u200F\u2060-\u2069\u202A-\u202E\uFEFF]/gu;

/** French territories with a country code of their own. */
const OVERSEAS: ReadonlySet<string> = new Set(['GP', 'BL', 'MF', 'MQ', 'GF', 'RE', 'YT', 'PM', 'NC', 'PF', 'WF']);

/** Dialled among each other with 0 and nine digits; the three Pacific territories have plans of their own. */
const FRENCH_PLAN: ReadonlySet<string> = new Set(['FR', 'GP', 'BL', 'MF', 'MQ', 'GF', 'RE', 'YT', 'PM']);

/** One for each country code of the plan: BL and MF share Guadeloupe's, YT that of Réunion. */
const PLAN_TERRITORIES = ['GP', 'MQ', 'RE', 'GF', 'PM'] as const satisfies readonly CountryCode[];

/** Where overseas numbers may lie among the nine digits of the plan; only saves work, the metadata decides. */
const OVERSEAS_RANGES = /^(?:26|508|59|639|69|70|9)/;

/**
 * What gets an SMS. VoIP counts as a landline (FR 09); where fixed and mobile cannot be told apart (+1), mobile.
 * Every other type (toll-free, company, personal, pager, voicemail) refuses as invalid.
 */
const KINDS: Partial<Record<PhoneNumberType, PhoneNumber['kind']>> = {
  MOBILE: 'mobile',
  FIXED_LINE_OR_MOBILE: 'mobile',
  FIXED_LINE: 'landline',
  VOIP: 'landline',
};

interface Reading {
  readonly e164: string;
  /** Undefined for the codes of no country (satellites, +800). */
  readonly country: string | undefined;
  readonly type: PhoneNumberType | undefined;
  /** Digits as they are dialled within that country; asked for rarely, and not cheap. */
  readonly dialled: () => string;
}

/**
 * Reads one number of an account of `country` (ISO 3166; an unknown one leaves only the international forms).
 * Refuses with `number-missing` (`form` is the right form shown there), `number-premium`, `number-invalid`; `{number}`
 * is the number as typed. Options of the account, prices and blacklists are not looked at.
 */
export function parsePhone(input: string, country: string, form = '0612345678'): Result<PhoneNumber, Rejection> {
  const typed = input.trim();
  if (typed === '') return err(rejection('number-missing', { form }));
  const refused = (reason: 'number-invalid' | 'number-premium'): Result<never, Rejection> =>
    err(rejection(reason, { number: excerpt(typed) }));
  if (typed.length > MAX_TYPED) return refused('number-invalid');

  const reading = read(typed.replace(DECORATION, ''), country);
  if (!reading) return refused('number-invalid');
  // Shared-cost numbers (FR 081, 082) charge the caller too.
  if (reading.type === 'PREMIUM_RATE' || reading.type === 'SHARED_COST') return refused('number-premium');
  const kind = reading.type && KINDS[reading.type];
  if (!kind || reading.country === undefined || isServiceOverseas(reading) || isForeignToItsCode(reading))
    return refused('number-invalid');
  return ok({ e164: reading.e164, kind, zone: OVERSEAS.has(reading.country) ? 'overseas' : reading.country });
}

/** Tells a number from the name of a group or a code: digits and their decorations only, and at least three digits. */
export function looksLikeNumber(text: string): boolean {
  return /^[\s\d+.()]+$/.test(text) && /^\+?\d{3,}$/.test(text.replace(/[\s.()]/g, ''));
}

/** The start of what was typed, no character cut in half. */
function excerpt(typed: string): string {
  const characters = Array.from(typed.slice(0, 2 * MAX_TYPED));
  return characters.slice(0, MAX_TYPED).join('');
}

function read(digits: string, country: string): Reading | undefined {
  if (/^\+\d+$/.test(digits)) return valid(digits);
  if (!/^\d+$/.test(digits)) return undefined;
  const national = FRENCH_PLAN.has(country) ? readFrenchPlan(digits, country) : valid(digits, country);
  // `00` is understood where another international prefix is dialled, too.
  if (digits.startsWith('0')) return national ?? (digits.startsWith('00') ? valid(`+${digits.slice(2)}`) : undefined);
  const international = valid(`+${digits}`);
  if (!national) return international;
  // 687751234 is 06 87 75 12 34 without its zero, or Nouméa without its plus: not for us to choose.
  const ambiguous = international !== undefined && international.e164 !== national.e164;
  return ambiguous && national.dialled() !== digits ? undefined : national;
}

/** 0690… dialled in France is +590 690…; the zero may be lost (spreadsheets do that). */
function readFrenchPlan(digits: string, country: string): Reading | undefined {
  const nineDigits = /^0?([1-9]\d{8})$/.exec(digits)?.[1];
  if (nineDigits === undefined) return valid(digits, country);
  return readOverseas(nineDigits) ?? valid(`+33${nineDigits}`);
}

/** The overseas number behind nine digits of the French plan, if they are one. Metropolitan ranges of the metadata overlap. */
function readOverseas(nineDigits: string): Reading | undefined {
  if (!OVERSEAS_RANGES.test(nineDigits)) return undefined;
  // Saint-Pierre-et-Miquelon has six digits, reached by 0508.
  if (nineDigits.startsWith('508')) return valid(`+${nineDigits}`);
  for (const territory of PLAN_TERRITORIES) {
    const reading = valid(`0${nineDigits}`, territory);
    if (reading) return reading;
  }
  return undefined;
}

/** 08… of the French plan: the metadata of the territories calls some of them landlines. */
function isServiceOverseas({ e164, country }: Reading): boolean {
  return country !== undefined && OVERSEAS.has(country) && /^\+\d{3}8\d{8}$/.test(e164);
}

/** +33 690… and +33 596…: people put +33 before overseas numbers, but nobody is reached there. */
function isForeignToItsCode({ e164, country }: Reading): boolean {
  return country === 'FR' && readOverseas(e164.slice('+33'.length)) !== undefined;
}

/** Who is written to once is written to again, and the metadata are slow to ask. Some 6 MB when it is full. */
const valid = remembering(20_000, readValid);

function readValid(digits: string, country?: string): Reading | undefined {
  const parsed = parse(digits, country);
  if (!parsed?.isValid()) return undefined;
  // Asked for rarely: what was parsed is larger than all that is remembered of it.
  const dialled = (): string => parse(digits, country)?.formatNational().replace(/\D/g, '') ?? '';
  return { e164: parsed.number, country: parsed.country, type: parsed.getType(), dialled };
}

function parse(digits: string, country: string | undefined) {
  const defaults = country !== undefined && isSupportedCountry(country) ? { defaultCountry: country } : {};
  return parsePhoneNumberFromString(digits, { ...defaults, extract: false });
}
