// How many outcome mails an address has had lately is counted for each mail that comes in: the index holds those that
// count, so that nothing of what they say is read. Replies that are passed on do not count.

/** Its shape is checked where it is listed: migrate.ts. */
export const noticesTold = {
  name: 'notices-told',
  statements: [
    `DROP INDEX notices_address`,
    `CREATE INDEX notices_told ON notices (address, created_at) WHERE json_extract(notice, '$.kind') != 'reply'`,
  ],
};
