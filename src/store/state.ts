// The one place that changes the state of a message: the change must be in the table (core/lifecycle.ts), the price
// follows the state (reserved while it may still be sent, spent or given back after), and the end of an order is told.

import { sql, type Selectable } from 'kysely';

import { finishedNotice, receiptNotice } from '../core/announce.js';
import { BAD_NUMBERS_GROUP, saysNumberIsBad } from '../core/bad-number.js';
import {
  isFinal,
  MESSAGE_STATES,
  OPEN_STATES,
  RESERVED_STATES,
  TRANSITIONS,
  FAILED_STATES,
  WAITING_STATES,
  type MessageState,
} from '../core/lifecycle.js';
import type { RecipientFacts, Thread } from '../core/types.js';
import { accountById } from './accounts.js';
import { moveToGroup } from './contacts.js';
import type { StoreContext } from './context.js';
import { bookMessages } from './ledger.js';
import { queueNotice } from './notices.js';
import { orderOf } from './order-rows.js';
import { listed, literals, query } from './query.js';
import { changeQueueLength } from './queue-length.js';
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

/**
 * One statement for each line of the table, with its states as literals: SQLite would plan a statement anew for each value that
 * might be the one in the condition of a partial index.
 */
const CHANGES = new Map(
  MESSAGE_STATES.flatMap((from) => TRANSITIONS[from].map((to) => [`${from} ${to}`, changeFromTo(from, to)] as const)),
);

/** Instants are set only where they change, so that the indexes on them are left alone by the rest. */
function changeFromTo(from: MessageState, to: MessageState) {
  return query<{ ids: string; reason: string | null; now: number }>()((db, p) => {
    let update = db.updateTable('messages').set({ state: sql.lit(to), reason: p.reason });
    // In doubt: its bytes may have left by now.
    if (to === 'submitted' || to === 'unknown') {
      update = update.set({ submitted_at: sql<number>`coalesce(submitted_at, ${p.now})` });
    }
    if (isFinal(to)) update = update.set({ final_at: p.now });
    return update.where('id', 'in', listed<string>(p.ids)).where('state', '=', sql.lit(from));
  });
}

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
            // OPEN_STATES, as the index says it.
            .where('messages.submitted_at', 'is', null)
            .where('messages.final_at', 'is', null)
            .select('messages.id'),
        ),
      ),
    )
    .returning('id'),
);
/** Of most orders there is nothing to tell when they end (`finishedNotice`): those are not read. */
const worthTelling = query<{ ids: string }>()((db, p) =>
  db
    .selectFrom('orders')
    .where('id', 'in', listed<string>(p.ids))
    .where('silent', '=', 0)
    .where((where) =>
      where.or([
        where('bulk', '=', 1),
        where('scheduled_for', 'is not', null),
        where.exists(
          where
            .selectFrom('messages')
            .whereRef('messages.order_id', '=', 'orders.id')
            .where('messages.state', 'in', literals(FAILED_STATES))
            .select('messages.id'),
        ),
      ]),
    )
    .selectAll(),
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
  const statement = CHANGES.get(`${from} ${to}`);
  if (!statement) throw new Error(`message ${ids[0]}: ${from} never becomes ${to}`);
  const changed = await context.session.run(statement, { ids: JSON.stringify(ids), reason, now: nowMs });
  if (changed !== ids.length) throw new Error(`of ${ids.length} messages from ${ids[0]} on, ${changed} are ${from}`);
  await moveInQueue(context, from, messages, to);
  await movePrices(context, from, messages, change);
  if ((to === 'undelivered' || to === 'refused') && saysNumberIsBad(reason)) {
    for (const message of messages) await setAside(context, message);
  }
  const wasOpen = OPEN_STATES.includes(from);
  if (wasOpen && !OPEN_STATES.includes(to)) await tellFinished(context, messages, change);
  const late = !wasOpen && ['undelivered', 'expired', 'refused'].includes(to);
  if (to === 'delivered' || late) for (const message of messages) await tellReceipt(context, message, change);
}

async function moveInQueue(
  { session }: StoreContext,
  from: MessageState,
  messages: readonly StateRow[],
  to: MessageState,
): Promise<void> {
  const [waited, waits] = [WAITING_STATES.includes(from), WAITING_STATES.includes(to)];
  if (waited !== waits) await changeQueueLength(session, waits ? 'join' : 'leave', messages);
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
  const finished = await context.session.all(finishOrders, { orderIds, now: change.nowMs });
  if (finished.length === 0) return;
  const ids = JSON.stringify(finished.map(({ id }) => id));
  for (const row of await context.session.all(worthTelling, { ids })) await tellOrder(context, row, change);
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
