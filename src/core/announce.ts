// Which outcome mail follows from what happened, and the facts that it holds. Pure; `notice.ts` finds the words later.
// (a) recorded · (b) refused, unsent, undelivered · (c) finished · (d) delivered; each has its switch in the settings.

import { NOTICE_LIST_LIMIT } from './notice.js';
import { FAILED_STATES, type MessageState } from './lifecycle.js';
import type { Rejection } from './rejection.js';
import type { Settings } from './settings.js';
import { cancelSubject, type CancelDecision, type CancelPlan } from './cancel.js';
import type {
  Decision,
  Excerpt,
  Message,
  Notice,
  Order,
  OrderPlan,
  RecipientFacts,
  RefusedRecipient,
  Thread,
} from './types.js';

/** Different texts for one number at one instant are rare. */
const SHOWN_TEXTS = 5;

function excerpt<T>(list: readonly T[]): Excerpt<T> {
  return { total: list.length, first: list.slice(0, NOTICE_LIST_LIMIT) };
}

interface Circumstances {
  readonly orderId: string;
  readonly thread: Thread | null;
  readonly balanceMilli: number;
  readonly settings: Settings;
}

function base({ orderId, thread, settings }: Omit<Circumstances, 'balanceMilli'>) {
  return { lang: settings.lang, zone: settings.zone, orderId, thread };
}

function countStates(recipients: readonly RecipientFacts[]): Partial<Record<MessageState, number>> {
  const counts: Partial<Record<MessageState, number>> = {};
  for (const { state } of recipients) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/** (a) and, where a part was refused, (b): either switch sends it. */
export function recordedNotice(
  circumstances: Circumstances,
  plan: OrderPlan,
  decision: Extract<Decision, { accepted: true }>,
): Notice | null {
  const { settings, balanceMilli, thread } = circumstances;
  const wanted = settings['notify.recorded'] || (settings['notify.refused'] && decision.refused.length > 0);
  if (!wanted) return null;
  const recipients = decision.messages.map((message): RecipientFacts => ({
    to: message.to,
    state: message.dueAtMs > plan.plannedAtMs ? 'scheduled' : 'queued',
    reason: null,
    dueAtMs: message.dueAtMs,
  }));
  return {
    ...base(circumstances),
    kind: 'recorded',
    text: plan.content.text,
    encoding: plan.content.encoding,
    parts: plan.content.parts,
    priceMilli: decision.priceMilli,
    balanceMilli,
    scheduledForMs: plan.scheduledForMs,
    recipients: excerpt(recipients),
    counts: countStates(recipients),
    refused: excerpt(decision.refused),
    cancelSubject: thread && cancelSubject(plan, thread.subject),
    origin: plan.origin,
    replaced: plan.content.replaced,
    savedParts: plan.content.savedParts,
    truncated: plan.content.truncated,
    finding: plan.finding,
  };
}

/** (a) of a mail that takes back; it stands for (c) where it takes back a whole order. */
export function cancelledNotice(
  circumstances: Circumstances,
  { atMs }: CancelPlan,
  { messages, refused }: Extract<CancelDecision, { accepted: true }>,
  stillWaiting: number,
): Notice | null {
  const { settings, balanceMilli } = circumstances;
  const partly = settings['notify.refused'] && refused.length > 0;
  if (!settings['notify.recorded'] && !settings['notify.finished'] && !partly) return null;
  const recipients = messages.map(({ to, dueAtMs }): RecipientFacts => {
    return { to, state: 'cancelled', reason: null, dueAtMs };
  });
  const texts = [...new Set(messages.map(({ text }) => text))];
  return {
    ...base(circumstances),
    kind: 'cancelled',
    atMs,
    recipients: excerpt(recipients),
    refused: excerpt(refused),
    texts: { total: texts.length, first: texts.slice(0, SHOWN_TEXTS) },
    stillWaiting,
    balanceMilli,
  };
}

/** (b), for an order that was refused whole. */
export function refusedNotice(
  circumstances: Circumstances,
  rejected: Rejection,
  refused: readonly RefusedRecipient[],
): Notice | null {
  if (!circumstances.settings['notify.refused']) return null;
  const { balanceMilli } = circumstances;
  return { ...base(circumstances), kind: 'refused', rejection: rejected, refused: excerpt(refused), balanceMilli };
}

/** (c) for deferred and bulk orders; (b) for those, and for others, where something could not be sent. */
export function finishedNotice(
  circumstances: Circumstances,
  order: Order & { readonly bulk: boolean },
  messages: readonly Pick<Message, 'to' | 'state' | 'reason' | 'dueAtMs'>[],
): Notice | null {
  const { settings, balanceMilli } = circumstances;
  const large = order.bulk || order.scheduledForMs !== null;
  const unsent = messages.some(({ state }) => FAILED_STATES.includes(state));
  const kind = large && settings['notify.finished'] ? 'finished' : 'unsent';
  if (kind === 'unsent' && !(unsent && settings['notify.refused'])) return null;
  const recipients = messages.map(({ to, state, reason, dueAtMs }): RecipientFacts => ({ to, state, reason, dueAtMs }));
  return {
    ...base(circumstances),
    kind,
    text: order.text,
    encoding: order.encoding,
    parts: order.parts,
    priceMilli: order.priceMilli,
    balanceMilli,
    scheduledForMs: order.scheduledForMs,
    recipients: excerpt(recipients),
    counts: countStates(recipients),
  };
}

/** (d), or (b) where the handset was not reached after the carrier had taken the message. */
export function receiptNotice(
  circumstances: Omit<Circumstances, 'balanceMilli'>,
  text: string,
  recipient: RecipientFacts,
  atMs: number,
): Notice | null {
  const delivered = recipient.state === 'delivered';
  if (!circumstances.settings[delivered ? 'notify.delivered' : 'notify.refused']) return null;
  return { ...base(circumstances), kind: delivered ? 'delivered' : 'undelivered', text, recipient, atMs };
}
