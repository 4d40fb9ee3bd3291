// What stands in the way of a number, whatever the credit: it said STOP, or it got the same text within 24 hours. Asked
// for each message of each mail, and nearly always in vain: what is in vain costs one step in an index.

import { sql } from 'kysely';

import { textCheck } from '../core/text-check.js';
import type { OrderPlan } from '../core/types.js';
import type { StoreContext } from './context.js';
import { ERASED } from './pseudonyms.js';
import { literals, query, type Session } from './query.js';

const DUPLICATE_MS = 24 * 3_600_000;

/** On the list of the account, or on the one of all. The plus keeps SQLite from a table of its own for two values. */
const blocked = query<{ accountId: number; number: string }>()((db, p) =>
  db
    .selectFrom('blacklist')
    .where('number', '=', p.number)
    .where(sql<boolean>`(+account_id = ${p.accountId} or +account_id = 0)`)
    .select('number')
    .limit(1),
);
/** Every hash sorts behind every number, which begins with a plus. */
const anyErased = query()((db) =>
  db.selectFrom('blacklist').where('number', '>=', sql.lit<string>(ERASED)).select('number').limit(1),
);
/** What surely did not arrive does not stand in the way of another try. Only what `near` leaves is read. */
const sameTextTo = query<{ accountId: number; number: string; text: string; check: number; since: number }>()((db, p) =>
  db
    .selectFrom('messages as near')
    .innerJoin('messages', 'messages.id', 'near.id')
    .innerJoin('orders', 'orders.id', 'messages.order_id')
    .where('near.number', '=', p.number)
    .where('near.created_at', '>', p.since)
    .where('near.account_id', '=', p.accountId)
    .where(sql<boolean>`coalesce(near.text_check, ${p.check}) = ${p.check}`)
    .where('messages.state', 'not in', literals(['refused', 'expired', 'cancelled', 'undelivered']))
    .where('orders.text', '=', p.text)
    .select('messages.id')
    .limit(1),
);

/** The numbers of the plan that said STOP; also those that were erased since, and are known by their hash only. */
export async function blockedOf(context: StoreContext, { account, messages }: OrderPlan): Promise<Set<string>> {
  const { session, pseudonyms } = context;
  const isListed = async (number: string): Promise<boolean> =>
    (await session.get(blocked, { accountId: account.id, number })) !== undefined;
  const hashes = (await session.get(anyErased, {})) !== undefined;
  const found = new Set<string>();
  for (const { to } of messages) {
    if ((await isListed(to)) || (hashes && (await isListed(pseudonyms.of('number', to))))) found.add(to);
  }
  return found;
}

/** The numbers of the plan that got its text from this account less than 24 hours ago, or are about to. */
export async function duplicatesOf(
  session: Session,
  { account, content, messages }: OrderPlan,
  nowMs: number,
): Promise<Set<string>> {
  const { text } = content;
  const same = { accountId: account.id, text, check: textCheck(text), since: nowMs - DUPLICATE_MS };
  const found = new Set<string>();
  for (const { to } of messages) if (await session.get(sameTextTo, { ...same, number: to })) found.add(to);
  return found;
}
