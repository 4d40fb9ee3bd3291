// Outcome mails to be put into words: each kind and the variants worth reading. The text of each lies in fixtures/notices.

import { rejection } from '../../src/core/rejection.js';
import type { MessageState } from '../../src/core/lifecycle.js';
import type { Notice, NoticeKind, RecipientFacts } from '../../src/core/types.js';

type NoticeOf<K extends NoticeKind> = Extract<Notice, { readonly kind: K }>;

const NOW = Date.UTC(2026, 10, 22, 13, 5);
const TOMORROW = Date.UTC(2026, 10, 23, 8, 0);

const base = {
  lang: 'fr',
  zone: 'Europe/Paris',
  orderId: '01kam5x0q7w3',
  thread: {
    subject: '••••:0612345678',
    messageId: '<original@example.fr>',
    references: [],
  },
} as const;

function recipient(to: string, state: MessageState, more: Partial<RecipientFacts> = {}): RecipientFacts {
  return { to, state, reason: null, dueAtMs: NOW, ...more };
}

function facts(recipients: readonly RecipientFacts[], total = recipients.length) {
  const counts: Partial<Record<MessageState, number>> = {};
  for (const { state } of recipients) counts[state] = (counts[state] ?? 0) + 1;
  return {
    text: 'Bonjour, votre rendez-vous est demain à 10 h.',
    encoding: 'gsm7',
    parts: 1,
    priceMilli: total * 1000,
    balanceMilli: 96_500,
    scheduledForMs: null,
    recipients: { total, first: recipients },
    counts,
  } as const;
}

const plain = {
  origin: { fromHtml: false, cut: null },
  replaced: [],
  savedParts: 0,
  truncated: false,
  finding: null,
} as const;
const none = { total: 0, first: [] } as const;

function recorded(more: Partial<NoticeOf<'recorded'>> = {}): NoticeOf<'recorded'> {
  const one = facts([recipient('+33612345678', 'queued')]);
  return { ...base, ...one, ...plain, kind: 'recorded', refused: none, cancelSubject: null, ...more };
}

function settled(
  kind: 'finished' | 'unsent',
  recipients: readonly RecipientFacts[],
  more: Partial<NoticeOf<'finished' | 'unsent'>> = {},
): Notice {
  return { ...base, ...facts(recipients), kind, ...more };
}

function cancelled(
  recipients: readonly RecipientFacts[],
  more: Partial<NoticeOf<'cancelled'>> = {},
): NoticeOf<'cancelled'> {
  return {
    ...base,
    kind: 'cancelled',
    atMs: TOMORROW,
    recipients: { total: recipients.length, first: recipients },
    refused: none,
    texts: { total: 1, first: ['Rendez-vous à 10 h.'] },
    stillWaiting: 0,
    balanceMilli: 96_500,
    ...more,
  };
}

function numbers(total: number): string[] {
  return Array.from({ length: total }, (_, at) => `+336${String(10_000_000 + at * 7).padStart(8, '0')}`);
}

const ten = numbers(10_000);

export const NOTICE_CASES: Readonly<Record<string, Notice>> = {
  'recorded-one': recorded(),
  'recorded-three': recorded(
    facts(['+33612345678', '+33698765432', '+33711223344'].map((to) => recipient(to, 'queued'))),
  ),
  'recorded-without-thread': recorded({ thread: null }),
  'recorded-partly-refused': recorded({
    ...facts([recipient('+33612345678', 'queued'), recipient('+33698765432', 'queued')]),
    refused: {
      total: 4,
      first: [
        { to: '06 12', rejection: rejection('number-invalid', { number: '06 12' }) },
        { to: '+590690123456', rejection: rejection('number-overseas-off', { number: '+590690123456' }) },
        { to: '+33711223344', rejection: rejection('number-blacklisted', { number: '+33711223344' }) },
        { to: 'famille', rejection: rejection('group-unknown', { name: 'famille' }) },
      ],
    },
  }),
  /** Shown in docs/outcome-mails.md. */
  'recorded-example': recorded({
    ...facts([recipient('+33612345678', 'queued')]),
    thread: { ...base.thread, subject: '••••:0612345678-0711223344' },
    text: 'Bonjour, votre rendez-vous est demain a 10 h.',
    refused: {
      total: 1,
      first: [{ to: '+33711223344', rejection: rejection('number-blacklisted', { number: '+33711223344' }) }],
    },
    origin: { fromHtml: false, cut: { by: 'signature', line: 3, lineText: '-- ' } },
  }),
  'recorded-deferred': recorded({
    ...facts([recipient('+33612345678', 'scheduled', { dueAtMs: TOMORROW })]),
    scheduledForMs: TOMORROW,
  }),
  'recorded-deferred-by-mail': recorded({
    ...facts([recipient('+33612345678', 'scheduled', { dueAtMs: TOMORROW })]),
    scheduledForMs: TOMORROW,
    cancelSubject: '••••:0612345678:090023112026s',
  }),
  'recorded-deferred-syntax-3': recorded({
    ...facts([recipient('+33612345678', 'scheduled', { dueAtMs: TOMORROW })]),
    scheduledForMs: TOMORROW,
    cancelSubject: '090023112026s',
  }),
  'cancelled-one': cancelled([recipient('+33612345678', 'cancelled')]),
  'cancelled-some': cancelled(
    [recipient('+33612345678', 'cancelled'), recipient('+33698765432', 'cancelled', { dueAtMs: TOMORROW })],
    {
      refused: {
        total: 2,
        first: [
          { to: '+33711223344', rejection: rejection('cancel-too-late', { number: '+33711223344' }) },
          { to: 'famille', rejection: rejection('group-unknown', { name: 'famille' }) },
        ],
      },
      texts: { total: 2, first: ['Rendez-vous à 10 h.', 'Rendez-vous à 11 h.'] },
      stillWaiting: 3,
    },
  ),
  'refused-cancellation': {
    ...base,
    kind: 'refused',
    rejection: rejection('cancel-nothing', {
      number: '+33612345678',
      when: '2026-11-23 09:00 +01:00',
    }),
    refused: none,
    balanceMilli: 96_500,
  },
  'recorded-landline-later': recorded(
    facts([recipient('+33612345678', 'queued'), recipient('+33145678901', 'scheduled', { dueAtMs: TOMORROW })]),
  ),
  'recorded-cut-signature': recorded({
    origin: { fromHtml: false, cut: { by: 'signature', line: 4, lineText: '--' } },
  }),
  'recorded-cut-quote': recorded({
    origin: { fromHtml: true, cut: { by: 'quote', line: 7, lineText: 'Le lun. 16 nov. 2026 à 09:12, Zoé a écrit :' } },
  }),
  'recorded-cut-mobile': recorded({
    origin: { fromHtml: false, cut: { by: 'mobile', line: 3, lineText: 'Envoyé de mon iPhone' } },
  }),
  'recorded-cut-tags': recorded({
    origin: { fromHtml: false, cut: { by: 'tags', line: 2, lineText: 'demain à 10 h.</SMS>' } },
  }),
  'recorded-cut-fin': recorded({
    origin: {
      fromHtml: false,
      cut: { by: 'fin', line: 1, lineText: 'Bonjour, votre rendez-vous est demain à 10 h.*fin*' },
    },
  }),
  'recorded-replaced': recorded({
    text: "C'est prêt... a tres bientot",
    replaced: [
      { from: '’', to: "'", count: 3 },
      { from: '…', to: '...', count: 1 },
      { from: '\u202F', to: ' ', count: 2 },
      { from: 'ê', to: 'e', count: 1 },
      { from: '\u00AD', to: '', count: 1 },
    ],
    savedParts: 2,
  }),
  'recorded-truncated': recorded({
    text: `${'Un texte qui ne tient pas dans un seul SMS. '.repeat(3)}Il en faudrait deux et donc`,
    truncated: true,
  }),
  'recorded-sender-verified': recorded({ finding: { result: 'pass', spf: 'softfail', dkim: 'pass', dmarc: 'pass' } }),
  'recorded-sender-unverified': recorded({ finding: { result: 'fail', spf: 'fail', dkim: 'none', dmarc: 'none' } }),
  'recorded-sender-unanswered': recorded({
    finding: { result: 'trouble', spf: 'temperror', dkim: 'temperror', dmarc: 'temperror' },
  }),
  'recorded-unicode': recorded({
    text: 'С днём рождения! 🎂🎉\n生日快乐\n\nZoé',
    encoding: 'ucs2',
    priceMilli: 1000,
    balanceMilli: 1500,
  }),
  'recorded-long': recorded({
    ...facts([recipient('+33612345678', 'queued'), recipient('+33698765432', 'queued')]),
    text: `Bonjour à tous,\n\n${'la réunion de demain est déplacée dans la grande salle du premier étage, pensez à prévenir vos équipes. '.repeat(4)}\nZoé`,
    parts: 3,
    priceMilli: 6000,
    balanceMilli: 12_345_678,
  }),
  'recorded-10000': recorded({
    ...facts(
      ten.slice(0, 200).map((to) => recipient(to, 'queued')),
      10_000,
    ),
    counts: { queued: 10_000 },
    refused: {
      total: 3000,
      first: numbers(2).map((to) => ({ to, rejection: rejection('duplicate', { number: to }) })),
    },
  }),
  'recorded-hostile': recorded({
    thread: { ...base.thread, subject: 'a\r\nBcc: x@evil.fr\u202Egnp.exe' },
    text: 'ligne 1\r\u001B[31mrouge\u202Eàl-srevne\u2028suite\nmot' + 'x'.repeat(200),
    refused: {
      total: 1,
      first: [{ to: '06\n-- \nfaux', rejection: rejection('number-invalid', { number: '06\n-- \nfaux' }) }],
    },
    origin: { fromHtml: false, cut: { by: 'quote', line: 9, lineText: `a\u0007\u202E${'b'.repeat(300)}` } },
  }),
  'refused-no-credit': {
    ...base,
    kind: 'refused',
    rejection: rejection('no-credit', { priceMilli: 12_000, balanceMilli: 3000 }),
    refused: none,
    balanceMilli: 3000,
  },
  'refused-too-long': {
    ...base,
    kind: 'refused',
    rejection: rejection('text-too-long', {
      length: 212,
      parts: 2,
      maxParts: 1,
      maxLength: 160,
      firstPartEnd: 'pensez à prévenir vos éq',
    }),
    refused: none,
    balanceMilli: 96_500,
  },
  'refused-one-number': {
    ...base,
    kind: 'refused',
    rejection: rejection('number-landline-off', { number: '+33145678901' }),
    refused: {
      total: 1,
      first: [{ to: '+33145678901', rejection: rejection('number-landline-off', { number: '+33145678901' }) }],
    },
    balanceMilli: 0,
  },
  'refused-all-numbers': {
    ...base,
    thread: { ...base.thread, subject: '' },
    kind: 'refused',
    rejection: rejection('number-invalid', { number: '06 12' }),
    refused: {
      total: 2,
      first: [
        { to: '06 12', rejection: rejection('number-invalid', { number: '06 12' }) },
        { to: '+33899123456', rejection: rejection('number-premium', { number: '+33899123456' }) },
      ],
    },
    balanceMilli: -125,
  },
  'finished-one': settled('finished', [recipient('+33612345678', 'submitted')], { scheduledForMs: TOMORROW }),
  'finished-mixed': settled('finished', [
    recipient('+33612345678', 'submitted'),
    recipient('+33698765432', 'delivered'),
    recipient('+33711223344', 'delivered'),
    recipient('+33600000001', 'refused', { reason: 'invalid destination address' }),
    recipient('+33600000002', 'expired', { reason: 'lifetime' }),
    recipient('+33600000003', 'cancelled', { reason: 'by-hand' }),
    recipient('+33600000004', 'unknown', { reason: 'stopped-in-flight' }),
  ]),
  'unsent-no-credit': settled('unsent', [recipient('+33612345678', 'refused', { reason: 'no-credit' })], {
    scheduledForMs: TOMORROW,
    balanceMilli: 500,
  }),
  'unsent-some': settled('unsent', [
    recipient('+33612345678', 'submitted'),
    recipient('+33698765432', 'refused', { reason: 'daily-cap' }),
    recipient('+33711223344', 'refused', { reason: 'number-blacklisted' }),
  ]),
  'unsent-all': settled('unsent', [
    recipient('+33612345678', 'refused', { reason: 'ESME_RINVDSTADR' }),
    recipient('+33698765432', 'expired', { reason: 'lifetime' }),
  ]),
  'unsent-unanswered': settled('unsent', [recipient('+33612345678', 'unknown', { reason: 'timeout' })]),
  delivered: {
    ...base,
    kind: 'delivered',
    text: 'Bonjour, votre rendez-vous est demain à 10 h.',
    recipient: recipient('+33612345678', 'delivered'),
    atMs: NOW,
  },
  undelivered: {
    ...base,
    kind: 'undelivered',
    text: 'Bonjour, votre rendez-vous est demain à 10 h.',
    recipient: recipient('+33612345678', 'undelivered', { reason: 'absent subscriber' }),
    atMs: NOW,
  },
  'undelivered-expired': {
    ...base,
    kind: 'undelivered',
    text: 'Bonjour, votre rendez-vous est demain à 10 h.',
    recipient: recipient('+33612345678', 'expired'),
    atMs: NOW,
  },
  reply: {
    ...base,
    kind: 'reply',
    replyId: 7,
    from: '+33612345678',
    text: 'Oui, à demain 👍\nZoé',
    atMs: NOW,
    original: 'Bonjour, votre rendez-vous est demain à 10 h.',
  },
  'reply-without-thread': {
    ...base,
    kind: 'reply',
    replyId: 7,
    thread: null,
    from: '+33612345678',
    text: 'STOP',
    atMs: NOW,
    original: 'Soldes !\n-- \nla boutique',
  },
  'reply-hostile': {
    ...base,
    kind: 'reply',
    replyId: 7,
    from: '06\r\nBcc: x@evil.fr',
    text: '\u001B[31mrouge\u202Eàl-srevne\n-- \nfin',
    atMs: NOW,
    original: 'x',
  },
  'low-balance': {
    ...base,
    kind: 'low-balance',
    orderId: null,
    thread: null,
    account: 'alice@example.fr',
    balanceMilli: 3500,
    thresholdMilli: 10_000,
    sms: null,
  },
  'low-balance-sms': {
    ...base,
    kind: 'low-balance',
    orderId: base.orderId,
    thread: null,
    account: 'alice@example.fr',
    balanceMilli: 1000,
    thresholdMilli: 10_000,
    sms: { to: '+33612345678', refusal: null },
  },
  'low-balance-no-sms': {
    ...base,
    kind: 'low-balance',
    orderId: null,
    thread: null,
    account: 'alice@example.fr',
    balanceMilli: 500,
    thresholdMilli: 10_000,
    sms: { to: '+33612345678', refusal: rejection('no-credit', { priceMilli: 1000, balanceMilli: 500 }) },
  },
};
