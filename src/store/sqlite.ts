// The SQLite connections: one that writes, with WAL and FULL (a commit is on the disk when it returns), and one that
// only reads. What the pragmas really are is asked back: better-sqlite3's build makes WAL silently NORMAL otherwise.

import { closeSync, openSync } from 'node:fs';

import Database from 'better-sqlite3';
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';

import { Unavailable, type StoreTrouble } from '../core/unavailable.js';
import { migrate } from './migrate.js';
import { isOutOfFiles } from './out-of-files.js';
import { ERASURE_KEY_FILE } from './pseudonyms.js';
import { bind, type Params, type Query, type Session } from './query.js';
import type { Schema } from './schema.js';

/** Compiles for SQLite and never runs anything: the statements are prepared and run below. */
const compiler = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

const BUSY_TIMEOUT_MS = 5000;
/** What a long look lets the WAL grow beyond is given back once it has ended. */
const LARGEST_WAL_BYTES = 64 * 1024 * 1024;
/** A page that changes often is carried over into the file once in as many (16 MiB), not once in 1,000. */
const CHECKPOINT_PAGES = 4000;

/** By the names of SQLite's result codes. The shared memory of the WAL cannot grow where the disk is full. */
const TROUBLES: readonly (readonly [RegExp, StoreTrouble])[] = [
  [/^SQLITE_(FULL|IOERR_SHMSIZE)$/, 'disk-full'],
  [/^SQLITE_(CORRUPT|NOTADB)/, 'store-damaged'],
  [/^SQLITE_(BUSY|LOCKED|PROTOCOL|IOERR|READONLY|CANTOPEN|PERM|NOMEM)/, 'store-busy'],
];

/** SQLite says no more than that it cannot. */
const CANNOT_OPEN = /^SQLITE_(CANTOPEN|IOERR)/;

export interface Connection extends Session {
  begin(): void;
  commit(): void;
  rollback(): void;
  savepoint(): void;
  release(): void;
  rollbackToSavepoint(): void;
  /** Outside of a transaction. True: there is more to give back. */
  giveBack(how: 'slice' | 'whole'): boolean;
  /** False after SQLite itself has rolled back (disk full, I/O error). */
  readonly inTransaction: boolean;
  close(): void;
}

/** `keyFingerprint`: of the key that erased numbers were hashed with; another one would let STOP be forgotten. */
export function openWriter(file: string, keyFingerprint: string): Connection {
  // WAL and shared memory get the permissions of the file itself, which SQLite would make readable for all.
  closeSync(openSync(file, 'a', 0o600));
  return opened(file, {}, (database) => {
    // Only a new file, or the next VACUUM, takes it: what is forgotten later is given back in small slices.
    database.pragma('auto_vacuum = INCREMENTAL');
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    database.pragma(`journal_size_limit = ${LARGEST_WAL_BYTES}`);
    database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    // What is deleted is overwritten, not only unlinked.
    database.pragma('secure_delete = ON');
    expectPragma(database, 'journal_mode', 'wal');
    expectPragma(database, 'synchronous', 2);
    expectPragma(database, 'foreign_keys', 1);
    expectPragma(database, 'secure_delete', 1);
    migrate(database);
    // What undoes a command alone is kept in memory: beyond 64 KiB it would go through a temporary file.
    database.pragma('temp_store = MEMORY');
    expectKey(database, keyFingerprint);
  });
}

export function openReader(file: string): Connection {
  return opened(file, { readonly: true }, () => undefined);
}

/** Whole or not at all: what cannot be made ready is closed again. */
function opened(file: string, options: Database.Options, makeReady: (database: Database.Database) => void): Connection {
  let database: Database.Database | null = null;
  try {
    database = new Database(file, { ...options, timeout: BUSY_TIMEOUT_MS });
    makeReady(database);
    return connection(database);
  } catch (fault) {
    database?.close();
    throw asUnavailable(fault);
  }
}

function expectPragma(database: Database.Database, name: string, expected: string | number): void {
  const found = database.pragma(name, { simple: true });
  if (found !== expected) throw new Error(`SQLite refused PRAGMA ${name}: it is ${String(found)}, not ${expected}`);
}

function expectKey(database: Database.Database, fingerprint: string): void {
  const known = database.prepare('SELECT fingerprint FROM erasure_keys').pluck().all();
  if (known.length === 0 || known.includes(fingerprint)) return;
  database.close();
  throw new Error(
    `the numbers that were erased in it were hashed with another key: put the file ${ERASURE_KEY_FILE} of that time beside it`,
  );
}

type Statement = Database.Statement;

interface Prepared {
  readonly statement: Statement;
  readonly parameters: readonly unknown[];
  readonly toRow: (values: unknown) => unknown;
}

/** Rows come as arrays and are made objects here: the driver spends half as much again on making them itself. */
function rowMaker(statement: Statement): Prepared['toRow'] {
  if (!statement.reader) return (values) => values;
  const names = statement
    .raw()
    .columns()
    .map(({ name }) => name);
  return (values) => {
    const row: Record<string, unknown> = {};
    names.forEach((name, index) => (row[name] = (values as readonly unknown[])[index]));
    return row;
  };
}

/** Runs queries, each compiled and prepared once. */
function session(database: Database.Database): Session {
  const prepared = new Map<unknown, Prepared>();

  function prepare<P, Row>(query: Query<P, Row>): Prepared {
    const known = prepared.get(query);
    if (known) return known;
    const { sql, parameters } = query.compile(compiler);
    const statement = database.prepare(plannedOnce(sql));
    const made = { statement, parameters, toRow: rowMaker(statement) };
    prepared.set(query, made);
    return made;
  }

  /** better-sqlite3 answers at once; the port is async because PostgreSQL is not. */
  function call<P extends Params, Row, T>(
    query: Query<P, Row>,
    params: P,
    use: (prepared: Prepared, values: unknown[]) => T,
  ): Promise<T> {
    try {
      const ready = prepare(query);
      return Promise.resolve(use(ready, bind(ready.parameters, params)));
    } catch (fault) {
      return Promise.reject(asUnavailable(fault));
    }
  }

  return {
    get: (query, params) =>
      call(query, params, ({ statement, toRow }, values) => {
        const found = statement.get(...values);
        return (found === undefined ? undefined : toRow(found)) as never;
      }),
    all: (query, params) =>
      call(query, params, ({ statement, toRow }, values) => statement.all(...values).map(toRow) as never),
    run: (query, params) =>
      call(query, params, ({ statement }, values) =>
        statement.reader ? statement.all(...values).length : statement.run(...values).changes,
      ),
  };
}

/** SQLite plans by the value that is bound to a bare LIMIT, so that it would compile the statement anew for each run. */
function plannedOnce(sql: string): string {
  return sql.replaceAll(/\blimit \?/g, 'limit (? + 0)');
}

function connection(database: Database.Database): Connection {
  /** Prepared at first use: a connection that only reads needs none of them. */
  const control = (sql: string) => {
    let statement: Statement | undefined;
    return () => {
      try {
        (statement ??= database.prepare(sql)).run();
      } catch (fault) {
        throw asUnavailable(fault);
      }
    };
  };
  const rollbackTo = control('ROLLBACK TO command');
  const release = control('RELEASE command');

  return {
    ...session(database),
    begin: control('BEGIN IMMEDIATE'),
    commit: control('COMMIT'),
    rollback: control('ROLLBACK'),
    savepoint: control('SAVEPOINT command'),
    release,
    rollbackToSavepoint: () => {
      rollbackTo();
      release();
    },
    giveBack: (how) => {
      try {
        return giveBack(database, how);
      } catch (fault) {
        throw asUnavailable(fault);
      }
    },
    get inTransaction() {
      return database.inTransaction;
    },
    close: () => database.close(),
  };
}

/** Pages that one slice moves: a few milliseconds. */
const SLICE_PAGES = 200;

function giveBack(database: Database.Database, how: 'slice' | 'whole'): boolean {
  if (how === 'whole') vacuum(database);
  else database.pragma(`incremental_vacuum(${SLICE_PAGES})`);
  const canShrink = database.pragma('auto_vacuum', { simple: true }) === 2;
  const more = canShrink && (database.pragma('freelist_count', { simple: true }) as number) > 0;
  // The log still holds what the file held before.
  if (!more) database.pragma('wal_checkpoint(TRUNCATE)');
  return more;
}

/** Through a temporary file, for it is as large as the database. */
function vacuum(database: Database.Database): void {
  database.pragma('temp_store = FILE');
  try {
    database.exec('VACUUM');
  } finally {
    database.pragma('temp_store = MEMORY');
  }
}

/** What the program is not to blame for gets its own refusal; all other faults stay faults of ours. */
function asUnavailable(fault: unknown): Error {
  const code = fault instanceof Database.SqliteError ? fault.code : '';
  const trouble = TROUBLES.find(([pattern]) => pattern.test(code));
  if (trouble) return new Unavailable(CANNOT_OPEN.test(code) && isOutOfFiles() ? 'too-many-files' : trouble[1], fault);
  return fault instanceof Error ? fault : new Error(String(fault));
}
