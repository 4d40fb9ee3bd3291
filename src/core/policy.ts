// Decides about a planned order with what the store knows: all, a part, or nothing of it (specification §8).
// Pure: the store asks inside its transaction and carries out the answer.

import { rejection, type Rejection } from './rejection.js';
import type { AcceptanceFacts, Decision, OrderPlan, PlannedMessage, RefusedRecipient } from './types.js';

export function decide(plan: OrderPlan, facts: AcceptanceFacts, nowMs: number): Decision {
  // Another mail was faster; told as a wrong code is.
  if (facts.alreadyAnswered) return { accepted: false, rejection: rejection('not-accepted'), refused: [] };
  const messages: PlannedMessage[] = [];
  const refused: RefusedRecipient[] = [...plan.refused];
  for (const message of plan.messages) {
    const why = objection(message.to, facts);
    if (why) refused.push({ to: message.to, rejection: why });
    else messages.push(message);
  }
  if (messages.length === 0) {
    const first = refused[0];
    if (!first) throw new Error('a plan without recipients was made');
    return { accepted: false, rejection: first.rejection, refused };
  }
  const priceMilli = total(messages);
  const unaffordable = creditObjection(plan, facts, priceMilli);
  if (unaffordable) return { accepted: false, rejection: unaffordable, refused };
  const reserveMilli = total(messages.filter((message) => message.dueAtMs <= nowMs));
  return { accepted: true, messages, refused, priceMilli, reserveMilli };
}

function objection(number: string, facts: AcceptanceFacts): Rejection | null {
  if (facts.blacklisted.has(number)) return rejection('number-blacklisted', { number });
  if (facts.duplicates.has(number)) return rejection('duplicate', { number });
  return null;
}

/** The whole order is refused for want of credit, deferred messages included, though those are charged when they leave. */
function creditObjection(plan: OrderPlan, facts: AcceptanceFacts, priceMilli: number): Rejection | null {
  const cap = plan.account.settings.dailyCap;
  if (cap !== null && facts.spentTodayMilli + priceMilli > cap) {
    return rejection('daily-cap', { capMilli: cap, spentMilli: facts.spentTodayMilli, priceMilli });
  }
  const overShare = shareObjection(plan, facts, priceMilli);
  if (overShare) return overShare;
  if (facts.balanceMilli < priceMilli) {
    return rejection('no-credit', { priceMilli, balanceMilli: facts.balanceMilli });
  }
  return null;
}

function shareObjection({ share }: OrderPlan, facts: AcceptanceFacts, priceMilli: number): Rejection | null {
  if (!share) return null;
  const { domain, monthlyCapMilli, senderCapMilli } = share;
  const { shareSpentMilli, senderSpentMilli } = facts;
  if (senderCapMilli !== null && senderSpentMilli + priceMilli > senderCapMilli) {
    return rejection('sender-cap', { capMilli: senderCapMilli, spentMilli: senderSpentMilli, priceMilli });
  }
  if (monthlyCapMilli !== null && shareSpentMilli + priceMilli > monthlyCapMilli) {
    return rejection('share-cap', { domain, capMilli: monthlyCapMilli, spentMilli: shareSpentMilli, priceMilli });
  }
  return null;
}

function total(messages: readonly PlannedMessage[]): number {
  return messages.reduce((sum, message) => sum + message.priceMilli, 0);
}
