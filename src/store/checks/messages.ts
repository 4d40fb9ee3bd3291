// One outcome for every mail that was taken: each order has all its messages, each number once, each message is in a state of
// the table (core/lifecycle.ts) with the instants that belong to it, and what was told of it was told once.

import { isFinal, MESSAGE_STATES, OPEN_STATES, SENT_STATES } from '../../core/lifecycle.js';
import { ERASED_NUMBER } from '../holdings.js';
import { faultsBy, FORGOTTEN_BEFORE, listed, RESTORE, type Check } from './check.js';

const OPEN = listed(OPEN_STATES);
const FINAL = listed(MESSAGE_STATES.filter(isFinal));
/** A message in doubt may have been sent. */
const WITH_SENDING = listed([...SENT_STATES, 'unknown']);
const BEFORE_SENDING = listed([...OPEN_STATES, 'cancelled']);

const ORDERS = `SELECT 'order ' || id || ' ' || CASE
      WHEN messages = 0 THEN 'has no message'
      WHEN last <> messages THEN 'has ' || messages || ' messages, but their ids go to ' || last
      WHEN numbers <> messages THEN 'has a number twice'
      WHEN price <> price_milli THEN 'costs ' || price_milli || ', but its messages ' || price
      WHEN open > 0 THEN 'is finished, but ' || open || ' of its messages wait' ELSE 'is not finished, though nothing of it waits' END
  FROM (
    SELECT o.id, o.price_milli, o.finished_at, count(m.id) AS messages, count(DISTINCT CASE m.number WHEN '${ERASED_NUMBER}' THEN m.id ELSE m.number END) AS numbers,
      sum(m.price_milli) AS price, coalesce(sum(m.state IN (${OPEN})), 0) AS open,
      max(CAST(substr(m.id, length(o.id) + 2) AS INTEGER)) AS last
    FROM orders o LEFT JOIN messages m ON m.order_id = o.id
    WHERE o.finished_at IS NULL OR o.finished_at >= ${FORGOTTEN_BEFORE} GROUP BY o.id
  ) WHERE messages = 0 OR last <> messages OR numbers <> messages OR price <> price_milli
    OR (open > 0) <> (finished_at IS NULL)`;

const STATES = `SELECT 'message ' || m.id || ' ' || CASE
      WHEN o.id IS NULL THEN 'has no order'
      WHEN m.account_id <> o.account_id THEN 'is of another account than its order'
      WHEN m.state NOT IN (${listed(MESSAGE_STATES)}) THEN 'is in a state that there is not: ' || m.state
      WHEN (m.final_at IS NULL) = (m.state IN (${FINAL})) THEN 'is ' || m.state || ', and the instant of its end is '
        || CASE WHEN m.final_at IS NULL THEN 'missing' ELSE 'set' END
      ELSE 'is ' || m.state || ', and the instant of its sending is ' || CASE WHEN m.submitted_at IS NULL THEN 'missing' ELSE 'set' END
    END
  FROM messages m LEFT JOIN orders o ON o.id = m.order_id
  WHERE o.id IS NULL OR m.account_id <> o.account_id OR m.state NOT IN (${listed(MESSAGE_STATES)})
    OR (m.final_at IS NULL) = (m.state IN (${FINAL}))
    OR (m.state IN (${WITH_SENDING}) AND m.submitted_at IS NULL)
    OR (m.state IN (${BEFORE_SENDING}) AND m.submitted_at IS NOT NULL)`;

const MAILS_TWICE = `SELECT 'order ' || value || ' was made by ' || count(*) || ' mails' FROM seen_mails, json_each(order_ids)
  GROUP BY value HAVING count(*) > 1`;

const LENGTHS = `SELECT 'queue of ' || CASE id WHEN 0 THEN 'all accounts' ELSE 'account ' || id END || ': its length is '
      || sum(kept) || ', should be ' || sum(waiting)
  FROM (
    SELECT account_id AS id, messages AS kept, 0 AS waiting FROM queue_lengths
    UNION ALL SELECT account_id, 0, 1 FROM messages WHERE state IN ('scheduled', 'queued')
    UNION ALL SELECT 0, 0, count(*) FROM messages WHERE state IN ('scheduled', 'queued')
  ) GROUP BY id HAVING sum(kept) <> sum(waiting)`;

export const MESSAGE_CHECKS: readonly Check[] = [
  {
    name: 'orders',
    says: 'every order has all its messages, each number once, and ends with them',
    advice: `petitbleu order show ID shows one; ${RESTORE}`,
    find: faultsBy(ORDERS, MAILS_TWICE),
  },
  {
    name: 'states',
    says: 'every message is in one state, with the instants that belong to it',
    advice: `petitbleu order show ID shows one; ${RESTORE}`,
    find: faultsBy(STATES),
  },
  {
    name: 'queue',
    says: 'the lengths of the queue are those of what waits',
    advice: RESTORE,
    quick: true,
    find: faultsBy(LENGTHS),
  },
];
