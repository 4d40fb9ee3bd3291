// What waits for another try, when the clock that it waits by has been set back: messages that a carrier has put off,
// outcome mails, what follows from replies. Deferred orders are not touched.

import { sql } from 'kysely';

import type { StoreContext } from './context.js';
import { query } from './query.js';

/** As many milliseconds earlier, and not in the past. */
const earlier = ({ byMs, now }: { byMs: unknown; now: unknown }) => sql<number>`max(due_at - ${byMs}, ${now})`;

const moveMessages = query<{ byMs: number; now: number }>()((db, p) =>
  db
    .updateTable('messages')
    .set({ due_at: earlier(p) })
    .where('state', '=', sql.lit('queued'))
    .where('due_at', '>', p.now),
);
const moveNotices = query<{ byMs: number; now: number }>()((db, p) =>
  db
    .updateTable('notices')
    .set({ due_at: earlier(p) })
    .where('state', '=', sql.lit('waiting'))
    .where('due_at', '>', p.now),
);
const moveFollowUps = query<{ byMs: number; now: number }>()((db, p) =>
  db
    .updateTable('follow_ups')
    .set({ due_at: earlier(p) })
    .where('state', '=', sql.lit('waiting'))
    .where('due_at', '>', p.now),
);

export async function moveRetries({ session }: StoreContext, byMs: number, nowMs: number): Promise<void> {
  const move = { byMs, now: nowMs };
  for (const one of [moveMessages, moveNotices, moveFollowUps]) await session.run(one, move);
}
