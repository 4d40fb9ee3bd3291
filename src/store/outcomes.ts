// Story 2 in the store, the way back: what the carrier answered is written down, once for each submission. What was under
// way when the daemon was killed is in doubt, and stays so until a receipt or a person settles it.

import { sql } from 'kysely';

import type { OutcomeRecord } from '../store-port.js';
import type { StoreContext } from './context.js';
import { query } from './query.js';
import { applyParkedReceipts } from './receipts.js';
import { changeState, STATE_COLUMNS, type StateRow } from './state.js';

const messageById = query<{ id: string }>()((db, p) =>
  db
    .selectFrom('messages')
    .innerJoin('orders', 'orders.id', 'messages.order_id')
    .where('messages.id', '=', p.id)
    .select(STATE_COLUMNS.map((column) => `messages.${column}` as const))
    .select(['messages.flash', 'messages.expires_at', 'orders.format']),
);
const putPart = query<{ id: string; part: number; carrier: string; carrierId: string }>()((db, p) =>
  db.insertInto('parts').values({ message_id: p.id, part: p.part, carrier: p.carrier, carrier_id: p.carrierId }),
);
const postpone = query<{ id: string; due: number }>()((db, p) =>
  db
    .updateTable('messages')
    .set({ due_at: p.due, attempts: sql<number>`attempts + 1` })
    .where('id', '=', p.id),
);
const asFlash = query<{ id: string; due: number }>()((db, p) =>
  db.updateTable('messages').set({ flash: 1, due_at: p.due }).where('id', '=', p.id),
);
const inFlight = query()((db) =>
  db.selectFrom('messages').where('state', '=', sql.lit('submitting')).select(STATE_COLUMNS),
);

export async function recordOutcome(context: StoreContext, record: OutcomeRecord): Promise<void> {
  const { messageId, outcome, nowMs } = record;
  const message = await context.session.get(messageById, { id: messageId });
  if (!message) throw new Error(`there is no message ${messageId}`);
  switch (outcome.kind) {
    case 'accepted':
      await recordAccepted(context, message, record, outcome.carrierIds);
      return;
    case 'deferred':
      await changeState(context, message, { to: 'queued', reason: outcome.code, nowMs });
      // It comes up again at the end of its life at the latest, to be expired.
      await context.session.run(postpone, { id: messageId, due: Math.min(record.retryAtMs, message.expires_at) });
      return;
    case 'refused':
      if (message.format === 'normal+flash' && message.flash === 0) {
        await changeState(context, message, { to: 'queued', reason: outcome.code, nowMs });
        await context.session.run(asFlash, { id: messageId, due: nowMs });
      } else await changeState(context, message, { to: 'refused', reason: outcome.code, nowMs });
      return;
    case 'unknown':
      await changeState(context, message, { to: 'unknown', reason: outcome.code, nowMs });
      return;
  }
}

async function recordAccepted(
  context: StoreContext,
  message: StateRow,
  { carrier, nowMs }: OutcomeRecord,
  carrierIds: readonly string[],
): Promise<void> {
  await changeState(context, message, { to: 'submitted', reason: null, nowMs });
  for (const [index, carrierId] of carrierIds.entries()) {
    await context.session.run(putPart, { id: message.id, part: index + 1, carrier, carrierId });
  }
  await applyParkedReceipts(context, message.id, nowMs);
}

export async function recoverInFlight(context: StoreContext, nowMs: number): Promise<number> {
  const rows = await context.session.all(inFlight, {});
  for (const row of rows) await changeState(context, row, { to: 'unknown', reason: 'stopped-in-flight', nowMs });
  return rows.length;
}
