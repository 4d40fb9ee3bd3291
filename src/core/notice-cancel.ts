// What outcome mails say about taking an order back: how to, in the mail of a deferred order; what became of it, in a mail
// of its own. Takes the stored facts, gives sections of lines. Part of `notice.ts`.

import { countText } from './amounts.js';
import { MASK } from './mask.js';
import { recipientsSection, refusedSection } from './notice-lists.js';
import type { NoticeWords } from './notice-texts.js';
import { paragraph, quoted, safeLine, table } from './plain-text.js';
import { formatInstant } from './schedule.js';
import type { Lang, Notice, NoticeKind } from './types.js';

type NoticeOf<K extends NoticeKind> = Extract<Notice, { readonly kind: K }>;
type Section = readonly string[];

interface CancelWords {
  /** Before the subject to send; then what its mask stands for. */
  readonly byMail: string;
  readonly code: (mask: string) => string;
  readonly cancelled: (total: number, when: string) => string;
  readonly notCancelled: (total: number) => string;
  readonly stillWaiting: (total: number) => string;
  readonly refused: string;
}

const SUBJECT_LIMIT = 200;

function french(): CancelWords {
  const count = (total: number): string => countText(total, 'fr');
  return {
    byMail: 'Avant le départ, renvoyez le même mail à la même adresse, avec cet objet (un « s » suit la date) :',
    code: (mask) => `${mask} est votre code d'envoi, que nos mails ne montrent jamais.`,
    cancelled: (total, when) =>
      total === 1
        ? `Votre SMS prévu le ${when} est annulé ; il ne partira pas et n'est pas compté.`
        : `Vos ${count(total)} SMS prévus le ${when} sont annulés ; ils ne partiront pas et ne sont pas comptés.`,
    notCancelled: (total) =>
      total === 1
        ? "Attention : pour 1 numéro, rien n'est annulé ; la raison est plus bas."
        : `Attention : pour ${count(total)} numéros, rien n'est annulé ; les raisons sont plus bas.`,
    stillWaiting: (total) =>
      total === 1
        ? 'Attention : 1 autre SMS, vers un autre numéro, attend toujours la même heure.'
        : `Attention : ${count(total)} autres SMS, vers d'autres numéros, attendent toujours la même heure.`,
    refused: "Rien n'est annulé, et votre mail n'a rien envoyé.",
  };
}

function english(): CancelWords {
  const count = (total: number): string => countText(total, 'en');
  return {
    byMail:
      'Until it leaves, send the same mail again, to the same address, with this subject (an "s" follows the date):',
    code: (mask) => `${mask} stands for your sending code, which our mails never show.`,
    cancelled: (total, when) =>
      total === 1
        ? `Your SMS for ${when} is cancelled; it will not leave and is not charged.`
        : `Your ${count(total)} SMS for ${when} are cancelled; they will not leave and are not charged.`,
    notCancelled: (total) =>
      total === 1
        ? 'Please note: for 1 number nothing is cancelled; the reason is below.'
        : `Please note: for ${count(total)} numbers nothing is cancelled; the reasons are below.`,
    stillWaiting: (total) =>
      total === 1
        ? 'Please note: 1 more SMS, to another number, still waits for the same hour.'
        : `Please note: ${count(total)} more SMS, to other numbers, still wait for the same hour.`,
    refused: 'Nothing is cancelled, and your mail has sent nothing.',
  };
}

export const CANCEL_WORDS: Readonly<Record<Lang, CancelWords>> = { fr: french(), en: english() };

export function cancelSection(notice: NoticeOf<'recorded'>, words: NoticeWords): Section {
  const { orderId, cancelSubject } = notice;
  const own = CANCEL_WORDS[notice.lang];
  const byMail =
    cancelSubject === null
      ? []
      : [
          ...paragraph(own.byMail, '  '),
          ...paragraph(safeLine(cancelSubject, SUBJECT_LIMIT), '    '),
          ...(cancelSubject.includes(MASK) ? paragraph(own.code(MASK), '  ') : []),
        ];
  const byHand = [...paragraph(words.cancel, '  '), `    petitbleu queue cancel ${orderId}`];
  return [words.headings.cancel, ...byMail, ...byHand];
}

export function cancelledSections(notice: NoticeOf<'cancelled'>, words: NoticeWords): Section[] {
  const { recipients, refused, texts, stillWaiting } = notice;
  const own = CANCEL_WORDS[notice.lang];
  const when = formatInstant(notice.atMs, notice.zone, notice.lang);
  const lines = [
    own.cancelled(recipients.total, when),
    ...(refused.total > 0 ? [own.notCancelled(refused.total)] : []),
    ...(stillWaiting > 0 ? [own.stillWaiting(stillWaiting)] : []),
  ];
  return [
    lines.flatMap((line) => paragraph(line)),
    recipientsSection(notice, words),
    refusedSection(refused, notice, words),
    ...texts.first.map((text) => [words.headings.text, ...quoted(text)]),
    [words.headings.details, ...table([[words.labels.balance, words.credits(notice.balanceMilli)]])],
  ];
}
