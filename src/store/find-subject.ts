// Walks through everything that is kept (holdings.ts), a bounded page at a time, and finds what is about a person or
// mentions them. Changes nothing: erasure, export and their counts begin here.

import { sql } from 'kysely';

import type { Cursor, Found, FoundSlice, Relation, Subject } from '../core/erasure.js';
import { mentionOf, type Mention } from '../core/mention.js';
import type { StoreContext } from './context.js';
import { HOLDINGS, type Holding, type Row } from './holdings.js';
import { query, type Query, type Session } from './query.js';

/** Rows that are looked at in one piece. */
const PAGE_ROWS = 300;

interface PageRow extends Row {
  readonly of_number: string | null;
  readonly of_account: number | null;
  readonly of_address: string | null;
  readonly is_open: number;
}

export interface Hit {
  readonly row: Row;
  readonly relation: Relation;
  /** Still to be sent: must not change. */
  readonly open: boolean;
}

export interface Page {
  readonly holding: Holding;
  readonly hits: readonly Hit[];
  readonly next: Cursor | null;
}

type PageParams = Readonly<Record<string, string | number>>;

/** One query for each holding, made once: the statements are cached by their identity. */
const PAGES: readonly Query<PageParams, PageRow>[] = HOLDINGS.map((holding) => {
  const keys = Object.keys(holding.key);
  const column = (name: string) => sql.ref(`t.${name}`);
  const expression = (text: string | undefined) => sql.raw(text ?? 'NULL');
  return query<PageParams>()((db, p) => {
    const after = sql.join(keys.map((key) => sql`${p[key]}`));
    const statement = sql<PageRow>`SELECT t.*, ${expression(holding.number)} AS of_number,
      ${expression(holding.account)} AS of_account, ${expression(holding.address)} AS of_address,
      ${sql.raw(holding.open ?? '0')} AS is_open
      FROM ${sql.table(holding.table)} AS t
      WHERE (${sql.join(keys.map(column))}) > (${after})
      ORDER BY ${sql.join(keys.map(column))} LIMIT ${sql.lit(PAGE_ROWS)}`;
    return { compile: () => statement.compile(db) };
  });
});

export async function page(session: Session, subject: Subject, cursor: Cursor): Promise<Page | null> {
  const holding = HOLDINGS[cursor.holding];
  const asked = PAGES[cursor.holding];
  if (!holding || !asked) return null;
  const keys = Object.keys(holding.key);
  const from = keys.map((key, at) => [key, cursor.after[at] ?? holding.key[key] ?? ''] as const);
  const rows = await session.all(asked, Object.fromEntries(from));
  const mention = mentionOf(subject.identifiers);
  const hits = rows.flatMap((found) => {
    const { of_number, of_account, of_address, is_open, ...row } = found;
    const relation = relationOf({ of_number, of_account, of_address, is_open, ...row }, holding, { subject, mention });
    return relation === null ? [] : [{ row, relation, open: is_open === 1 }];
  });
  const last = rows.length < PAGE_ROWS ? undefined : rows.at(-1);
  const following = { holding: cursor.holding + 1, after: [] };
  const next = last ? { holding: cursor.holding, after: keys.map((key) => last[key] ?? '') } : following;
  return { holding, hits, next: next.holding < HOLDINGS.length ? next : null };
}

function relationOf(
  row: PageRow,
  { words }: Holding,
  { subject, mention }: { readonly subject: Subject; readonly mention: Mention },
): Relation | null {
  const { kind, identifiers, accountId } = subject;
  const inScope = kind !== 'number' || accountId === null || row.of_account === accountId;
  if (kind === 'number' && inScope && row.of_number === identifiers[0]) return 'owned';
  if (kind === 'account' && row.of_account === accountId) return 'owned';
  if (kind !== 'number' && row.of_address !== null && identifiers.includes(row.of_address.toLowerCase()))
    return 'owned';
  const mentioned = words.some((column) => {
    const text = row[column];
    return typeof text === 'string' && mention.isIn(text);
  });
  return inScope && mentioned ? 'mentioned' : null;
}

export async function findSlice({ session }: StoreContext, subject: Subject, cursor: Cursor): Promise<FoundSlice> {
  const read = await page(session, subject, cursor);
  if (!read) return { found: [], next: null };
  const { table, secret = [] } = read.holding;
  const found = read.hits.map(({ row, relation }): Found => {
    const shown = Object.entries(row).filter(([column]) => !secret.includes(column));
    return { holding: table, relation, row: Object.fromEntries(shown) };
  });
  return { found, next: read.next };
}
