// Fills a database with a deep queue, fast: accounts with credit, orders of ten messages each, their reservations, and the
// messages queued (due) or scheduled (due tomorrow). Everything as the store itself writes it, so that `petitbleu verify`
// finds no fault; the schema is made by the store. Writes without syncing: for a new file, before the daemon is started.

import Database from 'better-sqlite3';

import { DEFAULT_SETTINGS } from '../src/core/settings.js';
import { openStore } from '../src/store/store.js';

export interface Fill {
  readonly file: string;
  readonly accounts: number;
  readonly messages: number;
  /** Of ten messages so many are due tomorrow. */
  readonly scheduledOfTen: number;
  readonly carrier: string;
  /** Of the code with which each account may send. */
  readonly codeHash: string;
}

const PER_ORDER = 10;
const CREDITS_MILLI = 1_000_000_000;
const HOUR_MS = 3_600_000;

/** The messages are rounded up to whole orders. Ids sort before those that are given from now on. */
export async function fillStore(fill: Fill): Promise<void> {
  const store = await openStore({
    ...{ file: fill.file, threads: false, defaults: DEFAULT_SETTINGS, noticesPerHour: 1000 },
    ...{ shareSettings: {}, routing: { routes: [], carriers: [fill.carrier] } },
    queue: { messages: 10_000_000, accountMessages: 10_000_000 },
  });
  await store.stop();
  const database = new Database(fill.file);
  try {
    database.pragma('journal_mode = OFF');
    database.pragma('synchronous = OFF');
    database.pragma('cache_size = -200000');
    database.pragma('foreign_keys = OFF');
    const values = { ...fill, orders: Math.ceil(fill.messages / PER_ORDER), now: Date.now() - HOUR_MS };
    database.transaction(() => {
      for (const statement of STATEMENTS) database.prepare(statement).run(valuesOf(values));
    })();
    database.pragma('journal_mode = WAL');
  } finally {
    database.close();
  }
}

type Values = Fill & { readonly orders: number; readonly now: number };

function valuesOf({ accounts, orders, now, scheduledOfTen, carrier, codeHash }: Values) {
  return { accounts, orders, now, scheduledOfTen, carrier, codeHash };
}

const EVERY_ACCOUNT = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @accounts)`;
/** Order `o` of 0 to orders - 1 belongs to account `1 + o % accounts`. */
const EVERY_ORDER = `WITH RECURSIVE n(o) AS (SELECT 0 UNION ALL SELECT o + 1 FROM n WHERE o + 1 < @orders)`;
const ORDER_ID = `printf('00%012d', o)`;
const DUE = `CASE WHEN m < @scheduledOfTen THEN @now + 86400000 ELSE @now END`;

const STATEMENTS = [
  `${EVERY_ACCOUNT} INSERT INTO accounts (id, email, code_hash, balance_milli, reserved_milli, created_at)
   SELECT i, 'a' || i || '@example.fr', @codeHash, ${CREDITS_MILLI}, 0, @now FROM n WHERE @accounts > 0`,
  `${EVERY_ACCOUNT} INSERT INTO senders (address, account_id)
   SELECT 'a' || i || '@example.fr', i FROM n WHERE @accounts > 0`,
  `INSERT INTO movements (ref, kind, account_id, amount_milli, method, at)
   SELECT 'issue:first:' || id, 'issue', id, ${CREDITS_MILLI}, 'opening', @now FROM accounts`,
  `${EVERY_ORDER} INSERT INTO orders
     (id, account_id, requester, source, syntax, text, encoding, parts, price_milli, format, bulk, silent, created_at)
   SELECT ${ORDER_ID}, 1 + o % @accounts, 'a' || (1 + o % @accounts) || '@example.fr', 'mail', 2,
     'Bonjour, votre rendez-vous ' || o || ' est confirmé pour demain à 14 h 30. Merci !', 'gsm7', 1,
     ${PER_ORDER} * 1000, 'normal', 0, 1, @now FROM n WHERE @orders > 0`,
  `${EVERY_ORDER}, k(m) AS (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9))
   INSERT INTO messages
     (id, order_id, account_id, number, zone, price_milli, state, flash, due_at, expires_at, created_at, carrier,
      text_check)
   SELECT ${ORDER_ID} || '-' || (m + 1), ${ORDER_ID}, 1 + o % @accounts,
     printf('+336%08d', (o * ${PER_ORDER} + m) % 100000000), 'FR', 1000,
     CASE WHEN m < @scheduledOfTen THEN 'scheduled' ELSE 'queued' END, 0, ${DUE}, ${DUE} + 172800000, @now, @carrier, o % 256
   FROM n CROSS JOIN k WHERE @orders > 0`,
  `INSERT INTO movements (ref, kind, account_id, amount_milli, order_id, at)
   SELECT 'reserve:' || id, 'reserve', account_id, (${PER_ORDER} - @scheduledOfTen) * 1000, id, created_at
   FROM orders WHERE @scheduledOfTen < ${PER_ORDER}`,
  `UPDATE accounts SET reserved_milli = held.price
   FROM (SELECT account_id, sum(price_milli) AS price FROM messages WHERE state = 'queued' GROUP BY account_id) AS held
   WHERE held.account_id = accounts.id`,
  `UPDATE accounts SET balance_milli = balance_milli - reserved_milli`,
  `INSERT INTO queue_lengths SELECT account_id, count(*) FROM messages WHERE @orders > 0 GROUP BY account_id`,
  `UPDATE queue_lengths SET messages = (SELECT count(*) FROM messages) WHERE account_id = 0`,
];
