// Second part of story 1: a request whose sender was proved becomes a command for the store: an order, a cancellation, or
// a refusal. Looks up groups and decides nothing that needs the transaction.

import { planCancellation } from './core/cancel.js';
import { splitDestinations } from './core/destinations.js';
import { planOrder } from './core/plan.js';
import type { Rejection } from './core/rejection.js';
import type { Account, OrderForm, OrderPlan, SmsRequest } from './core/types.js';
import type { ZoneTable } from './core/zones.js';
import type { Ids, MailClient } from './ports.js';
import { readNumbers } from './read-numbers.js';
import type { CancelCommand, OrderCommand, RefusalCommand, Store } from './store-port.js';
import { prove, type ProofWorld } from './prove.js';

export interface PrepareWorld extends ProofWorld {
  readonly ids: Ids;
  /** The price table of the moment. */
  readonly zones: () => ZoneTable;
}

/** One request after its sender was found and before the store is asked. */
export type Prepared =
  | { readonly kind: 'plan'; readonly command: OrderCommand & { readonly plan: OrderPlan } }
  | { readonly kind: 'cancel'; readonly command: CancelCommand }
  | { readonly kind: 'refusal'; readonly command: RefusalCommand }
  | { readonly kind: 'not-accepted'; readonly rejection: Rejection };

export async function prepare(
  world: PrepareWorld,
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
  const known = await readNumbers(writtenNumbers(form.value, groups), account.settings.country);
  if (form.value.cancel) {
    const taken = planCancellation({ account, share, requester, form: form.value, groups, known, nowMs });
    return taken.ok ? { kind: 'cancel', command: { orderId, plan: taken.value } } : refuse(taken.error);
  }
  const { source, body } = request;
  const plan = planOrder({
    ...{ account, share, requester, source, syntax, form: form.value, body, groups, known, finding, nowMs },
    zones: world.zones(),
  });
  if (!plan.ok) return refuse(plan.error);
  const { confirmsStop } = request;
  const { answers } = candidate;
  const extra = { ...(confirmsStop && { confirmsStop }), ...(answers !== undefined && { answers }) };
  return { kind: 'plan', command: { orderId, plan: plan.value, ...extra } };
}

/** Nobody is there to shorten the text of what a reply brings about: it is cut rather than refused. */
function shortened(account: Account): Account {
  if (account.settings.long !== 'off') return account;
  return { ...account, settings: { ...account.settings, long: 'truncate' } };
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

function writtenNumbers({ destinations }: OrderForm, groups: ReadonlyMap<string, readonly string[]>): string[] {
  return splitDestinations(destinations, [...groups.keys()]).flatMap((one) => {
    if (one.kind === 'number') return [one.text];
    return one.kind === 'group' ? (groups.get(one.name) ?? []) : [];
  });
}

/** One SMS for each different number of a mail: what an earlier order of it has is taken out of the later ones. */
export function withoutRepeats(prepared: readonly Prepared[]): readonly Prepared[] {
  if (prepared.length < 2) return prepared;
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
