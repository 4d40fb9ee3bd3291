// The two lists of an outcome mail: recipients with their states, and refused numbers with their reasons.
// Takes excerpts (a long list is stored in part), gives the lines of one section each, or none. Part of `notice.ts`.

import type { OwnReason, NoticeWords } from './notice-texts.js';
import { paragraph, safeLine, table } from './plain-text.js';
import { rejectionText } from './rejection.js';
import { formatInstant } from './schedule.js';
import type { Excerpt, Notice, RecipientFacts, RefusedRecipient } from './types.js';

type OrderNotice = Extract<Notice, { readonly kind: 'recorded' | 'finished' | 'unsent' | 'cancelled' }>;

export const NUMBER_LIMIT = 32;
const REASON_LIMIT = 200;

export function recipientsSection(notice: OrderNotice, words: NoticeWords): readonly string[] {
  const { recipients } = notice;
  if (recipients.total === 0) return [];
  const rows = recipients.first.map((one) => [safeLine(one.to, NUMBER_LIMIT), stateText(one, notice, words)] as const);
  return [words.headingOf.recipients(recipients.total), ...table(rows), ...others(recipients, words)];
}

function stateText(recipient: RecipientFacts, notice: OrderNotice, words: NoticeWords): string {
  const state = words.states[recipient.state](1);
  if (recipient.reason !== null) return `${state}${words.colon} ${reasonText(recipient.reason, words)}`;
  // The common instant stands in the details; only a number that leaves at another one (a landline) shows its own.
  const ownInstant = recipient.state === 'scheduled' && recipient.dueAtMs !== instantOf(notice);
  return ownInstant ? `${state}, ${words.due(formatInstant(recipient.dueAtMs, notice.zone, notice.lang))}` : state;
}

function instantOf(notice: OrderNotice): number | null {
  return notice.kind === 'cancelled' ? notice.atMs : notice.scheduledForMs;
}

export function reasonText(reason: string, words: NoticeWords): string {
  const own = words.ownReasons as Readonly<Record<string, string>>;
  if (Object.hasOwn(own, reason)) return words.ownReasons[reason as OwnReason];
  return words.quote(safeLine(reason, REASON_LIMIT));
}

export function refusedSection(
  refused: Excerpt<RefusedRecipient>,
  notice: Notice,
  words: NoticeWords,
): readonly string[] {
  if (refused.total === 0) return [];
  const lines = refused.first.flatMap(({ to, rejection }) => {
    const number = safeLine(to, NUMBER_LIMIT);
    const why = safeLine(rejectionText(rejection, notice.lang), 400);
    // Most reasons name the number themselves.
    return paragraph(why.includes(number) ? why : `${number}${words.colon} ${why}`, '  - ');
  });
  return [words.headingOf.refusedNumbers(refused.total), ...lines, ...others(refused, words)];
}

function others(list: Excerpt<unknown>, words: NoticeWords): readonly string[] {
  const more = list.total - list.first.length;
  return more > 0 ? [`  ${words.headingOf.others(more)}`] : [];
}
