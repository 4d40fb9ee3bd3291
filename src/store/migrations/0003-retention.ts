// What retention and erasure need: an index on when orders were finished, how far each kind of forgetting has got, and
// which erasures were asked for. The ledger stays append-only, but for the words of a payment that name an erased person.

/** Its shape is checked where it is listed: migrate.ts. */
export const retention = {
  name: 'retention',
  statements: [
    `CREATE INDEX orders_finished ON orders (finished_at) WHERE finished_at IS NOT NULL`,
    `CREATE INDEX receipts_parked_at ON receipts (at) WHERE message_id IS NULL`,
    `CREATE TABLE retention (
       what TEXT PRIMARY KEY,
       mark INTEGER NOT NULL
     ) WITHOUT ROWID`,
    `CREATE TABLE erasures (
       id INTEGER PRIMARY KEY,
       kind TEXT NOT NULL,
       subject TEXT NOT NULL,
       account TEXT,
       at INTEGER NOT NULL,
       done_at INTEGER
     )`,
    `CREATE TABLE erasure_keys (
       fingerprint TEXT PRIMARY KEY
     ) WITHOUT ROWID`,
    `DROP TRIGGER movements_never_change`,
    `CREATE TRIGGER movements_never_change BEFORE UPDATE ON movements
       WHEN NEW.id IS NOT OLD.id OR NEW.ref IS NOT OLD.ref OR NEW.kind IS NOT OLD.kind
         OR NEW.account_id IS NOT OLD.account_id OR NEW.counter_account_id IS NOT OLD.counter_account_id
         OR NEW.amount_milli IS NOT OLD.amount_milli OR NEW.at IS NOT OLD.at
         OR NEW.order_id IS NOT OLD.order_id OR NEW.message_id IS NOT OLD.message_id
         OR (NEW.method IS NOT OLD.method AND NEW.method NOT GLOB 'erased-*')
         OR (NEW.reference IS NOT OLD.reference AND NEW.reference NOT GLOB 'erased-*')
         OR NEW.method IS NULL IS NOT (OLD.method IS NULL) OR NEW.reference IS NULL IS NOT (OLD.reference IS NULL)
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END`,
  ],
};
