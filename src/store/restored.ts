// After a restore: nothing that may have left since the backup was taken leaves again. What waited and could have been sent is
// in doubt now, as after a stop in the middle of sending, and is settled by a receipt, by the policy or by hand; answers that
// waited to be ordered are given up; the reminders of a low balance begin anew.

import { sql } from 'kysely';

import type { StoreContext } from './context.js';
import { bookMessages } from './ledger.js';
import { query } from './query.js';
import { changeStates, STATE_COLUMNS, type StateRow } from './state.js';

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
  await putInDoubt(context, rows, nowMs);
  if (rows.length > 0) return rows.length;
  await context.session.run(giveUpAnswers, { detail: 'it may have been sent before the restore' });
  await context.session.run(forgetLooks, {});
  return 0;
}

/** By the steps that each would have taken. */
async function putInDoubt(context: StoreContext, rows: readonly StateRow[], nowMs: number): Promise<void> {
  const step = async (messages: readonly StateRow[], to: StateRow['state'], reason: string | null = null) => {
    await changeStates(context, messages, { to, reason, nowMs });
    return messages.map((message) => ({ ...message, state: to }));
  };
  const isPaid = new Map<StateRow, boolean>();
  for (const row of rows.filter(({ state }) => state === 'scheduled'))
    isPaid.set(row, await bookMessages(context.session, { kind: 'reserve', messages: [row], atMs: nowMs }));
  const due = rows.filter(({ state }) => state === 'queued');
  await step(
    rows.filter((row) => isPaid.get(row) === false),
    'refused',
    'no-credit',
  );
  due.push(
    ...(await step(
      rows.filter((row) => isPaid.get(row) === true),
      'queued',
    )),
  );
  const gone = rows.filter(({ state }) => state === 'submitting');
  gone.push(...(await step(due, 'submitting')));
  await step(gone, 'unknown', REASON);
}
