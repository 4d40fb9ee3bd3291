// The mail about a low balance: its facts into the sections of a plain text, with words for each language. It tells of no
// order. Part of `notice.ts`.

import { NUMBER_LIMIT } from './notice-lists.js';
import type { NoticeWords } from './notice-texts.js';
import { paragraph, safeLine, table } from './plain-text.js';
import { rejectionText } from './rejection.js';
import type { Lang, Notice } from './types.js';

type BalanceNotice = Extract<Notice, { readonly kind: 'low-balance' }>;

interface BalanceWords {
  readonly low: (account: string, balance: string, threshold: string) => string;
  readonly sms: (to: string) => string;
  readonly noSms: (to: string) => string;
  readonly account: string;
  readonly threshold: string;
  readonly ends: string;
}

const WORDS: Readonly<Record<Lang, BalanceWords>> = {
  fr: {
    low: (account, balance, threshold) =>
      `Le solde du compte ${account} est de ${balance}, sous le seuil de ${threshold}.`,
    sms: (to) => `Un SMS au ${to} dit la même chose.`,
    noSms: (to) => `Aucun SMS n'est parti au ${to} pour le dire :`,
    account: 'Compte',
    threshold: 'Seuil',
    ends: "Ce rappel revient chaque matin à 9 h, jusqu'à ce que le compte soit crédité au-delà du seuil ou que le rappel soit arrêté (option `lowBalance.threshold`).",
  },
  en: {
    low: (account, balance, threshold) =>
      `The balance of the account ${account} is ${balance}, under the threshold of ${threshold}.`,
    sms: (to) => `An SMS to ${to} says the same.`,
    noSms: (to) => `No SMS leaves for ${to} to say so:`,
    account: 'Account',
    threshold: 'Threshold',
    ends: 'This reminder comes back every morning at 09:00, until the account is credited above the threshold or the reminder is switched off (option `lowBalance.threshold`).',
  },
};

const ADDRESS_LIMIT = 254;
const REASON_LIMIT = 1000;

export function balanceSections(notice: BalanceNotice, words: NoticeWords): (readonly string[])[] {
  const own = WORDS[notice.lang];
  const account = safeLine(notice.account, ADDRESS_LIMIT);
  const [balance, threshold] = [words.credits(notice.balanceMilli), words.credits(notice.thresholdMilli)];
  return [
    paragraph(own.low(account, balance, threshold)),
    smsLines(notice, own),
    [
      words.headings.details,
      ...table([
        [own.account, account],
        [words.labels.balance, balance],
        [own.threshold, threshold],
      ]),
    ],
    paragraph(own.ends),
  ];
}

function smsLines({ sms, lang }: BalanceNotice, own: BalanceWords): readonly string[] {
  if (sms === null) return [];
  const to = safeLine(sms.to, NUMBER_LIMIT);
  if (sms.refusal === null) return paragraph(own.sms(to));
  const reason = safeLine(rejectionText(sms.refusal, lang), REASON_LIMIT);
  return [...paragraph(own.noSms(to)), ...paragraph(`${reason}.`, '  ')];
}
