// What the database of a world holds, as plain rows: read once for all checks.

import type { World } from '../world.js';

export interface MessageRow {
  readonly id: string;
  readonly order_id: string;
  /** E.164. */
  readonly number: string;
  readonly state: string;
  readonly price_milli: number;
  /** Of its order. */
  readonly text: string;
  readonly parts: number;
}

interface NoticeRow {
  readonly id: number;
  readonly kind: string;
  readonly state: string;
  readonly created_at: number;
  /** Message-ID of the mail that it answers. */
  readonly answers: string | null;
}

export interface Books {
  readonly orders: readonly { readonly id: string; readonly text: string }[];
  readonly messages: readonly MessageRow[];
  readonly notices: readonly NoticeRow[];
  readonly movements: readonly { readonly kind: string; readonly milli: number }[];
  readonly account: { readonly balance: number; readonly reserved: number };
}

export function readBooks(world: World): Books {
  const [account = { balance: 0, reserved: 0 }] = world.query<Books['account']>(
    'select sum(balance_milli) as balance, sum(reserved_milli) as reserved from accounts',
  );
  return {
    account,
    orders: world.query('select id, text from orders'),
    messages: world.query(
      'select m.id, m.order_id, m.number, m.state, m.price_milli, o.text, o.parts from messages m join orders o on o.id = m.order_id',
    ),
    notices: world.query(
      `select id, json_extract(notice, '$.kind') as kind, state, created_at,
         json_extract(notice, '$.thread.messageId') as answers from notices`,
    ),
    movements: world.query('select kind, sum(amount_milli) as milli from movements group by kind'),
  };
}

/** What is in several places under one key. */
export function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}
