// Story 2 in the store, the way back: what the carrier answered is written down, once for each submission. What was under
// way when the daemon was killed is in doubt, and stays so until a receipt or a person settles it.

import { sql } from 'kysely';

import type { Outcome } from '../core/carriage.js';
import type { ClaimedMessage, Exchange, OutcomeRecord } from '../store-port.js';
import type { StoreContext } from './context.js';
import { claimDue } from './dispatch.js';
import { listed, query } from './query.js';
import { applyParkedReceipts } from './receipts.js';
import { changeState, changeStates, STATE_COLUMNS, type StateRow } from './state.js';
import { IN_DOUBT } from './unanswered.js';

const messagesById = query<{ ids: string }>()((db, p) =>
  db.selectFrom('messages').where('id', 'in', listed<string>(p.ids)).select(STATE_COLUMNS),
);
/** What decides how it is tried again. */
const triesOf = query<{ id: string }>()((db, p) =>
  db
    .selectFrom('messages')
    .innerJoin('orders', 'orders.id', 'messages.order_id')
    .where('messages.id', '=', p.id)
    .select(['messages.flash', 'messages.expires_at', 'orders.format']),
);
/** `parts`: JSON, `[[message, part, id of the carrier], …]`. */
const putParts = query<{ parts: string; carrier: string }>()((db, p) =>
  db
    .insertInto('parts')
    .columns(['message_id', 'part', 'carrier', 'carrier_id'])
    .expression(
      db
        .selectFrom(sql<{ value: string }>`json_each(${p.parts})`.as('given'))
        .select([
          sql<string>`given.value ->> 0`.as('message_id'),
          sql<number>`given.value ->> 1`.as('part'),
          sql<string>`${p.carrier}`.as('carrier'),
          sql<string>`given.value ->> 2`.as('carrier_id'),
        ]),
    ),
);
const postpone = query<{ id: string; due: number }>()((db, p) =>
  db
    .updateTable('messages')
    .set({ due_at: p.due, attempts: sql<number>`attempts + 1`, ready: 0 })
    .where('id', '=', p.id),
);
const asFlash = query<{ id: string; due: number }>()((db, p) =>
  db.updateTable('messages').set({ flash: 1, due_at: p.due }).where('id', '=', p.id),
);
const inFlight = query()((db) =>
  db.selectFrom('messages').where(IN_DOUBT).where('state', '=', sql.lit('submitting')).select(STATE_COLUMNS),
);

/** All of them or, where one is a fault, none. */
async function recordOutcomes(context: StoreContext, outcomes: readonly OutcomeRecord[]): Promise<void> {
  if (outcomes.length === 0) return;
  const ids = JSON.stringify(outcomes.map(({ messageId }) => messageId));
  const found = await context.session.all(messagesById, { ids });
  const rows = new Map(found.map((row) => [row.id, row]));
  const accepted: Accepted[] = [];
  for (const { outcome, ...record } of outcomes) {
    const message = rows.get(record.messageId);
    if (!message) throw new Error(`there is no message ${record.messageId}`);
    if (outcome.kind === 'accepted') accepted.push({ message, record, carrierIds: outcome.carrierIds });
    else await recordFailure(context, message, { ...record, outcome });
  }
  if (accepted.length > 0) await recordAccepted(context, accepted);
}

export function recordOutcome(context: StoreContext, outcome: OutcomeRecord): Promise<void> {
  return recordOutcomes(context, [outcome]);
}

export async function exchange(
  context: StoreContext,
  { carrier, outcomes, limit, nowMs }: Exchange,
): Promise<readonly ClaimedMessage[]> {
  await recordOutcomes(context, outcomes);
  return limit > 0 ? claimDue(context, carrier, limit, nowMs) : [];
}

interface Failed extends OutcomeRecord {
  readonly outcome: Exclude<Outcome, { kind: 'accepted' }>;
}

async function recordFailure(context: StoreContext, message: StateRow, record: Failed): Promise<void> {
  const { messageId, outcome, retryAtMs, nowMs } = record;
  const tries = await context.session.get(triesOf, { id: messageId });
  if (!tries) throw new Error(`the message ${messageId} has no order`);
  const { kind, code: reason } = outcome;
  switch (kind) {
    case 'deferred':
      await changeState(context, message, { to: 'queued', reason, nowMs });
      // It comes up again at the end of its life at the latest, to be expired.
      await context.session.run(postpone, { id: messageId, due: Math.min(retryAtMs, tries.expires_at) });
      return;
    case 'refused':
      if (tries.format === 'normal+flash' && tries.flash === 0) {
        await changeState(context, message, { to: 'queued', reason, nowMs });
        await context.session.run(asFlash, { id: messageId, due: nowMs });
      } else await changeState(context, message, { to: 'refused', reason, nowMs });
      return;
    case 'unknown':
      await changeState(context, message, { to: 'unknown', reason, nowMs });
      return;
  }
}

interface Accepted {
  readonly message: StateRow;
  readonly record: Omit<OutcomeRecord, 'outcome'>;
  readonly carrierIds: readonly string[];
}

/** Of one carrier, and answered in the same breath. */
async function recordAccepted(context: StoreContext, accepted: readonly Accepted[]): Promise<void> {
  const [
    {
      record: { carrier, nowMs },
    },
  ] = accepted as [Accepted];
  const messages = accepted.map(({ message }) => message);
  await changeStates(context, messages, { to: 'submitted', reason: null, nowMs });
  const parts = accepted.flatMap(({ message, carrierIds }) =>
    carrierIds.map((carrierId, index) => [message.id, index + 1, carrierId]),
  );
  await context.session.run(putParts, { parts: JSON.stringify(parts), carrier });
  await applyParkedReceipts(
    context,
    messages.map(({ id }) => id),
    nowMs,
  );
}

export async function recoverInFlight(context: StoreContext, nowMs: number): Promise<number> {
  const rows = await context.session.all(inFlight, {});
  await changeStates(context, rows, { to: 'unknown', reason: 'stopped-in-flight', nowMs });
  return rows.length;
}
