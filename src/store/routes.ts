// Messages that wait for one carrier go to another one of their route: after an outage, or when a carrier is gone from
// the configuration. What a carrier may have had (submitting, unknown) is never touched. However many they are, they move
// in bites, each a command of its own, so that nothing else waits for long.

import { sql } from 'kysely';

import { carriersFor, nextCarrier } from '../core/routing.js';
import type { QueuePlace, Rerouted } from '../store-port.js';
import type { StoreContext } from './context.js';
import { query } from './query.js';

const AT_ONCE = 500;

const queuedAfter = query<{ carrier: string; ready: number; accountId: number; id: string }>()((db, p) =>
  db
    .selectFrom('messages')
    .where('state', '=', sql.lit('queued'))
    .where('carrier', '=', p.carrier)
    .where(sql<boolean>`(ready, account_id, id) > (${p.ready}, ${p.accountId}, ${p.id})`)
    .orderBy('ready')
    .orderBy('account_id')
    .orderBy('id')
    .limit(sql.lit(AT_ONCE))
    .select(['id', 'account_id', 'ready', 'number', 'zone', 'carrier']),
);
const nextCarrierInUse = query<{ after: string }>()((db, p) =>
  db
    .selectFrom('messages')
    .where('state', '=', sql.lit('queued'))
    .where('carrier', '>', p.after)
    .select(sql<string | null>`min(carrier)`.as('carrier')),
);
const giveTo = query<{ id: string; carrier: string; due: number }>()((db, p) =>
  db.updateTable('messages').set({ carrier: p.carrier, attempts: 0, due_at: p.due, ready: 1 }).where('id', '=', p.id),
);
const changeCarrier = query<{ id: string; carrier: string }>()((db, p) =>
  db.updateTable('messages').set({ carrier: p.carrier }).where('id', '=', p.id),
);

const BEFORE_ALL: QueuePlace = { ready: 0, accountId: -1, id: '' };

export async function reroute(
  { session, options }: StoreContext,
  carrier: string,
  nowMs: number,
  after: QueuePlace | null,
): Promise<Rerouted> {
  const rows = await session.all(queuedAfter, { carrier, ...(after ?? BEFORE_ALL) });
  let moved = 0;
  for (const { id, number, zone } of rows) {
    const next = nextCarrier(carriersFor(options.routing, number, zone), carrier);
    if (next !== null) moved += await session.run(giveTo, { id, carrier: next, due: nowMs });
  }
  const last = rows.length === AT_ONCE ? rows.at(-1) : undefined;
  return { moved, next: last ? { ready: last.ready, accountId: last.account_id, id: last.id } : null };
}

interface Waiting {
  readonly id: string;
  readonly number: string;
  readonly zone: string;
  readonly carrier: string;
}

/** Those of a carrier that is gone go to the first one of their route. Returns how many. */
export async function adopt({ session, options }: StoreContext, messages: readonly Waiting[]): Promise<number> {
  let moved = 0;
  for (const { id, number, zone, carrier } of messages) {
    const [first] = carriersFor(options.routing, number, zone);
    const isGone = !options.routing.carriers.includes(carrier);
    if (isGone && first !== undefined) moved += await session.run(changeCarrier, { id, carrier: first });
  }
  return moved;
}

/** What is scheduled follows when it is due. */
export async function adoptStranded(context: StoreContext): Promise<number> {
  const { session, options } = context;
  const inUse = async (after: string) => (await session.get(nextCarrierInUse, { after }))?.carrier ?? null;
  for (let carrier = await inUse(''); carrier !== null; carrier = await inUse(carrier)) {
    if (options.routing.carriers.includes(carrier)) continue;
    return adopt(context, await session.all(queuedAfter, { carrier, ...BEFORE_ALL }));
  }
  return 0;
}
