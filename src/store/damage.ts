// Whether the file can still be read: every page of every table, as SQLite's quick_check does it. Gives what it said, a few
// sentences; nothing where all is well. Table by table, so that no reading keeps the WAL from being brought in for long.
// Source: https://www.sqlite.org/pragma.html#pragma_quick_check

import { sql } from 'kysely';

import { storeTroubleOf } from '../core/unavailable.js';
import type { StoreContext } from './context.js';
import { query, type Session } from './query.js';

/** Of a table; one broken page may cause thousands. */
const MOST_FINDINGS = 3;

const tables = query()((db) => ({
  compile: () => sql<{ name: string }>`select name from sqlite_schema where type = 'table' order by name`.compile(db),
}));

const findingsIn = query<{ table: string }>()((db, p) => ({
  compile: () =>
    sql<{
      says: string;
    }>`select quick_check as says from pragma_quick_check(${p.table}) limit ${sql.lit(MOST_FINDINGS)}`.compile(db),
}));

export async function damage({ session }: StoreContext): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { name } of await session.all(tables, {})) {
    const says = await saidOf(session, name);
    found.push(...says.filter((one) => one !== 'ok').map((one) => `${name}: ${one}`));
  }
  return found;
}

/** The check itself stops at some broken pages. */
async function saidOf(session: Session, table: string): Promise<string[]> {
  try {
    const rows = await session.all(findingsIn, { table });
    return rows.map(({ says }) => says.split('\n').slice(0, MOST_FINDINGS).join(', '));
  } catch (fault) {
    if (storeTroubleOf(fault) !== 'store-damaged') throw fault;
    return ['it cannot be read'];
  }
}
