// Double entry in thousandths of a credit: every movement takes an amount out of one book and puts it into another,
// so the sum over all books is 0 at any time. The table says which kinds there are; balances are sums over it.

export type Book = 'customer' | 'reserved' | 'spent' | 'issued';

/** The kinds of movements. A transfer goes from the customer book of one account to that of another. */
export const MOVES = {
  issue: { from: 'issued', to: 'customer' },
  reserve: { from: 'customer', to: 'reserved' },
  settle: { from: 'reserved', to: 'spent' },
  refund: { from: 'reserved', to: 'customer' },
  transfer: { from: 'customer', to: 'customer' },
  /** What is left when an account is erased: it goes back to whoever issued it. */
  forfeit: { from: 'customer', to: 'issued' },
} as const satisfies Record<string, { from: Book; to: Book }>;

export type MovementKind = keyof typeof MOVES;

export interface Movement {
  readonly id: number;
  /** Unique: the same business event can never be booked twice. */
  readonly ref: string;
  readonly kind: MovementKind;
  readonly accountId: number;
  /** The receiving account of a transfer, else null. */
  readonly counterAccountId: number | null;
  readonly amountMilli: number;
  readonly orderId: string | null;
  readonly messageId: string | null;
  readonly method: string | null;
  readonly reference: string | null;
  readonly atMs: number;
}

/** The movements of one account, newest first, each with what it did to the balance that can be spent. */
export interface Statement {
  readonly email: string;
  readonly balanceMilli: number;
  readonly reservedMilli: number;
  readonly lines: readonly StatementLine[];
}

interface StatementLine extends Movement {
  readonly balanceChangeMilli: number;
  /** The address that sent the order; null where the movement is about none. */
  readonly requester: string | null;
}

/** What a movement changes in one account's two books. */
export function effectOn(
  accountId: number,
  movement: Pick<Movement, 'kind' | 'accountId' | 'counterAccountId' | 'amountMilli'>,
): { balanceMilli: number; reservedMilli: number } {
  const effect = { customer: 0, reserved: 0, spent: 0, issued: 0 };
  const { from, to } = MOVES[movement.kind];
  if (movement.accountId === accountId) effect[from] -= movement.amountMilli;
  if ((movement.counterAccountId ?? movement.accountId) === accountId) effect[to] += movement.amountMilli;
  return { balanceMilli: effect.customer, reservedMilli: effect.reserved };
}

/** Credits as people read them: `12`, `12.5`, `-0.125`. */
export function formatCredits(amountMilli: number): string {
  return String(amountMilli / 1000);
}

/** Credits as people type them, or undefined: at most 9 digits before and 3 after the point (or comma). */
export function parseCredits(text: string): number | undefined {
  const match = /^(\d{1,9})(?:[.,](\d{1,3}))?$/.exec(text.trim());
  if (!match) return undefined;
  return Number(match[1]) * 1000 + Number((match[2] ?? '').padEnd(3, '0') || 0);
}
