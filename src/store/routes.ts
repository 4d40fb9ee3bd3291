// Messages that wait for one carrier go to another one of their route: after an outage, or when a carrier is gone from
// the configuration. What a carrier may have had (submitting, unknown) is never touched.

import { sql } from 'kysely';

import { carriersFor, nextCarrier } from '../core/routing.js';
import type { StoreContext } from './context.js';
import { query } from './query.js';

const queuedFor = query<{ carrier: string }>()((db, p) =>
  db
    .selectFrom('messages')
    .where('state', '=', sql.lit('queued'))
    .where('carrier', '=', p.carrier)
    .select(['id', 'number', 'zone']),
);
const waiting = query()((db) =>
  db.selectFrom('messages').where('state', 'in', ['scheduled', 'queued']).select(['id', 'number', 'zone', 'carrier']),
);
const giveTo = query<{ id: string; carrier: string; due: number }>()((db, p) =>
  db.updateTable('messages').set({ carrier: p.carrier, attempts: 0, due_at: p.due }).where('id', '=', p.id),
);
const adopt = query<{ id: string; carrier: string }>()((db, p) =>
  db.updateTable('messages').set({ carrier: p.carrier }).where('id', '=', p.id),
);

export async function reroute({ session, options }: StoreContext, carrier: string, nowMs: number): Promise<number> {
  let moved = 0;
  for (const { id, number, zone } of await session.all(queuedFor, { carrier })) {
    const next = nextCarrier(carriersFor(options.routing, number, zone), carrier);
    if (next !== null) moved += await session.run(giveTo, { id, carrier: next, due: nowMs });
  }
  return moved;
}

export async function adoptStranded({ session, options }: StoreContext): Promise<number> {
  const configured = new Set(options.routing.carriers);
  let moved = 0;
  for (const { id, number, zone, carrier } of await session.all(waiting, {})) {
    const [first] = carriersFor(options.routing, number, zone);
    if (!configured.has(carrier) && first !== undefined) moved += await session.run(adopt, { id, carrier: first });
  }
  return moved;
}
