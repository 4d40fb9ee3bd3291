// The file itself: pages, indexes and constraints as SQLite checks them, rows that point to nothing, and the schema that the
// migrations make, with the triggers that keep the ledger from being changed.

import Database from 'better-sqlite3';

import { migrate } from '../migrate.js';
import { RESTORE, type Check } from './check.js';

interface SchemaObject {
  readonly type: string;
  readonly name: string;
  readonly sql: string;
}

const OBJECTS = `SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!' AND sql IS NOT NULL ORDER BY type, name`;

function* integrityFaults(database: Database.Database): Iterable<string> {
  for (const text of database.prepare('SELECT integrity_check FROM pragma_integrity_check').pluck().iterate()) {
    if (text !== 'ok') yield onOneLine(String(text));
  }
}

const PARTIAL = `SELECT name, tbl_name AS "table", sql FROM sqlite_schema WHERE type = 'index' AND sql LIKE '%WHERE%' ORDER BY name`;

/**
 * SQLite looks for each row in its indexes, and never for the row of an entry that an index of a few rows has too many:
 * such an entry calls a message queued that was sent.
 */
function* surplusFaults(database: Database.Database): Iterable<string> {
  const indexes = database.prepare(PARTIAL).all() as { name: string; table: string; sql: string }[];
  for (const { name, table, sql } of indexes) {
    const condition = sql.replace(/^.*?\bWHERE\b/is, '');
    const entries = countOf(database, `SELECT count(*) FROM ${table} INDEXED BY ${name} WHERE ${condition}`);
    // Without a WHERE: SQLite would believe the index again.
    const rows = countOf(database, `SELECT coalesce(sum((${condition}) IS TRUE), 0) FROM ${table}`);
    if (entries !== rows) yield `the index ${name} has ${entries} entries for ${rows} rows of ${table}`;
  }
}

function countOf(database: Database.Database, sql: string): number {
  return database.prepare(sql).pluck().get() as number;
}

/** One broken page may be told of a thousand times. */
const MOST_PIECES = 3;

function onOneLine(text: string): string {
  const pieces = text.split('\n').filter((piece) => !piece.startsWith('***'));
  const more = pieces.length - MOST_PIECES;
  return [...pieces.slice(0, MOST_PIECES), ...(more > 0 ? [`… and ${more} more`] : [])].join('; ');
}

function* pointerFaults(database: Database.Database): Iterable<string> {
  const rows = database.prepare('SELECT "table", rowid, parent FROM pragma_foreign_key_check').iterate();
  for (const row of rows as Iterable<{ table: string; rowid: number | null; parent: string }>) {
    const which = row.rowid === null ? 'a row' : `row ${row.rowid}`;
    yield `${row.table}: ${which} belongs to something that is not in ${row.parent}`;
  }
}

function* schemaFaults(database: Database.Database): Iterable<string> {
  const wanted = new Map(objectsOfMigrations().map((one) => [`${one.type} ${one.name}`, one.sql]));
  for (const { type, name, sql } of database.prepare(OBJECTS).all() as SchemaObject[]) {
    const right = wanted.get(`${type} ${name}`);
    wanted.delete(`${type} ${name}`);
    if (right === undefined) yield `the ${type} ${name} is none of this program`;
    else if (words(right) !== words(sql)) yield `the ${type} ${name} is not as this program makes it`;
  }
  for (const name of wanted.keys()) yield `the ${name} is missing`;
}

function objectsOfMigrations(): SchemaObject[] {
  const fresh = new Database(':memory:');
  migrate(fresh);
  const objects = fresh.prepare(OBJECTS).all() as SchemaObject[];
  fresh.close();
  return objects;
}

/** A column that was added later stands elsewhere between the same words. */
function words(sql: string): string {
  return sql.replace(/\s+/g, ' ');
}

export const FILE_CHECKS: readonly Check[] = [
  {
    name: 'integrity',
    says: 'the file of the database is whole',
    advice: `the disk or the memory of this machine may be broken: save the files, then ${RESTORE}`,
    find: function* (database) {
      yield* integrityFaults(database);
      yield* surplusFaults(database);
    },
  },
  {
    name: 'schema',
    says: 'tables, indexes and triggers are as this program makes them',
    advice: `somebody has changed the database by hand: ${RESTORE}`,
    quick: true,
    find: schemaFaults,
  },
  {
    name: 'pointers',
    says: 'no row belongs to something that is gone',
    advice: `somebody has deleted by hand: ${RESTORE}`,
    find: pointerFaults,
  },
];
