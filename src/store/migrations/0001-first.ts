// The first schema. Tables that are found by a text key have no rowid; indexes on states are partial, so that a million
// finished messages cost the queue nothing. CHECKs are the last line of defence: the code must never reach them.

/** Its shape is checked where it is listed: migrate.ts. */
export const first = {
  name: 'first',
  statements: [
    `CREATE TABLE accounts (
       id INTEGER PRIMARY KEY,
       email TEXT NOT NULL UNIQUE,
       code_hash TEXT NOT NULL,
       settings TEXT NOT NULL DEFAULT '{}',
       balance_milli INTEGER NOT NULL DEFAULT 0 CHECK (balance_milli >= 0),
       reserved_milli INTEGER NOT NULL DEFAULT 0 CHECK (reserved_milli >= 0),
       closed INTEGER NOT NULL DEFAULT 0,
       created_at INTEGER NOT NULL
     )`,
    `CREATE TABLE senders (
       address TEXT PRIMARY KEY,
       account_id INTEGER NOT NULL REFERENCES accounts (id)
     ) WITHOUT ROWID`,
    `CREATE INDEX senders_account ON senders (account_id)`,

    `CREATE TABLE api_keys (
       id INTEGER PRIMARY KEY,
       account_id INTEGER NOT NULL REFERENCES accounts (id),
       name TEXT NOT NULL,
       key_hash TEXT NOT NULL UNIQUE,
       created_at INTEGER NOT NULL,
       last_used_day TEXT,
       revoked_at INTEGER
     )`,
    `CREATE INDEX api_keys_account ON api_keys (account_id)`,

    `CREATE TABLE share_codes (
       domain TEXT PRIMARY KEY,
       code_hash TEXT NOT NULL
     ) WITHOUT ROWID`,

    `CREATE TABLE balance_looks (
       account_id INTEGER PRIMARY KEY REFERENCES accounts (id),
       day TEXT NOT NULL
     )`,

    `CREATE TABLE movements (
       id INTEGER PRIMARY KEY,
       ref TEXT NOT NULL UNIQUE,
       kind TEXT NOT NULL,
       account_id INTEGER NOT NULL REFERENCES accounts (id),
       counter_account_id INTEGER REFERENCES accounts (id),
       amount_milli INTEGER NOT NULL CHECK (amount_milli > 0),
       order_id TEXT,
       message_id TEXT,
       method TEXT,
       reference TEXT,
       at INTEGER NOT NULL
     )`,
    `CREATE INDEX movements_account ON movements (account_id, at)`,
    `CREATE INDEX movements_counter ON movements (counter_account_id, at) WHERE counter_account_id IS NOT NULL`,
    `CREATE TRIGGER movements_never_change BEFORE UPDATE ON movements
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END`,
    `CREATE TRIGGER movements_never_go BEFORE DELETE ON movements
       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END`,

    `CREATE TABLE groups (
       id INTEGER PRIMARY KEY,
       account_id INTEGER NOT NULL REFERENCES accounts (id),
       name TEXT NOT NULL,
       folded TEXT NOT NULL,
       UNIQUE (account_id, folded)
     )`,
    `CREATE TABLE members (
       group_id INTEGER NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
       number TEXT NOT NULL,
       name TEXT NOT NULL,
       variables TEXT NOT NULL,
       PRIMARY KEY (group_id, number)
     ) WITHOUT ROWID`,
    `CREATE TABLE blacklist (
       account_id INTEGER NOT NULL,
       number TEXT NOT NULL,
       at INTEGER NOT NULL,
       PRIMARY KEY (number, account_id)
     ) WITHOUT ROWID`,

    `CREATE TABLE orders (
       id TEXT PRIMARY KEY,
       account_id INTEGER NOT NULL REFERENCES accounts (id),
       share TEXT,
       requester TEXT NOT NULL,
       source TEXT NOT NULL,
       syntax INTEGER,
       sender TEXT,
       text TEXT NOT NULL,
       encoding TEXT NOT NULL,
       parts INTEGER NOT NULL CHECK (parts >= 1),
       price_milli INTEGER NOT NULL CHECK (price_milli >= 0),
       format TEXT NOT NULL,
       bulk INTEGER NOT NULL,
       silent INTEGER NOT NULL,
       scheduled_for INTEGER,
       created_at INTEGER NOT NULL,
       finished_at INTEGER,
       thread TEXT
     ) WITHOUT ROWID`,
    `CREATE INDEX orders_account ON orders (account_id, created_at)`,
    `CREATE INDEX orders_share ON orders (share, created_at) WHERE share IS NOT NULL`,

    `CREATE TABLE messages (
       id TEXT PRIMARY KEY,
       order_id TEXT NOT NULL REFERENCES orders (id),
       account_id INTEGER NOT NULL,
       number TEXT NOT NULL,
       zone TEXT NOT NULL,
       price_milli INTEGER NOT NULL CHECK (price_milli >= 0),
       state TEXT NOT NULL,
       reason TEXT,
       flash INTEGER NOT NULL,
       due_at INTEGER NOT NULL,
       expires_at INTEGER NOT NULL,
       attempts INTEGER NOT NULL DEFAULT 0,
       created_at INTEGER NOT NULL,
       submitted_at INTEGER,
       final_at INTEGER,
       carrier TEXT NOT NULL
     ) WITHOUT ROWID`,
    `CREATE INDEX messages_order ON messages (order_id)`,
    `CREATE INDEX messages_number ON messages (number, created_at)`,
    `CREATE INDEX messages_scheduled ON messages (due_at) WHERE state = 'scheduled'`,
    `CREATE INDEX messages_queued ON messages (carrier, account_id, id, due_at) WHERE state = 'queued'`,
    `CREATE INDEX messages_deferred ON messages (carrier, due_at) WHERE state = 'queued' AND attempts > 0`,
    `CREATE INDEX messages_held_back ON messages (account_id, number, id) WHERE state = 'queued' AND attempts > 0`,
    `CREATE INDEX messages_in_doubt ON messages (state, due_at) WHERE state IN ('submitting', 'unknown')`,

    `CREATE TABLE parts (
       message_id TEXT NOT NULL REFERENCES messages (id),
       part INTEGER NOT NULL,
       carrier TEXT NOT NULL,
       carrier_id TEXT NOT NULL,
       state TEXT NOT NULL DEFAULT 'submitted',
       PRIMARY KEY (message_id, part)
     ) WITHOUT ROWID`,
    `CREATE INDEX parts_carrier ON parts (carrier_id, carrier)`,
    `CREATE TABLE receipts (
       id INTEGER PRIMARY KEY,
       carrier TEXT NOT NULL,
       carrier_id TEXT NOT NULL,
       state TEXT NOT NULL,
       reason TEXT,
       raw TEXT NOT NULL,
       at INTEGER NOT NULL,
       message_id TEXT
     )`,
    `CREATE INDEX receipts_parked ON receipts (carrier_id, carrier) WHERE message_id IS NULL`,

    `CREATE TABLE seen_mails (
       dedupe_key TEXT PRIMARY KEY,
       order_ids TEXT NOT NULL,
       at INTEGER NOT NULL
     ) WITHOUT ROWID`,
    `CREATE INDEX seen_mails_at ON seen_mails (at)`,
    `CREATE TABLE notices (
       id INTEGER PRIMARY KEY,
       account_id INTEGER NOT NULL,
       address TEXT NOT NULL,
       notice TEXT NOT NULL,
       state TEXT NOT NULL DEFAULT 'waiting',
       due_at INTEGER NOT NULL,
       attempts INTEGER NOT NULL DEFAULT 0,
       detail TEXT,
       created_at INTEGER NOT NULL
     )`,
    `CREATE INDEX notices_waiting ON notices (due_at) WHERE state = 'waiting'`,
    `CREATE INDEX notices_address ON notices (address, created_at)`,

    `CREATE TABLE replies (
       id INTEGER PRIMARY KEY,
       dedupe_key TEXT NOT NULL,
       carrier TEXT NOT NULL,
       number TEXT NOT NULL,
       sent_to TEXT NOT NULL,
       text TEXT NOT NULL,
       raw TEXT NOT NULL,
       at INTEGER NOT NULL,
       account_id INTEGER,
       message_id TEXT,
       order_id TEXT,
       answered_at INTEGER
     )`,
    `CREATE INDEX replies_key ON replies (dedupe_key, at)`,
    `CREATE INDEX replies_account ON replies (account_id, at)`,
    `CREATE INDEX replies_number ON replies (number, at)`,
    `CREATE TABLE follow_ups (
       id INTEGER PRIMARY KEY,
       reply_id INTEGER NOT NULL REFERENCES replies (id),
       follow_up TEXT NOT NULL,
       lane TEXT NOT NULL,
       state TEXT NOT NULL DEFAULT 'waiting',
       due_at INTEGER NOT NULL,
       attempts INTEGER NOT NULL DEFAULT 0,
       detail TEXT,
       created_at INTEGER NOT NULL
     )`,
    `CREATE INDEX follow_ups_waiting ON follow_ups (lane, due_at) WHERE state = 'waiting'`,
    `CREATE INDEX follow_ups_reply ON follow_ups (reply_id)`,
    `CREATE TABLE reply_rules (
       id INTEGER PRIMARY KEY,
       account_id INTEGER NOT NULL REFERENCES accounts (id),
       pattern TEXT NOT NULL,
       answer TEXT,
       group_name TEXT
     )`,
    `CREATE INDEX reply_rules_account ON reply_rules (account_id, id)`,
  ],
};
