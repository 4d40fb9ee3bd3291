// What is told and answered: outcome mails, replies, what follows from them, and the addresses and lists of the accounts.
// Whether an outcome mail is missing cannot be found out: the switches of an account change, and an hour has its limit.

import { faultsBy, FORGOTTEN_BEFORE, RESTORE, type Check } from './check.js';

/** Written in the transaction of what they tell, once for each order. */
const TOLD_ONCE = `SELECT 'order ' || json_extract(notice, '$.orderId') || ' has ' || count(*) || ' mails that say '
    || json_extract(notice, '$.kind')
  FROM notices WHERE json_extract(notice, '$.kind') IN ('recorded', 'finished')
  GROUP BY json_extract(notice, '$.orderId'), json_extract(notice, '$.kind') HAVING count(*) > 1`;

const NOTICES = `SELECT 'outcome mail ' || n.id || CASE WHEN a.id IS NULL THEN ' is of an account that is gone'
      WHEN NOT json_valid(n.notice) THEN ' cannot be read' ELSE ' is in a state that there is not: ' || n.state END
  FROM notices n LEFT JOIN accounts a ON a.id = n.account_id
  WHERE a.id IS NULL OR NOT json_valid(n.notice) OR n.state NOT IN ('waiting', 'sent', 'failed')`;

const REPLIES = `SELECT 'reply ' || r.id || ' answers a message that is gone: ' || r.message_id
  FROM replies r LEFT JOIN messages m ON m.id = r.message_id
  WHERE r.message_id IS NOT NULL AND (m.order_id IS NOT r.order_id OR m.account_id IS NOT r.account_id)
    AND (m.id IS NOT NULL OR ${FORGOTTEN_BEFORE} = 0)`;

const FOLLOW_UPS = `SELECT 'what follows from reply ' || reply_id || ' (' || id || ') cannot be done: ' || lane || ', ' || state
  FROM follow_ups WHERE lane NOT IN ('sms', 'post') OR state NOT IN ('waiting', 'done', 'failed') OR NOT json_valid(follow_up)`;

const ADDRESSES = `SELECT a.email || ' has no right to send by its own address' FROM accounts a
  LEFT JOIN senders s ON s.address = a.email WHERE s.account_id IS NOT a.id`;

const SETTINGS = `SELECT email || ': its settings cannot be read' FROM accounts WHERE NOT json_valid(settings)`;

/** 0: every account. */
const BLOCKED = `SELECT 'the blacklist entry ' || number || ' is of account ' || account_id || ', which is gone' FROM blacklist
  WHERE account_id <> 0 AND account_id NOT IN (SELECT id FROM accounts)`;

export const MAIL_CHECKS: readonly Check[] = [
  {
    name: 'told-once',
    says: 'no order was told twice, and every outcome mail has its account',
    advice: RESTORE,
    find: faultsBy(NOTICES, TOLD_ONCE),
  },
  {
    name: 'replies',
    says: 'every reply and what follows from it belongs to something',
    advice: RESTORE,
    find: faultsBy(REPLIES, FOLLOW_UPS),
  },
  {
    name: 'accounts',
    says: 'every account owns its address, its settings and its lists',
    advice: 'petitbleu account show EMAIL shows one; petitbleu account add-sender gives an address to it',
    quick: true,
    find: faultsBy(ADDRESSES, SETTINGS, BLOCKED),
  },
];
