// Which reason of a carrier says for good that a number does not exist. Takes the reason as the carrier said it. Errors that
// a phone may get over (switched off, out of reach, full) are none, nor is a code that every operator numbers for itself.

/** The group of an account that bad numbers are moved to. Source: SMStoB manual. */
export const BAD_NUMBERS_GROUP = 'Mauvais numéros';

/** `invalid destination` is none: that is also what a carrier says to everything that is sent to it in a wrong form. */
const UNKNOWN_SUBSCRIBER = /\b(unknown|unassigned|unallocated|nonexistent) (subscriber|number|msisdn)\b/i;

export function saysNumberIsBad(reason: string | null): boolean {
  return reason !== null && UNKNOWN_SUBSCRIBER.test(reason.replace(/[_-]/g, ' '));
}
