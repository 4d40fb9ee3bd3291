// The guard against duplicates looks at what a number got in the last 24 hours, for each mail. A byte of each text stands in
// the index that it walks, so that it reads only the messages whose text may be the same.

/** Its shape is checked where it is listed: migrate.ts. */
export const textCheck = {
  name: 'text-check',
  statements: [
    // Null: not known, of a message from before; such a one is read.
    `ALTER TABLE messages ADD COLUMN text_check INTEGER`,
    `DROP INDEX messages_number`,
    `CREATE INDEX messages_number ON messages (number, created_at, account_id, text_check)`,
  ],
};
