// The table seen as dotted keys: `mail.smtp.size`, and `carriers.NAME.window` for what a person names.
// Takes the table, gives rows, sections and the values of a `Config` by key; knows nothing of files.

import { ROWS_BY_TYPE, type CarrierType } from './carrier-rows.js';
import type { Row } from './rows.js';
import { TABLE, type Config } from './schema.js';

type AnyRow = Row<unknown>;
interface Section {
  readonly [name: string]: Section | AnyRow;
}

/** Stands in the table where the file has a name of its own. */
const NAME = 'NAME';

const isRow = (node: Section | AnyRow): node is AnyRow => 'schema' in node && 'allowed' in node;

export function join(section: string, name: string): string {
  return section === '' ? name : `${section}.${name}`;
}

const typesOfCarrier = Object.keys(ROWS_BY_TYPE) as CarrierType[];

const rows = new Map<string, AnyRow>();
const sections = new Map<string, readonly string[]>();

function collect(section: Section, key: string): void {
  sections.set(key, Object.keys(section));
  for (const [name, child] of Object.entries(section)) {
    const childKey = join(key, name);
    if (isRow(child)) rows.set(childKey, child);
    else collect(child, childKey);
    // `defaults` holds `notify.recorded`: the part before the dot may be written as a section too.
    if (name.includes('.')) sections.set(join(key, name.slice(0, name.indexOf('.'))), dottedNames(section, name));
  }
}

function dottedNames(section: Section, like: string): string[] {
  const prefix = like.slice(0, like.indexOf('.') + 1);
  const names = Object.keys(section).filter((name) => name.startsWith(prefix));
  return names.map((name) => name.slice(prefix.length));
}

collect(TABLE, '');

/** Every row by its key, in the order of the table. */
export const ROWS: ReadonlyMap<string, AnyRow> = rows;

/** The names that a section of the table knows; undefined for what is no section. */
export function namesIn(pattern: string): readonly string[] | undefined {
  return sections.get(pattern);
}

/** From a section of the table to what `name` means in it; undefined where it means nothing. */
export function step(pattern: string, name: string): string | undefined {
  const names = sections.get(pattern) ?? [];
  if (names.includes(NAME)) return join(pattern, NAME);
  const key = join(pattern, name);
  // A dotted name only where the table itself has it, so that each key has one way to be written.
  if (name.includes('.')) return names.includes(name) ? key : undefined;
  return rows.has(key) || sections.has(key) ? key : undefined;
}

/** The row of a key of a file, names of carriers included. */
export function rowOf(key: string): AnyRow | undefined {
  return rows.get(patternOf(key));
}

function patternOf(key: string): string {
  let pattern = '';
  for (const name of key.split('.')) pattern = step(pattern, name) ?? join(pattern, name);
  return pattern;
}

/** The types of carrier that have this key; `name` is `window` or `addressing.number`. */
export function typesWith(name: string): CarrierType[] {
  const [first = ''] = name.split('.');
  return typesOfCarrier.filter((type) => first in ROWS_BY_TYPE[type]);
}

/** The keys of rows, those of each of `carriers` in the place of `carriers.NAME`. */
export function keysWith(carriers: ReadonlyMap<string, CarrierType>): string[] {
  const prefix = `carriers.${NAME}.`;
  return [...rows.keys()].flatMap((key) => {
    if (!key.startsWith(prefix)) return [key];
    const types = typesWith(key.slice(prefix.length));
    return [...carriers].flatMap(([name, type]) => (types.includes(type) ? [key.replace(NAME, name)] : []));
  });
}

function build(section: Section, key: string, valueOf: (key: string) => unknown): Record<string, unknown> {
  const entries = Object.entries(section).map(([name, child]): [string, unknown] => {
    const childKey = join(key, name);
    return [name, isRow(child) ? valueOf(childKey) : build(child, childKey, valueOf)];
  });
  return Object.fromEntries(entries);
}

/** The sections of a `Config`. The one place where the type is claimed: each value comes from the row of its key. */
export function buildSections(
  carriers: ReadonlyMap<string, CarrierType>,
  valueOf: (key: string) => unknown,
): Omit<Config, 'dataDir' | 'file'> {
  const each = [...carriers].map(
    ([name, type]) => [name, build(ROWS_BY_TYPE[type], `carriers.${name}`, valueOf)] as const,
  );
  const rest = build({ ...TABLE, carriers: {} }, '', valueOf);
  return { ...rest, carriers: Object.fromEntries(each) } as unknown as Config;
}

/** Every row with its value, by key. */
export function valuesOf(config: Config): Map<string, unknown> {
  const values = new Map<string, unknown>();
  const visit = (node: Readonly<Record<string, unknown>>, key: string): void => {
    for (const [name, value] of Object.entries(node)) {
      const childKey = join(key, name);
      if (rowOf(childKey)) values.set(childKey, value);
      else if (typeof value === 'object' && value !== null) visit(value as Record<string, unknown>, childKey);
    }
  };
  visit({ ...config }, '');
  return values;
}
