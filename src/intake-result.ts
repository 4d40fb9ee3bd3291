// Last part of story 1: what the store has decided, told for each request in its order. Pure.

import type { Rejection } from './core/rejection.js';
import type { OrderPlan } from './core/types.js';
import type { Acceptance, Cancelled, IntakeResult } from './ports.js';
import type { AcceptReply } from './store-port.js';
import type { Prepared } from './prepare.js';

/** The reply to a command in which nothing was asked. */
export const NOTHING: AcceptReply = { seenBefore: null, orders: [], refusalsMailed: [], cancellations: [] };

export function resultOf(asked: readonly Prepared[], reply: AcceptReply): IntakeResult {
  const { seenBefore } = reply;
  if (seenBefore) return { seenBefore, outcomes: [], cancelled: [] };
  return { seenBefore, outcomes: outcomesOf(asked, reply), cancelled: cancelledOf(asked, reply) };
}

/** Each request refused for the same reason. */
export function allRefused(asked: readonly Prepared[], rejection: Rejection): IntakeResult {
  return { seenBefore: null, outcomes: asked.map(() => refused({ rejection })), cancelled: [] };
}

/** In the order of the requests, whatever kind each turned out to be. */
function outcomesOf(asked: readonly Prepared[], reply: AcceptReply): Acceptance[] {
  const orders = [...reply.orders];
  const refusalsMailed = [...reply.refusalsMailed];
  const cancellations = [...reply.cancellations];
  return asked.flatMap((one): Acceptance[] => {
    if (one.kind === 'not-accepted') return [refused(one)];
    if (one.kind === 'refusal') return [{ ...refused(one.command), mailed: refusalsMailed.shift() ?? false }];
    if (one.kind === 'cancel') {
      const { decision, mailed } = cancellations.shift() ?? {};
      if (!decision || decision.accepted) return [];
      return [{ ...refused(decision), refused: decision.refused, mailed: mailed ?? false }];
    }
    const order = orders.shift();
    return order ? [outcomeOf(one.command.plan, order)] : [];
  });
}

function cancelledOf(asked: readonly Prepared[], reply: AcceptReply): Cancelled[] {
  const plans = asked.flatMap((one) => (one.kind === 'cancel' ? [one.command.plan] : []));
  return reply.cancellations.flatMap(({ decision }, at) => {
    const plan = plans[at];
    if (!decision.accepted || !plan) return [];
    const numbers = decision.messages.map(({ to }) => to);
    return [{ atMs: plan.atMs, zone: plan.account.settings.zone, numbers, refused: decision.refused }];
  });
}

function outcomeOf(plan: OrderPlan, order: AcceptReply['orders'][number]): Acceptance {
  const { decision, orderId, balanceMilli, mailed } = order;
  if (decision.accepted) return { accepted: true, orderId, plan, decision, balanceMilli };
  return { accepted: false, rejection: decision.rejection, refused: decision.refused, plan, mailed };
}

function refused(one: { readonly rejection: Rejection }): Extract<Acceptance, { accepted: false }> {
  return { accepted: false, rejection: one.rejection, refused: [], plan: null, mailed: false };
}
