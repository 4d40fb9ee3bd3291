// Which column of a CSV file holds what, by the headers that people and address books write (French and English).
// Takes the cells of the first line; gives the columns, or null where that line is no header but a contact already.

import { looksLikeNumber } from '../core/phone.js';

export interface Columns {
  /** Joined by a space, in this order. */
  readonly name: readonly number[];
  readonly number: number;
  readonly values: readonly number[];
}

/** name;number;v1;v2;v3 */
export const DEFAULT_COLUMNS: Columns = { name: [0], number: 1, values: [2, 3, 4] };

const FIRST_NAMES = ['prenom', 'firstname', 'givenname'];
const LAST_NAMES = ['nom', 'name', 'nomdefamille', 'lastname', 'familyname', 'surname'];
const WHOLE_NAMES = ['nomcomplet', 'fullname', 'displayname', 'contact', 'destinataire', 'recipient'];
/** The best first: an address book has a column for the landline too. */
const NUMBERS = [
  ...[
    'mobile',
    'portable',
    'gsm',
    'sms',
    'mobilephone',
    'telephonemobile',
    'telephoneportable',
    'numeromobile',
    'cell',
  ],
  ...['telmobile', 'telportable', 'mobilenumber', 'cellphone', 'phone1value'],
  ...['numero', 'number', 'numerodetelephone', 'phonenumber', 'telephone', 'tel', 'phone', 'num', 'msisdn'],
];
const VALUES = [
  ['v1', 'var1', 'variable1', 'valeur1', 'value1'],
  ['v2', 'var2', 'variable2', 'valeur2', 'value2'],
  ['v3', 'var3', 'variable3', 'valeur3', 'value3'],
];

/** `Téléphone Mobile :` → `telephonemobile` */
function fold(header: string): string {
  return header
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

export function findColumns(header: readonly string[]): (Columns & { readonly ignored: readonly string[] }) | null {
  const names = header.map(fold);
  if (header.some((cell) => looksLikeNumber(cell))) return null;
  const number = firstOf(names, NUMBERS);
  if (number === -1) return null;
  const whole = firstOf(names, WHOLE_NAMES);
  const parts = [firstOf(names, FIRST_NAMES), firstOf(names, LAST_NAMES)].filter((at) => at !== -1);
  const name = parts.length > 0 ? parts : whole === -1 ? [] : [whole];
  // A missing v2 keeps its place, so that v3 stays the third.
  const values = VALUES.map((synonyms) => firstOf(names, synonyms));
  const taken = new Set([number, ...name, ...values]);
  const ignored = header.filter((cell, at) => cell !== '' && !taken.has(at));
  return { name, number, values, ignored };
}

/** The column of the best synonym, or -1. */
function firstOf(names: readonly string[], synonyms: readonly string[]): number {
  const best = synonyms.find((synonym) => names.includes(synonym));
  return best === undefined ? -1 : names.indexOf(best);
}
