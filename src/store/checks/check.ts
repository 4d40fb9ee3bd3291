// One check of a database: what is right, how to find what is not, and what to do then. A check is read only, and holds no
// more than the sentences that it shows: SQL does the sums, and its rows are taken one by one.

import Database from 'better-sqlite3';

import type { CheckReport } from '../../store-port.js';

export interface Check {
  /** For programs. */
  readonly name: string;
  /** What is so where nothing is wrong. */
  readonly says: string;
  /** What to do where something is. */
  readonly advice: string;
  /** Short, however many messages there are. */
  readonly quick?: true;
  /** A sentence for each fault, with the id of what is wrong. */
  readonly find: (database: Database.Database) => Iterable<string>;
}

/** So many faults of a check are shown; all are counted. */
const SHOWN_FAULTS = 20;

/** For what no command can mend. */
export const RESTORE = 'restore the last good backup (docs/guide-admin.md, Backup and restore)';

/** Orders that ended before that instant may be gone on purpose, with all that hangs on them (retention-marks.ts). */
export const FORGOTTEN_BEFORE = `(SELECT coalesce(max(mark), 0) FROM retention WHERE what = 'records')`;

/** Each query gives rows of one text, a fault each. */
export function faultsBy(...queries: readonly string[]): Check['find'] {
  return function* find(database) {
    for (const sql of queries) yield* database.prepare(sql).pluck().iterate() as Iterable<string>;
  };
}

/** `'a', 'b'` for SQL, from one of the tables of the core. */
export function listed(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}

/** In one transaction, so that all of its queries see the same; what cannot be read is a fault as well. */
export function runCheck(database: Database.Database, { find, name, says, advice }: Check): CheckReport {
  const examples: string[] = [];
  let faults = 0;
  const count = (sentence: string): void => {
    faults += 1;
    if (examples.length < SHOWN_FAULTS) examples.push(sentence);
  };
  try {
    database.transaction(() => {
      for (const sentence of find(database)) count(sentence);
    })();
  } catch (fault) {
    if (!(fault instanceof Database.SqliteError)) throw fault;
    count(`it cannot be read: ${fault.message}`);
  }
  return { check: name, says, advice, faults, examples };
}
