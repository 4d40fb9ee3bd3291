// The mail that forwards a reply: who answers what, and to which SMS. Takes the stored facts, gives sections of lines, with
// words for each language. Part of `notice.ts`.

import { NUMBER_LIMIT } from './notice-lists.js';
import type { NoticeWords } from './notice-texts.js';
import { paragraph, quoted, safeLine, table } from './plain-text.js';
import { formatInstant } from './schedule.js';
import type { Lang, Notice } from './types.js';

type ReplyNotice = Extract<Notice, { readonly kind: 'reply' }>;

interface ReplyWords {
  readonly replied: (from: string) => string;
  readonly reply: string;
  readonly original: string;
  readonly howToAnswer: string;
}

const WORDS: Readonly<Record<Lang, ReplyWords>> = {
  fr: {
    replied: (from) => `Le ${from} a répondu à votre SMS.`,
    reply: 'Réponse',
    original: 'Votre SMS',
    howToAnswer:
      'Pour répondre par SMS, répondez à ce mail, une fois, depuis une adresse de votre compte ; un SMS est compté.',
  },
  en: {
    replied: (from) => `${from} has replied to your SMS.`,
    reply: 'Reply',
    original: 'Your SMS',
    howToAnswer: 'To answer by SMS, reply to this mail, once, from an address of your account; it costs an SMS.',
  },
};

export function replySections(notice: ReplyNotice, words: NoticeWords): (readonly string[])[] {
  const own = WORDS[notice.lang];
  return [
    paragraph(own.replied(safeLine(notice.from, NUMBER_LIMIT))),
    [own.reply, ...quoted(notice.text)],
    [own.original, ...quoted(notice.original)],
    paragraph(own.howToAnswer),
    [
      words.headings.details,
      ...table([
        [words.labels.at, formatInstant(notice.atMs, notice.zone, notice.lang)],
        [words.labels.order, notice.orderId],
      ]),
    ],
  ];
}
