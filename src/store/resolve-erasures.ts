// Finds whom erasures were about that this database does not know, because it was restored from a backup: the hash of
// every number and address that is kept is held against theirs. A bounded page at a time; changes nothing.

import { sql } from 'kysely';

import type { Cursor, ResolvedSlice } from '../core/erasure.js';
import type { StoreContext } from './context.js';
import { query, type Query } from './query.js';

const PAGE_NAMES = 1000;

/** Where numbers and addresses stand in columns of their own. */
const PLACES = [
  ['messages', 'number'],
  ['members', 'number'],
  ['replies', 'number'],
  ['blacklist', 'number'],
  ['accounts', 'email'],
  ['senders', 'address'],
  ['orders', 'requester'],
  ['notices', 'address'],
] as const;

type Next = Query<{ after: string }, { name: string }>;

const NEXT: readonly Next[] = PLACES.map(([table, column]) =>
  query<{ after: string }>()((db, p) => {
    const name = sql.ref(column);
    const statement = sql<{ name: string }>`SELECT DISTINCT ${name} AS name FROM ${sql.table(table)}
      WHERE ${name} > ${p.after} ORDER BY ${name} LIMIT ${sql.lit(PAGE_NAMES)}`;
    return { compile: () => statement.compile(db) };
  }),
);

export async function resolveErasures(
  { session, pseudonyms }: StoreContext,
  hashes: readonly string[],
  { holding: place, after }: Cursor,
): Promise<ResolvedSlice> {
  const asked = NEXT[place];
  if (!asked) return { names: [], next: null };
  const wanted = new Set(hashes);
  const rows = await session.all(asked, { after: String(after[0] ?? '') });
  const names = rows
    .map(({ name }) => ({ name, hash: pseudonyms.of('logged', name) }))
    .filter(({ hash }) => wanted.has(hash));
  const last = rows.length < PAGE_NAMES ? undefined : rows.at(-1);
  const next = last ? { holding: place, after: [last.name] } : { holding: place + 1, after: [] };
  return { names, next: next.holding < PLACES.length ? next : null };
}
