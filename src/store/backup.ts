// A copy of a database that is in use: all of it as it was at one instant, taken by SQLite's backup interface over a read
// transaction, so that a daemon goes on writing meanwhile and never makes the copy begin again. Source: sqlite.org/backup.html.

import Database from 'better-sqlite3';

import { err, ok, type Result } from '../core/result.js';
import { migrate, SCHEMA_VERSION } from './migrate.js';

/** Tells a backup from other SQLite files: `PBbk`. Stands in the header, at the octets 68 to 71. */
export const APPLICATION_ID = 0x5042_626b;

/** What a backup holds beside the database. */
export interface BackupFacts {
  readonly createdAtMs: number;
  /** The version of the program that made it. */
  readonly program: string;
  /** The key of the reply addresses, hexadecimal; empty: there was none yet. */
  readonly replyKey: string;
  /** The key of the hashes of erased numbers (pseudonyms.ts), hexadecimal; empty: there was none yet. */
  readonly erasureKey: string;
}

/** So many pages in one turn of the event loop. */
const PAGES_AT_ONCE = 2000;

export async function copyDatabase(
  file: string,
  target: string,
  onProgress: (doneBytes: number, totalBytes: number) => void,
): Promise<void> {
  const source = new Database(file, { readonly: true, fileMustExist: true });
  try {
    const pageBytes = source.pragma('page_size', { simple: true }) as number;
    // What is read from here on is this instant, however long it takes.
    source.exec('BEGIN');
    source.prepare('SELECT count(*) FROM sqlite_schema').get();
    await source.backup(target, {
      progress: ({ totalPages, remainingPages }) => {
        onProgress((totalPages - remainingPages) * pageBytes, totalPages * pageBytes);
        return PAGES_AT_ONCE;
      },
    });
  } finally {
    source.close();
  }
  // One file that needs no other beside it.
  change(target, (copy) => copy.pragma('journal_mode = DELETE'));
}

/** How many octets a copy takes. */
export function sizeOf(file: string): number {
  const source = new Database(file, { readonly: true, fileMustExist: true });
  const [pages, pageBytes] = ['page_count', 'page_size'].map((name) => source.pragma(name, { simple: true }) as number);
  source.close();
  return (pages ?? 0) * (pageBytes ?? 0);
}

export function writeFacts(copy: string, { createdAtMs, program, replyKey, erasureKey }: BackupFacts): void {
  change(copy, (database) => {
    database.exec(
      'CREATE TABLE backup (created_at INTEGER NOT NULL, program TEXT NOT NULL, reply_key TEXT NOT NULL, erasure_key TEXT NOT NULL)',
    );
    database.prepare('INSERT INTO backup VALUES (?, ?, ?, ?)').run(createdAtMs, program, replyKey, erasureKey);
    database.pragma(`application_id = ${APPLICATION_ID}`);
  });
}

/** The facts; the copy is a database like any other again. */
export function takeFacts(copy: string): BackupFacts {
  return change(copy, (database) => {
    const facts = database.prepare('SELECT created_at, program, reply_key, erasure_key FROM backup').get() as {
      readonly created_at: number;
      readonly program: string;
      readonly reply_key: string;
      readonly erasure_key: string;
    };
    database.exec('DROP TABLE backup');
    database.pragma('application_id = 0');
    return {
      createdAtMs: facts.created_at,
      program: facts.program,
      replyKey: facts.reply_key,
      erasureKey: facts.erasure_key,
    };
  });
}

/** To the schema of this program; the error is the sentence why it cannot be. */
export function bringUp(copy: string): Result<void, string> {
  return change(copy, (database) => {
    const version = database.pragma('user_version', { simple: true }) as number;
    if (version > SCHEMA_VERSION)
      return err(`a newer version of this program made it (schema ${version}, this one knows ${SCHEMA_VERSION})`);
    migrate(database, { keepCopy: false });
    return ok(undefined);
  });
}

/** Closes a database that somebody may have left open: all of it is in its one file then. Throws while it is in use. */
export function setAside(file: string): void {
  try {
    change(file, (database) => database.pragma('journal_mode = DELETE'));
  } catch (fault) {
    if (fault instanceof Database.SqliteError && fault.code === 'SQLITE_BUSY')
      throw new Error('another command has the database open; try again when it has ended', { cause: fault });
    // It is damaged: it is kept as it is.
    if (!(fault instanceof Database.SqliteError)) throw fault;
  }
}

function change<T>(file: string, use: (database: Database.Database) => T): T {
  const database = new Database(file, { fileMustExist: true });
  try {
    return use(database);
  } finally {
    database.close();
  }
}
