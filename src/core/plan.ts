// Everything about an order that can be decided without the store: text, characters, numbers, prices, instants.
// Takes a request whose code was right and gives a plan, or the refusal of the whole. The store decides the rest
// (credit, duplicates, blacklists) inside its transaction.

import { extractText, subjectText } from './body.js';
import { splitDestinations, type Destination } from './destinations.js';
import { encodeText } from './encode.js';
import { parsePhone } from './phone.js';
import { rejection, type Rejection } from './rejection.js';
import { err, ok, type Result } from './result.js';
import { afterQuietHours, landlineAt, leaveAt, parseDeferred } from './schedule.js';
import type { DomainShare } from './share.js';
import { recipientZone } from './time-zones.js';
import type {
  Account,
  MailBody,
  OrderForm,
  OrderPlan,
  PhoneNumber,
  PlannedMessage,
  ReadNumbers,
  RefusedRecipient,
  SenderFinding,
  Source,
  Syntax,
  TextOrigin,
} from './types.js';
import { priceOf, type ZoneTable } from './zones.js';

/** More recipients than one types by hand: the end of such an order is told (mail c). */
const BULK_RECIPIENTS = 10;

export interface PlanInput {
  readonly account: Account;
  readonly share: DomainShare | null;
  /** The address that the order is answered to. */
  readonly requester: string;
  readonly source: Source;
  readonly syntax: Syntax | null;
  readonly form: OrderForm;
  readonly body: MailBody;
  /** Members (E.164) of each group that the destinations name, by the group's name. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** Numbers that were read before, in the account's country; the others are read here. */
  readonly known: ReadNumbers;
  readonly zones: ZoneTable;
  readonly finding: SenderFinding | null;
  readonly nowMs: number;
}

export function planOrder(input: PlanInput): Result<OrderPlan, Rejection> {
  const { account, form, nowMs } = input;
  const { settings } = account;
  const extracted = textOf(input);
  if (!extracted.ok) return extracted;
  const content = encodeText(extracted.value.text, settings);
  if (!content.ok) return content;
  // Nothing but marks and controls that the alphabets do not have.
  if (content.value.text.trim() === '') return err(rejection('text-empty'));
  const asked = form.at === null ? ok(null) : parseDeferred(form.at, settings.zone, nowMs);
  if (!asked.ok) return asked;
  // The cut-off hour is for mails only: alerts by HTTP and command line leave at any time.
  const cutoff = input.source === 'mail' ? settings.cutoff : null;
  const leavesAtMs = leaveAt({ nowMs, askedMs: asked.value, cutoff, zone: settings.zone });
  const destinations = splitDestinations(form.destinations, [...input.groups.keys()]);
  const recipients = readRecipients(input, destinations);
  if (recipients.numbers.length + recipients.refused.length === 0) {
    return err(rejection('number-missing', { form: '0612345678-0687654321' }));
  }
  const messages = recipients.numbers.map((number) => planMessage(input, number, content.value.parts, leavesAtMs));
  const priced = messages.filter((message): message is PlannedMessage => 'priceMilli' in message);
  const unpriced = messages.filter((message): message is RefusedRecipient => 'rejection' in message);
  return ok({
    plannedAtMs: nowMs,
    account,
    share: input.share,
    source: input.source,
    syntax: input.syntax,
    requester: input.requester,
    content: content.value,
    origin: extracted.value.origin,
    scheduledForMs: leavesAtMs > nowMs ? leavesAtMs : null,
    bulk: destinations.some(({ kind }) => kind === 'group') || priced.length > BULK_RECIPIENTS,
    finding: input.finding,
    messages: priced,
    refused: [...recipients.refused, ...unpriced],
  });
}

function textOf({ form, body, account }: PlanInput): Result<{ text: string; origin: TextOrigin }, Rejection> {
  if (form.text === null) return extractText(body, account.settings.cut);
  const text = subjectText(form.text);
  return text.ok ? ok({ text: text.value, origin: { fromHtml: false, cut: null } }) : text;
}

interface Recipients {
  readonly numbers: readonly PhoneNumber[];
  readonly refused: readonly RefusedRecipient[];
}

/** However often and however written, a number stands in an order once; so does a refused one. */
function readRecipients(input: PlanInput, destinations: readonly Destination[]): Recipients {
  const numbers = new Map<string, PhoneNumber>();
  const refused = new Map<string, RefusedRecipient>();
  const refuse = (to: string, why: Rejection) => {
    if (!refused.has(to)) refused.set(to, { to, rejection: why });
  };
  const read = (text: string) => {
    const number = input.known.get(text) ?? parsePhone(text, input.account.settings.country);
    const why = number.ok ? optionMissing(input, number.value) : number.error;
    if (number.ok && !why) numbers.set(number.value.e164, number.value);
    else if (why) refuse(number.ok ? number.value.e164 : text, why);
  };
  for (const destination of destinations) {
    if (destination.kind === 'number') read(destination.text);
    else if (destination.kind === 'unknown')
      refuse(destination.text, rejection('group-unknown', { name: destination.text }));
    else {
      const members = input.groups.get(destination.name) ?? [];
      if (members.length === 0) refuse(destination.name, rejection('group-empty', { name: destination.name }));
      members.forEach(read);
    }
  }
  return { numbers: [...numbers.values()], refused: [...refused.values()] };
}

function optionMissing({ account }: PlanInput, { e164, kind, zone }: PhoneNumber): Rejection | null {
  const { overseas, landline } = account.settings;
  if (zone === 'overseas' && !overseas) return rejection('number-overseas-off', { number: e164 });
  if (kind === 'landline' && !landline) return rejection('number-landline-off', { number: e164 });
  return null;
}

function planMessage(
  { account, zones }: PlanInput,
  { e164, kind, zone }: PhoneNumber,
  parts: number,
  leavesAtMs: number,
): PlannedMessage | RefusedRecipient {
  const partPrice = priceOf(zones, e164);
  if (partPrice === null) return { to: e164, rejection: rejection('number-no-price', { number: e164 }) };
  const { quiet, zone: accountZone } = account.settings;
  const awake = afterQuietHours(leavesAtMs, quiet, accountZone);
  const dueAtMs = kind === 'landline' ? landlineAt(awake, recipientZone(e164, accountZone)) : awake;
  return { to: e164, zone, priceMilli: parts * partPrice, dueAtMs };
}
