// The one place that changes the state of a message: the change must be in the table (core/lifecycle.ts), the price
// follows the state (reserved while it may still be sent, spent or given back after), and the end of an order is told.

import { sql } from 'kysely';

import { finishedNotice, receiptNotice } from '../core/announce.js';
import { BAD_NUMBERS_GROUP, saysNumberIsBad } from '../core/bad-number.js';
import { canChange, isFinal, OPEN_STATES, RESERVED_STATES, type MessageState } from '../core/lifecycle.js';
import type { RecipientFacts, Thread } from '../core/types.js';
import { accountById } from './accounts.js';
import { moveToGroup } from './contacts.js';
import type { StoreContext } from './context.js';
import { book } from './ledger.js';
import { queueNotice } from './notices.js';
import { orderOf } from './order-rows.js';
import { query } from './query.js';

/** The columns that every change of state needs. */
export const STATE_COLUMNS = ['id', 'order_id', 'account_id', 'number', 'price_milli', 'state', 'due_at'] as const;

export interface StateRow {
  readonly id: string;
  readonly order_id: string;
  readonly account_id: number;
  readonly number: string;
  readonly price_milli: number;
  readonly state: MessageState;
  readonly due_at: number;
}

const setState = query<{
  id: string;
  from: string;
  to: string;
  reason: string | null;
  submittedAt: number | null;
  finalAt: number | null;
}>()((db, p) =>
  db
    .updateTable('messages')
    .set({
      state: p.to as MessageState,
      reason: p.reason,
      submitted_at: sql<number | null>`coalesce(submitted_at, ${p.submittedAt})`,
      final_at: p.finalAt,
    })
    .where('id', '=', p.id)
    .where('state', '=', p.from as MessageState),
);
const anyOpen = query<{ orderId: string }>()((db, p) =>
  db
    .selectFrom('messages')
    .where('order_id', '=', p.orderId)
    .where('state', 'in', [...OPEN_STATES])
    .select('id')
    .limit(1),
);
const finishOrder = query<{ orderId: string; now: number }>()((db, p) =>
  db
    .updateTable('orders')
    .set({ finished_at: p.now })
    .where('id', '=', p.orderId)
    .where('finished_at', 'is', null)
    .returningAll(),
);
const messagesOfOrder = query<{ orderId: string }>()((db, p) =>
  db
    .selectFrom('messages')
    .where('order_id', '=', p.orderId)
    .orderBy(sql`length(id)`)
    .orderBy('id')
    .select(['number', 'state', 'reason', 'due_at']),
);
const orderById = query<{ id: string }>()((db, p) => db.selectFrom('orders').where('id', '=', p.id).selectAll());

/** Final states of a message that no carrier has taken: its price goes back. */
const UNSENT: readonly MessageState[] = ['refused', 'cancelled'];

export interface Change {
  readonly to: MessageState;
  readonly reason: string | null;
  readonly nowMs: number;
  /** A mail of its own tells this change: where nothing else became of an order, its end is not told once more. */
  readonly told?: boolean;
}

/** Throws when the table does not have the change: that is a fault of ours, and the transaction is undone. */
export async function changeState(context: StoreContext, message: StateRow, change: Change): Promise<void> {
  const { to, reason, nowMs } = change;
  if (!canChange(message.state, to)) throw new Error(`message ${message.id}: ${message.state} never becomes ${to}`);
  const changed = await context.session.run(setState, {
    id: message.id,
    from: message.state,
    to,
    reason,
    // In doubt: its bytes may have left by now.
    submittedAt: to === 'submitted' || to === 'unknown' ? nowMs : null,
    finalAt: isFinal(to) ? nowMs : null,
  });
  if (changed !== 1) throw new Error(`message ${message.id} is not ${message.state} any more`);
  await movePrice(context, message, change);
  if ((to === 'undelivered' || to === 'refused') && saysNumberIsBad(reason)) await setAside(context, message);
  if (OPEN_STATES.includes(message.state) && !OPEN_STATES.includes(to)) {
    await tellFinished(context, message.order_id, change);
  }
  const late = !OPEN_STATES.includes(message.state) && ['undelivered', 'expired', 'refused'].includes(to);
  if (to === 'delivered' || late) {
    await tellReceipt(context, message, change);
  }
}

/** A number that does not exist costs the account no more SMS to its groups. */
async function setAside(context: StoreContext, { account_id, order_id, number }: StateRow): Promise<void> {
  const order = await context.session.get(orderById, { id: order_id });
  const { settings } = await accountById(context, account_id, order?.share);
  if (settings.badNumbers) await moveToGroup(context, { accountId: account_id, number, group: BAD_NUMBERS_GROUP });
}

/** `expired` before a carrier had it is refunded; after that it was sent, and paid for. */
async function movePrice(context: StoreContext, message: StateRow, { to, nowMs }: Change): Promise<void> {
  if (!RESERVED_STATES.includes(message.state) || RESERVED_STATES.includes(to)) return;
  const unsent = UNSENT.includes(to) || (to === 'expired' && message.state === 'queued');
  const kind = unsent ? 'refund' : 'settle';
  const booked = await book(context.session, {
    ref: `${kind}:${message.id}`,
    kind,
    accountId: message.account_id,
    amountMilli: message.price_milli,
    orderId: message.order_id,
    messageId: message.id,
    atMs: nowMs,
  });
  if (!booked) throw new Error(`message ${message.id} has no reservation to ${kind}`);
}

/** The price of a deferred message is taken when it is due. False: there is not enough credit by then. */
export async function reservePrice(context: StoreContext, message: StateRow, nowMs: number): Promise<boolean> {
  return book(context.session, {
    ref: `reserve:${message.id}`,
    kind: 'reserve',
    accountId: message.account_id,
    amountMilli: message.price_milli,
    orderId: message.order_id,
    messageId: message.id,
    atMs: nowMs,
  });
}

/** Once for each order: when nothing of it waits to be sent any more. */
async function tellFinished(
  context: StoreContext,
  orderId: string,
  { to, reason, nowMs, told }: Change,
): Promise<void> {
  const { session } = context;
  if (await session.get(anyOpen, { orderId })) return;
  const row = await session.get(finishOrder, { orderId, now: nowMs });
  if (!row || row.silent === 1) return;
  const account = await accountById(context, row.account_id, row.share);
  const messages = await session.all(messagesOfOrder, { orderId });
  if (told && messages.every((one) => one.state === to && one.reason === reason)) return;
  const notice = finishedNotice(
    { orderId, thread: threadOf(row), balanceMilli: account.balanceMilli, settings: account.settings },
    orderOf(row, account.email),
    messages.map(({ number, state, reason, due_at }) => ({ to: number, state, reason, dueAtMs: due_at })),
  );
  await queueNotice(context, { accountId: account.id, address: row.requester }, notice, nowMs);
}

async function tellReceipt(context: StoreContext, message: StateRow, { to, reason, nowMs }: Change): Promise<void> {
  const row = await context.session.get(orderById, { id: message.order_id });
  if (!row || row.silent === 1) return;
  const { settings } = await accountById(context, row.account_id, row.share);
  const recipient: RecipientFacts = { to: message.number, state: to, reason, dueAtMs: message.due_at };
  const told = { orderId: row.id, thread: threadOf(row), settings };
  const notice = receiptNotice(told, row.text, recipient, nowMs);
  await queueNotice(context, { accountId: row.account_id, address: row.requester }, notice, nowMs);
}

function threadOf(row: { thread: string | null }): Thread | null {
  return row.thread === null ? null : (JSON.parse(row.thread) as Thread);
}
