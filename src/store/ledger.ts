// Books movements: one row in the append-only ledger and, in the same transaction, the change of the cached balances.
// A movement that would take more than there is changes nothing and says so.

import { sql } from 'kysely';

import { effectOn, type Movement } from '../core/ledger.js';
import { query, type Session } from './query.js';

type NewMovement = Omit<Movement, 'id' | 'counterAccountId' | 'orderId' | 'messageId' | 'method' | 'reference'> &
  Partial<Pick<Movement, 'counterAccountId' | 'orderId' | 'messageId' | 'method' | 'reference'>>;

type MovementRow = Record<'ref' | 'kind', string> &
  Record<'accountId' | 'amount' | 'at', number> &
  Record<'counterAccountId', number | null> &
  Record<'orderId' | 'messageId' | 'method' | 'reference', string | null>;

const insertMovement = query<MovementRow>()((db, p) =>
  db.insertInto('movements').values({
    ref: p.ref,
    kind: p.kind as Movement['kind'],
    account_id: p.accountId,
    counter_account_id: p.counterAccountId,
    amount_milli: p.amount,
    order_id: p.orderId,
    message_id: p.messageId,
    method: p.method,
    reference: p.reference,
    at: p.at,
  }),
);

/** The guard stands in the statement that takes: nobody can spend between a look and a grip. */
const changeBalances = query<{ id: number; balance: number; reserved: number }>()((db, p) =>
  db
    .updateTable('accounts')
    .set({
      balance_milli: sql<number>`balance_milli + ${p.balance}`,
      reserved_milli: sql<number>`reserved_milli + ${p.reserved}`,
    })
    .where('id', '=', p.id)
    .where(sql<boolean>`balance_milli + ${p.balance} >= 0`)
    .where(sql<boolean>`reserved_milli + ${p.reserved} >= 0`),
);

/** False: an account does not have that much, nothing was booked. Throws when the reference was booked before. */
export async function book(session: Session, movement: NewMovement): Promise<boolean> {
  if (movement.amountMilli === 0) return true;
  const counterAccountId = movement.counterAccountId ?? null;
  const touched = [movement.accountId, ...(counterAccountId === null ? [] : [counterAccountId])];
  for (const id of touched) {
    const { balanceMilli, reservedMilli } = effectOn(id, { ...movement, counterAccountId });
    const changed = await session.run(changeBalances, { id, balance: balanceMilli, reserved: reservedMilli });
    if (changed === 0) return false;
  }
  await session.run(insertMovement, {
    ref: movement.ref,
    kind: movement.kind,
    accountId: movement.accountId,
    counterAccountId,
    amount: movement.amountMilli,
    orderId: movement.orderId ?? null,
    messageId: movement.messageId ?? null,
    method: movement.method ?? null,
    reference: movement.reference ?? null,
    at: movement.atMs,
  });
  return true;
}
