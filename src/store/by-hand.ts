// What an operator changes in the queue: an id names an order (all its messages that are in a fitting state) or one
// message. Nothing fitting is a mistake that is told, with the states that were found.

import { canChange, isFinal, type MessageState } from '../core/lifecycle.js';
import { err, ok, type Result } from '../core/result.js';
import type { Settlement } from '../store-port.js';
import type { StoreContext } from './context.js';
import { query } from './query.js';
import { changeState, STATE_COLUMNS, type StateRow } from './state.js';

const named = query<{ id: string }>()((db, p) =>
  db
    .selectFrom('messages')
    .where((where) => where.or([where('id', '=', p.id), where('order_id', '=', p.id)]))
    .select(STATE_COLUMNS),
);
const leaveNow = query<{ id: string; now: number }>()((db, p) =>
  db.updateTable('messages').set({ due_at: p.now }).where('id', '=', p.id),
);

async function fitting(
  context: StoreContext,
  id: string,
  fits: (state: MessageState) => boolean,
): Promise<Result<readonly StateRow[], string>> {
  const rows = await context.session.all(named, { id });
  if (rows.length === 0) return err(`there is no order and no message ${id} (petitbleu queue shows what waits)`);
  const chosen = rows.filter(({ state }) => fits(state));
  if (chosen.length > 0) return ok(chosen);
  const states = [...new Set(rows.map(({ state }) => state))].join(', ');
  return err(`nothing was changed: ${id} is ${states}`);
}

/** Before they were sent: what was reserved goes back. Returns how many. */
export async function cancel(context: StoreContext, id: string, nowMs: number): Promise<Result<number, string>> {
  const rows = await fitting(context, id, (state) => canChange(state, 'cancelled'));
  if (!rows.ok) return rows;
  for (const row of rows.value) await changeState(context, row, { to: 'cancelled', reason: 'by-hand', nowMs });
  return ok(rows.value.length);
}

/** Messages that a carrier has put off leave at once. Scheduled ones keep their hour. */
export async function retry(context: StoreContext, id: string, nowMs: number): Promise<Result<number, string>> {
  const rows = await fitting(context, id, (state) => state === 'queued');
  if (!rows.ok) return rows;
  for (const row of rows.value) await context.session.run(leaveNow, { id: row.id, now: nowMs });
  return ok(rows.value.length);
}

/** For what is in doubt: the operator has asked the carrier and says how it ended. */
export async function settle(context: StoreContext, { id, state, nowMs }: Settlement): Promise<Result<number, string>> {
  if (!isFinal(state) || !canChange('unknown', state)) {
    return err(`${state} is not a state to settle with; allowed: delivered, undelivered, expired, refused`);
  }
  const rows = await fitting(context, id, (current) => current === 'unknown');
  if (!rows.ok) return rows;
  for (const row of rows.value) await changeState(context, row, { to: state, reason: 'by-hand', nowMs });
  return ok(rows.value.length);
}
