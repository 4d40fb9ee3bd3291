// Which accounts want to be reminded of a low balance, and the last day on which each was looked at. The day is kept in
// the transaction that queues the mail, and no day is kept twice.

import { sql } from 'kysely';

import type { BalanceRecord, BalanceWatch } from '../core/remind.js';
import { ACCOUNT_COLUMNS, accountOf } from './accounts.js';
import type { StoreContext } from './context.js';
import { insertNotice } from './notices.js';
import { query } from './query.js';

/** `everyone`: 1 where the defaults have a threshold, else 0. */
const watched = query<{ everyone: number }>()((db, p) =>
  db
    .selectFrom('accounts')
    .leftJoin('balance_looks', 'balance_looks.account_id', 'accounts.id')
    .where('accounts.closed', '=', 0)
    .where(
      sql<boolean>`(balance_looks.day is not null or ${p.everyone} = 1 or instr(accounts.settings, '"lowBalance.threshold"') > 0)`,
    )
    .orderBy('accounts.id')
    .select(ACCOUNT_COLUMNS)
    .select('balance_looks.day'),
);
const dayOf = query<{ accountId: number }>()((db, p) =>
  db.selectFrom('balance_looks').where('account_id', '=', p.accountId).select('day'),
);
const keepDay = query<{ accountId: number; day: string }>()((db, p) =>
  db
    .insertInto('balance_looks')
    .values({ account_id: p.accountId, day: p.day })
    .onConflict((conflict) => conflict.column('account_id').doUpdateSet({ day: p.day })),
);
const forgetDay = query<{ accountId: number }>()((db, p) =>
  db.deleteFrom('balance_looks').where('account_id', '=', p.accountId),
);

/** Without the further sender addresses. */
export async function balanceWatches(context: StoreContext): Promise<readonly BalanceWatch[]> {
  const everyone = context.options.defaults['lowBalance.threshold'] === null ? 0 : 1;
  const rows = await context.session.all(watched, { everyone });
  return rows.map(({ day, ...row }) => ({ account: accountOf(context, row, []), lookedOn: day }));
}

/** False: that day, or a later one, was kept before; nothing is done. */
export async function recordLook(
  context: StoreContext,
  { accountId, day, mail, nowMs }: BalanceRecord,
): Promise<boolean> {
  const { session } = context;
  if (day === null) {
    await session.run(forgetDay, { accountId });
    return true;
  }
  const kept = await session.get(dayOf, { accountId });
  if (kept && kept.day >= day) return false;
  await session.run(keepDay, { accountId, day });
  // One a day: the share of the hour is for mails that answer mails.
  if (mail) await insertNotice(context, { accountId, address: mail.address }, mail.notice, nowMs);
  return true;
}
