// Story 1 in the store: one command holds all requests of a mail, and either all of what it decides is written or
// nothing. The decision itself is pure (core/policy.ts); this file gathers the facts for it and writes what it says.

import { sql } from 'kysely';

import { recordedNotice, refusedNotice } from '../core/announce.js';
import { decide } from '../core/policy.js';
import { SEEN_MAIL_MS } from '../core/retention.js';
import { carriersFor } from '../core/routing.js';
import { dayStart } from '../core/schedule.js';
import type { AcceptanceFacts, Decision, OrderPlan } from '../core/types.js';
import type { AcceptCommand, AcceptedOrder, AcceptReply, OrderCommand } from '../store-port.js';
import { accountById } from './accounts.js';
import { circumstances, mailRefusal, threadOf } from './answers.js';
import { takeBack } from './cancellations.js';
import type { StoreContext } from './context.js';
import { book } from './ledger.js';
import { insertMessage, insertOrder } from './order-rows.js';
import { queueNotice } from './notices.js';
import { blockedOf, duplicatesOf } from './obstacles.js';
import { literals, query } from './query.js';
import { changeQueueLength, refuseBeyondQueue } from './queue-length.js';
import { markAnswered, replyToAnswer } from './replies.js';
import { shareSpending } from './shares.js';

const seenMail = query<{ key: string; since: number }>()((db, p) =>
  db.selectFrom('seen_mails').where('dedupe_key', '=', p.key).where('at', '>', p.since).select('order_ids'),
);
const putSeenMail = query<{ key: string; orderIds: string; now: number }>()((db, p) =>
  db
    .insertInto('seen_mails')
    .values({ dedupe_key: p.key, order_ids: p.orderIds, at: p.now })
    .onConflict((conflict) => conflict.column('dedupe_key').doUpdateSet({ order_ids: p.orderIds, at: p.now })),
);
/** The price of all orders accepted since midnight, less what was not sent in the end. */
const spentSince = query<{ accountId: number; since: number }>()((db, p) =>
  db
    .selectFrom('orders')
    .innerJoin('messages', 'messages.order_id', 'orders.id')
    .where('orders.account_id', '=', p.accountId)
    .where('orders.created_at', '>=', p.since)
    .where('messages.state', 'not in', literals(['refused', 'expired', 'cancelled']))
    .select(sql<number>`coalesce(sum(messages.price_milli), 0)`.as('milli')),
);

export async function acceptOrders(context: StoreContext, command: AcceptCommand): Promise<AcceptReply> {
  const seenBefore = await ordersOfSeenMail(context, command);
  if (seenBefore) return { seenBefore, orders: [], refusalsMailed: [], cancellations: [] };
  await refuseBeyondQueue(context, command);
  const orders: AcceptedOrder[] = [];
  for (const order of command.orders) orders.push(await acceptOrder(context, command, order));
  const refusalsMailed: boolean[] = [];
  for (const { orderId, account, requester, rejection } of command.refusals) {
    const notice = refusedNotice(circumstances(command, orderId, account), rejection, []);
    refusalsMailed.push(await mailRefusal(context, command, { account, requester, notice }));
  }
  const cancellations: AcceptReply['cancellations'][number][] = [];
  for (const { orderId, plan } of command.cancellations) {
    cancellations.push(await takeBack(context, { command, orderId, plan }));
  }
  const answered =
    [...orders, ...cancellations].some(({ decision, mailed }) => decision.accepted || mailed) ||
    refusalsMailed.includes(true);
  if (answered) await rememberMail(context, command);
  return { seenBefore: null, orders, refusalsMailed, cancellations };
}

async function ordersOfSeenMail(context: StoreContext, { mail, nowMs, dryRun }: AcceptCommand) {
  if (!mail?.dedupeKey || dryRun) return null;
  const seen = await context.session.get(seenMail, { key: mail.dedupeKey, since: nowMs - SEEN_MAIL_MS });
  return seen ? (JSON.parse(seen.order_ids) as string[]) : null;
}

async function rememberMail(context: StoreContext, command: AcceptCommand): Promise<void> {
  const { mail, nowMs, dryRun } = command;
  if (!mail?.dedupeKey || dryRun) return;
  const orderIds = JSON.stringify(
    [...command.orders, ...command.refusals, ...command.cancellations].map(({ orderId }) => orderId),
  );
  await context.session.run(putSeenMail, { key: mail.dedupeKey, orderIds, now: nowMs });
}

/** With the account as it is in this transaction. */
type CurrentOrder = OrderCommand & { readonly plan: OrderPlan };

async function acceptOrder(context: StoreContext, command: AcceptCommand, order: OrderCommand): Promise<AcceptedOrder> {
  const { nowMs, dryRun } = command;
  const { orderId, plan, answers } = order;
  // The plan was made with an account that may have changed since: what counts is the account of this transaction.
  const account = await accountById(context, plan.account.id, plan.share?.domain);
  const current = { ...plan, account };
  const facts = await gatherFacts(context, { ...order, plan: current }, nowMs);
  const decision = decide(current, facts, nowMs);
  const balanceMilli = facts.balanceMilli - (decision.accepted ? decision.reserveMilli : 0);
  const answer = { orderId, decision, balanceMilli };
  if (dryRun) return { ...answer, mailed: false };
  const told = { ...circumstances(command, orderId, account), balanceMilli };
  if (!decision.accepted) {
    // A reply that was answered before is told as a wrong code is: never by mail.
    if (facts.alreadyAnswered) return { ...answer, mailed: false };
    const notice = refusedNotice(told, decision.rejection, decision.refused);
    const mailed = await mailRefusal(context, command, { account, requester: plan.requester, notice });
    return { ...answer, mailed };
  }
  await writeOrder(context, command, { orderId, plan: current }, decision);
  if (answers !== undefined) await markAnswered(context, answers, nowMs);
  if (command.mail && !command.mail.silent) {
    const notice = recordedNotice(told, current, decision);
    await queueNotice(context, { accountId: account.id, address: plan.requester }, notice, nowMs);
  }
  return { ...answer, mailed: false };
}

async function gatherFacts(
  context: StoreContext,
  { plan, confirmsStop, answers }: CurrentOrder,
  nowMs: number,
): Promise<AcceptanceFacts> {
  const { session } = context;
  const { account } = plan;
  const blacklisted = confirmsStop === true ? new Set<string>() : await blockedOf(context, plan);
  // Whoever asks again is answered again; how often is decided where the reply came in.
  const guarded = account.settings.duplicates && plan.source !== 'reply';
  const duplicates = guarded ? await duplicatesOf(session, plan, nowMs) : new Set<string>();
  const spent =
    account.settings.dailyCap === null
      ? undefined
      : await session.get(spentSince, { accountId: account.id, since: dayStart(nowMs, account.settings.zone) });
  const shareSpent = await shareSpending(session, plan, nowMs);
  const answered = answers === undefined ? null : await replyToAnswer(context, answers);
  return {
    alreadyAnswered: answered?.answered ?? false,
    balanceMilli: account.balanceMilli,
    spentTodayMilli: spent?.milli ?? 0,
    ...shareSpent,
    blacklisted,
    duplicates,
  };
}

async function writeOrder(
  context: StoreContext,
  { mail, nowMs }: AcceptCommand,
  { orderId, plan }: CurrentOrder,
  decision: Extract<Decision, { accepted: true }>,
): Promise<void> {
  const { session } = context;
  await insertOrder(session, { orderId, plan, decision, thread: threadOf(mail), silent: mail?.silent ?? false });
  for (const [index, message] of decision.messages.entries()) {
    const [carrier] = carriersFor(context.options.routing, message.to, message.zone);
    if (carrier === undefined) throw new Error('there is no carrier');
    await insertMessage(session, { id: `${orderId}-${index + 1}`, orderId, plan, message, carrier });
  }
  const joining = decision.messages.map(() => ({ account_id: plan.account.id }));
  await changeQueueLength(session, 'join', joining);
  const booked = await book(session, {
    ref: `reserve:${orderId}`,
    kind: 'reserve',
    accountId: plan.account.id,
    amountMilli: decision.reserveMilli,
    orderId,
    atMs: nowMs,
  });
  if (!booked) throw new Error(`order ${orderId} was decided with credit that is not there`);
}
