// Taking back by mail what was to leave later: within the transaction of the mail, so that all of it is cancelled and the
// answer queued, or nothing. Whose messages: of an account those that came by its own code, whichever of its addresses
// sent them; of a share those of the same person.

import { sql } from 'kysely';

import { cancelledNotice, refusedNotice } from '../core/announce.js';
import { decideCancellation, type CancelDecision, type CancelPlan, type Unsent } from '../core/cancel.js';
import { OPEN_STATES } from '../core/lifecycle.js';
import type { AcceptCommand } from '../store-port.js';
import { accountById } from './accounts.js';
import { circumstances, mailRefusal } from './answers.js';
import type { StoreContext } from './context.js';
import { mayNotify, queueNotice } from './notices.js';
import { query } from './query.js';
import { changeState, STATE_COLUMNS, type StateRow } from './state.js';

/** `''`: no share, and any requester. */
type Whose = Readonly<{ accountId: number; share: string; requester: string; atMs: number }>;

const ours = ({ share, requester }: Pick<Whose, 'share' | 'requester'>) =>
  sql<boolean>`(coalesce(orders.share, '') = ${share} and (${requester} = '' or orders.requester = ${requester}))`;

const forInstant = query<Whose & Readonly<{ number: string }>>()((db, p) =>
  db
    .selectFrom('messages')
    .innerJoin('orders', 'orders.id', 'messages.order_id')
    .where('messages.account_id', '=', p.accountId)
    .where('messages.number', '=', p.number)
    .where((where) => where.or([where('orders.scheduled_for', '=', p.atMs), where('messages.due_at', '=', p.atMs)]))
    .where(ours(p))
    .orderBy('messages.created_at')
    .select(STATE_COLUMNS.map((column) => `messages.${column}` as const))
    .select('orders.text'),
);
const waitingFor = query<Whose>()((db, p) =>
  db
    .selectFrom('messages')
    .innerJoin('orders', 'orders.id', 'messages.order_id')
    .where('messages.account_id', '=', p.accountId)
    .where('messages.state', 'in', [...OPEN_STATES])
    .where('orders.scheduled_for', '=', p.atMs)
    .where(ours(p))
    .select(sql<number>`count(*)`.as('count')),
);

interface Asked {
  readonly command: AcceptCommand;
  readonly orderId: string;
  readonly plan: CancelPlan;
}

interface Taken {
  readonly decision: CancelDecision;
  readonly mailed: boolean;
}

export async function takeBack(context: StoreContext, { command, orderId, plan }: Asked): Promise<Taken> {
  const { mail, nowMs, dryRun } = command;
  const { requester } = plan;
  const account = await accountById(context, plan.account.id, plan.share?.domain);
  const rows = await findRows(context, plan);
  const decision = decideCancellation(plan, rows.map(unsentOf));
  if (!decision.accepted) {
    const notice = refusedNotice(circumstances(command, orderId, account), decision.rejection, decision.refused);
    return { decision, mailed: await mailRefusal(context, command, { account, requester, notice }) };
  }
  if (dryRun) return { decision, mailed: false };
  const answered = mail !== null && !mail.silent && (await mayNotify(context, requester, nowMs));
  const answer = (balanceMilli: number, stillWaiting: number) =>
    answered
      ? cancelledNotice({ ...circumstances(command, orderId, account), balanceMilli }, plan, decision, stillWaiting)
      : null;
  const change = { to: 'cancelled', reason: 'by-mail', nowMs, told: answer(0, 0) !== null } as const;
  const chosen = new Set(decision.messages.map(({ id }) => id));
  for (const row of rows.filter(({ id }) => chosen.has(id))) await changeState(context, row, change);
  const { balanceMilli } = await accountById(context, plan.account.id, plan.share?.domain);
  const waiting = await context.session.get(waitingFor, whose(plan));
  const addressee = { accountId: account.id, address: requester };
  return { decision, mailed: await queueNotice(context, addressee, answer(balanceMilli, waiting?.count ?? 0), nowMs) };
}

type Row = StateRow & { readonly text: string };

async function findRows(context: StoreContext, plan: CancelPlan): Promise<Row[]> {
  const rows: Row[] = [];
  for (const number of plan.numbers) rows.push(...(await context.session.all(forInstant, { ...whose(plan), number })));
  return rows;
}

function whose({ account, share, requester, atMs }: CancelPlan): Whose {
  return { accountId: account.id, share: share?.domain ?? '', requester: share ? requester : '', atMs };
}

function unsentOf({ id, number, state, text, due_at }: Row): Unsent {
  return { id, to: number, state, text, dueAtMs: due_at };
}
