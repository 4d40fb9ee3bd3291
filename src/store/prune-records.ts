// Orders that were finished long ago go with all that hangs on them; a large one in several slices. What may still
// change stays: whatever is to be sent, and messages in doubt, which hold a reservation. The movements stay for ever.

import { sql } from 'kysely';

import type { ForgottenCounts, RetentionRule } from '../core/retention.js';
import type { StoreContext } from './context.js';
import { query, type Session } from './query.js';
import { markOf, setMark } from './retention-marks.js';

export interface Done {
  readonly counts: ForgottenCounts;
  /** How much of the limit was used. */
  readonly looked: number;
}

/** Every movement of such an order is older than that instant, too. */
const settledBefore = (before: number) => sql<boolean>`finished_at < ${before} AND NOT EXISTS (
  SELECT 1 FROM messages WHERE order_id = orders.id
    AND (state IN ('scheduled', 'queued', 'submitting', 'unknown') OR final_at >= ${before}))`;

const oldOrders = query<{ before: number; limit: number }>()((db, p) =>
  db.selectFrom('orders').where(settledBefore(p.before)).orderBy('finished_at').limit(p.limit).select('id'),
);
const forgetParts = query<{ order: string; limit: number }>()((db, p) =>
  db
    .deleteFrom('parts')
    .where('message_id', 'in', (from) =>
      from.selectFrom('messages').where('order_id', '=', p.order).orderBy('id').limit(p.limit).select('id'),
    ),
);
const forgetMessages = query<{ order: string; limit: number }>()((db, p) =>
  db
    .deleteFrom('messages')
    .where('id', 'in', (from) =>
      from.selectFrom('messages').where('order_id', '=', p.order).orderBy('id').limit(p.limit).select('id'),
    ),
);
const forgetOrder = query<{ order: string }>()((db, p) =>
  db
    .deleteFrom('orders')
    .where('id', '=', p.order)
    .where(sql<boolean>`NOT EXISTS (SELECT 1 FROM messages WHERE order_id = ${p.order})`),
);
const counts = query<{ before: number }>()((db, p) =>
  db
    .selectFrom('orders')
    .where(settledBefore(p.before))
    .select([
      sql<number>`count(*)`.as('orders'),
      sql<number>`coalesce(sum((SELECT count(*) FROM messages WHERE order_id = orders.id)), 0)`.as('messages'),
    ]),
);

export async function forgetRecords(
  { session }: StoreContext,
  { recordsBeforeMs }: RetentionRule,
  sliceRows: number,
): Promise<Done> {
  // Each row takes others with it: parts, indexes, what refers to it.
  const limit = Math.ceil(sliceRows / 4);
  const old = await session.all(oldOrders, { before: recordsBeforeMs, limit });
  if (old.length === 0) return { counts: {}, looked: 0 };
  if ((await markOf(session, 'records')) < recordsBeforeMs) await setMark(session, 'records', recordsBeforeMs);
  let [messages, orders] = [0, 0];
  for (const { id: order } of old) {
    const left = limit - messages - orders;
    if (left <= 0) break;
    await session.run(forgetParts, { order, limit: left });
    messages += await session.run(forgetMessages, { order, limit: left });
    orders += await session.run(forgetOrder, { order });
  }
  const done = messages + orders;
  return { counts: { messages, orders }, looked: done < limit ? done : sliceRows };
}

export async function countRecords(session: Session, { recordsBeforeMs }: RetentionRule): Promise<ForgottenCounts> {
  const { orders = 0, messages = 0 } = (await session.get(counts, { before: recordsBeforeMs })) ?? {};
  return { messages, orders };
}
