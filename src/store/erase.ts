// Erases a person: `beginErasure` checks that nothing of theirs is still under way and writes down that it was asked for,
// `eraseSlice` goes through everything a bounded page at a time, `endErasure` writes down that it is done. Each is one
// transaction. What breaks off in between is found in `erasures` without `done_at`, and doing it again completes it.

import { sql } from 'kysely';

import type { Cursor, ErasedSlice, Erasure, ErasureEntry, Subject } from '../core/erasure.js';
import { mentionOf } from '../core/mention.js';
import type { StoreContext } from './context.js';
import { page, type Hit, type Page } from './find-subject.js';
import type { Holding, Row } from './holdings.js';
import { query, type Query } from './query.js';

type Values = Readonly<Record<string, string | number | null>>;

const finish = query<{ id: number; now: number }>()((db, p) =>
  db.updateTable('erasures').set({ done_at: p.now }).where('id', '=', p.id),
);
const put = query<{ kind: string; subject: string; account: string | null; at: number; now: number }>()((db, p) =>
  db.insertInto('erasures').values({
    kind: p.kind as ErasureEntry['kind'],
    subject: p.subject,
    account: p.account,
    at: p.at,
    done_at: p.now,
  }),
);
const asked = query()((db) => db.selectFrom('erasures').orderBy('id').selectAll());
const sameHash = query<{ hash: string; accountId: number }>()((db, p) =>
  db.selectFrom('blacklist').where('number', '=', p.hash).where('account_id', '=', p.accountId).select('number'),
);

export async function eraseSlice(context: StoreContext, subject: Subject, cursor: Cursor): Promise<ErasedSlice> {
  const read = await page(context.session, subject, cursor);
  if (!read) return { counts: {}, mails: [], skipped: 0, next: null };
  const changeable = read.hits.filter(({ open }) => !open);
  let changed = 0;
  for (const hit of changeable) changed += await change(context, subject, read, hit);
  const counts = changed === 0 ? {} : { [read.holding.table]: changed };
  const mails = changeable.flatMap(({ row }) =>
    read.holding.table === 'notices' && typeof row['detail'] === 'string' ? [row['detail']] : [],
  );
  return { counts, mails, skipped: read.hits.length - changeable.length, next: read.next };
}

/** 1 when the row is another one after it, or gone. */
async function change(context: StoreContext, subject: Subject, { holding }: Page, hit: Hit): Promise<number> {
  const { session, pseudonyms } = context;
  const mention = mentionOf(subject.identifiers);
  const wanted = holding.change(hit.row, hit.relation, { subject, mention, pseudonyms });
  if (wanted === null) return 0;
  const key = Object.fromEntries(Object.keys(holding.key).map((column) => [`key_${column}`, hit.row[column] ?? '']));
  if (wanted === 'delete' || (await isListedByHash(context, holding, hit.row, wanted))) {
    return session.run(removalOf(holding), key);
  }
  if (Object.entries(wanted).every(([column, value]) => hit.row[column] === value)) return 0;
  return session.run(updateOf(holding, Object.keys(wanted)), { ...key, ...wanted });
}

/** Of a number that said STOP, was erased, and said it again. */
async function isListedByHash({ session }: StoreContext, { table }: Holding, row: Row, wanted: Row): Promise<boolean> {
  if (table !== 'blacklist') return false;
  const found = await session.get(sameHash, {
    hash: String(wanted['number']),
    accountId: Number(row['account_id']),
  });
  return found !== undefined;
}

/** By table and columns: the statements are cached by the identity of their query. */
const statements = new Map<string, Query<Values, unknown>>();

function statementOf(name: string, build: () => Query<Values, unknown>): Query<Values, unknown> {
  const known = statements.get(name) ?? build();
  statements.set(name, known);
  return known;
}

function isTheRow({ key }: Holding, p: Values) {
  const columns = Object.keys(key).map((column) => sql`${sql.ref(column)} = ${p[`key_${column}`]}`);
  return sql.join(columns, sql` AND `);
}

function removalOf(holding: Holding): Query<Values, unknown> {
  return statementOf(holding.table, () =>
    query<Values>()((db, p) => {
      const statement = sql`DELETE FROM ${sql.table(holding.table)} WHERE ${isTheRow(holding, p)}`;
      return { compile: () => statement.compile(db) };
    }),
  );
}

function updateOf(holding: Holding, columns: readonly string[]): Query<Values, unknown> {
  return statementOf([holding.table, ...columns].join(), () =>
    query<Values>()((db, p) => {
      const values = sql.join(columns.map((column) => sql`${sql.ref(column)} = ${p[column]}`));
      const statement = sql`UPDATE ${sql.table(holding.table)} SET ${values} WHERE ${isTheRow(holding, p)}`;
      return { compile: () => statement.compile(db) };
    }),
  );
}

export async function endErasure({ session }: StoreContext, id: number, nowMs: number): Promise<void> {
  await session.run(finish, { id, now: nowMs });
}

export async function recordErasure({ session }: StoreContext, entry: ErasureEntry, nowMs: number): Promise<void> {
  const { kind, subject, account, atMs } = entry;
  await session.run(put, { kind, subject, account, at: atMs, now: nowMs });
}

/** Every one that was ever asked for in this database. */
export async function erasures({ session }: StoreContext): Promise<readonly Erasure[]> {
  const rows = await session.all(asked, {});
  return rows.map(({ id, kind, subject, account, at, done_at }) => {
    return { id, kind, subject, account, atMs: at, done: done_at !== null };
  });
}
