// The table of the configuration file as dotted keys: `mail.smtp.size`, and `carriers.NAME.window` for what a person
// names. Takes the table, gives rows, sections and the values of a `Config` by key; knows nothing of files.

import { ROWS_BY_TYPE, type CarrierType } from './carrier-rows.js';
import { fileKeys, isRow, join, NAME, type Section } from './file-keys.js';
import { TABLE, type Config } from './schema.js';

const typesOfCarrier = Object.keys(ROWS_BY_TYPE) as CarrierType[];

export const CONFIG_KEYS = fileKeys(TABLE);
export const { rows: ROWS, namesIn, step, rowOf } = CONFIG_KEYS;

/** The types of carrier that have this key; `name` is `window` or `addressing.number`. */
export function typesWith(name: string): CarrierType[] {
  const [first = ''] = name.split('.');
  return typesOfCarrier.filter((type) => first in ROWS_BY_TYPE[type]);
}

/** The keys of rows, those of each of `carriers` in the place of `carriers.NAME`. */
export function keysWith(carriers: ReadonlyMap<string, CarrierType>): string[] {
  const prefix = `carriers.${NAME}.`;
  return [...ROWS.keys()].flatMap((key) => {
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
