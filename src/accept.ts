// Story 1: SmsRequest → Order → committed messages. Has each sender proved (prove.ts), makes of each request what the store
// shall do (prepare.ts), and gives all of one mail to the store as one command: written together, or not at all.
// Answers only after the commit. A wrong code, an unknown sender and a closed account are one and the same refusal.

import { rejection } from './core/rejection.js';
import { allRefused, NOTHING, resultOf } from './intake-result.js';
import type { Accept, Clock, Intake, IntakeResult, Log, Rates } from './ports.js';
import type { AcceptCommand, OrderCommand } from './store-port.js';
import { prepare, withoutRepeats, type Prepared, type PrepareWorld } from './prepare.js';

export interface AcceptWorld extends PrepareWorld {
  readonly rates: Rates;
  readonly clock: Clock;
  readonly log: Log;
  /** Something was committed: messages may be due, mails may be queued. */
  readonly onCommitted: () => void;
}

export function createAccept(world: AcceptWorld): Accept {
  return async (intake) => {
    const nowMs = world.clock.now();
    const prepared: Prepared[] = [];
    for (const request of intake.requests) prepared.push(await prepare(world, request, intake.client, nowMs));
    const asked = withoutRepeats(prepared);
    const command = commandOf(asked, intake, nowMs);
    if (asked.every(({ kind }) => kind === 'not-accepted')) return resultOf(asked, NOTHING);
    if (!withinRates(world.rates, intake, command)) return allRefused(asked, rejection('rate-limited'));
    const result = resultOf(asked, await world.store.acceptOrders(command));
    if (!intake.dryRun) {
      world.onCommitted();
      logResult(world.log, intake, result);
    }
    return result;
  };
}

function commandOf(asked: readonly Prepared[], { mail, dryRun }: Intake, nowMs: number): AcceptCommand {
  return {
    ...{ nowMs, mail, dryRun },
    orders: asked.flatMap((one) => (one.kind === 'plan' ? [toAccept(one.command)] : [])),
    refusals: asked.flatMap((one) => (one.kind === 'refusal' ? [one.command] : [])),
    cancellations: asked.flatMap((one) => (one.kind === 'cancel' ? [one.command] : [])),
  };
}

/** It goes to another thread: what that one reads itself stays here. */
function toAccept({ plan, ...command }: OrderCommand): OrderCommand {
  return { ...command, plan: { ...plan, account: { id: plan.account.id } } };
}

/** All of a mail or nothing: what is refused now comes again as the whole mail that it was. */
function withinRates(rates: Rates, { client, dryRun }: Intake, command: AcceptCommand): boolean {
  if (client === null || dryRun) return true;
  const messages = new Map<number, number>();
  const count = (accountId: number, more: number) => messages.set(accountId, (messages.get(accountId) ?? 0) + more);
  for (const { plan } of command.orders) count(plan.account.id, plan.messages.length);
  for (const { account } of command.refusals) count(account.id, 0);
  for (const { plan } of command.cancellations) count(plan.account.id, 0);
  return [...messages].every(([accountId, total]) => rates.orderOf(accountId, total));
}

function logResult(log: Log, { mail }: Intake, { outcomes, cancelled }: IntakeResult): void {
  for (const { numbers } of cancelled) log.info('order.cancelled', { messages: numbers.length, byMail: mail !== null });
  for (const outcome of outcomes) {
    if (outcome.accepted) {
      const { orderId, plan, decision } = outcome;
      const { length: messages } = decision.messages;
      log.info('order.accepted', { order: orderId, account: plan.account.id, source: plan.source, messages });
    } else {
      log.info('order.refused', { reason: outcome.rejection.reason, mailed: outcome.mailed, byMail: mail !== null });
    }
  }
}
