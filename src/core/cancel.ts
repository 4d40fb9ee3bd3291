// Taking back what was to leave later: `s` behind the date of a mail. From the form to the numbers and the instant that
// are meant, and from what the store has found there to a decision. Pure; nothing is sent, so no text, price or option is
// looked at. Money: what waits for its hour has nothing reserved; what was put off by a carrier gets its price back.

import { splitDestinations } from './destinations.js';
import { canChange, type MessageState } from './lifecycle.js';
import { parsePhone } from './phone.js';
import type { PlanInput } from './plan.js';
import { rejection, type Rejection } from './rejection.js';
import { err, ok, type Result } from './result.js';
import { dateField, parseInstant, plainInstant } from './schedule.js';
import type { DomainShare } from './share.js';
import type { Account, OrderPlan, RefusedRecipient } from './types.js';

/** What a mail with an `s` behind its date wants taken back. */
export interface CancelPlan {
  readonly account: Account;
  /** Of a share everybody takes back their own only; the owner of an account all that left by its own code. */
  readonly share: DomainShare | null;
  readonly requester: string;
  /** The date as it was written, or the hour at which a message then really leaves. */
  readonly atMs: number;
  /** E.164. */
  readonly numbers: readonly string[];
  readonly refused: readonly RefusedRecipient[];
}

/** A message that the store has found for that instant. */
export interface Unsent {
  readonly id: string;
  readonly to: string;
  readonly state: MessageState;
  readonly text: string;
  readonly dueAtMs: number;
}

export type CancelDecision =
  | { readonly accepted: true; readonly messages: readonly Unsent[]; readonly refused: readonly RefusedRecipient[] }
  | { readonly accepted: false; readonly rejection: Rejection; readonly refused: readonly RefusedRecipient[] };

type CancelInput = Pick<PlanInput, 'account' | 'share' | 'requester' | 'form' | 'groups' | 'known' | 'nowMs'>;

export function planCancellation(input: CancelInput): Result<CancelPlan, Rejection> {
  const { account, share, requester, form, nowMs } = input;
  const instant = parseInstant(form.at ?? '', account.settings.zone, nowMs);
  if (!instant.ok) return instant;
  const { numbers, refused } = readNumbers(input);
  if (numbers.length + refused.length === 0) return err(rejection('number-missing', { form: '0612345678-0687654321' }));
  return ok({ account, share, requester, atMs: instant.value, numbers, refused });
}

/** A number whose option was switched off since can be taken back all the same. */
function readNumbers({ account, form, groups, known }: CancelInput): Pick<CancelPlan, 'numbers' | 'refused'> {
  const numbers = new Set<string>();
  const refused = new Map<string, RefusedRecipient>();
  const read = (text: string): void => {
    const number = known.get(text) ?? parsePhone(text, account.settings.country);
    if (number.ok) numbers.add(number.value.e164);
    else refused.set(text, { to: text, rejection: number.error });
  };
  for (const destination of splitDestinations(form.destinations, [...groups.keys()])) {
    if (destination.kind === 'number') read(destination.text);
    else if (destination.kind === 'group') (groups.get(destination.name) ?? []).forEach(read);
    else {
      const { text } = destination;
      refused.set(text, { to: text, rejection: rejection('group-unknown', { name: text }) });
    }
  }
  return { numbers: [...numbers], refused: [...refused.values()] };
}

/** Longer ones are shown by their end: nobody types them, they are still in the mail that was sent. */
const MAX_SUBJECT = 100;

/** What to write to take an order back by mail; `subject` is that of its own mail. Null: nothing of it has a date. */
export function cancelSubject({ scheduledForMs, source, syntax, account }: OrderPlan, subject: string): string | null {
  // The subject of syntax 4 is its text.
  if (scheduledForMs === null || source !== 'mail' || syntax === 4) return null;
  const date = `${dateField(scheduledForMs, account.settings.zone)}s`;
  if (syntax === 3 || syntax === null) return date;
  const fields = subject.trim().replace(/\s*:\s*\d{12}$/, '');
  return fields.length > MAX_SUBJECT ? `…${fields.slice(-MAX_SUBJECT / 2)}:${date}` : `${fields}:${date}`;
}

/** `found`: all messages of the plan's numbers for that instant, whatever became of them. */
export function decideCancellation(plan: CancelPlan, found: readonly Unsent[]): CancelDecision {
  const messages = found.filter(({ state }) => canChange(state, 'cancelled'));
  const cancelled = new Set(messages.map(({ to }) => to));
  const left = plan.numbers.filter((number) => !cancelled.has(number));
  const refused = [...plan.refused, ...left.map((to) => ({ to, rejection: whyNot(plan, to, found) }))];
  if (messages.length > 0) return { accepted: true, messages, refused };
  return { accepted: false, rejection: refused[0]?.rejection ?? nothing(plan, ''), refused };
}

const GONE: readonly MessageState[] = ['cancelled', 'refused', 'expired'];

function whyNot(plan: CancelPlan, number: string, found: readonly Unsent[]): Rejection {
  const hasLeft = found.some(({ to, state }) => to === number && !GONE.includes(state));
  return hasLeft ? rejection('cancel-too-late', { number }) : nothing(plan, number);
}

function nothing({ account, atMs }: CancelPlan, number: string): Rejection {
  return rejection('cancel-nothing', { number, when: plainInstant(atMs, account.settings.zone) });
}
