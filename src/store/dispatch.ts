// Story 2 in the store: what is due becomes queued, what is queued becomes submitting before a byte of it leaves, and
// what the carrier answered is written down. Between accounts the share is fair; for one account and number the order
// of sending is kept.

import { sql } from 'kysely';

import type { OutcomeRecord, ClaimedMessage } from '../ports.js';
import type { StoreContext } from './context.js';
import { query } from './query.js';
import { applyParkedReceipts } from './receipts.js';
import { changeState, reservePrice, STATE_COLUMNS, type StateRow } from './state.js';

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
const nextAccount = query<{ after: number }>()((db, p) =>
  db
    .selectFrom('messages')
    .where('state', '=', sql.lit('queued'))
    .where('account_id', '>', p.after)
    .orderBy('account_id')
    .limit(1)
    .select('account_id'),
);
/** A message waits behind an earlier one to the same number that the carrier has put off. */
const queuedOf = query<{ accountId: number; now: number; limit: number }>()((db, p) =>
  db
    .selectFrom('messages as m')
    .innerJoin('orders as o', 'o.id', 'm.order_id')
    .where('m.state', '=', sql.lit('queued'))
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
const markSubmitting = query<{ id: string; carrier: string }>()((db, p) =>
  db.updateTable('messages').set({ carrier: p.carrier }).where('id', '=', p.id),
);
const nextScheduled = query()((db) =>
  db.selectFrom('messages').where('state', '=', sql.lit('scheduled')).orderBy('due_at').limit(1).select('due_at'),
);
const nextDeferred = query()((db) =>
  db
    .selectFrom('messages')
    .where('state', '=', sql.lit('queued'))
    .where('attempts', '>', sql.lit(0))
    .orderBy('due_at')
    .limit(1)
    .select('due_at'),
);
const messageById = query<{ id: string }>()((db, p) =>
  db
    .selectFrom('messages')
    .innerJoin('orders', 'orders.id', 'messages.order_id')
    .where('messages.id', '=', p.id)
    .select(STATE_COLUMNS.map((column) => `messages.${column}` as const))
    .select(['messages.flash', 'messages.expires_at', 'orders.format']),
);
const putPart = query<{ id: string; part: number; carrier: string; carrierId: string }>()((db, p) =>
  db.insertInto('parts').values({ message_id: p.id, part: p.part, carrier: p.carrier, carrier_id: p.carrierId }),
);
const postpone = query<{ id: string; due: number }>()((db, p) =>
  db
    .updateTable('messages')
    .set({ due_at: p.due, attempts: sql<number>`attempts + 1` })
    .where('id', '=', p.id),
);
const asFlash = query<{ id: string; due: number }>()((db, p) =>
  db.updateTable('messages').set({ flash: 1, due_at: p.due }).where('id', '=', p.id),
);
const inFlight = query()((db) =>
  db.selectFrom('messages').where('state', '=', sql.lit('submitting')).select(STATE_COLUMNS),
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
    const accountId = await rotate(context);
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
async function rotate(context: StoreContext): Promise<number | null> {
  const { session, rotation } = context;
  const next =
    (await session.get(nextAccount, { after: rotation.lastAccountId })) ??
    (await session.get(nextAccount, { after: 0 }));
  if (!next) return null;
  rotation.lastAccountId = next.account_id;
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
  const rows = await context.session.all(queuedOf, { accountId, now: nowMs, limit: wanted });
  const messages: ClaimedMessage[] = [];
  for (const row of rows) {
    if (row.expires_at <= nowMs) {
      await changeState(context, row, { to: 'expired', reason: 'lifetime', nowMs });
      continue;
    }
    await changeState(context, row, { to: 'submitting', reason: null, nowMs });
    await context.session.run(markSubmitting, { id: row.id, carrier });
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

export async function nextDueMs(context: StoreContext): Promise<number | null> {
  const due = [await context.session.get(nextScheduled, {}), await context.session.get(nextDeferred, {})];
  const instants = due.flatMap((row) => (row ? [row.due_at] : []));
  return instants.length > 0 ? Math.min(...instants) : null;
}

export async function recordOutcome(context: StoreContext, record: OutcomeRecord): Promise<void> {
  const { messageId, outcome, nowMs } = record;
  const message = await context.session.get(messageById, { id: messageId });
  if (!message) throw new Error(`there is no message ${messageId}`);
  switch (outcome.kind) {
    case 'accepted':
      await recordAccepted(context, message, record, outcome.carrierIds);
      return;
    case 'deferred':
      await changeState(context, message, { to: 'queued', reason: outcome.code, nowMs });
      // It comes up again at the end of its life at the latest, to be expired.
      await context.session.run(postpone, { id: messageId, due: Math.min(record.retryAtMs, message.expires_at) });
      return;
    case 'refused':
      if (message.format === 'normal+flash' && message.flash === 0) {
        await changeState(context, message, { to: 'queued', reason: outcome.code, nowMs });
        await context.session.run(asFlash, { id: messageId, due: nowMs });
      } else await changeState(context, message, { to: 'refused', reason: outcome.code, nowMs });
      return;
    case 'unknown':
      await changeState(context, message, { to: 'unknown', reason: outcome.code, nowMs });
      return;
  }
}

async function recordAccepted(
  context: StoreContext,
  message: StateRow,
  { carrier, nowMs }: OutcomeRecord,
  carrierIds: readonly string[],
): Promise<void> {
  await changeState(context, message, { to: 'submitted', reason: null, nowMs });
  for (const [index, carrierId] of carrierIds.entries()) {
    await context.session.run(putPart, { id: message.id, part: index + 1, carrier, carrierId });
  }
  await applyParkedReceipts(context, message.id, nowMs);
}

export async function recoverInFlight(context: StoreContext, nowMs: number): Promise<number> {
  const rows = await context.session.all(inFlight, {});
  for (const row of rows) await changeState(context, row, { to: 'unknown', reason: 'stopped-in-flight', nowMs });
  return rows.length;
}
