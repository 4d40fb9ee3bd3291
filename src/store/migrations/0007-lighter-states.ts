// A change of state touches less: the lengths of the queue are kept by the statements that change many messages at once,
// not by triggers for each row; and what of an order is open is told by its instants, so that claiming leaves that index alone.

/** Its shape is checked where it is listed: migrate.ts. */
export const lighterStates = {
  name: 'lighter-states',
  statements: [
    `DROP TRIGGER queue_lengths_insert`,
    `DROP TRIGGER queue_lengths_back`,
    `DROP TRIGGER queue_lengths_out`,
    `DROP TRIGGER queue_lengths_delete`,
    `DROP INDEX messages_open`,
    `CREATE INDEX messages_open ON messages (order_id) WHERE submitted_at IS NULL AND final_at IS NULL`,
  ],
};
