// Story 3 in the store: receipts. Each is stored raw; one that comes before the answer to its submission is parked and
// applied with it. A second one for the same part changes nothing. A message is delivered when all its parts are.

import { canChange, type MessageState } from '../core/lifecycle.js';
import type { Receipt } from '../core/carriage.js';
import type { StoreContext } from './context.js';
import { listed, query } from './query.js';
import { changeState, STATE_COLUMNS } from './state.js';

type PartState = 'submitted' | 'delivered' | 'undelivered' | 'expired' | 'refused';

const partByCarrierId = query<{ carrier: string; carrierId: string }>()((db, p) =>
  db
    .selectFrom('parts')
    .where('carrier_id', '=', p.carrierId)
    .where('carrier', '=', p.carrier)
    .select(['message_id', 'part', 'state']),
);
const unknownById = query<{ id: string; carrier: string }>()((db, p) =>
  db
    .selectFrom('messages')
    .where('id', '=', p.id)
    .where('carrier', '=', p.carrier)
    .where('state', '=', 'unknown')
    .select('id'),
);
const keepReceipt = query<{
  carrier: string;
  carrierId: string;
  state: string;
  reason: string | null;
  raw: string;
  now: number;
  messageId: string | null;
}>()((db, p) =>
  db.insertInto('receipts').values({
    carrier: p.carrier,
    carrier_id: p.carrierId,
    state: p.state,
    reason: p.reason,
    raw: p.raw,
    at: p.now,
    message_id: p.messageId,
  }),
);
const setPart = query<{ id: string; part: number; state: string }>()((db, p) =>
  db
    .updateTable('parts')
    .set({ state: p.state as PartState })
    .where('message_id', '=', p.id)
    .where('part', '=', p.part),
);
const partStates = query<{ id: string }>()((db, p) =>
  db.selectFrom('parts').where('message_id', '=', p.id).select('state'),
);
const messageById = query<{ id: string }>()((db, p) =>
  db.selectFrom('messages').where('id', '=', p.id).select(STATE_COLUMNS),
);
const parkedFor = query<{ ids: string }>()((db, p) =>
  db
    .selectFrom('parts')
    .innerJoin('receipts', (join) =>
      join.onRef('receipts.carrier_id', '=', 'parts.carrier_id').onRef('receipts.carrier', '=', 'parts.carrier'),
    )
    .where('parts.message_id', 'in', listed<string>(p.ids))
    .where('receipts.message_id', 'is', null)
    .orderBy('receipts.id')
    .select(['receipts.id', 'receipts.state', 'receipts.reason', 'parts.part', 'parts.message_id']),
);
const unpark = query<{ id: number; messageId: string }>()((db, p) =>
  db.updateTable('receipts').set({ message_id: p.messageId }).where('id', '=', p.id),
);

/** False: no message fits (yet), the receipt is parked. */
export async function recordReceipt(context: StoreContext, receipt: Receipt, nowMs: number): Promise<boolean> {
  const { session, pseudonyms } = context;
  const { carrier } = receipt;
  const known = await session.get(partByCarrierId, { carrier, carrierId: receipt.carrierId });
  // Of a message whose number was erased: it still counts, and nothing of it is kept.
  const hash = pseudonyms.of('part', carrier, receipt.carrierId);
  const erased = known ? undefined : await session.get(partByCarrierId, { carrier, carrierId: hash });
  const part = known ?? erased;
  const inDoubt =
    part || !receipt.messageId ? undefined : await session.get(unknownById, { id: receipt.messageId, carrier });
  const messageId = part?.message_id ?? inDoubt?.id ?? null;
  const { state, reason } = receipt;
  const { carrierId, raw } = erased ? { carrierId: hash, raw: '' } : receipt;
  await session.run(keepReceipt, { carrier, carrierId, state, reason, raw, now: nowMs, messageId });
  if (part) await applyToPart(context, { messageId: part.message_id, part: part.part, state, reason }, nowMs);
  else if (inDoubt) await settleUnknown(context, inDoubt.id, receipt, nowMs);
  return messageId !== null;
}

/** After the answers to submissions: the receipts that were faster than they. */
export async function applyParkedReceipts(
  context: StoreContext,
  messageIds: readonly string[],
  nowMs: number,
): Promise<void> {
  const parked = await context.session.all(parkedFor, { ids: JSON.stringify(messageIds) });
  for (const { id, state, reason, part, message_id: messageId } of parked) {
    await context.session.run(unpark, { id, messageId });
    await applyToPart(context, { messageId, part, state: state as Receipt['state'], reason }, nowMs);
  }
}

interface PartReceipt {
  readonly messageId: string;
  readonly part: number;
  readonly state: Receipt['state'];
  readonly reason: string | null;
}

async function applyToPart(context: StoreContext, receipt: PartReceipt, nowMs: number): Promise<void> {
  if (receipt.state === 'pending') return;
  const { session } = context;
  await session.run(setPart, { id: receipt.messageId, part: receipt.part, state: receipt.state });
  const states = (await session.all(partStates, { id: receipt.messageId })).map(({ state }) => state);
  const to = stateOfParts(states);
  const message = await session.get(messageById, { id: receipt.messageId });
  // A late or second receipt finds the message final already.
  if (!to || !message || !canChange(message.state, to)) return;
  await changeState(context, message, { to, reason: to === 'delivered' ? null : receipt.reason, nowMs });
}

/** The carrier had it after all, and says what became of it. */
async function settleUnknown(context: StoreContext, id: string, receipt: Receipt, nowMs: number): Promise<void> {
  const message = await context.session.get(messageById, { id });
  if (!message) return;
  const to = receipt.state === 'pending' ? 'submitted' : stateOfParts([receipt.state]);
  if (to) await changeState(context, message, { to, reason: to === 'delivered' ? null : receipt.reason, nowMs });
}

/** One part that failed for good decides; till the last has arrived the message is under way. */
function stateOfParts(states: readonly PartState[]): MessageState | null {
  if (states.includes('undelivered') || states.includes('refused')) return 'undelivered';
  if (states.includes('expired')) return 'expired';
  return states.every((state) => state === 'delivered') ? 'delivered' : null;
}
