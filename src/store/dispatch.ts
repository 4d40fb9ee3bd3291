// Story 2 in the store, the way out: what is due becomes queued, what is queued becomes submitting before a byte of it
// leaves. Between accounts the share is fair; for one account and number the order of sending is kept.

import { sql } from 'kysely';

import type { ClaimedMessage } from '../store-port.js';
import type { StoreContext } from './context.js';
import { query } from './query.js';
import { changeState, reservePrice, STATE_COLUMNS } from './state.js';

/** So that a big order that falls due does not hold the other commands up: the rest follows in the next call. */
const PROMOTE_AT_ONCE = 500;

const dueScheduled = query<{ now: number }>()((db, p) =>
  db
    .selectFrom('messages')
    .where('state', '=', sql.lit('scheduled'))
    .where('due_at', '<=', p.now)
    .orderBy('due_at')
    .limit(sql.lit(PROMOTE_AT_ONCE))
    .select([...STATE_COLUMNS, 'expires_at']),
);
const nextAccount = query<{ carrier: string; after: number }>()((db, p) =>
  db
    .selectFrom('messages')
    .where('state', '=', sql.lit('queued'))
    .where('carrier', '=', p.carrier)
    .where('account_id', '>', p.after)
    .orderBy('account_id')
    .limit(1)
    .select('account_id'),
);
/** A message waits behind an earlier one to the same number that the carrier has put off. */
const queuedOf = query<{ carrier: string; accountId: number; now: number; limit: number }>()((db, p) =>
  db
    .selectFrom('messages as m')
    .innerJoin('orders as o', 'o.id', 'm.order_id')
    .where('m.state', '=', sql.lit('queued'))
    .where('m.carrier', '=', p.carrier)
    .where('m.account_id', '=', p.accountId)
    .where('m.due_at', '<=', p.now)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('messages as earlier')
            .where('earlier.state', '=', sql.lit('queued'))
            .where('earlier.attempts', '>', sql.lit(0))
            .where('earlier.due_at', '>', p.now)
            .whereRef('earlier.account_id', '=', 'm.account_id')
            .whereRef('earlier.number', '=', 'm.number')
            .whereRef('earlier.id', '<', 'm.id')
            .select('earlier.id'),
        ),
      ),
    )
    // Ids grow with time: what was accepted first leaves first, put off or not.
    .orderBy('m.id')
    .limit(p.limit)
    .select(STATE_COLUMNS.map((column) => `m.${column}` as const))
    .select(['m.expires_at', 'm.attempts', 'm.flash', 'o.text', 'o.encoding', 'o.parts', 'o.sender']),
);
const nextScheduled = query()((db) =>
  db.selectFrom('messages').where('state', '=', sql.lit('scheduled')).orderBy('due_at').limit(1).select('due_at'),
);
const nextDeferred = query<{ carrier: string }>()((db, p) =>
  db
    .selectFrom('messages')
    .where('state', '=', sql.lit('queued'))
    .where('attempts', '>', sql.lit(0))
    .where('carrier', '=', p.carrier)
    .orderBy('due_at')
    .limit(1)
    .select('due_at'),
);
export async function claimDue(
  context: StoreContext,
  carrier: string,
  limit: number,
  nowMs: number,
): Promise<readonly ClaimedMessage[]> {
  await promoteScheduled(context, nowMs);
  const claimed: ClaimedMessage[] = [];
  const slice = Math.max(1, Math.ceil(limit / 8));
  let idleSince: number | null = null;
  while (claimed.length < limit) {
    const accountId = await rotate(context, carrier);
    if (accountId === null || accountId === idleSince) break;
    const wanted = Math.min(slice, limit - claimed.length);
    const taken = await claimOf(context, { accountId, carrier, wanted, nowMs });
    claimed.push(...taken.messages);
    // Once around without anything that could be taken: done.
    if (taken.touched > 0) idleSince = null;
    else idleSince ??= accountId;
  }
  return claimed;
}

async function promoteScheduled(context: StoreContext, nowMs: number): Promise<void> {
  for (const row of await context.session.all(dueScheduled, { now: nowMs })) {
    if (row.expires_at <= nowMs) await changeState(context, row, { to: 'expired', reason: 'lifetime', nowMs });
    else if (await reservePrice(context, row, nowMs))
      await changeState(context, row, { to: 'queued', reason: null, nowMs });
    else await changeState(context, row, { to: 'refused', reason: 'no-credit', nowMs });
  }
}

/** The next account with queued messages, in turn. */
async function rotate({ session, rotation }: StoreContext, carrier: string): Promise<number | null> {
  const after = rotation.get(carrier) ?? 0;
  const next =
    (await session.get(nextAccount, { carrier, after })) ?? (await session.get(nextAccount, { carrier, after: 0 }));
  if (!next) return null;
  rotation.set(carrier, next.account_id);
  return next.account_id;
}

interface Turn {
  readonly accountId: number;
  readonly carrier: string;
  readonly wanted: number;
  readonly nowMs: number;
}

async function claimOf(
  context: StoreContext,
  { accountId, carrier, wanted, nowMs }: Turn,
): Promise<{ touched: number; messages: ClaimedMessage[] }> {
  const rows = await context.session.all(queuedOf, { carrier, accountId, now: nowMs, limit: wanted });
  const messages: ClaimedMessage[] = [];
  for (const row of rows) {
    if (row.expires_at <= nowMs) {
      await changeState(context, row, { to: 'expired', reason: 'lifetime', nowMs });
      continue;
    }
    await changeState(context, row, { to: 'submitting', reason: null, nowMs });
    const { text, encoding, parts, sender, attempts } = row;
    const submission = { messageId: row.id, accountId, to: row.number, sender, text, encoding, parts };
    const flash = row.flash === 1;
    messages.push({
      submission: { ...submission, flash, validityMs: row.expires_at - nowMs },
      dueAtMs: row.due_at,
      attempts,
    });
  }
  return { touched: rows.length, messages };
}

export async function nextDueMs({ session }: StoreContext, carrier: string): Promise<number | null> {
  const due = [await session.get(nextScheduled, {}), await session.get(nextDeferred, { carrier })];
  const instants = due.flatMap((row) => (row ? [row.due_at] : []));
  return instants.length > 0 ? Math.min(...instants) : null;
}
