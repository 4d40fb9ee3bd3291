// What was sent and what waits: messages, one order, the queue; and the three ways to mend the queue by hand.

import { z } from 'zod';

import { mistake, type Told } from '../../control/protocol.js';
import { MESSAGE_STATES } from '../../core/lifecycle.js';
import { ok } from '../../core/result.js';
import type { MessagePlace } from '../../core/types.js';
import type { Store } from '../../store-port.js';
import { emailParam, ownerOf, told, type OperationContext } from './context.js';
import { isoTime, viewMessage, type MessageView } from './message-view.js';

/** Of a page. */
export const MAX_MESSAGES = 1000;

const id = z.string().min(1).max(80);
const state = z.enum(MESSAGE_STATES);
const place = z.strictObject({ order: id, message: id });

export const messagesParams = z.strictObject({
  account: emailParam.optional(),
  state: state.optional(),
  sinceMs: z.int().min(0).optional(),
  order: id.optional(),
  /** The last one of the page before. */
  after: place.optional(),
  limit: z.int().min(1).max(MAX_MESSAGES).default(MAX_MESSAGES),
});
export const showOrderParams = z.strictObject({ id, after: place.optional() });
export const idParams = z.strictObject({ id });
export const settleParams = z.strictObject({ id, state });
export const noParams = z.strictObject({});

export interface MessagesView {
  readonly messages: readonly MessageView[];
  /** The zone in which times are shown to people. */
  readonly zone: string;
  /** What the next page is behind; null: there is none. */
  readonly next: MessagePlace | null;
}

export async function listMessages(
  context: OperationContext,
  { account, ...filter }: z.output<typeof messagesParams>,
): Promise<Told<MessagesView>> {
  const owner = account === undefined ? null : await ownerOf(context, account);
  if (owner?.ok === false) return owner;
  const found = await context.store.messages({
    ...(owner && { account: owner.value.email }),
    ...(filter.state && { state: filter.state }),
    ...(filter.sinceMs !== undefined && { sinceMs: filter.sinceMs }),
    ...(filter.order !== undefined && { order: filter.order }),
    ...(filter.after && { after: filter.after }),
    limit: filter.limit + 1,
  });
  const zone = owner?.value.settings.zone ?? context.config.defaults.zone;
  return ok({ ...pageOf(found, filter.limit), zone });
}

/** One more was asked for than the page holds: so it is known whether there is another. */
function pageOf(found: Awaited<ReturnType<Store['messages']>>, limit: number): Pick<MessagesView, 'messages' | 'next'> {
  const last = found.length > limit ? found[limit - 1] : undefined;
  return {
    messages: found.slice(0, limit).map(viewMessage),
    next: last ? { order: last.order.id, message: last.message.id } : null,
  };
}

interface OrderView {
  readonly id: string;
  readonly account: string;
  readonly requester: string;
  readonly source: string;
  readonly syntax: number | null;
  readonly sender: string | null;
  readonly text: string;
  readonly encoding: string;
  readonly parts: number;
  readonly priceMilli: number;
  readonly createdAt: string;
  /** The date that the order asked for, or null: at once. */
  readonly scheduledFor: string | null;
  readonly messages: readonly MessageView[];
}

export interface OrderPage {
  /** With a page of its messages. */
  readonly order: OrderView;
  readonly zone: string;
  readonly next: MessagePlace | null;
}

export async function showOrder(
  context: OperationContext,
  { id: wanted, after }: z.output<typeof showOrderParams>,
): Promise<Told<OrderPage>> {
  const found = await context.store.messages({ order: wanted, ...(after && { after }), limit: MAX_MESSAGES + 1 });
  const order = found[0]?.order;
  if (!order) return mistake('data', `there is no order ${wanted} (petitbleu messages shows the ids)`);
  const { accountEmail: account, createdAtMs, scheduledForMs } = order;
  const owner = await ownerOf(context, account);
  const { messages, next } = pageOf(found, MAX_MESSAGES);
  const view: OrderView = {
    id: order.id,
    account,
    requester: order.requester,
    source: order.source,
    syntax: order.syntax,
    sender: order.sender,
    text: order.text,
    encoding: order.encoding,
    parts: order.parts,
    priceMilli: order.priceMilli,
    createdAt: isoTime(createdAtMs),
    scheduledFor: scheduledForMs === null ? null : isoTime(scheduledForMs),
    messages,
  };
  const zone = owner.ok ? owner.value.settings.zone : context.config.defaults.zone;
  return ok({ order: view, zone, next });
}

export interface QueueView {
  readonly states: Readonly<Record<string, number>>;
  readonly noticesWaiting: number;
  readonly zone: string;
  readonly orders: readonly {
    readonly id: string;
    readonly account: string;
    readonly text: string;
    /** Messages that have not left. */
    readonly open: number;
    readonly dueAt: string;
  }[];
}

export async function listQueue(context: OperationContext): Promise<Told<QueueView>> {
  const { states, noticesWaiting, orders } = await context.store.queue();
  return ok({
    states,
    noticesWaiting,
    zone: context.config.defaults.zone,
    orders: orders.map(({ order, open, dueAtMs }) => ({
      id: order.id,
      account: order.accountEmail,
      text: order.text,
      open,
      dueAt: isoTime(dueAtMs),
    })),
  });
}

export interface Changed {
  /** How many messages. */
  readonly changed: number;
}

export async function cancelQueued(
  context: OperationContext,
  params: z.output<typeof idParams>,
): Promise<Told<Changed>> {
  return changed(context, 'queue.cancelled', params.id, await context.store.cancel(params.id, context.clock.now()));
}

export async function retryQueued(
  context: OperationContext,
  params: z.output<typeof idParams>,
): Promise<Told<Changed>> {
  return changed(context, 'queue.retried', params.id, await context.store.retry(params.id, context.clock.now()));
}

export async function settleUnknown(
  context: OperationContext,
  params: z.output<typeof settleParams>,
): Promise<Told<Changed>> {
  const settled = await context.store.settle({ ...params, nowMs: context.clock.now() });
  return changed(context, 'queue.settled', params.id, settled);
}

function changed(
  context: OperationContext,
  event: string,
  target: string,
  answer: Parameters<typeof told<number>>[0],
): Told<Changed> {
  const count = told(answer);
  if (!count.ok) return count;
  context.log.info(event, { id: target, messages: count.value });
  return ok({ changed: count.value });
}
