// Nothing sent twice, as far as a database can say it: only what was sent has the ids of a carrier, no id is of two messages,
// and the receipts have done what they say.

import { MESSAGE_STATES } from '../../core/lifecycle.js';
import { faultsBy, FORGOTTEN_BEFORE, listed, type Check } from './check.js';

/** States that a message with ids of a carrier can be in. `expired`: after it was sent. */
const WITH_PARTS = ['submitted', 'delivered', 'undelivered', 'expired'] as const;
const WITHOUT_PARTS = listed(MESSAGE_STATES.filter((state) => !WITH_PARTS.some((one) => one === state)));

const UNSENT_PARTS = `SELECT 'message ' || m.id || ' is ' || m.state || ', but ' || p.carrier || ' gave it the id ' || p.carrier_id
  FROM parts p JOIN messages m ON m.id = p.message_id
  WHERE m.state IN (${WITHOUT_PARTS}) OR (m.state = 'expired' AND m.submitted_at IS NULL)`;

const NUMBERS = `SELECT 'message ' || message_id || ' has ' || count(*) || ' parts, but they go to ' || max(part) FROM parts
  GROUP BY message_id HAVING count(*) <> max(part)`;

const SHARED = `SELECT 'the id ' || carrier_id || ' of ' || carrier || ' is of ' || count(DISTINCT message_id) || ' messages: '
    || min(message_id) || ', ' || max(message_id)
  FROM parts GROUP BY carrier_id, carrier HAVING count(DISTINCT message_id) > 1`;

const LATE = `SELECT 'message ' || m.id || ' is submitted, though the receipts of its parts are here'
  FROM messages m JOIN parts p ON p.message_id = m.id WHERE m.state = 'submitted'
  GROUP BY m.id HAVING sum(p.state IN ('undelivered', 'refused', 'expired')) > 0 OR sum(p.state = 'submitted') = 0`;

const RECEIPTS = `SELECT 'receipt ' || r.id || ' is of message ' || r.message_id || ', which is gone'
  FROM receipts r LEFT JOIN messages m ON m.id = r.message_id WHERE r.message_id IS NOT NULL AND m.id IS NULL AND ${FORGOTTEN_BEFORE} = 0`;

const PARKED = `SELECT 'receipt ' || r.id || ' waits, though message ' || p.message_id || ' has its id ' || r.carrier_id
  FROM receipts r JOIN parts p ON p.carrier_id = r.carrier_id AND p.carrier = r.carrier WHERE r.message_id IS NULL`;

export const CARRIAGE_CHECKS: readonly Check[] = [
  {
    name: 'sent-once',
    says: 'no message was sent twice: each id of a carrier is of one message',
    advice: 'ask the carrier about these ids; petitbleu messages --order ID shows the messages',
    find: faultsBy(UNSENT_PARTS, NUMBERS, SHARED),
  },
  {
    name: 'receipts',
    says: 'every receipt has done what it says',
    advice: 'ask the carrier what became of these messages',
    find: faultsBy(LATE, RECEIPTS, PARKED),
  },
];
