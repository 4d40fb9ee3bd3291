// What follows from replies and is not done in their own transaction: SMS to be ordered and posts to URLs, each kept until
// it is done or given up. Two lanes, so that a URL that does not answer keeps no SMS waiting.

import { sql } from 'kysely';

import type { AnswerTo, FollowUp } from '../core/reply.js';
import type { Thread } from '../core/types.js';
import type { FollowUpLane, FollowUpRecord, QueuedFollowUp } from '../core/reply-records.js';
import { accountById } from './accounts.js';
import type { StoreContext } from './context.js';
import { query } from './query.js';

const AGAIN_AFTER_MS = 4 * 3_600_000;

const putFollowUp = query<{ replyId: number; followUp: string; lane: string; due: number; now: number }>()((db, p) =>
  db.insertInto('follow_ups').values({
    reply_id: p.replyId,
    follow_up: p.followUp,
    lane: p.lane as FollowUpLane,
    due_at: p.due,
    created_at: p.now,
  }),
);
/** An answer to that number, not long ago: of the same kind. */
const recentAnswer = query<{ number: string; accountId: number; since: number; to: string }>()((db, p) =>
  db
    .selectFrom('replies')
    .innerJoin('follow_ups', 'follow_ups.reply_id', 'replies.id')
    .where('replies.number', '=', p.number)
    .where('replies.account_id', '=', p.accountId)
    .where('follow_ups.created_at', '>', p.since)
    .where(sql<boolean>`json_extract(follow_ups.follow_up, '$.to') = ${p.to}`)
    .select('follow_ups.id')
    .limit(1),
);
const due = query<{ lane: string; now: number; limit: number }>()((db, p) =>
  db
    .selectFrom('follow_ups')
    .innerJoin('replies', 'replies.id', 'follow_ups.reply_id')
    .innerJoin('orders', 'orders.id', 'replies.order_id')
    .where('follow_ups.state', '=', sql.lit('waiting'))
    .where('follow_ups.lane', '=', p.lane as FollowUpLane)
    .where('follow_ups.due_at', '<=', p.now)
    .orderBy('follow_ups.due_at')
    .orderBy('follow_ups.id')
    .limit(p.limit)
    .select(['follow_ups.id', 'follow_ups.follow_up', 'follow_ups.attempts', 'follow_ups.created_at'])
    .select(['replies.number', 'replies.sent_to', 'replies.text', 'replies.at', 'replies.message_id'])
    .select(['replies.order_id', 'orders.account_id', 'orders.share', 'orders.requester', 'orders.thread']),
);
const nextDue = query<{ lane: string }>()((db, p) =>
  db
    .selectFrom('follow_ups')
    .where('state', '=', sql.lit('waiting'))
    .where('lane', '=', p.lane as FollowUpLane)
    .orderBy('due_at')
    .limit(1)
    .select('due_at'),
);
const finish = query<{ id: number; state: string; due: number; detail: string }>()((db, p) =>
  db
    .updateTable('follow_ups')
    .set({ state: p.state as 'done', due_at: p.due, detail: p.detail, attempts: sql<number>`attempts + 1` })
    .where('id', '=', p.id),
);
/** A URL that does not take one post now takes no other: they wait together, and cost nobody else's the time. */
const holdBack = query<{ id: number; due: number }>()((db, p) =>
  db
    .updateTable('follow_ups')
    .set({ due_at: p.due })
    .where('state', '=', sql.lit('waiting'))
    .where('lane', '=', sql.lit('post'))
    .where('due_at', '<', p.due)
    .where('follow_up', '=', (of) =>
      of.selectFrom('follow_ups as failed').where('failed.id', '=', p.id).select('failed.follow_up'),
    ),
);
const heldBackTill = query<{ followUp: string }>()((db, p) =>
  db
    .selectFrom('follow_ups')
    .where('state', '=', sql.lit('waiting'))
    .where('lane', '=', sql.lit('post'))
    .where('follow_up', '=', p.followUp)
    .orderBy('due_at')
    .limit(1)
    .select('due_at'),
);

export interface FollowUpOf {
  readonly replyId: number;
  readonly accountId: number;
  readonly number: string;
}

/** Two machines that answer each other stop here; whoever asks for the contact again and again, too. */
export async function queueFollowUp(
  { session }: StoreContext,
  { replyId, accountId, number }: FollowUpOf,
  followUp: FollowUp,
  nowMs: number,
): Promise<void> {
  const answers: AnswerTo | null = followUp.kind === 'answer' ? followUp.to : null;
  if (answers !== null && answers !== 'stop') {
    const asked = { number, accountId, since: nowMs - AGAIN_AFTER_MS, to: answers };
    if (await session.get(recentAnswer, asked)) return;
  }
  const lane: FollowUpLane = followUp.kind === 'post' ? 'post' : 'sms';
  const json = JSON.stringify(followUp);
  const held = lane === 'post' ? await session.get(heldBackTill, { followUp: json }) : undefined;
  const due = Math.max(nowMs, held?.due_at ?? 0);
  await session.run(putFollowUp, { replyId, followUp: json, lane, due, now: nowMs });
}

export async function dueFollowUps(
  context: StoreContext,
  lane: FollowUpLane,
  limit: number,
  nowMs: number,
): Promise<QueuedFollowUp[]> {
  const rows = await context.session.all(due, { lane, limit, now: nowMs });
  const queued: QueuedFollowUp[] = [];
  for (const row of rows) {
    const { number, sent_to, text, at, message_id, order_id } = row;
    const orderedBy = row.share === null ? (await accountById(context, row.account_id)).email : row.requester;
    queued.push({
      id: row.id,
      attempts: row.attempts,
      createdAtMs: row.created_at,
      followUp: JSON.parse(row.follow_up) as FollowUp,
      orderedBy,
      reply: { number, sentTo: sent_to, text, atMs: at, messageId: message_id, orderId: order_id },
      thread: row.thread === null ? null : (JSON.parse(row.thread) as Thread),
    });
  }
  return queued;
}

export async function nextFollowUpMs({ session }: StoreContext, lane: FollowUpLane): Promise<number | null> {
  return (await session.get(nextDue, { lane }))?.due_at ?? null;
}

export async function recordFollowUp(
  { session }: StoreContext,
  { id, state, detail, retryAtMs }: FollowUpRecord,
): Promise<void> {
  await session.run(finish, { id, state, detail, due: retryAtMs });
  if (state === 'waiting') await session.run(holdBack, { id, due: retryAtMs });
}
