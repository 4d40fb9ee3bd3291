// Checks the whole store against itself: the file, the ledger against the cached balances, the reservations against the
// messages that hold them, the length of the queue. Finds faults and changes nothing.

import { sql } from 'kysely';

import { effectOn } from '../core/ledger.js';
import type { VerifyReport } from '../store-port.js';
import type { StoreContext } from './context.js';
import { query } from './query.js';
import { queueLengthFaults } from './queue-length.js';

const integrity = query()((db) =>
  db.selectFrom(sql<{ integrity_check: string }>`pragma_integrity_check`.as('check')).select('check.integrity_check'),
);
const accounts = query()((db) => db.selectFrom('accounts').select(['id', 'email', 'balance_milli', 'reserved_milli']));
const sums = query()((db) =>
  db
    .selectFrom('movements')
    .groupBy(['kind', 'account_id', 'counter_account_id'])
    .select(['kind', 'account_id', 'counter_account_id', sql<number>`sum(amount_milli)`.as('amount')]),
);
const reservations = query()((db) =>
  db
    .selectFrom('messages')
    .where('state', 'in', ['queued', 'submitting', 'unknown'])
    .groupBy('account_id')
    .select(['account_id', sql<number>`sum(price_milli)`.as('price')]),
);
const counts = query()((db) =>
  db.selectNoFrom([
    sql<number>`(select count(*) from messages)`.as('messages'),
    sql<number>`(select count(*) from movements)`.as('movements'),
    sql<number>`(select count(*) from messages where order_id not in (select id from orders))`.as('orphans'),
  ]),
);

export async function verify(context: StoreContext): Promise<VerifyReport> {
  const { session } = context;
  const faults: string[] = [];
  for (const { integrity_check } of await session.all(integrity, {})) {
    if (integrity_check !== 'ok') faults.push(`database: ${integrity_check}`);
  }
  const movements = await session.all(sums, {});
  const held = new Map((await session.all(reservations, {})).map(({ account_id, price }) => [account_id, price]));
  for (const account of await session.all(accounts, {})) {
    let [balance, reserved] = [0, 0];
    for (const { kind, account_id, counter_account_id, amount } of movements) {
      const sum = { kind, accountId: account_id, counterAccountId: counter_account_id, amountMilli: amount };
      const effect = effectOn(account.id, sum);
      balance += effect.balanceMilli;
      reserved += effect.reservedMilli;
    }
    const expect = (what: string, cached: number, real: number) => {
      if (cached !== real) faults.push(`${account.email}: ${what} is ${cached}, should be ${real} (thousandths)`);
    };
    expect('balance', account.balance_milli, balance);
    expect('reserved', account.reserved_milli, reserved);
    expect('reserved (by messages)', account.reserved_milli, held.get(account.id) ?? 0);
  }
  faults.push(...(await queueLengthFaults(context)));
  const counted = await session.get(counts, {});
  if (counted && counted.orphans > 0) faults.push(`${counted.orphans} messages have no order`);
  return { messages: counted?.messages ?? 0, movements: counted?.movements ?? 0, faults };
}
