// Messages in doubt for longer than the operator waits: they are settled as the configuration says, and their senders told.
// A receipt that comes after that changes nothing any more.

import { sql } from 'kysely';

import type { UnansweredRule } from '../store-port.js';
import type { StoreContext } from './context.js';
import { query } from './query.js';
import { changeState, STATE_COLUMNS } from './state.js';

/** So that many at once do not hold the other commands up: the rest follows in the next call. */
const AT_ONCE = 500;

/** The condition of the index: SQLite does not see it in `state = 'unknown'`. */
export const IN_DOUBT = sql<boolean>`state in ('submitting', 'unknown')`;

const overdue = query<{ before: number }>()((db, p) =>
  db
    .selectFrom('messages')
    .where(IN_DOUBT)
    .where('state', '=', sql.lit('unknown'))
    .where('submitted_at', '<=', p.before)
    .orderBy('submitted_at')
    .limit(sql.lit(AT_ONCE))
    .select(STATE_COLUMNS),
);
const oldest = query()((db) =>
  db
    .selectFrom('messages')
    .where(IN_DOUBT)
    .where('state', '=', sql.lit('unknown'))
    .select(sql<number | null>`min(submitted_at)`.as('at')),
);

/** Returns how many. */
export async function settleUnanswered(
  context: StoreContext,
  { sentBeforeMs, settleAs, nowMs }: UnansweredRule,
): Promise<number> {
  const rows = await context.session.all(overdue, { before: sentBeforeMs });
  for (const row of rows) await changeState(context, row, { to: settleAs, reason: 'no-answer', nowMs });
  return rows.length;
}

export async function oldestUnansweredMs({ session }: StoreContext): Promise<number | null> {
  return (await session.get(oldest, {}))?.at ?? null;
}
