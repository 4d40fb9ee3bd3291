// Story 1: SmsRequest → Order → committed messages. Has the sender proved (prove.ts), plans what can be planned
// without the store, and gives all requests of one mail to the store as one command: written together, or not at all.
// Answers only after the commit. A wrong code, an unknown sender and a closed account are one and the same refusal.

import { planCancellation } from './core/cancel.js';
import { planOrder } from './core/plan.js';
import { splitDestinations } from './core/destinations.js';
import { rejection, type Rejection } from './core/rejection.js';
import type { Account, OrderForm, OrderPlan, SmsRequest } from './core/types.js';
import type { ZoneTable } from './core/zones.js';
import type {
  Accept,
  Acceptance,
  AcceptReply,
  CancelCommand,
  Cancelled,
  Clock,
  Ids,
  Intake,
  IntakeResult,
  Log,
  MailClient,
  OrderCommand,
  Rates,
  RefusalCommand,
  Store,
} from './ports.js';
import { prove, type ProofWorld } from './prove.js';

export interface AcceptWorld extends ProofWorld {
  readonly rates: Rates;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** The price table of the moment. */
  readonly zones: () => ZoneTable;
  /** Something was committed: messages may be due, mails may be queued. */
  readonly onCommitted: () => void;
}

/** One request after its sender was found and before the store is asked. */
type Prepared =
  | { readonly kind: 'plan'; readonly command: OrderCommand }
  | { readonly kind: 'cancel'; readonly command: CancelCommand }
  | { readonly kind: 'refusal'; readonly command: RefusalCommand }
  | { readonly kind: 'not-accepted'; readonly rejection: Rejection };

export function createAccept(world: AcceptWorld): Accept {
  return async (intake) => {
    const nowMs = world.clock.now();
    const prepared: Prepared[] = [];
    for (const request of intake.requests) prepared.push(await prepare(world, request, intake.client, nowMs));
    const asked = withoutRepeats(prepared);
    const orders = asked.flatMap((one) => (one.kind === 'plan' ? [one.command] : []));
    const refusals = asked.flatMap((one) => (one.kind === 'refusal' ? [one.command] : []));
    const cancellations = asked.flatMap((one) => (one.kind === 'cancel' ? [one.command] : []));
    if (orders.length + refusals.length + cancellations.length === 0) {
      return {
        seenBefore: null,
        cancelled: [],
        outcomes: asked.flatMap((one) => (one.kind === 'not-accepted' ? [refused(one)] : [])),
      };
    }
    const { mail, dryRun } = intake;
    if (
      !dryRun &&
      intake.client &&
      !withinRates(world.rates, orders, [...refusals, ...cancellations.map(({ plan }) => plan)])
    ) {
      const outcomes = asked.map(() => refused({ rejection: rejection('rate-limited') }));
      return { seenBefore: null, outcomes, cancelled: [] };
    }
    const reply = await world.store.acceptOrders({ nowMs, orders, refusals, cancellations, mail, dryRun });
    if (!dryRun) world.onCommitted();
    const outcomes = reply.seenBefore ? [] : outcomesOf(asked, reply);
    const cancelled = reply.seenBefore ? [] : cancelledOf(cancellations, reply);
    if (!dryRun) logOutcomes(world.log, intake, { outcomes, cancelled });
    return { seenBefore: reply.seenBefore, outcomes, cancelled };
  };
}

async function prepare(
  world: AcceptWorld,
  request: SmsRequest,
  client: MailClient | null,
  nowMs: number,
): Promise<Prepared> {
  const proven = await prove(world, request, client);
  if (!proven.ok) return { kind: 'not-accepted', rejection: proven.error };
  const { sender, candidate, refusal, finding } = proven.value;
  const { requester, share } = sender;
  const account = request.source === 'reply' ? shortened(sender.account) : sender.account;
  const orderId = world.ids.order(nowMs);
  const { form, syntax } = candidate;
  const refuse = (why: Rejection): Prepared => ({
    kind: 'refusal',
    command: { orderId, account, requester, rejection: why },
  });
  if (refusal) return refuse(refusal);
  if (!form.ok) return refuse(form.error);
  const groups = await namedGroups(world.store, account, form.value);
  if (form.value.cancel) {
    const taken = planCancellation({ account, share, requester, form: form.value, groups, nowMs });
    return taken.ok ? { kind: 'cancel', command: { orderId, plan: taken.value } } : refuse(taken.error);
  }
  const { source, body } = request;
  const plan = planOrder({
    ...{ account, share, requester, source, syntax, form: form.value, body, groups, finding, nowMs },
    zones: world.zones(),
  });
  if (!plan.ok) return refuse(plan.error);
  const { confirmsStop } = request;
  return { kind: 'plan', command: { orderId, plan: plan.value, ...(confirmsStop && { confirmsStop }) } };
}

/** Nobody is there to shorten the text of what a reply brings about: it is cut rather than refused. */
function shortened(account: Account): Account {
  if (account.settings.long !== 'off') return account;
  return { ...account, settings: { ...account.settings, long: 'truncate' } };
}

/** All of a mail or nothing: what is refused now comes again as the whole mail that it was. */
function withinRates(
  rates: Rates,
  orders: readonly OrderCommand[],
  others: readonly { readonly account: Account }[],
): boolean {
  const messages = new Map<number, number>();
  for (const { plan } of orders) {
    messages.set(plan.account.id, (messages.get(plan.account.id) ?? 0) + plan.messages.length);
  }
  for (const { account } of others) messages.set(account.id, messages.get(account.id) ?? 0);
  return [...messages].every(([accountId, count]) => rates.orderOf(accountId, count));
}

/** Only a field with something that is no number costs a look at the account's groups. */
async function namedGroups(store: Store, account: Account, form: OrderForm): Promise<Map<string, readonly string[]>> {
  const named = new Map<string, readonly string[]>();
  if (splitDestinations(form.destinations, []).every(({ kind }) => kind === 'number')) return named;
  const groups = await store.groups(account.id);
  const names = groups.map(({ name }) => name);
  for (const destination of splitDestinations(form.destinations, names)) {
    const group = destination.kind === 'group' && groups.find(({ name }) => name === destination.name);
    if (!group) continue;
    const members = await store.groupMembers(group.id);
    named.set(
      group.name,
      members.map(({ number }) => number),
    );
  }
  return named;
}

/** One SMS for each different number of a mail: what an earlier order of it has is taken out of the later ones. */
function withoutRepeats(prepared: readonly Prepared[]): readonly Prepared[] {
  const taken = new Set<string>();
  return prepared.flatMap((one): Prepared[] => {
    if (one.kind !== 'plan') return [one];
    const { plan } = one.command;
    const key = (to: string) => `${plan.account.id} ${to} ${plan.content.text}`;
    const messages = plan.messages.filter(({ to }) => !taken.has(key(to)));
    messages.forEach(({ to }) => taken.add(key(to)));
    if (messages.length + plan.refused.length === 0) return [];
    return [{ ...one, command: { ...one.command, plan: { ...plan, messages } } }];
  });
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

function cancelledOf(asked: readonly CancelCommand[], reply: AcceptReply): Cancelled[] {
  return reply.cancellations.flatMap(({ decision }, at) => {
    const plan = asked[at]?.plan;
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

function logOutcomes(
  log: Log,
  { mail }: Intake,
  { outcomes, cancelled }: Pick<IntakeResult, 'outcomes' | 'cancelled'>,
): void {
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
