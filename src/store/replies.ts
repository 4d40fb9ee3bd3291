// Replies in the store: each is kept raw, once, beside the message that it answers. STOP and the groups take effect in the
// same transaction, and so is the mail queued that forwards it; SMS and posts wait as follow-ups that survive a crash.

import { sql } from 'kysely';

import { followUpsOf, NO_REPLY_SETTINGS, type FollowUp } from '../core/reply.js';
import { ok, type Result } from '../core/result.js';
import type { Account, Notice, Reply, Thread } from '../core/types.js';
import type { ReplyFilter, StoredReply } from '../core/reply-records.js';
import { accountByEmail, accountById } from './accounts.js';
import { blockNumber, EVERY_ACCOUNT, moveToGroup } from './contacts.js';
import type { StoreContext } from './context.js';
import { queueFollowUp } from './follow-ups.js';
import { insertNotice } from './notices.js';
import { query } from './query.js';
import { rulesOf } from './reply-rules.js';

/** A carrier that got no answer tells it again soon; a person may well send the same word again later. */
const TOLD_AGAIN_MS = 15 * 60_000;

const toldBefore = query<{ key: string; since: number }>()((db, p) =>
  db.selectFrom('replies').where('dedupe_key', '=', p.key).where('at', '>', p.since).select('id').limit(1),
);
const putReply = query<{
  key: string;
  carrier: string;
  number: string;
  sentTo: string;
  text: string;
  raw: string;
  at: number;
  accountId: number | null;
  messageId: string | null;
  orderId: string | null;
  now: number;
}>()((db, p) =>
  db
    .insertInto('replies')
    .values({
      // Never given twice, not after a restore either: an answer to an old mail must not reach another number.
      id: sql<number>`max(coalesce((select max(id) from replies), 0) + 1, ${p.now})`,
      dedupe_key: p.key,
      carrier: p.carrier,
      number: p.number,
      sent_to: p.sentTo,
      text: p.text,
      raw: p.raw,
      at: p.at,
      account_id: p.accountId,
      message_id: p.messageId,
      order_id: p.orderId,
    })
    .returning('id'),
);
const ANSWERED = [
  'messages.id',
  'messages.account_id',
  'messages.order_id',
  'orders.share',
  'orders.text',
  'orders.thread',
] as const;
const messageByReference = query<{ id: string; number: string }>()((db, p) =>
  db
    .selectFrom('messages')
    .innerJoin('orders', 'orders.id', 'messages.order_id')
    .where('messages.id', '=', p.id)
    .where('messages.number', '=', p.number)
    .select(ANSWERED),
);
/** The last one that the number has from that sender; failing that, the last one at all. */
const lastMessageTo = query<{ number: string; sender: string }>()((db, p) =>
  db
    .selectFrom('messages')
    .innerJoin('orders', 'orders.id', 'messages.order_id')
    .where('messages.number', '=', p.number)
    .where('messages.state', 'in', ['submitted', 'delivered', 'unknown'])
    .orderBy(sql`case when orders.sender = ${p.sender} then 0 else 1 end`)
    .orderBy('messages.created_at', 'desc')
    .orderBy('messages.id', 'desc')
    .limit(1)
    .select(ANSWERED),
);
const listed = query<{ accountId: number; since: number; limit: number }>()((db, p) =>
  db
    .selectFrom('replies')
    .leftJoin('accounts', 'accounts.id', 'replies.account_id')
    .where(sql<boolean>`(${p.accountId} = 0 or replies.account_id = ${p.accountId})`)
    .where('replies.at', '>=', p.since)
    .orderBy('replies.id', 'desc')
    .limit(p.limit)
    .selectAll('replies')
    .select('accounts.email'),
);

/** The message that is answered, with what of its order is needed. */
interface Answered {
  readonly id: string;
  readonly account_id: number;
  readonly order_id: string;
  readonly share: string | null;
  readonly text: string;
  readonly thread: string | null;
}

const answerable = query<{ id: number }>()((db, p) =>
  db.selectFrom('replies').where('id', '=', p.id).select(['account_id', 'number', 'answered_at']),
);
const setAnswered = query<{ id: number; now: number }>()((db, p) =>
  db.updateTable('replies').set({ answered_at: p.now }).where('id', '=', p.id).where('answered_at', 'is', null),
);

/** False: the carrier has told this one before. */
export async function recordReply(context: StoreContext, reply: Reply, key: string, nowMs: number): Promise<boolean> {
  const { session } = context;
  const { carrier, from, to, text, raw, atMs } = reply;
  if (await session.get(toldBefore, { key, since: nowMs - TOLD_AGAIN_MS })) return false;
  const answered = await messageAnswered(context, reply);
  const kept = await session.get(putReply, {
    ...{ key, carrier, number: from, sentTo: to, text, raw, at: atMs },
    ...{ accountId: answered?.account_id ?? null, messageId: answered?.id ?? null },
    ...{ orderId: answered?.order_id ?? null, now: nowMs },
  });
  if (!kept) throw new Error('the new reply has no id');
  if (answered) await followUp(context, { replyId: kept.id, reply, answered }, nowMs);
  // Nobody knows whose messages are meant: all of them.
  else if (followUpsOf(text, NO_REPLY_SETTINGS, []).length > 0) await blockNumber(context, EVERY_ACCOUNT, from, nowMs);
  return true;
}

async function messageAnswered({ session }: StoreContext, reply: Reply): Promise<Answered | undefined> {
  const { reference, from, to } = reply;
  const named =
    reference === undefined ? undefined : await session.get(messageByReference, { id: reference, number: from });
  return named ?? (await session.get(lastMessageTo, { number: from, sender: to }));
}

interface Matched {
  readonly replyId: number;
  readonly reply: Reply;
  readonly answered: Answered;
}

async function followUp(context: StoreContext, matched: Matched, nowMs: number): Promise<void> {
  const { account_id, share } = matched.answered;
  const account = await accountById(context, account_id, share);
  const steps = followUpsOf(matched.reply.text, account.settings, await rulesOf(context, account_id));
  let newlyBlocked = false;
  for (const step of steps) {
    if (step.kind === 'blacklist') newlyBlocked = await blockNumber(context, account_id, matched.reply.from, nowMs);
    // Whoever says STOP again has had the confirmation.
    else if (step.kind === 'answer' && step.to === 'stop' && !newlyBlocked) continue;
    else await take(context, { ...matched, account }, step, nowMs);
  }
}

async function take(
  context: StoreContext,
  { replyId, reply, answered, account }: Matched & { readonly account: Account },
  step: Exclude<FollowUp, { kind: 'blacklist' }>,
  nowMs: number,
): Promise<void> {
  const { id: accountId } = account;
  if (step.kind === 'move') await moveToGroup(context, { accountId, number: reply.from, group: step.group });
  else if (step.kind === 'mail') {
    // What people write is not what two robots do: the share of the hour does not hold it back.
    await insertNotice(
      context,
      { accountId, address: step.address },
      replyNotice({ replyId, reply, answered }, account),
      nowMs,
    );
  } else await queueFollowUp(context, { replyId, accountId, number: reply.from }, step, nowMs);
}

function replyNotice({ replyId, reply, answered }: Matched, { settings }: Account): Notice {
  return {
    kind: 'reply',
    replyId,
    lang: settings.lang,
    zone: settings.zone,
    orderId: answered.order_id,
    thread: answered.thread === null ? null : (JSON.parse(answered.thread) as Thread),
    from: reply.from,
    text: reply.text,
    atMs: reply.atMs,
    original: answered.text,
  };
}

export async function replyToAnswer({ session }: StoreContext, id: number) {
  const row = await session.get(answerable, { id });
  const { account_id: accountId = null, number = '', answered_at: answeredAt = null } = row ?? {};
  return accountId === null ? null : { accountId, number, answered: answeredAt !== null };
}

/** False: it was answered before. */
export async function markAnswered({ session }: StoreContext, id: number, nowMs: number): Promise<boolean> {
  return (await session.run(setAnswered, { id, now: nowMs })) === 1;
}

/** Newest first. */
export async function replies(
  context: StoreContext,
  { account, sinceMs, limit }: ReplyFilter,
): Promise<Result<readonly StoredReply[], string>> {
  const owner = account === undefined ? null : await accountByEmail(context, account);
  if (owner?.ok === false) return owner;
  const rows = await context.session.all(listed, { accountId: owner?.value.id ?? 0, since: sinceMs ?? 0, limit });
  return ok(
    rows.map((row) => ({
      id: row.id,
      account: row.email,
      number: row.number,
      sentTo: row.sent_to,
      text: row.text,
      atMs: row.at,
      messageId: row.message_id,
      orderId: row.order_id,
      carrier: row.carrier,
    })),
  );
}
