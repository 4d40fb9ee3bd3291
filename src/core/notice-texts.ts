// The words of the outcome mails, one table for each language; a language that lacks a word does not compile.
// Takes counts, amounts and names already made safe to show; gives sentences. Decides nothing.
// French typography: no space is put before a line break, so the layout keeps ` :` and `« »` together.

import { countText, creditsText, NBSP, plural } from './amounts.js';
import type { MessageState } from './lifecycle.js';
import type { RejectionReason } from './rejection.js';
import type { Encoding, Lang, NoticeKind, SenderFinding, TextCut } from './types.js';

/** What we ourselves give as the reason of a message's state; anything else is a carrier's own words. */
export type OwnReason =
  | Extract<RejectionReason, 'no-credit' | 'daily-cap' | 'number-blacklisted'>
  | 'lifetime'
  | 'by-hand'
  | 'restored'
  | 'by-mail'
  | 'no-answer'
  | 'stopped-in-flight';

type Noun = 'recipients' | 'refusedNumbers' | 'others';

export interface NoticeWords {
  /** What happened, for the subject of a mail that answers none. */
  readonly subject: Record<NoticeKind, string>;
  readonly colon: string;
  readonly quote: (text: string) => string;
  /** Credits with the decimal sign and the plural of the language. */
  readonly credits: (amountMilli: number) => string;
  readonly count: (total: number) => string;
  readonly states: Record<MessageState, (total: number) => string>;
  readonly ownReasons: Record<OwnReason, string>;

  readonly recordedNow: (total: number) => string;
  readonly recordedLater: (total: number, when: string) => string;
  /** After the first sentence: numbers (landlines) that wait for their hour. */
  readonly someLater: (total: number) => string;
  readonly someRefused: (total: number) => string;
  readonly refused: string;
  readonly refusalReason: string;
  readonly finished: (states: string) => string;
  readonly unsent: (failed: number, total: number) => string;
  readonly unanswered: (unknown: number) => string;
  readonly delivered: (to: string) => string;
  readonly undelivered: (to: string) => string;

  readonly headings: Record<'text' | 'details' | 'remarks' | 'cancel', string>;
  readonly headingOf: Record<Noun, (total: number) => string>;
  readonly labels: Record<
    'leaves' | 'characters' | 'length' | 'price' | 'priceRecorded' | 'balance' | 'order' | 'state' | 'reason' | 'at',
    string
  >;
  readonly atOnce: string;
  readonly due: (when: string) => string;
  readonly characters: Record<Encoding, string>;
  readonly length: (parts: number) => string;
  readonly unsentIsFree: string;
  readonly cancel: string;

  readonly cut: Record<TextCut['by'], (line: number, lineText: string) => string>;
  readonly avoidCut: string;
  readonly fromHtml: string;
  readonly replaced: (list: string) => string;
  readonly replacedOne: (from: string, to: string, count: number) => string;
  readonly nothing: string;
  readonly space: string;
  readonly savedParts: (parts: number) => string;
  readonly truncated: string;
  /** What `verify=required` would have made of the mail; takes what SPF, DKIM and DMARC say. */
  readonly found: Record<SenderFinding['result'], (findings: string) => string>;
  readonly footer: (gateway: string) => string;
}

const frCount = (total: number): string => countText(total, 'fr');
const enCount = (total: number): string => countText(total, 'en');

const FR: NoticeWords = {
  subject: {
    recorded: 'enregistré',
    cancelled: 'annulé',
    refused: 'refusé',
    finished: 'terminé',
    unsent: 'non parti',
    delivered: 'reçu sur le téléphone',
    undelivered: 'non remis',
    'low-balance': 'crédit bientôt épuisé',
    reply: 'réponse reçue',
  },
  colon: ' :',
  quote: (text) => `« ${text} »`,
  credits: (amountMilli) => creditsText(amountMilli, 'fr'),
  count: frCount,
  states: {
    scheduled: (total) => plural('fr', total, ['programmé', 'programmés']),
    queued: () => "en attente d'envoi",
    submitting: () => "en cours d'envoi",
    submitted: () => "remis à l'opérateur mobile",
    delivered: (total) => plural('fr', total, ['reçu sur le téléphone', 'reçus sur le téléphone']),
    undelivered: () => 'non remis au téléphone',
    expired: (total) => plural('fr', total, ['abandonné car trop tard', 'abandonnés car trop tard']),
    refused: (total) => plural('fr', total, ['refusé', 'refusés']),
    unknown: () => "sans réponse de l'opérateur mobile",
    cancelled: (total) => plural('fr', total, ['annulé', 'annulés']),
  },
  ownReasons: {
    'no-credit': "crédit insuffisant au moment de l'envoi",
    'daily-cap': "plafond journalier du compte atteint au moment de l'envoi",
    'number-blacklisted': "ce numéro n'accepte plus de messages (STOP)",
    lifetime: "il n'a pas pu partir dans le délai réglé pour votre compte",
    'by-hand': "par l'opérateur de la passerelle",
    restored: "la passerelle a été restaurée d'une sauvegarde",
    'by-mail': 'par votre mail',
    'no-answer': "l'opérateur mobile n'a jamais répondu",
    'stopped-in-flight': "la passerelle s'est arrêtée pendant l'envoi",
  },

  recordedNow: (total) =>
    total === 1
      ? 'Votre SMS est enregistré ; il part tout de suite.'
      : `Votre SMS est enregistré ; il part tout de suite vers ${frCount(total)} numéros.`,
  recordedLater: (total, when) =>
    total === 1
      ? `Votre SMS est enregistré ; il ne part pas tout de suite, mais le ${when}.`
      : `Votre SMS vers ${frCount(total)} numéros est enregistré ; il ne part pas tout de suite, mais le ${when}.`,
  someLater: (total) =>
    total === 1
      ? '1 autre SMS attend une heure permise ; elle est indiquée plus bas.'
      : `${frCount(total)} autres SMS attendent une heure permise ; elle est indiquée plus bas.`,
  someRefused: (total) =>
    total === 1
      ? 'Attention : 1 numéro est refusé et ne recevra rien ; la raison est plus bas.'
      : `Attention : ${frCount(total)} numéros sont refusés et ne recevront rien ; les raisons sont plus bas.`,
  refused: "Votre SMS est refusé. Rien n'a été envoyé et rien n'a été compté.",
  refusalReason: 'Pourquoi',
  finished: (states) => `Votre envoi est terminé : ${states}.`,
  unsent: (failed, total) => {
    if (total === 1) return "Votre SMS n'est pas parti.";
    if (failed === total) return `Aucun de vos ${frCount(total)} SMS n'est parti.`;
    return failed === 1
      ? `1 SMS sur ${frCount(total)} n'est pas parti.`
      : `${frCount(failed)} SMS sur ${frCount(total)} ne sont pas partis.`;
  },
  unanswered: (unknown) =>
    unknown === 1
      ? "L'opérateur mobile n'a pas répondu pour 1 SMS : on ne sait pas encore s'il est parti. Il n'est pas renvoyé, pour ne pas arriver deux fois."
      : `L'opérateur mobile n'a pas répondu pour ${frCount(unknown)} SMS : on ne sait pas encore s'ils sont partis. Ils ne sont pas renvoyés, pour ne pas arriver deux fois.`,
  delivered: (to) => `Votre SMS est arrivé sur le téléphone ${to}.`,
  undelivered: (to) => `Votre SMS n'est pas arrivé sur le téléphone ${to}.`,

  headings: {
    text: 'Texte du SMS',
    details: 'Détails',
    remarks: 'À savoir',
    cancel: 'Pour annuler',
  },
  headingOf: {
    recipients: (total) => (total === 1 ? 'Destinataire' : `Destinataires (${frCount(total)})`),
    refusedNumbers: (total) => (total === 1 ? 'Numéro refusé' : `Numéros refusés (${frCount(total)})`),
    others: (total) => (total === 1 ? '… et 1 autre' : `… et ${frCount(total)} autres`),
  },
  labels: {
    leaves: 'Départ',
    characters: 'Alphabet',
    length: 'Longueur',
    price: 'Prix',
    priceRecorded: 'Prix prévu',
    balance: 'Solde restant',
    order: "N° d'envoi",
    state: 'État',
    reason: 'Raison',
    at: 'Date',
  },
  atOnce: 'tout de suite',
  due: (when) => `départ le ${when}`,
  characters: {
    gsm7: 'GSM (lettres courantes)',
    ucs2: 'Unicode (toutes les écritures, emoji)',
  },
  length: (parts) =>
    parts === 1 ? '1 SMS par numéro' : `${frCount(parts)} parties, comptées ${frCount(parts)} SMS par numéro`,
  unsentIsFree: "Un SMS qui n'est pas parti n'est pas compté.",
  cancel: "Avant le départ, l'opérateur de la passerelle peut annuler cet envoi par la commande :",

  cut: {
    tags: (line, text) =>
      `Seul ce qui se trouve entre <SMS> et </SMS> est envoyé. Le texte s'arrête à la ligne ${line} de votre mail : « ${text} ».`,
    fin: (line, text) =>
      `Ce qui suit *fin* n'est pas envoyé. Le texte s'arrête à la ligne ${line} de votre mail : « ${text} ».`,
    signature: (line, text) =>
      `Votre mail a été coupé à la ligne ${line}, « ${text} » : la suite a été prise pour une signature et n'est pas envoyée.`,
    quote: (line, text) =>
      `Votre mail a été coupé à la ligne ${line}, « ${text} » : la suite a été prise pour un mail cité et n'est pas envoyée.`,
    mobile: (line, text) =>
      `Votre mail a été coupé à la ligne ${line}, « ${text} » : c'est la mention que le téléphone ajoute ; la suite n'est pas envoyée.`,
  },
  avoidCut:
    "Pour choisir vous-même : écrivez le texte du SMS entre <SMS> et </SMS>, ou faites régler l'option `cut` de votre compte sur `none`.",
  fromHtml: "Votre mail n'avait pas de texte simple : le texte du SMS vient de sa version mise en forme (HTML).",
  replaced: (list) => `Caractères remplacés par leur équivalent dans l'alphabet GSM : ${list}.`,
  replacedOne: (from, to, count) => `${from} par ${to} (${frCount(count)}${NBSP}fois)`,
  nothing: 'rien',
  space: 'une espace',
  savedParts: (parts) =>
    `${frCount(parts)}${NBSP}${plural('fr', parts, ['partie économisée', 'parties économisées'])} par numéro.`,
  truncated:
    "Votre texte dépassait 1 SMS : la fin a été coupée et n'est pas envoyée. Pour envoyer les textes longs en entier, faites régler l'option `long` de votre compte sur `on`.",
  found: {
    pass: (findings) =>
      `L'expéditeur de votre mail est vérifié (${findings}). Avec l'option \`verify\` sur \`required\`, il aurait aussi été accepté.`,
    fail: (findings) =>
      `L'expéditeur de votre mail n'est pas vérifié (${findings}). Avec l'option \`verify\` sur \`required\`, il aurait été refusé.`,
    trouble: (findings) =>
      `L'expéditeur de votre mail n'a pas pu être vérifié, faute de réponse du DNS (${findings}). Avec l'option \`verify\` sur \`required\`, il aurait été différé.`,
  },
  footer: (gateway) => `Réponse automatique de la passerelle mail-SMS Petit Bleu (${gateway})`,
};

const EN: NoticeWords = {
  subject: {
    recorded: 'recorded',
    cancelled: 'cancelled',
    refused: 'refused',
    finished: 'finished',
    unsent: 'not sent',
    delivered: 'received on the phone',
    undelivered: 'not delivered',
    'low-balance': 'credit is running low',
    reply: 'reply received',
  },
  colon: ':',
  quote: (text) => `"${text}"`,
  credits: (amountMilli) => creditsText(amountMilli, 'en'),
  count: enCount,
  states: {
    scheduled: () => 'scheduled',
    queued: () => 'waiting to be sent',
    submitting: () => 'being sent',
    submitted: () => 'handed to the mobile operator',
    delivered: () => 'received on the phone',
    undelivered: () => 'not delivered to the phone',
    expired: () => 'given up as too late',
    refused: () => 'refused',
    unknown: () => 'without an answer from the mobile operator',
    cancelled: () => 'cancelled',
  },
  ownReasons: {
    'no-credit': 'not enough credit when it was due',
    'daily-cap': 'the daily cap of the account was reached when it was due',
    'number-blacklisted': 'this number does not accept messages any more (STOP)',
    lifetime: 'it could not leave within the time set for your account',
    'by-hand': 'by the operator of the gateway',
    restored: 'the gateway was restored from a backup',
    'by-mail': 'by your mail',
    'no-answer': 'the mobile operator never answered',
    'stopped-in-flight': 'the gateway stopped while it was being sent',
  },

  recordedNow: (total) =>
    total === 1
      ? 'Your SMS is recorded and leaves at once.'
      : `Your SMS is recorded and leaves at once for ${enCount(total)} numbers.`,
  recordedLater: (total, when) =>
    total === 1
      ? `Your SMS is recorded; it does not leave at once, but on ${when}.`
      : `Your SMS to ${enCount(total)} numbers is recorded; it does not leave at once, but on ${when}.`,
  someLater: (total) =>
    total === 1
      ? '1 more SMS waits for a permitted hour; it is shown below.'
      : `${enCount(total)} more SMS wait for a permitted hour; it is shown below.`,
  someRefused: (total) =>
    total === 1
      ? 'Please note: 1 number is refused and gets nothing; the reason is below.'
      : `Please note: ${enCount(total)} numbers are refused and get nothing; the reasons are below.`,
  refused: 'Your SMS is refused. Nothing was sent and nothing was charged.',
  refusalReason: 'Why',
  finished: (states) => `Your order is finished: ${states}.`,
  unsent: (failed, total) => {
    if (total === 1) return 'Your SMS was not sent.';
    if (failed === total) return `None of your ${enCount(total)} SMS was sent.`;
    return `${enCount(failed)} of ${enCount(total)} SMS ${failed === 1 ? 'was' : 'were'} not sent.`;
  },
  unanswered: (unknown) =>
    `The mobile operator did not answer for ${enCount(unknown)} SMS: it is not known yet whether ${unknown === 1 ? 'it was' : 'they were'} sent. Nothing is sent again, so that nothing arrives twice.`,
  delivered: (to) => `Your SMS has arrived on the phone ${to}.`,
  undelivered: (to) => `Your SMS did not arrive on the phone ${to}.`,

  headings: {
    text: 'Text of the SMS',
    details: 'Details',
    remarks: 'Good to know',
    cancel: 'To cancel',
  },
  headingOf: {
    recipients: (total) => (total === 1 ? 'Recipient' : `Recipients (${enCount(total)})`),
    refusedNumbers: (total) => (total === 1 ? 'Refused number' : `Refused numbers (${enCount(total)})`),
    others: (total) => `… and ${enCount(total)} more`,
  },
  labels: {
    leaves: 'Leaves',
    characters: 'Alphabet',
    length: 'Length',
    price: 'Price',
    priceRecorded: 'Price as ordered',
    balance: 'Balance left',
    order: 'Order',
    state: 'State',
    reason: 'Reason',
    at: 'Date',
  },
  atOnce: 'at once',
  due: (when) => `leaves on ${when}`,
  characters: {
    gsm7: 'GSM (common letters)',
    ucs2: 'Unicode (all scripts, emoji)',
  },
  length: (parts) =>
    parts === 1 ? '1 SMS for each number' : `${enCount(parts)} parts, charged as ${enCount(parts)} SMS for each number`,
  unsentIsFree: 'An SMS that was not sent is not charged.',
  cancel: 'Until it leaves, the operator of the gateway can cancel this order with the command:',

  cut: {
    tags: (line, text) =>
      `Only what stands between <SMS> and </SMS> is sent. The text ends at line ${line} of your mail: "${text}".`,
    fin: (line, text) => `What follows *fin* is not sent. The text ends at line ${line} of your mail: "${text}".`,
    signature: (line, text) =>
      `Your mail was cut at line ${line}, "${text}": what follows was taken for a signature and is not sent.`,
    quote: (line, text) =>
      `Your mail was cut at line ${line}, "${text}": what follows was taken for a quoted mail and is not sent.`,
    mobile: (line, text) =>
      `Your mail was cut at line ${line}, "${text}": phones add this line by themselves; what follows is not sent.`,
  },
  avoidCut:
    'To choose for yourself: put the text of the SMS between <SMS> and </SMS>, or have the option `cut` of your account set to `none`.',
  fromHtml: 'Your mail had no plain text: the text of the SMS comes from its formatted version (HTML).',
  replaced: (list) => `Characters replaced by their equivalent in the GSM alphabet: ${list}.`,
  replacedOne: (from, to, count) => `${from} by ${to} (${enCount(count)}${NBSP}${count === 1 ? 'time' : 'times'})`,
  nothing: 'nothing',
  space: 'a space',
  savedParts: (parts) =>
    `That saves ${enCount(parts)}${NBSP}${plural('en', parts, ['part', 'parts'])} for each number.`,
  truncated:
    'Your text was longer than 1 SMS: its end was cut off and is not sent. To send long texts whole, have the option `long` of your account set to `on`.',
  found: {
    pass: (findings) =>
      `The sender of your mail is verified (${findings}). With the option \`verify\` set to \`required\`, it would have been accepted as well.`,
    fail: (findings) =>
      `The sender of your mail is not verified (${findings}). With the option \`verify\` set to \`required\`, it would have been refused.`,
    trouble: (findings) =>
      `The sender of your mail could not be verified, as the DNS did not answer (${findings}). With the option \`verify\` set to \`required\`, it would have been deferred.`,
  },
  footer: (gateway) => `Automatic answer of the mail-to-SMS gateway Petit Bleu (${gateway})`,
};

export const NOTICE_WORDS: Record<Lang, NoticeWords> = { fr: FR, en: EN };
