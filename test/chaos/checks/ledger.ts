// The money: what was issued lies in the balances, in the reservations, or was spent; and what was spent is what the
// messages cost that were not given back.

import { CREDITS_MILLI } from '../world.js';
import type { Books } from './books.js';
import type { Finding } from './finding.js';

const RESERVED = ['queued', 'submitting', 'unknown'];
const SPENT = ['submitted', 'delivered', 'undelivered'];

export function ledgerFindings({ account, messages, movements }: Books): Finding[] {
  const moved = (kind: string): number => movements.find((one) => one.kind === kind)?.milli ?? 0;
  const priceOf = (states: readonly string[]): number =>
    messages.reduce((sum, { state, price_milli: price }) => sum + (states.includes(state) ? price : 0), 0);
  const spent = moved('settle');
  const reserved = priceOf(RESERVED);
  return [
    ...differs('balance + reserved + spent', account.balance + account.reserved + spent, CREDITS_MILLI),
    ...differs('balance', account.balance, CREDITS_MILLI - priceOf(SPENT) - reserved),
    ...differs('reserved', account.reserved, reserved),
    ...differs('spent', spent, priceOf(SPENT)),
  ];
}

function differs(what: string, found: number, expected: number): Finding[] {
  return found === expected ? [] : [{ kind: 'unbalanced', text: `${what} is ${found}, should be ${expected}` }];
}
