// The reminder of a low balance: whether it is due for an account, and what it says by mail and by SMS. Pure.
// It is due once a day, from 09:00 of the account's zone, where the balance is under the threshold then. Each account's
// last day is kept: neither a restart nor a clock that is set tells a day twice. Source: SMStoB manual, options.

import { creditsText, NBSP } from './amounts.js';
import { formatCredits } from './ledger.js';
import { dayStart, localDay, morningOf } from './schedule.js';
import type { Account, Lang, Notice } from './types.js';

/** An account that has a threshold, or had one when it was last looked at. */
export interface BalanceWatch {
  readonly account: Account;
  /** The last day (`2026-11-24`, account zone) on which its balance was looked at; null: none yet. */
  readonly lookedOn: string | null;
}

/** What is to be done about an account; `day` is the day to keep, null forgets it. */
export type BalanceLook =
  | { readonly kind: 'wait' }
  | { readonly kind: 'keep'; readonly day: string | null }
  | { readonly kind: 'remind'; readonly day: string };

/**
 * A threshold that is set after 09:00 begins with the next morning; a gateway that was down at 09:00 looks when it is
 * back on the same day.
 */
export function planLook({ account, lookedOn }: BalanceWatch, nowMs: number): BalanceLook {
  const { 'lowBalance.threshold': thresholdMilli, zone } = account.settings;
  if (thresholdMilli === null) return lookedOn === null ? { kind: 'wait' } : { kind: 'keep', day: null };
  const today = localDay(nowMs, zone);
  const isMorning = nowMs >= morningOf(nowMs, zone);
  if (lookedOn === null) {
    return { kind: 'keep', day: isMorning ? today : localDay(dayStart(nowMs, zone) - 1, zone) };
  }
  // Dates of this form compare as days do; one ahead of today was kept before a clock was set back.
  if (!isMorning || lookedOn >= today) return { kind: 'wait' };
  return { kind: account.balanceMilli < thresholdMilli ? 'remind' : 'keep', day: today };
}

/** What was done about it: the day to keep, and the mail to queue with it. */
export interface BalanceRecord {
  readonly accountId: number;
  /** Null: forget the last one, there is no threshold any more. */
  readonly day: string | null;
  readonly mail: { readonly address: string; readonly notice: Notice } | null;
  readonly nowMs: number;
}

const ACCOUNT_LIMIT = 60;

const SMS_WORDS: Readonly<Record<Lang, (account: string, credits: string, day: string, threshold: string) => string>> =
  {
    fr: (account, credits, day, threshold) =>
      `Compte SMS ${account} : il reste ${credits} le ${day.split('-').reverse().join('/')} (seuil : ${threshold}).`,
    en: (account, credits, day, threshold) =>
      `SMS account ${account}: ${credits} left on ${day} (threshold: ${threshold}).`,
  };

/** One part of the GSM alphabet. The day keeps it apart from the text of the day before. */
export function reminderText({ email, balanceMilli, settings }: Account, day: string): string {
  const { lang, 'lowBalance.threshold': thresholdMilli } = settings;
  const credits = creditsText(balanceMilli, lang).replaceAll(NBSP, ' ');
  const threshold = formatCredits(thresholdMilli ?? 0).replace('.', lang === 'fr' ? ',' : '.');
  return SMS_WORDS[lang](email.slice(0, ACCOUNT_LIMIT), credits, day, threshold);
}

export type LowBalanceNotice = Extract<Notice, { readonly kind: 'low-balance' }>;

/** `balanceMilli`: after the SMS was charged. */
export function lowBalanceNotice(
  { email, settings }: Account,
  told: Pick<LowBalanceNotice, 'orderId' | 'sms' | 'balanceMilli'>,
): LowBalanceNotice {
  const { lang, zone, 'lowBalance.threshold': thresholdMilli } = settings;
  return {
    kind: 'low-balance',
    lang,
    zone,
    thread: null,
    account: email,
    thresholdMilli: thresholdMilli ?? 0,
    ...told,
  };
}
