// Whether what a mail asks for still fits into the queue: takes the command of story 1 inside its transaction, throws where
// it does not, so that the whole mail is undone and its client keeps it. The lengths are numbers that triggers keep
// (migrations/0002-queue-length.ts); what a decision leaves out later counts here all the same.

import { Unavailable } from '../core/unavailable.js';
import type { AcceptCommand } from '../store-port.js';
import type { StoreContext } from './context.js';
import { query } from './query.js';

const ALL = 0;

const lengthOf = query<{ accountId: number }>()((db, p) =>
  db.selectFrom('queue_lengths').where('account_id', '=', p.accountId).select('messages'),
);

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
