// Every credit accounted for: each movement is one of the table (core/ledger.ts), the balances are the sums of them, and the
// price of each message is where its state says: reserved while it may still be sent, then settled or given back, once.

import { MOVES, type Book } from '../../core/ledger.js';
import { RESERVED_STATES, SENT_STATES } from '../../core/lifecycle.js';
import { FORGOTTEN_BEFORE, listed, RESTORE, type Check, faultsBy } from './check.js';

/** What a movement adds to a book of the account that it is of, as SQL. */
function effect(book: Book): string {
  const cases = Object.entries(MOVES).map(([kind, { from, to }]) => {
    const gives = Number(from === book);
    const takes = Number(to === book);
    return `WHEN '${kind}' THEN ${takes} * (counter_account_id IS NULL) - ${gives}`;
  });
  return `amount_milli * CASE kind ${cases.join(' ')} ELSE 0 END`;
}

const SUMS = `WITH effects AS (
    SELECT account_id AS id, ${effect('customer')} AS balance, ${effect('reserved')} AS reserved FROM movements
    UNION ALL
    SELECT counter_account_id, amount_milli, 0 FROM movements WHERE counter_account_id IS NOT NULL),
  sums AS (SELECT id, sum(balance) AS balance, sum(reserved) AS reserved FROM effects GROUP BY id)`;

const BALANCES = ['balance', 'reserved'].map(
  (book) => `${SUMS}
  SELECT email || ': ${book} is ' || ${book}_milli || ', should be ' || coalesce(sums.${book}, 0) || ' (thousandths of a credit)'
  FROM accounts LEFT JOIN sums ON sums.id = accounts.id WHERE ${book}_milli <> coalesce(sums.${book}, 0)`,
);

const HELD = `SELECT email || ': ' || reserved_milli || ' is reserved, but what waits costs ' || coalesce(held, 0)
  FROM accounts LEFT JOIN (
    SELECT account_id, sum(price_milli) AS held FROM messages
    WHERE state IN (${listed(RESERVED_STATES)}) GROUP BY account_id
  ) ON account_id = accounts.id WHERE reserved_milli <> coalesce(held, 0)`;

const BOOKS = `SELECT 'the sum over all books is ' || total || ', should be 0' FROM (
    SELECT (SELECT coalesce(sum(balance_milli + reserved_milli), 0) FROM accounts)
      + (SELECT coalesce(sum(CASE WHEN kind IN ('settle', 'forfeit') THEN amount_milli WHEN kind = 'issue' THEN -amount_milli ELSE 0 END), 0)
         FROM movements) AS total
  ) WHERE total <> 0`;

const GAPS = `SELECT CASE WHEN id = before + 2 THEN 'movement ' || (id - 1) || ' is missing'
      ELSE 'movements ' || (before + 1) || ' to ' || (id - 1) || ' are missing' END
  FROM (SELECT id, lag(id, 1, 0) OVER (ORDER BY id) AS before FROM movements) WHERE id <> before + 1`;

const SHAPES = `SELECT 'movement ' || id || ' (' || ref || ') is no ' || kind || ' as this program books it' FROM movements
  WHERE kind NOT IN (${listed(Object.keys(MOVES))})
    OR (kind = 'transfer') <> (counter_account_id IS NOT NULL) OR counter_account_id = account_id
    OR (kind IN ('issue', 'transfer', 'forfeit')) <> (order_id IS NULL)
    OR (kind = 'reserve' AND ref <> 'reserve:' || coalesce(message_id, order_id))
    OR (kind IN ('settle', 'refund') AND ref IS NOT kind || ':' || message_id)`;

const OWNERS = `SELECT 'movement ' || movements.id || ' (' || ref || ') is of ' || CASE
      WHEN movements.message_id IS NOT NULL AND messages.id IS NULL THEN 'a message that is gone'
      WHEN orders.id IS NULL THEN 'an order that is gone' ELSE 'something of another order or account' END
  FROM movements LEFT JOIN orders ON orders.id = movements.order_id LEFT JOIN messages ON messages.id = movements.message_id
  WHERE movements.order_id IS NOT NULL AND movements.at >= ${FORGOTTEN_BEFORE} AND (orders.id IS NULL OR orders.account_id <> movements.account_id
    OR (movements.message_id IS NOT NULL AND (messages.id IS NULL OR messages.order_id <> movements.order_id)))`;

const OF_MESSAGES = `SELECT 'message ' || id || ' is ' || state || ', and its price was ' || CASE
      WHEN wrong THEN 'booked with another amount'
      WHEN settled AND refunded THEN 'settled and given back'
      WHEN state = 'scheduled' THEN 'taken before it is due'
      WHEN sent AND NOT settled THEN 'never settled' WHEN settled THEN 'settled' ELSE 'given back' END
  FROM (
    SELECT m.id, m.state, s.id IS NOT NULL AS settled, g.id IS NOT NULL AS refunded, r.id IS NOT NULL AS reserved,
      m.state IN (${listed(SENT_STATES)}) OR (m.state = 'expired' AND m.submitted_at IS NOT NULL) AS sent,
      coalesce(r.amount_milli <> m.price_milli, 0) OR coalesce(s.amount_milli <> m.price_milli, 0)
        OR coalesce(g.amount_milli <> m.price_milli, 0) AS wrong
    FROM messages m LEFT JOIN movements r ON r.ref = 'reserve:' || m.id LEFT JOIN movements s ON s.ref = 'settle:' || m.id
      LEFT JOIN movements g ON g.ref = 'refund:' || m.id
    WHERE m.price_milli > 0
  ) WHERE wrong OR settled <> sent OR (refunded AND (sent OR state IN (${listed(RESERVED_STATES)})))
    OR (state = 'scheduled' AND (reserved OR refunded))`;

const OF_ORDERS = `SELECT 'order ' || id || ': ' || reserved || ' was reserved, but ' || used || ' is held, settled or given back'
  FROM (
    SELECT o.id, coalesce(w.amount_milli, 0) + coalesce(sum(r.amount_milli), 0) AS reserved,
      coalesce(sum(CASE WHEN m.state IN (${listed(RESERVED_STATES)}) OR s.id IS NOT NULL OR g.id IS NOT NULL
        THEN m.price_milli END), 0) AS used
    FROM orders o LEFT JOIN movements w ON w.ref = 'reserve:' || o.id LEFT JOIN messages m ON m.order_id = o.id
      LEFT JOIN movements r ON r.ref = 'reserve:' || m.id LEFT JOIN movements s ON s.ref = 'settle:' || m.id
      LEFT JOIN movements g ON g.ref = 'refund:' || m.id
    WHERE o.finished_at IS NULL OR o.finished_at >= ${FORGOTTEN_BEFORE} GROUP BY o.id
  ) WHERE reserved <> used`;

export const LEDGER_CHECKS: readonly Check[] = [
  {
    name: 'books',
    says: 'every credit is accounted for: balances are the sums of the ledger',
    advice: `what the ledger says counts: petitbleu credit statement EMAIL shows it; ${RESTORE}`,
    quick: true,
    find: faultsBy(...BALANCES, HELD, BOOKS),
  },
  {
    name: 'movements',
    says: 'no movement is missing, booked twice, or of something that is gone',
    advice: RESTORE,
    find: faultsBy(GAPS, SHAPES, OWNERS),
  },
  {
    name: 'prices',
    says: 'each price is reserved, settled or given back, once, as the state says',
    advice: 'petitbleu credit statement EMAIL shows what was booked; petitbleu credit add mends a balance',
    find: faultsBy(OF_MESSAGES, OF_ORDERS),
  },
];
