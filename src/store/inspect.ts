// What an operator looks at: messages by filter, and what waits in the queue.

import { sql, type RawBuilder } from 'kysely';

import { OPEN_STATES, type MessageState } from '../core/lifecycle.js';
import type { Message, Order } from '../core/types.js';
import type { MessageFilter, QueueSummary } from '../store-port.js';
import type { StoreContext } from './context.js';
import { messageOf, orderOf } from './order-rows.js';
import { query } from './query.js';

const QUEUE_LIST_LIMIT = 1000;

type Asked = Readonly<{
  key: string | number;
  state: string;
  since: number;
  /** The order and the message that the list goes on behind; of a list from its beginning: later than any, and none. */
  order: string;
  message: string;
  limit: number;
}>;
const BEGINNING = { order: '\u{10FFFF}', message: '' };

/** From the newest order on, till there are enough. An empty state stands for any. */
const messagesOf = (whose: RawBuilder<boolean>) =>
  query<Asked>()((db, p) =>
    db
      .selectFrom('orders')
      // Orders first: SQLite keeps to the order of a cross join.
      .crossJoin('messages')
      .innerJoin('accounts', 'accounts.id', 'orders.account_id')
      .whereRef('messages.order_id', '=', 'orders.id')
      .where(sql<boolean>`${whose} = ${p.key}`)
      .where(sql<boolean>`(${p.state} = '' or messages.state = ${p.state})`)
      .where('orders.created_at', '>=', p.since)
      .where('orders.id', '<=', p.order)
      .where(
        sql<boolean>`(orders.id < ${p.order} or (length(messages.id), messages.id) > (length(${p.message}), ${p.message}))`,
      )
      .orderBy('orders.id', 'desc')
      .orderBy(sql`length(messages.id)`)
      .orderBy('messages.id')
      .limit(p.limit)
      .selectAll('messages')
      .select('accounts.email'),
  );
const MESSAGES = {
  order: messagesOf(sql`orders.id`),
  account: messagesOf(sql`orders.account_id`),
  all: messagesOf(sql`''`),
};
const idOfAccount = query<{ email: string }>()((db, p) =>
  db.selectFrom('accounts').where('email', '=', p.email).select('id'),
);
const orderById = query<{ id: string }>()((db, p) => db.selectFrom('orders').where('id', '=', p.id).selectAll());
const carrierIdsOf = query<{ id: string }>()((db, p) =>
  db.selectFrom('parts').where('message_id', '=', p.id).orderBy('part').select('carrier_id'),
);
const countStates = query()((db) =>
  db
    .selectFrom('messages')
    .where('state', 'in', [...OPEN_STATES, 'unknown'])
    .groupBy('state')
    .select(['state', sql<number>`count(*)`.as('count')]),
);
/** Which they are first, and only then what they say: a million texts would go through the memory to be sorted. */
const openOrders = query<{ limit: number }>()((db, p) =>
  db
    .selectFrom((inner) =>
      inner
        .selectFrom('messages')
        .where('messages.state', 'in', [...OPEN_STATES, 'unknown'] as MessageState[])
        .groupBy('messages.order_id')
        .orderBy(sql`min(messages.due_at)`)
        .orderBy('messages.order_id')
        .limit(p.limit)
        .select(['messages.order_id', sql<number>`count(*)`.as('open'), sql<number>`min(messages.due_at)`.as('due')])
        .as('open'),
    )
    .innerJoin('orders', 'orders.id', 'open.order_id')
    .innerJoin('accounts', 'accounts.id', 'orders.account_id')
    .orderBy('open.due')
    .orderBy('orders.id')
    .selectAll('orders')
    .select(['accounts.email', 'open.open', 'open.due']),
);
const countNotices = query()((db) =>
  db
    .selectFrom('notices')
    .where('state', '=', sql.lit('waiting'))
    .select(sql<number>`count(*)`.as('count')),
);

/** Newest first, the messages of one order in their order. */
export async function messages(
  context: StoreContext,
  filter: MessageFilter,
): Promise<readonly { readonly message: Message; readonly order: Order }[]> {
  const { session } = context;
  const place = filter.after ?? BEGINNING;
  const common = { ...place, state: filter.state ?? '', since: filter.sinceMs ?? 0, limit: filter.limit };
  const account =
    filter.account === undefined ? null : await session.get(idOfAccount, { email: filter.account.toLowerCase() });
  const ofAccount = (row: { readonly account_id: number }) => account === null || row.account_id === account?.id;
  const [which, key] =
    filter.order !== undefined
      ? (['order', filter.order] as const)
      : account === null
        ? (['all', ''] as const)
        : (['account', account?.id ?? 0] as const);
  const rows = (await session.all(MESSAGES[which], { ...common, key })).filter(ofAccount);
  const orders = new Map<string, Order>();
  const found: { message: Message; order: Order }[] = [];
  for (const row of rows) {
    const order = orders.get(row.order_id) ?? (await loadOrder(context, row.order_id, row.email));
    orders.set(row.order_id, order);
    const carrierIds = (await session.all(carrierIdsOf, { id: row.id })).map(({ carrier_id }) => carrier_id);
    found.push({ message: messageOf(row, carrierIds), order });
  }
  return found;
}

async function loadOrder(context: StoreContext, id: string, email: string): Promise<Order> {
  const row = await context.session.get(orderById, { id });
  if (!row) throw new Error(`there is no order ${id}`);
  return orderOf(row, email);
}

export async function queue(context: StoreContext): Promise<QueueSummary> {
  const states = await context.session.all(countStates, {});
  const orders = await context.session.all(openOrders, { limit: QUEUE_LIST_LIMIT });
  const notices = await context.session.get(countNotices, {});
  return {
    states: Object.fromEntries(states.map(({ state, count }) => [state, count])),
    noticesWaiting: notices?.count ?? 0,
    orders: orders.map((row) => ({ order: orderOf(row, row.email), open: row.open, dueAtMs: row.due })),
  };
}
