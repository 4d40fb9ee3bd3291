// What the store forgets by itself: keys of mails seen (72 hours), outcome mails that have left (30 days).

import type { StoreContext } from './context.js';
import { query } from './query.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const forgetMails = query<{ before: number }>()((db, p) => db.deleteFrom('seen_mails').where('at', '<', p.before));
const forgetNotices = query<{ before: number }>()((db, p) =>
  db.deleteFrom('notices').where('created_at', '<', p.before).where('state', '!=', 'waiting'),
);

export async function prune(context: StoreContext, nowMs: number): Promise<void> {
  await context.session.run(forgetMails, { before: nowMs - 72 * HOUR_MS });
  await context.session.run(forgetNotices, { before: nowMs - 30 * DAY_MS });
}
