// Credit that comes in, goes from one account to another, and the statement of it all.

import { sql } from 'kysely';

import { effectOn, type Movement, type Statement } from '../core/ledger.js';
import { err, ok, type Result } from '../core/result.js';
import type { Account } from '../core/types.js';
import type { TopUp, Transfer } from '../store-port.js';
import { accountByEmail } from './accounts.js';
import type { StoreContext } from './context.js';
import { book } from './ledger.js';
import { query } from './query.js';

const countMovements = query()((db) => db.selectFrom('movements').select(sql<number>`coalesce(max(id), 0)`.as('last')));

const movementsOf = query<{ id: number; limit: number }>()((db, p) =>
  db
    .selectFrom('movements')
    .leftJoin('orders', 'orders.id', 'movements.order_id')
    .where((where) =>
      where.or([where('movements.account_id', '=', p.id), where('movements.counter_account_id', '=', p.id)]),
    )
    .orderBy('movements.id', 'desc')
    .limit(p.limit)
    .selectAll('movements')
    .select('orders.requester'),
);

/** A reference of the movement's own: the same top-up may come twice on purpose. */
async function nextRef(context: StoreContext, kind: string): Promise<string> {
  const row = await context.session.get(countMovements, {});
  return `${kind}:${(row?.last ?? 0) + 1}`;
}

export async function addCredit(context: StoreContext, topUp: TopUp): Promise<Result<Account, string>> {
  const account = await accountByEmail(context, topUp.email);
  if (!account.ok) return account;
  await book(context.session, {
    ref: await nextRef(context, 'issue'),
    kind: 'issue',
    accountId: account.value.id,
    amountMilli: topUp.amountMilli,
    method: topUp.method,
    reference: topUp.reference,
    atMs: topUp.nowMs,
  });
  return accountByEmail(context, topUp.email);
}

/** Returns the account that gave. */
export async function transferCredit(context: StoreContext, transfer: Transfer): Promise<Result<Account, string>> {
  const [from, to] = [await accountByEmail(context, transfer.from), await accountByEmail(context, transfer.to)];
  if (!from.ok) return from;
  if (!to.ok) return to;
  if (from.value.id === to.value.id) return err('an account cannot transfer to itself');
  if (to.value.closed) return err(`the account ${to.value.email} is closed`);
  const booked = await book(context.session, {
    ref: await nextRef(context, 'transfer'),
    kind: 'transfer',
    accountId: from.value.id,
    counterAccountId: to.value.id,
    amountMilli: transfer.amountMilli,
    atMs: transfer.nowMs,
  });
  if (!booked) return err(`the balance of ${from.value.email} is ${from.value.balanceMilli / 1000}; nothing was moved`);
  return accountByEmail(context, transfer.from);
}

export async function statement(
  context: StoreContext,
  email: string,
  limit: number,
): Promise<Result<Statement, string>> {
  const account = await accountByEmail(context, email);
  if (!account.ok) return account;
  const { id, balanceMilli, reservedMilli } = account.value;
  const rows = await context.session.all(movementsOf, { id, limit });
  const lines = rows.map((row) => {
    const movement: Movement = {
      id: row.id,
      ref: row.ref,
      kind: row.kind,
      accountId: row.account_id,
      counterAccountId: row.counter_account_id,
      amountMilli: row.amount_milli,
      orderId: row.order_id,
      messageId: row.message_id,
      method: row.method,
      reference: row.reference,
      atMs: row.at,
    };
    return { ...movement, requester: row.requester, balanceChangeMilli: effectOn(id, movement).balanceMilli };
  });
  return ok({ email: account.value.email, balanceMilli, reservedMilli, lines });
}
