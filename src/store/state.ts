// The one place that changes the state of a message: the change must be in the table (core/lifecycle.ts), the price
// follows the state (reserved while it may still be sent, spent or given back after), and the end of an order is told.

import { sql, type Selectable } from 'kysely';

import { finishedNotice, receiptNotice } from '../core/announce.js';
import { BAD_NUMBERS_GROUP, saysNumberIsBad } from '../core/bad-number.js';
import { canChange, isFinal, OPEN_STATES, RESERVED_STATES, type MessageState } from '../core/lifecycle.js';
import type { RecipientFacts, Thread } from '../core/types.js';
import { accountById } from './accounts.js';
import { moveToGroup } from './contacts.js';
import type { StoreContext } from './context.js';
import { bookMessages } from './ledger.js';
import { queueNotice } from './notices.js';
import { orderOf } from './order-rows.js';
import { listed, literals, query } from './query.js';
import type { Schema } from './schema.js';

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

const setStates = query<{
  ids: string;
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
    .where('id', 'in', listed<string>(p.ids))
    .where('state', '=', p.from as MessageState),
);
const finishOrders = query<{ orderIds: string; now: number }>()((db, p) =>
  db
    .updateTable('orders')
    .set({ finished_at: p.now })
    .where('id', 'in', listed<string>(p.orderIds))
    .where('finished_at', 'is', null)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('messages')
            .whereRef('messages.order_id', '=', 'orders.id')
            .where('messages.state', 'in', literals(OPEN_STATES))
            .select('messages.id'),
        ),
      ),
    )
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
export function changeState(context: StoreContext, message: StateRow, change: Change): Promise<void> {
  return changeStates(context, [message], change);
}

/** The same change for all of them, with as many statements as for one. */
export async function changeStates(
  context: StoreContext,
  messages: readonly StateRow[],
  change: Change,
): Promise<void> {
  for (const from of new Set(messages.map(({ state }) => state))) {
    const rows = messages.filter(({ state }) => state === from);
    await changeFrom(context, from, rows, change);
  }
}

async function changeFrom(
  context: StoreContext,
  from: MessageState,
  messages: readonly StateRow[],
  change: Change,
): Promise<void> {
  const { to, reason, nowMs } = change;
  const ids = messages.map(({ id }) => id);
  if (!canChange(from, to)) throw new Error(`message ${ids[0]}: ${from} never becomes ${to}`);
  const changed = await context.session.run(setStates, {
    ids: JSON.stringify(ids),
    ...{ from, to, reason },
    // In doubt: its bytes may have left by now.
    submittedAt: to === 'submitted' || to === 'unknown' ? nowMs : null,
    finalAt: isFinal(to) ? nowMs : null,
  });
  if (changed !== ids.length) throw new Error(`of ${ids.length} messages from ${ids[0]} on, ${changed} are ${from}`);
  await movePrices(context, from, messages, change);
  if ((to === 'undelivered' || to === 'refused') && saysNumberIsBad(reason)) {
    for (const message of messages) await setAside(context, message);
  }
  const wasOpen = OPEN_STATES.includes(from);
  if (wasOpen && !OPEN_STATES.includes(to)) await tellFinished(context, messages, change);
  const late = !wasOpen && ['undelivered', 'expired', 'refused'].includes(to);
  if (to === 'delivered' || late) for (const message of messages) await tellReceipt(context, message, change);
}

/** A number that does not exist costs the account no more SMS to its groups. */
async function setAside(context: StoreContext, { account_id, order_id, number }: StateRow): Promise<void> {
  const order = await context.session.get(orderById, { id: order_id });
  const { settings } = await accountById(context, account_id, order?.share);
  if (settings.badNumbers) await moveToGroup(context, { accountId: account_id, number, group: BAD_NUMBERS_GROUP });
}

/** `expired` before a carrier had it is refunded; after that it was sent, and paid for. */
async function movePrices(
  { session }: StoreContext,
  from: MessageState,
  messages: readonly StateRow[],
  { to, nowMs }: Change,
): Promise<void> {
  if (!RESERVED_STATES.includes(from) || RESERVED_STATES.includes(to)) return;
  const unsent = UNSENT.includes(to) || (to === 'expired' && from === 'queued');
  const kind = unsent ? 'refund' : 'settle';
  if (await bookMessages(session, { kind, messages, atMs: nowMs })) return;
  throw new Error(`messages from ${messages[0]?.id} on: there is no reservation to ${kind}`);
}

/** Once for each order: when nothing of it waits to be sent any more. */
async function tellFinished(context: StoreContext, messages: readonly StateRow[], change: Change): Promise<void> {
  const orderIds = JSON.stringify([...new Set(messages.map(({ order_id }) => order_id))]);
  for (const row of await context.session.all(finishOrders, { orderIds, now: change.nowMs })) {
    if (row.silent === 0) await tellOrder(context, row, change);
  }
}

async function tellOrder(
  context: StoreContext,
  order: Selectable<Schema['orders']>,
  { to, reason, nowMs, told }: Change,
): Promise<void> {
  const { id: orderId } = order;
  const account = await accountById(context, order.account_id, order.share);
  const messages = await context.session.all(messagesOfOrder, { orderId });
  if (told && messages.every((one) => one.state === to && one.reason === reason)) return;
  const notice = finishedNotice(
    { orderId, thread: threadOf(order), balanceMilli: account.balanceMilli, settings: account.settings },
    orderOf(order, account.email),
    messages.map(({ number, state, reason, due_at }) => ({ to: number, state, reason, dueAtMs: due_at })),
  );
  await queueNotice(context, { accountId: account.id, address: order.requester }, notice, nowMs);
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
