// After a restore: nothing that may have left since the backup was taken leaves again. What waited and could have been sent is
// in doubt now, as after a stop in the middle of sending, and is settled by a receipt, by the policy or by hand; answers that
// waited to be ordered are given up; the reminders of a low balance begin anew.

import { sql } from 'kysely';

import type { StoreContext } from './context.js';
import { query } from './query.js';
import { changeState, reservePrice, STATE_COLUMNS, type StateRow } from './state.js';

/** So that the caller can show how far it is. */
const AT_ONCE = 500;
const REASON = 'restored';

/** Due by now: what is for later cannot have left. */
const mayHaveLeft = query<{ now: number; limit: number }>()((db, p) =>
  db
    .selectFrom('messages')
    .where('state', 'in', ['submitting', 'queued', 'scheduled'])
    .where((where) => where.or([where('state', '!=', 'scheduled'), where('due_at', '<=', p.now)]))
    .limit(p.limit)
    .select(STATE_COLUMNS),
);
const giveUpAnswers = query<{ detail: string }>()((db, p) =>
  db
    .updateTable('follow_ups')
    .set({ state: 'failed', detail: p.detail })
    .where('lane', '=', 'sms')
    .where('state', '=', sql.lit('waiting')),
);
const forgetLooks = query()((db) => db.deleteFrom('balance_looks'));

/** Returns how many messages it has looked at; 0: done. */
export async function holdRestored(context: StoreContext, nowMs: number): Promise<number> {
  const rows = await context.session.all(mayHaveLeft, { now: nowMs, limit: AT_ONCE });
  for (const row of rows) await putInDoubt(context, row, nowMs);
  if (rows.length > 0) return rows.length;
  await context.session.run(giveUpAnswers, { detail: 'it may have been sent before the restore' });
  await context.session.run(forgetLooks, {});
  return 0;
}

/** By the steps that it would have taken. */
async function putInDoubt(context: StoreContext, row: StateRow, nowMs: number): Promise<void> {
  let state = row.state;
  const step = async (to: StateRow['state'], reason: string | null): Promise<void> => {
    await changeState(context, { ...row, state }, { to, reason, nowMs });
    state = to;
  };
  if (state === 'scheduled') {
    if (!(await reservePrice(context, row, nowMs))) return step('refused', 'no-credit');
    await step('queued', null);
  }
  if (state === 'queued') await step('submitting', null);
  await step('unknown', REASON);
}
