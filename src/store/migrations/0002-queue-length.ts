// How many messages wait to be sent: a number for each account and, as account 0, for all. Counting a million rows for each
// mail would be too slow; triggers keep the numbers in step with the rows, whoever writes them, in the same transaction.

const WAITING = `IN ('scheduled', 'queued')`;

/** Its shape is checked where it is listed: migrate.ts. */
export const queueLength = {
  name: 'queue-length',
  statements: [
    `CREATE TABLE queue_lengths (
       account_id INTEGER PRIMARY KEY,
       messages INTEGER NOT NULL CHECK (messages >= 0)
     )`,
    `INSERT INTO queue_lengths
       SELECT account_id, count(*) FROM messages WHERE state ${WAITING} GROUP BY account_id`,
    `INSERT INTO queue_lengths SELECT 0, coalesce(sum(messages), 0) FROM queue_lengths`,
    `CREATE TRIGGER queue_lengths_insert AFTER INSERT ON messages WHEN NEW.state ${WAITING} BEGIN
       INSERT INTO queue_lengths VALUES (0, 1), (NEW.account_id, 1)
         ON CONFLICT (account_id) DO UPDATE SET messages = messages + 1;
     END`,
    `CREATE TRIGGER queue_lengths_back AFTER UPDATE OF state ON messages
       WHEN NEW.state ${WAITING} AND OLD.state NOT ${WAITING} BEGIN
       UPDATE queue_lengths SET messages = messages + 1 WHERE account_id IN (0, NEW.account_id);
     END`,
    `CREATE TRIGGER queue_lengths_out AFTER UPDATE OF state ON messages
       WHEN OLD.state ${WAITING} AND NEW.state NOT ${WAITING} BEGIN
       UPDATE queue_lengths SET messages = messages - 1 WHERE account_id IN (0, NEW.account_id);
     END`,
    `CREATE TRIGGER queue_lengths_delete AFTER DELETE ON messages WHEN OLD.state ${WAITING} BEGIN
       UPDATE queue_lengths SET messages = messages - 1 WHERE account_id IN (0, OLD.account_id);
     END`,
  ],
};
