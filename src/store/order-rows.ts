// Rows of orders and messages: from a plan into the tables, and from the tables to what the ports speak of.

import type { Selectable } from 'kysely';

import { textCheck } from '../core/text-check.js';
import type { Decision, Message, Order, OrderPlan, PlannedMessage, Thread } from '../core/types.js';
import { query, type Session } from './query.js';
import type { Schema } from './schema.js';

type OrderRow = Selectable<Schema['orders']>;
type MessageRow = Selectable<Schema['messages']>;

const putOrder = query<{
  id: string;
  accountId: number;
  share: string | null;
  requester: string;
  source: string;
  syntax: number | null;
  sender: string | null;
  text: string;
  encoding: string;
  parts: number;
  price: number;
  format: string;
  bulk: number;
  silent: number;
  scheduledFor: number | null;
  now: number;
  thread: string | null;
}>()((db, p) =>
  db.insertInto('orders').values({
    id: p.id,
    account_id: p.accountId,
    share: p.share,
    requester: p.requester,
    source: p.source as Order['source'],
    syntax: p.syntax as Order['syntax'],
    sender: p.sender,
    text: p.text,
    encoding: p.encoding as Order['encoding'],
    parts: p.parts,
    price_milli: p.price,
    format: p.format as 'normal',
    bulk: p.bulk,
    silent: p.silent,
    scheduled_for: p.scheduledFor,
    created_at: p.now,
    thread: p.thread,
  }),
);

const putMessage = query<{
  id: string;
  orderId: string;
  accountId: number;
  number: string;
  zone: string;
  price: number;
  state: string;
  flash: number;
  due: number;
  expires: number;
  now: number;
  carrier: string;
  textCheck: number;
}>()((db, p) =>
  db.insertInto('messages').values({
    id: p.id,
    order_id: p.orderId,
    account_id: p.accountId,
    number: p.number,
    zone: p.zone,
    price_milli: p.price,
    state: p.state as Message['state'],
    flash: p.flash,
    due_at: p.due,
    expires_at: p.expires,
    created_at: p.now,
    carrier: p.carrier,
    text_check: p.textCheck,
  }),
);

export interface NewOrder {
  readonly orderId: string;
  readonly plan: OrderPlan;
  readonly decision: Extract<Decision, { accepted: true }>;
  readonly thread: Thread | null;
  readonly silent: boolean;
}

export async function insertOrder(session: Session, order: NewOrder): Promise<void> {
  const { plan, decision, thread } = order;
  await session.run(putOrder, {
    id: order.orderId,
    accountId: plan.account.id,
    share: plan.share?.domain ?? null,
    requester: plan.requester,
    source: plan.source,
    syntax: plan.syntax,
    sender: plan.account.settings.sender,
    text: plan.content.text,
    encoding: plan.content.encoding,
    parts: plan.content.parts,
    price: decision.priceMilli,
    format: plan.account.settings.format,
    bulk: plan.bulk ? 1 : 0,
    silent: order.silent ? 1 : 0,
    scheduledFor: plan.scheduledForMs,
    now: plan.plannedAtMs,
    thread: thread && JSON.stringify(thread),
  });
}

export interface NewMessage {
  readonly id: string;
  readonly orderId: string;
  readonly plan: OrderPlan;
  readonly message: PlannedMessage;
  readonly carrier: string;
}

export async function insertMessage(session: Session, row: NewMessage): Promise<void> {
  const { id, orderId, plan, message, carrier } = row;
  const { settings } = plan.account;
  await session.run(putMessage, {
    id,
    orderId,
    accountId: plan.account.id,
    number: message.to,
    zone: message.zone,
    price: message.priceMilli,
    state: message.dueAtMs > plan.plannedAtMs ? 'scheduled' : 'queued',
    flash: settings.format === 'flash' ? 1 : 0,
    due: message.dueAtMs,
    expires: message.dueAtMs + settings.lifetime,
    now: plan.plannedAtMs,
    carrier,
    textCheck: textCheck(plan.content.text),
  });
}

export function messageOf(row: MessageRow, carrierIds: readonly string[]): Message {
  return {
    id: row.id,
    orderId: row.order_id,
    accountId: row.account_id,
    to: row.number,
    zone: row.zone,
    priceMilli: row.price_milli,
    state: row.state,
    reason: row.reason,
    dueAtMs: row.due_at,
    createdAtMs: row.created_at,
    submittedAtMs: row.submitted_at,
    finalAtMs: row.final_at,
    carrier: row.carrier,
    carrierIds,
    attempts: row.attempts,
  };
}

export function orderOf(row: OrderRow, accountEmail: string): Order & { readonly bulk: boolean } {
  return {
    id: row.id,
    accountId: row.account_id,
    accountEmail,
    requester: row.requester,
    source: row.source,
    syntax: row.syntax,
    sender: row.sender,
    text: row.text,
    encoding: row.encoding,
    parts: row.parts,
    priceMilli: row.price_milli,
    scheduledForMs: row.scheduled_for,
    createdAtMs: row.created_at,
    bulk: row.bulk === 1,
  };
}
