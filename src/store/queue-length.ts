// Whether what a mail asks for still fits into the queue: takes the command of story 1 inside its transaction, throws where
// it does not, so that the whole mail is undone and its client keeps it. The lengths are numbers, kept in step here by whoever
// adds messages or changes their states; what a decision leaves out later counts here all the same.

import { sql } from 'kysely';

import { Unavailable } from '../core/unavailable.js';
import type { AcceptCommand } from '../store-port.js';
import type { StoreContext } from './context.js';
import { query, type Session } from './query.js';

const ALL = 0;

const lengthOf = query<{ accountId: number }>()((db, p) =>
  db.selectFrom('queue_lengths').where('account_id', '=', p.accountId).select('messages'),
);

/** `changes`: JSON, `[[account, messages], …]`. A new row could not be negative, so that only joining makes one. */
const join = query<{ changes: string }>()((db, p) =>
  db
    .insertInto('queue_lengths')
    .columns(['account_id', 'messages'])
    .expression(
      db
        .selectFrom(sql<{ value: string }>`json_each(${p.changes})`.as('given'))
        // Or SQLite would read ON CONFLICT as a condition of a join.
        .where(sql.lit(true))
        .select([sql<number>`given.value ->> 0`.as('account_id'), sql<number>`given.value ->> 1`.as('messages')]),
    )
    .onConflict((conflict) =>
      conflict.column('account_id').doUpdateSet({ messages: sql<number>`messages + excluded.messages` }),
    ),
);
const leave = query<{ changes: string }>()((db, p) =>
  db
    .updateTable('queue_lengths')
    .from(sql<{ value: string }>`json_each(${p.changes})`.as('given'))
    .set({ messages: sql<number>`messages - (given.value ->> 1)` })
    .whereRef('account_id', '=', sql`given.value ->> 0`),
);

/** Messages that begin to wait, or end it; each of its account. */
export async function changeQueueLength(
  session: Session,
  change: 'join' | 'leave',
  messages: readonly { readonly account_id: number }[],
): Promise<void> {
  if (messages.length === 0) return;
  const lengths = new Map([[ALL, messages.length]]);
  for (const { account_id } of messages) lengths.set(account_id, (lengths.get(account_id) ?? 0) + 1);
  const changes = JSON.stringify([...lengths]);
  if (change === 'join') await session.run(join, { changes });
  else await session.run(leave, { changes });
}

export async function refuseBeyondQueue(context: StoreContext, { orders }: AcceptCommand): Promise<void> {
  const { messages: max, accountMessages } = context.options.queue;
  const asked = new Map<number, number>();
  for (const { plan } of orders) asked.set(plan.account.id, (asked.get(plan.account.id) ?? 0) + plan.messages.length);
  if (asked.size === 0) return;
  const all = await waiting(context, ALL);
  const total = [...asked.values()].reduce((sum, more) => sum + more, 0);
  if (all + total > max) throw new Unavailable('queue-full', null, { waiting: all, max });
  for (const [accountId, more] of asked) {
    const own = await waiting(context, accountId);
    const params = { waiting: own, more, max: accountMessages };
    if (own + more > accountMessages) throw new Unavailable('account-queue-full', null, params);
  }
}

async function waiting({ session }: StoreContext, accountId: number): Promise<number> {
  return (await session.get(lengthOf, { accountId }))?.messages ?? 0;
}
