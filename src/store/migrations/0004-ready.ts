// What a carrier has put off is told apart from what may leave now (`ready`), so that claiming never looks at a message
// that has to wait, however many do; and an index each for what of an order is open and for what is in doubt longest.

/** Its shape is checked where it is listed: migrate.ts. */
export const ready = {
  name: 'ready',
  statements: [
    `ALTER TABLE messages ADD COLUMN ready INTEGER NOT NULL DEFAULT 1`,
    // Those whose time has come are made ready by the next claim.
    `UPDATE messages SET ready = 0 WHERE state = 'queued' AND attempts > 0`,
    `DROP INDEX messages_queued`,
    `DROP INDEX messages_deferred`,
    `DROP INDEX messages_held_back`,
    `DROP INDEX messages_in_doubt`,
    `CREATE INDEX messages_queued ON messages (carrier, ready, account_id, id) WHERE state = 'queued'`,
    `CREATE INDEX messages_deferred ON messages (carrier, due_at) WHERE state = 'queued' AND ready = 0`,
    `CREATE INDEX messages_held_back ON messages (account_id, number, id) WHERE state = 'queued' AND ready = 0`,
    `CREATE INDEX messages_in_doubt ON messages (state, submitted_at) WHERE state IN ('submitting', 'unknown')`,
    `CREATE INDEX messages_open ON messages (order_id) WHERE state IN ('scheduled', 'queued', 'submitting')`,
  ],
};
