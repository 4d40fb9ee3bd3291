// Domain shares in the store: the hash of each code, and what has been used by domain, sender and month. The shares
// themselves are configuration.

import { sql } from 'kysely';

import { monthsSince, monthStart } from '../core/schedule.js';
import type { OrderPlan } from '../core/types.js';
import type { ShareUsage, UsageQuery } from '../core/share.js';
import type { StoreContext } from './context.js';
import { literals, query, type Session } from './query.js';

const codeOf = query<{ domain: string }>()((db, p) =>
  db.selectFrom('share_codes').where('domain', '=', p.domain).select('code_hash'),
);
const putCode = query<{ domain: string; codeHash: string }>()((db, p) =>
  db
    .insertInto('share_codes')
    .values({ domain: p.domain, code_hash: p.codeHash })
    .onConflict((conflict) => conflict.column('domain').doUpdateSet({ code_hash: p.codeHash })),
);
/** What was not sent in the end is not counted. */
const spentSince = query<{ domain: string; sender: string; since: number }>()((db, p) =>
  db
    .selectFrom('orders')
    .innerJoin('messages', 'messages.order_id', 'orders.id')
    .where('orders.share', '=', p.domain)
    .where('orders.created_at', '>=', p.since)
    .where('messages.state', 'not in', literals(['refused', 'expired', 'cancelled']))
    .select([
      sql<number>`coalesce(sum(messages.price_milli), 0)`.as('share'),
      sql<number>`coalesce(sum(case when orders.requester = ${p.sender} then messages.price_milli end), 0)`.as(
        'sender',
      ),
    ]),
);
/** Of a domain, whoever has paid, or of an account, whichever domains have sent on its credit. */
function usageOf(column: 'orders.share' | 'orders.account_id') {
  const key = sql.ref(column);
  return {
    first: query<{ key: string | number }>()((db, p) =>
      db
        .selectFrom('orders')
        .where(sql<boolean>`${key} = ${p.key}`)
        .where('share', 'is not', null)
        .select(sql<number | null>`min(created_at)`.as('at')),
    ),
    between: query<{ key: string | number; from: number; to: number }>()((db, p) =>
      db
        .selectFrom('orders')
        .innerJoin('messages', 'messages.order_id', 'orders.id')
        .where(sql<boolean>`${key} = ${p.key}`)
        .where('orders.share', 'is not', null)
        .where('orders.created_at', '>=', p.from)
        .where('orders.created_at', '<', p.to)
        .where('messages.state', 'not in', literals(['refused', 'expired', 'cancelled']))
        .groupBy(['orders.share', 'orders.requester'])
        .orderBy('orders.share')
        .orderBy('orders.requester')
        .select([
          sql<string>`orders.share`.as('domain'),
          'orders.requester as sender',
          sql<number>`count(distinct orders.id)`.as('orders'),
          sql<number>`count(*)`.as('messages'),
          sql<number>`sum(messages.price_milli)`.as('priceMilli'),
        ]),
    ),
  };
}
const USAGE = { domain: usageOf('orders.share'), account: usageOf('orders.account_id') };

export async function shareCode(context: StoreContext, domain: string): Promise<string | null> {
  return (await context.session.get(codeOf, { domain }))?.code_hash ?? null;
}

export async function changeShareCode(context: StoreContext, domain: string, codeHash: string): Promise<void> {
  await context.session.run(putCode, { domain, codeHash });
}

/** The months are those of the caps: of the zone that is asked for. */
export async function shareUsage(context: StoreContext, asked: UsageQuery): Promise<readonly ShareUsage[]> {
  const { session } = context;
  const { first, between } = 'domain' in asked ? USAGE.domain : USAGE.account;
  const key = 'domain' in asked ? asked.domain : asked.accountId;
  const begun = await session.get(first, { key });
  const used: ShareUsage[] = [];
  for (const { month, fromMs, toMs } of monthsSince(begun?.at ?? null, asked.nowMs, asked.zone)) {
    const rows = await session.all(between, { key, from: fromMs, to: toMs });
    used.push(...rows.map((row) => ({ month, ...row })));
  }
  return used;
}

/** Since the start of the month; nothing is counted where nothing is capped. */
export async function shareSpending(
  session: Session,
  { share, requester, account }: OrderPlan,
  nowMs: number,
): Promise<{ shareSpentMilli: number; senderSpentMilli: number }> {
  if (!share || (share.monthlyCapMilli === null && share.senderCapMilli === null)) {
    return { shareSpentMilli: 0, senderSpentMilli: 0 };
  }
  const since = monthStart(nowMs, account.settings.zone);
  const spent = await session.get(spentSince, { domain: share.domain, sender: requester, since });
  return { shareSpentMilli: spent?.share ?? 0, senderSpentMilli: spent?.sender ?? 0 };
}
