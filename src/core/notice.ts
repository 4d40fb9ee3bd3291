// Puts an outcome mail into words: takes the stored facts (`Notice`), gives a subject and a plain text of 76 columns.
// What happened stands in the first line; then the recipients, the text as sent, the figures, and what was done to it.
// Never shows a code (facts are stored masked) and never lets text from outside change the layout or the headers.

import { balanceSections } from './notice-balance.js';
import { CANCEL_WORDS, cancelledSections, cancelSection } from './notice-cancel.js';
import { NUMBER_LIMIT, reasonText, recipientsSection, refusedSection } from './notice-lists.js';
import { remarks } from './notice-remarks.js';
import { replySections } from './notice-reply.js';
import { NOTICE_WORDS, type NoticeWords } from './notice-texts.js';
import { paragraph, quoted, safeLine, table } from './plain-text.js';
import { rejectionText } from './rejection.js';
import { formatInstant } from './schedule.js';
import { MESSAGE_STATES } from './lifecycle.js';
import type { Notice, NoticeKind } from './types.js';

export interface NoticeOptions {
  /** Host name of the gateway, for the last line. */
  readonly gateway: string;
}

/** A list in a notice holds at most so many entries; the mail says how many more there are. */
export const NOTICE_LIST_LIMIT = 200;

type NoticeOf<K extends NoticeKind> = Extract<Notice, { readonly kind: K }>;
type Section = readonly string[];

const SUBJECT_LIMIT = 200;

/** The whole mail. Lines end with a line feed. */
export function renderNotice(notice: Notice, options: NoticeOptions): { subject: string; text: string } {
  const words = NOTICE_WORDS[notice.lang];
  const sections = [...sectionsOf(notice, words), ['-- ', ...paragraph(words.footer(safeLine(options.gateway, 255)))]];
  const text = sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
  return { subject: subjectOf(notice, words), text: `${text}\n` };
}

/** Mail programs thread by References and by the same subject: an answer keeps the subject that it answers. */
function subjectOf(notice: Notice, words: NoticeWords): string {
  if (notice.kind === 'low-balance') {
    return `SMS${words.colon} ${words.subject[notice.kind]} (${words.credits(notice.balanceMilli)})`;
  }
  const original = safeLine(notice.thread?.subject ?? '', SUBJECT_LIMIT);
  if (original === '') return `SMS ${notice.orderId}${words.colon} ${words.subject[notice.kind]}`;
  return /^re\s*:/i.test(original) ? original : `Re: ${original}`;
}

function sectionsOf(notice: Notice, words: NoticeWords): Section[] {
  switch (notice.kind) {
    case 'recorded':
      return recordedSections(notice, words);
    case 'cancelled':
      return cancelledSections(notice, words);
    case 'refused':
      return refusedSections(notice, words);
    case 'finished':
    case 'unsent':
      return settledSections(notice, words);
    case 'delivered':
    case 'undelivered':
      return handsetSections(notice, words);
    case 'low-balance':
      return balanceSections(notice, words);
    case 'reply':
      return replySections(notice, words);
  }
}

// ---------------------------------------------------------------- one kind each

function recordedSections(notice: NoticeOf<'recorded'>, words: NoticeWords): Section[] {
  const leaves = departure(notice);
  return [
    recordedLines(notice, leaves, words).flatMap((line) => paragraph(line)),
    recipientsSection(notice, words),
    refusedSection(notice.refused, notice, words),
    textSection(notice.text, words),
    [
      words.headings.details,
      ...table([
        [words.labels.leaves, leaves ?? words.atOnce],
        [words.labels.characters, words.characters[notice.encoding]],
        [words.labels.length, words.length(notice.parts)],
        [words.labels.price, words.credits(notice.priceMilli)],
        [words.labels.balance, words.credits(notice.balanceMilli)],
        [words.labels.order, notice.orderId],
      ]),
    ],
    remarks(notice, words),
    (notice.counts.scheduled ?? 0) === 0 ? [] : cancelSection(notice, words),
  ];
}

function recordedLines(notice: NoticeOf<'recorded'>, leaves: string | null, words: NoticeWords): string[] {
  const { total } = notice.recipients;
  const later = leaves === null ? (notice.counts.scheduled ?? 0) : 0;
  return [
    leaves === null ? words.recordedNow(total - later) : words.recordedLater(total, leaves),
    ...(later > 0 ? [words.someLater(later)] : []),
    ...(notice.refused.total > 0 ? [words.someRefused(notice.refused.total)] : []),
  ];
}

function refusedSections(notice: NoticeOf<'refused'>, words: NoticeWords): Section[] {
  const sentence = rejectionText(notice.rejection, notice.lang);
  const { total, first } = notice.refused;
  // Where the reason is that of the numbers, it is told once: alone for one number, in the list for several.
  const aboutNumbers = first.some((one) => rejectionText(one.rejection, notice.lang) === sentence);
  return [
    paragraph(notice.rejection.reason.startsWith('cancel-') ? CANCEL_WORDS[notice.lang].refused : words.refused),
    aboutNumbers && total > 1 ? [] : [words.refusalReason, ...paragraph(`${safeLine(sentence, 1000)}.`, '  ')],
    aboutNumbers && total === 1 ? [] : refusedSection(notice.refused, notice, words),
    [
      words.headings.details,
      ...table([
        [words.labels.balance, words.credits(notice.balanceMilli)],
        [words.labels.order, notice.orderId],
      ]),
    ],
  ];
}

function settledSections(notice: NoticeOf<'finished' | 'unsent'>, words: NoticeWords): Section[] {
  const { refused = 0, expired = 0, cancelled = 0, unknown = 0 } = notice.counts;
  const headlines =
    notice.kind === 'finished'
      ? [words.finished(countedStates(notice, words))]
      : refused + expired > 0
        ? [words.unsent(refused + expired, notice.recipients.total)]
        : [];
  return [
    [...headlines, ...(unknown > 0 ? [words.unanswered(unknown)] : [])].flatMap((one) => paragraph(one)),
    recipientsSection(notice, words),
    textSection(notice.text, words),
    [
      words.headings.details,
      ...table([
        [words.labels.characters, words.characters[notice.encoding]],
        [words.labels.length, words.length(notice.parts)],
        [words.labels.priceRecorded, words.credits(notice.priceMilli)],
        [words.labels.balance, words.credits(notice.balanceMilli)],
        [words.labels.order, notice.orderId],
      ]),
    ],
    refused + expired + cancelled > 0 ? paragraph(words.unsentIsFree) : [],
  ];
}

function handsetSections(notice: NoticeOf<'delivered' | 'undelivered'>, words: NoticeWords): Section[] {
  const { recipient } = notice;
  const { reason } = recipient;
  return [
    paragraph(words[notice.kind](safeLine(recipient.to, NUMBER_LIMIT))),
    [
      words.headings.details,
      ...table([
        [words.labels.state, words.states[recipient.state](1)],
        ...(reason === null ? [] : [[words.labels.reason, reasonText(reason, words)] as const]),
        [words.labels.at, formatInstant(notice.atMs, notice.zone, notice.lang)],
        [words.labels.order, notice.orderId],
      ]),
    ],
    textSection(notice.text, words),
  ];
}

// ---------------------------------------------------------------- pieces

/** When all of it leaves later: the earliest instant, else null. */
function departure(notice: NoticeOf<'recorded'>): string | null {
  const { recipients, counts, zone, lang, scheduledForMs } = notice;
  const allLater = recipients.total > 0 && counts.scheduled === recipients.total;
  const atMs = scheduledForMs ?? (allLater ? Math.min(...recipients.first.map((one) => one.dueAtMs)) : null);
  return atMs === null ? null : formatInstant(atMs, zone, lang);
}

function countedStates(notice: NoticeOf<'finished' | 'unsent'>, words: NoticeWords): string {
  const states = MESSAGE_STATES.flatMap((state) => {
    const total = notice.counts[state] ?? 0;
    return total === 0 ? [] : [{ total: words.count(total), state: words.states[state](total) }];
  });
  return states.map(({ total, state }, at) => `${total}${at === 0 ? ' SMS' : ''} ${state}`).join(', ');
}

function textSection(text: string, words: NoticeWords): Section {
  return [words.headings.text, ...quoted(text)];
}
