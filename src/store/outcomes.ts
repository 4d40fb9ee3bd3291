// Story 2 in the store, the way back: what the carrier answered is written down, once for each submission. What was under
// way when the daemon was killed is in doubt, and stays so until a receipt or a person settles it.

import { sql } from 'kysely';

import type { Outcome } from '../core/carriage.js';
import type { ClaimedMessage, Exchange, OutcomeRecord } from '../store-port.js';
import type { StoreContext } from './context.js';
import { claimDue } from './dispatch.js';
import { query } from './query.js';
import { applyParkedReceipts } from './receipts.js';
import { changeState, changeStates, STATE_COLUMNS } from './state.js';
import { IN_DOUBT } from './unanswered.js';

const messageById = query<{ id: string }>()((db, p) =>
  db
    .selectFrom('messages')
    .innerJoin('orders', 'orders.id', 'messages.order_id')
    .where('messages.id', '=', p.id)
    .select(['messages.id', 'messages.state', 'messages.flash', 'messages.expires_at', 'orders.format']),
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
  const accepted = outcomes.flatMap(({ outcome, ...record }) =>
    outcome.kind === 'accepted' ? [{ ...record, carrierIds: outcome.carrierIds }] : [],
  );
  if (accepted.length > 0) await recordAccepted(context, accepted);
  for (const { outcome, ...record } of outcomes) {
    if (outcome.kind !== 'accepted') await recordFailure(context, { ...record, outcome });
  }
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

async function recordFailure(context: StoreContext, { messageId, outcome, retryAtMs, nowMs }: Failed): Promise<void> {
  const message = await context.session.get(messageById, { id: messageId });
  if (!message) throw new Error(`there is no message ${messageId}`);
  const { kind, code: reason } = outcome;
  switch (kind) {
    case 'deferred':
      await changeState(context, message, { to: 'queued', reason, nowMs });
      // It comes up again at the end of its life at the latest, to be expired.
      await context.session.run(postpone, { id: messageId, due: Math.min(retryAtMs, message.expires_at) });
      return;
    case 'refused':
      if (message.format === 'normal+flash' && message.flash === 0) {
        await changeState(context, message, { to: 'queued', reason, nowMs });
        await context.session.run(asFlash, { id: messageId, due: nowMs });
      } else await changeState(context, message, { to: 'refused', reason, nowMs });
      return;
    case 'unknown':
      await changeState(context, message, { to: 'unknown', reason, nowMs });
      return;
  }
}

interface Accepted extends Omit<OutcomeRecord, 'outcome'> {
  readonly carrierIds: readonly string[];
}

/** Of one carrier, and answered in the same breath. */
async function recordAccepted(context: StoreContext, accepted: readonly Accepted[]): Promise<void> {
  const [{ carrier, nowMs }] = accepted as [Accepted];
  const messages = accepted.map(({ messageId }) => ({ id: messageId, state: 'submitting' }) as const);
  await changeStates(context, messages, { to: 'submitted', reason: null, nowMs });
  const parts = accepted.flatMap(({ messageId, carrierIds }) =>
    carrierIds.map((carrierId, index) => [messageId, index + 1, carrierId]),
  );
  await context.session.run(putParts, { parts: JSON.stringify(parts), carrier });
  const ids = messages.map(({ id }) => id);
  await applyParkedReceipts(context, ids, nowMs);
}

export async function recoverInFlight(context: StoreContext, nowMs: number): Promise<number> {
  const rows = await context.session.all(inFlight, {});
  await changeStates(context, rows, { to: 'unknown', reason: 'stopped-in-flight', nowMs });
  return rows.length;
}
