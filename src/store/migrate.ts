// Brings a database to the newest schema: forward only, each migration in one transaction, a copy of the file beside it
// before the first. `PRAGMA user_version` counts the migrations that are in.

import { closeSync, openSync } from 'node:fs';

import type { Database } from 'better-sqlite3';

import { first } from './migrations/0001-first.js';
import { queueLength } from './migrations/0002-queue-length.js';
import { retention } from './migrations/0003-retention.js';
import { ready } from './migrations/0004-ready.js';
import { noticesTold } from './migrations/0005-notices-told.js';
import { textCheck } from './migrations/0006-text-check.js';
import { lighterStates } from './migrations/0007-lighter-states.js';

interface Migration {
  readonly name: string;
  readonly statements: readonly string[];
}

const MIGRATIONS: readonly Migration[] = [first, queueLength, retention, ready, noticesTold, textCheck, lighterStates];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** Returns the path of the copy that was made, or null. Throws when a newer program has made the database. */
export function migrate(database: Database, { keepCopy = true } = {}): string | null {
  const version = database.pragma('user_version', { simple: true }) as number;
  if (version > MIGRATIONS.length) {
    throw new Error(
      `the database has schema ${version}, this program knows ${MIGRATIONS.length}: it was made by a newer version`,
    );
  }
  if (version === MIGRATIONS.length) return null;
  const copy = keepCopy && version > 0 ? backUp(database, version) : null;
  MIGRATIONS.slice(version).forEach((migration, index) => {
    database.transaction(() => {
      migration.statements.forEach((statement) => database.exec(statement));
      database.pragma(`user_version = ${version + index + 1}`);
    })();
  });
  return copy;
}

function backUp(database: Database, version: number): string {
  const copy = `${database.name}.schema-${version}`;
  // An empty file may be written into; one that SQLite makes could be read by all.
  closeSync(openSync(copy, 'w', 0o600));
  database.prepare('VACUUM INTO ?').run(copy);
  return copy;
}
