// Story 2 in the store, the way out: what is due becomes queued, what is queued becomes submitting before a byte of it
// leaves. Between accounts the share is fair; for one account and number the order of sending is kept.

import { sql } from 'kysely';

import type { Encoding } from '../core/types.js';
import type { ClaimedMessage } from '../store-port.js';
import type { StoreContext } from './context.js';
import { bookMessages } from './ledger.js';
import { query } from './query.js';
import { adopt } from './routes.js';
import { changeStates, STATE_COLUMNS, type StateRow } from './state.js';

/** So that a big order that falls due does not hold the other commands up: the rest follows in the next call. */
const PROMOTE_AT_ONCE = 500;

const dueScheduled = query<{ now: number }>()((db, p) =>
  db
    .selectFrom('messages')
    .where('state', '=', sql.lit('scheduled'))
    .where('due_at', '<=', p.now)
    .orderBy('due_at')
    .limit(sql.lit(PROMOTE_AT_ONCE))
    .select([...STATE_COLUMNS, 'expires_at', 'zone', 'carrier']),
);
/** What a carrier has put off, once its time has come. */
const makeReady = query<{ carrier: string; now: number }>()((db, p) =>
  db
    .updateTable('messages')
    .set({ ready: 1 })
    .where('id', 'in', (from) =>
      from
        .selectFrom('messages as deferred')
        .where('deferred.state', '=', sql.lit('queued'))
        .where('deferred.ready', '=', sql.lit(0))
        .where('deferred.carrier', '=', p.carrier)
        .where('deferred.due_at', '<=', p.now)
        .orderBy('deferred.due_at')
        .limit(sql.lit(PROMOTE_AT_ONCE))
        .select('deferred.id'),
    ),
);
/** Accounts with something to send, in turn: each is one step in the index, however much it has (min() would read all). */
const nextAccounts = query<{ carrier: string; after: number; limit: number }>()((db, p) => {
  const readyFor = db
    .selectFrom('messages')
    .where('state', '=', sql.lit('queued'))
    .where('ready', '=', sql.lit(1))
    .where('carrier', '=', p.carrier)
    .orderBy('account_id')
    .limit(1)
    .select('account_id');
  const first = readyFor.where('account_id', '>', p.after);
  const next = readyFor.where('account_id', '>', sql.ref<number>('turn.account_id'));
  return db
    .withRecursive('turn', (cte) =>
      cte
        .selectNoFrom(first.as('account_id'))
        .unionAll(cte.selectFrom('turn').where('turn.account_id', 'is not', null).select(next.as('account_id'))),
    )
    .selectFrom('turn')
    .where('account_id', 'is not', null)
    .limit(p.limit)
    .select(sql<number>`account_id`.as('account_id'));
});
/** A message waits behind an earlier one to the same number that the carrier has put off. */
const readyOf = query<{ carrier: string; accountId: number; limit: number }>()((db, p) =>
  db
    .selectFrom('messages as m')
    .innerJoin('orders as o', 'o.id', 'm.order_id')
    .where('m.state', '=', sql.lit('queued'))
    .where('m.ready', '=', sql.lit(1))
    .where('m.carrier', '=', p.carrier)
    .where('m.account_id', '=', p.accountId)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('messages as earlier')
            .where('earlier.state', '=', sql.lit('queued'))
            .where('earlier.ready', '=', sql.lit(0))
            .whereRef('earlier.account_id', '=', 'm.account_id')
            .whereRef('earlier.number', '=', 'm.number')
            .whereRef('earlier.id', '<', 'm.id')
            .select('earlier.id'),
        ),
      ),
    )
    // Ids grow with time: what was accepted first leaves first, put off or not.
    .orderBy('m.id')
    .limit(p.limit)
    .select(STATE_COLUMNS.map((column) => `m.${column}` as const))
    .select(['m.expires_at', 'm.attempts', 'm.flash', 'o.text', 'o.encoding', 'o.parts', 'o.sender']),
);
const nextScheduled = query()((db) =>
  db.selectFrom('messages').where('state', '=', sql.lit('scheduled')).orderBy('due_at').limit(1).select('due_at'),
);
const nextDeferred = query<{ carrier: string }>()((db, p) =>
  db
    .selectFrom('messages')
    .where('state', '=', sql.lit('queued'))
    .where('ready', '=', sql.lit(0))
    .where('carrier', '=', p.carrier)
    .orderBy('due_at')
    .limit(1)
    .select('due_at'),
);

export async function claimDue(
  context: StoreContext,
  carrier: string,
  limit: number,
  nowMs: number,
): Promise<readonly ClaimedMessage[]> {
  await promoteScheduled(context, nowMs);
  await context.session.run(makeReady, { carrier, now: nowMs });
  const claimed: ClaimedMessage[] = [];
  const idle = new Set<number>();
  while (claimed.length < limit) {
    const wanted = limit - claimed.length;
    const turn = await nextInTurn(context, carrier, wanted);
    // Once around without anything that could be taken: done.
    if (turn.every((accountId) => idle.has(accountId))) break;
    const rows: ReadyRow[] = [];
    for (const accountId of turn) {
      const share = Math.min(Math.ceil(wanted / turn.length), wanted - rows.length);
      if (share === 0) break;
      const found = await context.session.all(readyOf, { carrier, accountId, limit: share });
      if (found.length === 0) idle.add(accountId);
      rows.push(...found);
      context.rotation.set(carrier, accountId);
    }
    claimed.push(...(await take(context, rows, nowMs)));
  }
  return claimed;
}

interface DueRow extends StateRow {
  readonly expires_at: number;
  readonly zone: string;
  readonly carrier: string;
}

async function promoteScheduled(context: StoreContext, nowMs: number): Promise<void> {
  const due: DueRow[] = await context.session.all(dueScheduled, { now: nowMs });
  const tooOld = due.filter(({ expires_at }) => expires_at <= nowMs);
  await changeStates(context, tooOld, { to: 'expired', reason: 'lifetime', nowMs });
  for (const accountId of new Set(due.map(({ account_id }) => account_id))) {
    const messages = due.filter((row) => row.account_id === accountId && row.expires_at > nowMs);
    await reserveAndQueue(context, messages, nowMs);
  }
}

/** The price of a deferred message is taken when it is due; what there is not enough credit for by then is refused. */
async function reserveAndQueue(context: StoreContext, messages: readonly DueRow[], nowMs: number): Promise<void> {
  const reserve = (some: readonly DueRow[]) =>
    bookMessages(context.session, { kind: 'reserve', messages: some, atMs: nowMs });
  const paid = new Set((await reserve(messages)) ? messages : []);
  // Of one account, so that nothing was booked if it was too much.
  if (paid.size === 0) for (const message of messages) if (await reserve([message])) paid.add(message);
  const queued = messages.filter((message) => paid.has(message));
  await changeStates(context, queued, { to: 'queued', reason: null, nowMs });
  await adopt(context, queued);
  const unpaid = messages.filter((message) => !paid.has(message));
  await changeStates(context, unpaid, { to: 'refused', reason: 'no-credit', nowMs });
}

/** At most `limit` accounts that have something to send, the one after the last one served first. */
async function nextInTurn({ session, rotation }: StoreContext, carrier: string, limit: number): Promise<number[]> {
  const after = rotation.get(carrier) ?? 0;
  const accounts = await session.all(nextAccounts, { carrier, after, limit });
  if (accounts.length < limit && after > 0) {
    const first = await session.all(nextAccounts, { carrier, after: 0, limit: limit - accounts.length });
    accounts.push(...first.filter(({ account_id }) => account_id <= after));
  }
  return accounts.map(({ account_id }) => account_id);
}

interface ReadyRow extends StateRow {
  readonly expires_at: number;
  readonly attempts: number;
  readonly flash: number;
  readonly text: string;
  readonly encoding: Encoding;
  readonly parts: number;
  readonly sender: string | null;
}

async function take(context: StoreContext, rows: readonly ReadyRow[], nowMs: number): Promise<ClaimedMessage[]> {
  const tooOld = rows.filter(({ expires_at }) => expires_at <= nowMs);
  await changeStates(context, tooOld, { to: 'expired', reason: 'lifetime', nowMs });
  const taken = rows.filter(({ expires_at }) => expires_at > nowMs);
  await changeStates(context, taken, { to: 'submitting', reason: null, nowMs });
  return taken.map(({ text, encoding, parts, sender, attempts, ...row }) => {
    const submission = { messageId: row.id, accountId: row.account_id, to: row.number, sender, text, encoding, parts };
    const flash = row.flash === 1;
    return {
      submission: { ...submission, flash, validityMs: row.expires_at - nowMs },
      dueAtMs: row.due_at,
      attempts,
    };
  });
}

export async function nextDueMs({ session }: StoreContext, carrier: string): Promise<number | null> {
  const due = [await session.get(nextScheduled, {}), await session.get(nextDeferred, { carrier })];
  const instants = due.flatMap((row) => (row ? [row.due_at] : []));
  return instants.length > 0 ? Math.min(...instants) : null;
}
