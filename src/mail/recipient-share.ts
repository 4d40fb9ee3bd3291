// One recipient's share in an order that several made together: takes its reading and the outcome, says whether nothing of
// what it asked for is sent, and why. For LMTP, where each recipient gets a reply of its own.

import { splitDestinations, type Destination } from '../core/destinations.js';
import type { InboundRecipient } from '../core/inbound.js';
import { parsePhone } from '../core/phone.js';
import type { Rejection } from '../core/rejection.js';
import type { Acceptance } from '../ports.js';

/** Null where something of it is sent, or where nobody can tell it from the rest (groups, numbers in the subject). */
export function refusedShare(recipient: InboundRecipient, [outcome]: readonly Acceptance[]): Rejection | null {
  if (outcome?.accepted !== true || !('decision' in outcome)) return null;
  const { plan, decision } = outcome;
  const refused = new Map(decision.refused.map(({ to, rejection }) => [to, rejection]));
  const reading = recipient.candidates.find(({ syntax }) => syntax === plan.syntax);
  if (refused.size === 0 || !reading?.form.ok) return null;
  const asked = splitDestinations(reading.form.value.destinations, []);
  const whys = asked.map((destination) => refused.get(nameOf(destination, plan.account.settings.country)));
  return whys.includes(undefined) ? null : (whys[0] ?? null);
}

/** As the order names it. */
function nameOf(destination: Destination, country: string): string {
  if (destination.kind === 'group') return destination.name;
  const number = parsePhone(destination.text, country);
  return number.ok ? number.value.e164 : destination.text;
}
