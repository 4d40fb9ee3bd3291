// A table of rows seen as the dotted keys of one kind of file: `mail.smtp.size`, `settings.notify.recorded`, and
// `carriers.NAME.window` for what a person names. Takes a table, gives its rows and sections by key; knows no file.

import type { Row } from './rows.js';

type AnyRow = Row<unknown>;
export interface Section {
  readonly [name: string]: Section | AnyRow;
}

/** What may stand in one kind of file. A pattern is a key with `NAME` in the place of names that people choose. */
export interface FileKeys {
  /** Every row by its pattern, in the order of the table. */
  readonly rows: ReadonlyMap<string, AnyRow>;
  /** The names that a section knows; undefined for what is no section. */
  readonly namesIn: (pattern: string) => readonly string[] | undefined;
  /** From a section to what `name` means in it; undefined where it means nothing. */
  readonly step: (pattern: string, name: string) => string | undefined;
  /** The row of a key as it stands in a file. */
  readonly rowOf: (key: string) => AnyRow | undefined;
}

/** Stands in the table where the file has a name of its own. */
export const NAME = 'NAME';

export const isRow = (node: Section | AnyRow): node is AnyRow => 'schema' in node && 'allowed' in node;

export function join(section: string, name: string): string {
  return section === '' ? name : `${section}.${name}`;
}

export function fileKeys(table: Section): FileKeys {
  const rows = new Map<string, AnyRow>();
  const sections = new Map<string, readonly string[]>();
  collect(table, '', { rows, sections });
  const step = (pattern: string, name: string): string | undefined => {
    const names = sections.get(pattern) ?? [];
    if (names.includes(NAME)) return join(pattern, NAME);
    const key = join(pattern, name);
    // A dotted name only where the table itself has it, so that each key has one way to be written.
    if (name.includes('.')) return names.includes(name) ? key : undefined;
    return rows.has(key) || sections.has(key) ? key : undefined;
  };
  const patternOf = (key: string): string =>
    key.split('.').reduce((pattern, name) => step(pattern, name) ?? join(pattern, name), '');
  return {
    rows,
    namesIn: (pattern) => sections.get(pattern),
    step,
    rowOf: (key) => rows.get(patternOf(key)),
  };
}

interface Collected {
  readonly rows: Map<string, AnyRow>;
  readonly sections: Map<string, readonly string[]>;
}

function collect(section: Section, key: string, { rows, sections }: Collected): void {
  sections.set(key, Object.keys(section));
  for (const [name, child] of Object.entries(section)) {
    const childKey = join(key, name);
    if (isRow(child)) rows.set(childKey, child);
    else collect(child, childKey, { rows, sections });
    // `defaults` holds `notify.recorded`: the part before the dot may be written as a section too.
    if (name.includes('.')) sections.set(join(key, name.slice(0, name.indexOf('.'))), dottedNames(section, name));
  }
}

function dottedNames(section: Section, like: string): string[] {
  const prefix = like.slice(0, like.indexOf('.') + 1);
  const names = Object.keys(section).filter((name) => name.startsWith(prefix));
  return names.map((name) => name.slice(prefix.length));
}
