// The mails that clients send to a world: one of each kind by weight, each with a text and a Message-ID that no other has,
// and what must become of it. Every part of a text holds its tag, so that the carrier's record tells whose it is.

import { DateTime } from 'luxon';

import { NUMBER_ENDS } from './carrier.js';
import type { Random } from './random.js';

export const DOMAIN = 'sms.example.fr';
/** Has credit. */
export const RICH = 'alice@example.fr';
/** Has none. */
export const POOR = 'bob@example.fr';
export const PRICE_MILLI = 1000;

export type MailKind =
  | 'one'
  | 'several'
  | 'long'
  | 'deferred'
  /** Some of its numbers are refused. */
  | 'partly'
  /** All of its numbers are refused. */
  | 'bad'
  | 'poor'
  /** The carrier refuses the number. */
  | 'refuse'
  | 'queue-full'
  | 'throttle';

export interface Mail {
  readonly kind: MailKind;
  readonly tag: string;
  readonly messageId: string;
  readonly from: string;
  readonly rcptTo: string;
  readonly raw: string;
  /** E.164; none: a mail says why it was refused. */
  readonly numbers: readonly string[];
  readonly parts: number;
  /** Nothing of it may leave before; 0: at once. */
  readonly dueMs: number;
}

/** When a mail shall leave, other than by its kind. */
export interface Appointment {
  /** As the subject wants it; null: it says nothing, and the account has a cut-off. */
  readonly date: string | null;
  readonly dueMs: number;
}

export interface MailWish {
  readonly kind?: MailKind | undefined;
  readonly appointment?: Appointment | undefined;
}

export interface MailWorld {
  readonly random: Random;
  /** Sending codes of the two accounts. */
  readonly codes: Readonly<Record<string, string>>;
  /** As the daemon sees it. */
  readonly nowMs: () => number;
}

const WEIGHTS: readonly (readonly [MailKind, number])[] = [
  ['one', 50],
  ['several', 14],
  ['long', 10],
  ['deferred', 8],
  ['partly', 5],
  ['bad', 4],
  ['poor', 4],
  ['refuse', 3],
  ['queue-full', 1.7],
  ['throttle', 0.3],
];
export const TAG = /Q[0-9a-z]+x\d{6}Q/;
const AT_ONCE: Appointment = { date: null, dueMs: 0 };
const NO_PRICE = '0899123456';

export function makeMail(world: MailWorld, tag: string, wish: MailWish = {}): Mail {
  const { random, codes } = world;
  const { kind = random.pick(WEIGHTS) } = wish;
  const { date, dueMs } = wish.appointment ?? (kind === 'deferred' ? soon(world) : AT_ONCE);
  const from = kind === 'poor' ? POOR : RICH;
  const code = codes[from] ?? '';
  const count = kind === 'several' ? random.int(2, 6) : kind === 'deferred' ? random.int(1, 3) : 1;
  const numbers = kind === 'bad' ? [] : numbersOf(random, kind, count);
  const written = [...numbers, ...(kind === 'bad' || kind === 'partly' ? [NO_PRICE] : [])];
  const isDirect = ['one', 'long', 'refuse', 'queue-full', 'throttle'].includes(kind);
  const parts = kind === 'long' ? random.int(2, 3) : 1;
  const messageId = `<${tag}@client.example>`;
  const text =
    parts === 1
      ? `${tag} Bonjour, ceci est un essai.`
      : Array(parts * 10)
          .fill(tag)
          .join(' ');
  const rcptTo = isDirect ? `${code}.${written.join('')}@${DOMAIN}` : `sms@${DOMAIN}`;
  const subject = isDirect ? '' : `${code}:${[written.join('-'), ...(date === null ? [] : [date])].join(':')}`;
  const raw = [
    ...[`From: <${from}>`, `To: <sms@${DOMAIN}>`, `Subject: ${subject}`, `Message-ID: ${messageId}`],
    ...['MIME-Version: 1.0', 'Content-Type: text/plain; charset=us-ascii', '', text, ''],
  ].join('\r\n');
  const expected = kind === 'poor' ? [] : numbers.map((number) => number.replace('0', '+33'));
  return { kind, tag, messageId, from, rcptTo, raw, numbers: expected, parts, dueMs };
}

/** All different. No SMS leaves this machine. */
function numbersOf(random: Random, kind: MailKind, count: number): string[] {
  const end = kind in NUMBER_ENDS ? NUMBER_ENDS[kind as keyof typeof NUMBER_ENDS] : null;
  const numbers = new Set<string>();
  while (numbers.size < count) {
    const last = end ?? String(random.int(0, 899)).padStart(3, '0');
    numbers.add(`068484${random.int(0, 9)}${last}`);
  }
  return [...numbers];
}

/** In some minutes, whole ones, on the clocks of the account's zone. */
function soon({ random, nowMs }: MailWorld): Appointment {
  const due = DateTime.fromMillis(nowMs(), { zone: 'Europe/Paris' })
    .plus({ minutes: random.int(5, 8) })
    .startOf('minute');
  return { date: due.toFormat('HHmmddMMyyyy'), dueMs: due.toMillis() };
}
