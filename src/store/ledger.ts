// Books movements: one row in the append-only ledger and, in the same transaction, the change of the cached balances.
// A movement that would take more than there is changes nothing and says so.

import { sql } from 'kysely';

import { effectOn, type Movement } from '../core/ledger.js';
import { listed, query, type Session } from './query.js';

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

/** What is paid for each of these messages; those without a price are left out. */
const insertForMessages = query<{ kind: string; ids: string; at: number }>()((db, p) =>
  db
    .insertInto('movements')
    .columns(['ref', 'kind', 'account_id', 'amount_milli', 'order_id', 'message_id', 'at'])
    .expression(
      db
        .selectFrom('messages')
        .where('id', 'in', listed<string>(p.ids))
        .where('price_milli', '>', 0)
        .select([
          sql<string>`${p.kind} || ':' || id`.as('ref'),
          sql<Movement['kind']>`${p.kind}`.as('kind'),
          'account_id',
          'price_milli',
          'order_id',
          'id',
          sql<number>`${p.at}`.as('at'),
        ]),
    ),
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

interface PricedMessage {
  readonly id: string;
  readonly account_id: number;
  readonly price_milli: number;
}

interface MessageMovement {
  readonly kind: 'reserve' | 'settle' | 'refund';
  readonly messages: readonly PricedMessage[];
  readonly atMs: number;
}

/** One movement for each message. False: an account does not have that much; of the others some may be booked then. */
export async function bookMessages(session: Session, { kind, messages, atMs }: MessageMovement): Promise<boolean> {
  const sums = new Map<number, number>();
  for (const { account_id, price_milli } of messages) sums.set(account_id, (sums.get(account_id) ?? 0) + price_milli);
  for (const [id, amountMilli] of sums) {
    const { balanceMilli, reservedMilli } = effectOn(id, { kind, accountId: id, counterAccountId: null, amountMilli });
    const changed = await session.run(changeBalances, { id, balance: balanceMilli, reserved: reservedMilli });
    if (changed === 0) return false;
  }
  await session.run(insertForMessages, { kind, ids: JSON.stringify(messages.map(({ id }) => id)), at: atMs });
  return true;
}
