// How long what is kept: from the days of the configuration to the instants before which things are forgotten. Pure.

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A client that lost our 250 sends the same mail again within its queue lifetime. */
export const SEEN_MAIL_MS = 72 * HOUR_MS;

/** In days; as `retention` of the configuration has it. */
export interface RetentionPolicy {
  readonly textDays: number;
  readonly recordDays: number;
  readonly noticeDays: number;
  readonly parkedDays: number;
}

/** Instants: what is older is forgotten. */
export interface RetentionRule {
  readonly textsBeforeMs: number;
  readonly recordsBeforeMs: number;
  readonly noticesBeforeMs: number;
  readonly parkedBeforeMs: number;
  readonly mailKeysBeforeMs: number;
}

export function retentionRule(policy: RetentionPolicy, nowMs: number): RetentionRule {
  const before = (days: number): number => nowMs - days * DAY_MS;
  return {
    textsBeforeMs: before(policy.textDays),
    recordsBeforeMs: before(policy.recordDays),
    noticesBeforeMs: before(policy.noticeDays),
    parkedBeforeMs: before(policy.parkedDays),
    mailKeysBeforeMs: nowMs - SEEN_MAIL_MS,
  };
}

/** What is forgotten in the database, in this order: what hangs on something goes before it. */
export const FORGOTTEN = {
  mailKeys: 'keys of mails seen',
  notices: 'outcome mails',
  orderTexts: 'texts of orders',
  receiptTexts: 'texts of receipts',
  replyTexts: 'texts of replies',
  followUps: 'follow-ups of replies',
  parkedReceipts: 'receipts that fit no message',
  receipts: 'receipts',
  replies: 'replies',
  messages: 'messages',
  orders: 'orders',
} as const;

export type Forgotten = keyof typeof FORGOTTEN;

export type ForgottenCounts = Readonly<Partial<Record<Forgotten, number>>>;

export function addCounts<K extends string>(
  sum: Readonly<Partial<Record<K, number>>>,
  more: Readonly<Partial<Record<K, number>>>,
): Partial<Record<K, number>> {
  const counts: Partial<Record<K, number>> = { ...sum };
  for (const [what, count] of Object.entries<number | undefined>(more) as [K, number][]) {
    counts[what] = (counts[what] ?? 0) + count;
  }
  return counts;
}
