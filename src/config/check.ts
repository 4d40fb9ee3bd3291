// Judges what was found: each value by its row, then the few rules between keys. Takes values with their places, collects
// typed values and every mistake. Looks whether named files are there; does not open them.

import { statSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';

import type { Route } from '../core/routing.js';
import { CARRIER_TYPES, carrierTypeOf, DEFAULT_CARRIER, ROWS_BY_TYPE, type CarrierType } from './carrier-rows.js';
import type { FileKeys } from './file-keys.js';
import { CONFIG_KEYS, rowOf, typesWith } from './keys.js';
import { describe, mistake, type ConfigMistake, type Place } from './mistakes.js';
import { presetValue } from './preset-values.js';
import { splitList, type Row } from './rows.js';
import type { Found } from './yaml-file.js';

export type ConfigSource = 'default' | 'file' | 'env';

export interface Folders {
  readonly dataDir: string;
  /** Where relative paths of `input` files start. */
  readonly configDir: string;
}

export interface Checked {
  readonly keys: FileKeys;
  readonly values: Map<string, unknown>;
  readonly sources: Map<string, ConfigSource>;
  /** Of every key that was written, right or wrong. */
  readonly places: Map<string, Place>;
  readonly mistakes: ConfigMistake[];
}

export function newChecked(keys: FileKeys = CONFIG_KEYS): Checked {
  return { keys, values: new Map(), sources: new Map(), places: new Map(), mistakes: [] };
}

export function checkValue(checked: Checked, found: Found, source: ConfigSource, folders: Folders): void {
  const row = checked.keys.rowOf(found.key);
  if (!row) throw new Error(`no row for ${found.key}`);
  checked.places.set(found.key, found.place);
  const parsed = row.schema.safeParse(found.value);
  if (!parsed.success) {
    const wrongItems = new Set(parsed.error.issues.flatMap(itemsOf));
    for (const index of wrongItems) checked.mistakes.push(wrongValue(row, found, index));
    return;
  }
  checked.sources.set(found.key, source);
  checked.values.set(found.key, resolvePath(checked, row, { ...found, value: parsed.data }, folders));
}

/** The items of a list that an issue is about; null: the value as a whole. */
function itemsOf(issue: z.core.$ZodIssue): (number | null)[] {
  const inUnion = issue.code === 'invalid_union' ? issue.errors.flat() : [];
  const indexes = [issue, ...inUnion].map(({ path: [index] }) => index).filter((index) => typeof index === 'number');
  return indexes.length === 0 ? [null] : indexes;
}

function wrongValue(row: Row<unknown>, found: Found, index: number | null): ConfigMistake {
  const items = typeof found.value === 'string' && row.kind === 'list' ? splitList(found.value) : found.value;
  const value: unknown = index !== null && Array.isArray(items) ? items[index] : found.value;
  const place = (index === null ? undefined : found.itemPlaces[index]) ?? found.place;
  const shown = row.secret ? 'a value that is not shown' : describe(value);
  const allowed = row.kind === 'list' && index === null ? `a list, each item ${row.allowed}` : row.allowed;
  return mistake(place, found.key, `found ${shown}; allowed is ${allowed}`);
}

function resolvePath(checked: Checked, row: Row<unknown>, found: Found, folders: Folders): unknown {
  if (row.file === undefined || typeof found.value !== 'string') return found.value;
  const file = path.resolve(row.file === 'runtime' ? folders.dataDir : folders.configDir, found.value);
  if (row.file === 'input' && statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    checked.mistakes.push(mistake(found.place, found.key, `there is no file ${file}`));
  }
  return file;
}

/** The rules between keys. */
export function checkTogether(checked: Checked, carriers: ReadonlyMap<string, Place>): void {
  const { places } = checked;
  const together = (key: string, isWrong: boolean, text: string): void => {
    const place = places.get(key);
    if (place && isWrong) checked.mistakes.push(mistake(place, key, text));
  };
  const pairs = ['mail.smtp.tls', 'mail.submission.tls'];
  for (const tls of pairs) {
    together(`${tls}.key`, !places.has(`${tls}.cert`), `needs ${tls}.cert beside it`);
    together(`${tls}.cert`, !places.has(`${tls}.key`), `needs ${tls}.key beside it`);
  }
  const hasPair = pairs.some((tls) => places.has(`${tls}.key`) || places.has(`${tls}.cert`));
  for (const key of ['mail.submission.listen', 'mail.submission.listenTls']) {
    const listens = ((checked.values.get(key) ?? []) as readonly unknown[]).length > 0;
    together(key, listens && !hasPair, 'needs a certificate: mail.submission.tls or mail.smtp.tls, key and cert');
  }
  const url = 'mail.out.url';
  together('mail.out.folder', places.has(url), `mails go either to a folder or to a server: ${url} is given too`);
  const requireTls = 'mail.out.requireTls';
  together(requireTls, checked.values.get(requireTls) === true && !places.has(url), `has no effect without ${url}`);
  checkCarriers(checked, carriers);
}

function checkCarriers(checked: Checked, carriers: ReadonlyMap<string, Place>): void {
  const routes = (checked.values.get('routes') ?? []) as readonly Route[];
  const names = carriers.size === 0 ? [DEFAULT_CARRIER] : [...carriers.keys()];
  for (const unknown of new Set(routes.flatMap((route) => route.carriers))) {
    const place = checked.places.get('routes');
    if (names.includes(unknown) || !place) continue;
    const text = `there is no carrier ${unknown}; there ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`;
    checked.mistakes.push(mistake(place, 'routes', text));
  }
  for (const [name, place] of carriers) {
    checkHttp(checked, `carriers.${name}`);
    const key = `carriers.${name}.type`;
    const type = (checked.values.get(key) as CarrierType | undefined) ?? carrierTypeOf(name);
    if (type) checkKeysOfType(checked, type, `carriers.${name}`, place);
    else if (!checked.places.has(key))
      checked.mistakes.push(mistake(place, key, `found nothing; allowed is ${CARRIER_TYPES.join(' | ')}`));
  }
}

/** Callbacks need the listener, a signature its header, and a body is one thing. */
function checkHttp({ places, values, mistakes }: Checked, section: string): void {
  const given = (key: string): boolean => {
    const value = values.get(key);
    return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== '';
  };
  const needs = (name: string, isRight: boolean, text: string): void => {
    const key = `${section}.${name}`;
    const place = places.get(key);
    if (place && given(key) && !isRight) mistakes.push(mistake(place, key, text));
  };
  for (const name of ['callbacks.token', 'callbacks.hmacSecret']) {
    needs(name, given('http.listen'), 'has no effect without http.listen');
  }
  const header = `${section}.callbacks.hmacHeader`;
  needs('callbacks.hmacSecret', given(header), `needs ${header} beside it`);
  needs('json', !given(`${section}.form`), `the body is either JSON or a form: ${section}.form is given too`);
}

/** Keys of another type have no effect; some of its own it must have. */
function checkKeysOfType(checked: Checked, type: CarrierType, section: string, place: Place): void {
  for (const [key, keyPlace] of checked.places) {
    if (!key.startsWith(`${section}.`)) continue;
    const types = typesWith(key.slice(section.length + 1));
    if (types.includes(type)) continue;
    const text = `a key of carriers of the type ${types.join(', ')}; this one is of the type ${type}`;
    checked.mistakes.push(mistake(keyPlace, key, text));
  }
  for (const name of Object.keys(ROWS_BY_TYPE[type])) {
    const key = `${section}.${name}`;
    const row = rowOf(key);
    if (row?.required !== true || checked.places.has(key)) continue;
    if (presetValue(key, (one) => checked.values.get(one)) !== undefined) continue;
    checked.mistakes.push(mistake(place, key, `found nothing; allowed is ${row.allowed}`));
  }
}
