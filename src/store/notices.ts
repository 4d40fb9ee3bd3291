// Outcome mails that wait, in the same database as what they tell: queued in the transaction of the event itself.

import { sql } from 'kysely';

import type { Notice } from '../core/types.js';
import type { NoticeRecord, QueuedNotice } from '../store-port.js';
import type { StoreContext } from './context.js';
import { query } from './query.js';

const HOUR_MS = 3_600_000;

const recentTo = query<{ address: string; since: number }>()((db, p) =>
  db
    .selectFrom('notices')
    .where('address', '=', p.address)
    .where('created_at', '>', p.since)
    // What people write does not use up what our own mails may be. Word for word as the index `notices_told` has it.
    .where(sql<boolean>`json_extract(notice, '$.kind') != 'reply'`)
    .select(sql<number>`count(*)`.as('count')),
);
const putNotice = query<{ accountId: number; address: string; notice: string; now: number }>()((db, p) =>
  db
    .insertInto('notices')
    .values({ account_id: p.accountId, address: p.address, notice: p.notice, due_at: p.now, created_at: p.now }),
);
const waiting = query<{ now: number; limit: number }>()((db, p) =>
  db
    .selectFrom('notices')
    .where('state', '=', sql.lit('waiting'))
    .where('due_at', '<=', p.now)
    .orderBy('due_at')
    .limit(p.limit)
    .select(['id', 'attempts', 'created_at', 'address', 'notice']),
);
const nextWaiting = query()((db) =>
  db.selectFrom('notices').where('state', '=', sql.lit('waiting')).orderBy('due_at').limit(1).select('due_at'),
);
const finish = query<{ id: number; state: string; detail: string }>()((db, p) =>
  db
    .updateTable('notices')
    .set({ state: p.state as 'sent', detail: p.detail })
    .where('id', '=', p.id),
);
const postpone = query<{ id: number; due: number; detail: string }>()((db, p) =>
  db
    .updateTable('notices')
    .set({ attempts: sql<number>`attempts + 1`, due_at: p.due, detail: p.detail })
    .where('id', '=', p.id),
);

export interface Addressee {
  readonly accountId: number;
  readonly address: string;
}

/** False: this address has had its share of mails for the hour; the caller answers in another way or not at all. */
export async function mayNotify(context: StoreContext, address: string, nowMs: number): Promise<boolean> {
  const recent = await context.session.get(recentTo, { address, since: nowMs - HOUR_MS });
  return (recent?.count ?? 0) < context.options.noticesPerHour;
}

/** True when the mail is queued: there is one, and the address may have it. */
export async function queueNotice(
  context: StoreContext,
  { accountId, address }: Addressee,
  notice: Notice | null,
  nowMs: number,
): Promise<boolean> {
  if (notice === null || !(await mayNotify(context, address, nowMs))) return false;
  await insertNotice(context, { accountId, address }, notice, nowMs);
  return true;
}

/** However many the address has had. */
export async function insertNotice(
  context: StoreContext,
  { accountId, address }: Addressee,
  notice: Notice,
  nowMs: number,
): Promise<void> {
  await context.session.run(putNotice, { accountId, address, notice: JSON.stringify(notice), now: nowMs });
}

export async function dueNotices(context: StoreContext, limit: number, nowMs: number): Promise<QueuedNotice[]> {
  const rows = await context.session.all(waiting, { limit, now: nowMs });
  return rows.map(({ id, attempts, created_at, address, notice }) => ({
    id,
    attempts,
    createdAtMs: created_at,
    to: address,
    notice: JSON.parse(notice) as Notice,
  }));
}

/** When the next outcome mail may leave; null: none waits. */
export async function nextNoticeMs(context: StoreContext): Promise<number | null> {
  return (await context.session.get(nextWaiting, {}))?.due_at ?? null;
}

export async function recordNotice(context: StoreContext, { id, outcome, retryAtMs }: NoticeRecord): Promise<void> {
  const { kind, detail } = outcome;
  if (kind === 'deferred') await context.session.run(postpone, { id, due: retryAtMs, detail });
  else await context.session.run(finish, { id, state: kind, detail });
}
