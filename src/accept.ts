// Story 1: SmsRequest → Order → committed messages. Finds who sends, lets the right code win, plans what can be planned
// without the store, and gives all requests of one mail to the store as one command: written together, or not at all.
// Answers only after the commit. A wrong code, an unknown sender and a closed account are one and the same refusal.

import { planOrder } from './core/plan.js';
import { splitDestinations } from './core/destinations.js';
import { rejection, type Rejection } from './core/rejection.js';
import { err, ok, type Result } from './core/result.js';
import type { Account, Candidate, OrderForm, OrderPlan, SmsRequest } from './core/types.js';
import { shareFor, type DomainShare, type ShareTable } from './core/share.js';
import type { ZoneTable } from './core/zones.js';
import type {
  Accept,
  Acceptance,
  AcceptReply,
  Clock,
  Ids,
  Intake,
  Log,
  OrderCommand,
  RefusalCommand,
  Secrets,
  Store,
} from './ports.js';

export interface AcceptWorld {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** The price table and the domain shares of the moment. */
  readonly zones: () => ZoneTable;
  readonly shares: () => ShareTable;
  /** Something was committed: messages may be due, mails may be queued. */
  readonly onCommitted: () => void;
}

/** One request after its sender was found and before the store is asked. */
type Prepared =
  | { readonly kind: 'plan'; readonly command: OrderCommand }
  | { readonly kind: 'refusal'; readonly command: RefusalCommand }
  | { readonly kind: 'not-accepted'; readonly rejection: Rejection };

/** Who sends: an account by one of its addresses, or an address of a domain that shares an account's credit. */
interface Sender {
  readonly account: Account;
  readonly requester: string;
  readonly share: DomainShare | null;
  /** Null: a share that has no code yet. */
  readonly codeHash: string | null;
}

interface Proven {
  readonly sender: Sender;
  readonly candidate: Candidate;
}

export function createAccept(world: AcceptWorld): Accept {
  return async (intake) => {
    const nowMs = world.clock.now();
    const prepared: Prepared[] = [];
    for (const request of intake.requests) prepared.push(await prepare(world, request, nowMs));
    const asked = withoutRepeats(prepared);
    const orders = asked.flatMap((one) => (one.kind === 'plan' ? [one.command] : []));
    const refusals = asked.flatMap((one) => (one.kind === 'refusal' ? [one.command] : []));
    if (orders.length + refusals.length === 0) {
      return {
        seenBefore: null,
        outcomes: asked.flatMap((one) => (one.kind === 'not-accepted' ? [refused(one)] : [])),
      };
    }
    const { mail, dryRun } = intake;
    const reply = await world.store.acceptOrders({ nowMs, orders, refusals, mail, dryRun });
    if (!dryRun) world.onCommitted();
    const outcomes = reply.seenBefore ? [] : outcomesOf(asked, reply);
    if (!dryRun) logOutcomes(world.log, intake, outcomes);
    return { seenBefore: reply.seenBefore, outcomes };
  };
}

async function prepare(world: AcceptWorld, request: SmsRequest, nowMs: number): Promise<Prepared> {
  const proven = await prove(world, request);
  if (!proven.ok) return { kind: 'not-accepted', rejection: proven.error };
  const { sender, candidate } = proven.value;
  const { account, requester, share } = sender;
  const orderId = world.ids.order(nowMs);
  const { form, syntax } = candidate;
  const refuse = (why: Rejection): Prepared => ({
    kind: 'refusal',
    command: { orderId, account, requester, rejection: why },
  });
  if (!form.ok) return refuse(form.error);
  const groups = await namedGroups(world.store, account, form.value);
  const { source, body } = request;
  const zones = world.zones();
  const plan = planOrder({ account, share, requester, source, syntax, form: form.value, body, groups, zones, nowMs });
  return plan.ok ? { kind: 'plan', command: { orderId, plan: plan.value } } : refuse(plan.error);
}

/**
 * Every candidate's code is tried in turn; the first that is right wins. An address that no account knows costs as many
 * slow hashes as a wrong code, so that neither text nor time tells them apart.
 */
async function prove(world: AcceptWorld, request: SmsRequest): Promise<Result<Proven, Rejection>> {
  const { claim, candidates } = request;
  const [first] = candidates;
  if (!first) throw new Error('a request without candidates was made');
  const sender = await findSender(world, claim.by === 'session' ? [claim.email] : claim.addresses);
  if (claim.by === 'session') {
    return sender && !sender.account.closed ? ok({ sender, candidate: first }) : err(rejection('not-accepted'));
  }
  // Without any code the mistake is in the form itself, and there is nothing to find out by asking.
  const open = candidates.find(({ code, form }) => code === null && !form.ok);
  if (open && !open.form.ok) return err(open.form.error);
  for (const candidate of candidates) {
    if (candidate.code === null) continue;
    const right = await world.secrets.verify(candidate.code, sender?.codeHash ?? null);
    if (right && sender && !sender.account.closed) return ok({ sender, candidate });
  }
  return err(rejection('not-accepted'));
}

/** Of each address in turn: the account that owns it, else the share of its domain. */
async function findSender({ store, shares }: AcceptWorld, addresses: readonly string[]): Promise<Sender | null> {
  for (const requester of addresses) {
    const owner = await store.findAccount([requester]);
    if (owner) return { account: owner.account, requester, share: null, codeHash: owner.account.codeHash };
    const share = shareFor(shares(), requester);
    const payer = share && (await store.findAccount([share.account]));
    if (!payer) continue;
    const account = { ...payer.account, settings: { ...payer.account.settings, ...share.settings } };
    return { account, requester, share, codeHash: await store.shareCode(share.domain) };
  }
  return null;
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
  return asked.flatMap((one): Acceptance[] => {
    if (one.kind === 'not-accepted') return [refused(one)];
    if (one.kind === 'refusal') return [{ ...refused(one.command), mailed: refusalsMailed.shift() ?? false }];
    const order = orders.shift();
    return order ? [outcomeOf(one.command.plan, order)] : [];
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

function logOutcomes(log: Log, { mail }: Intake, outcomes: readonly Acceptance[]): void {
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
