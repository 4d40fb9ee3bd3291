// What `petitbleu verify` finds: nothing in a database with a message in every state, and each fault that is made by SQL
// behind the program's back, with the id of what is wrong.

import { truncateSync } from 'node:fs';
import path from 'node:path';

import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';

import type { Receipt } from '../../src/core/carriage.js';
import type { Store } from '../../src/store-port.js';
import { verifyFile } from '../../src/store/verify.js';
import { accept, mailContext, newAccount, NOW, planFor, temporaryFolder, temporaryStore } from '../support/store.js';

const DAY_MS = 86_400_000;
const CARRIER = 'simulator';

/** Ids of the messages by the state that they are in. */
type InState = Readonly<Record<string, string>>;

/** One message in each state, two accounts, contacts, a receipt that waits, a reply, outcome mails. */
async function fill(file: string): Promise<InState> {
  const store = await temporaryStore(file);
  const alice = await newAccount(store, 'alice@example.fr', 100, { 'notify.delivered': true });
  await newAccount(store, 'bob@example.fr', 5);
  await store.transferCredit({ from: alice.email, to: 'bob@example.fr', amountMilli: 2000, nowMs: NOW });
  await store.changeBlacklist({ email: alice.email, number: '+33600000000', listed: true, nowMs: NOW });
  const ids: Record<string, string> = {};
  let mails = 0;
  const order = async (state: string, dueAtMs = NOW): Promise<string> => {
    mails += 1;
    const to = [`+336111111${10 + mails}`];
    const id = await accept(store, planFor(alice, { to, dueAtMs, text: state }), mailContext(`mail-${mails}`));
    return (ids[state] = `${id}-1`);
  };
  const outcomes = {
    submitted: { kind: 'accepted', carrierIds: ['c1', 'c2'] },
    delivered: { kind: 'accepted', carrierIds: ['c3'] },
    undelivered: { kind: 'accepted', carrierIds: ['c4'] },
    refused: { kind: 'refused', code: 'no' },
    unknown: { kind: 'unknown', code: 'silence' },
  } as const;
  for (const state of Object.keys(outcomes)) await order(state);
  await order('submitting');
  await store.claimDue(CARRIER, 10, NOW);
  for (const [state, outcome] of Object.entries(outcomes)) {
    await store.recordOutcome({ messageId: ids[state] ?? '', carrier: CARRIER, outcome, retryAtMs: NOW, nowMs: NOW });
  }
  await receipts(store);
  await order('queued');
  await order('scheduled', NOW + DAY_MS);
  await order('cancelled', NOW + DAY_MS);
  await store.cancel(ids['cancelled'] ?? '', NOW);
  await store.stop();
  return ids;
}

async function receipts(store: Store): Promise<void> {
  const receipt = (carrierId: string, state: Receipt['state']): Receipt => {
    return { carrier: CARRIER, carrierId, to: null, state, reason: null, raw: '' };
  };
  await store.recordReceipt(receipt('c3', 'delivered'), NOW);
  await store.recordReceipt(receipt('c4', 'undelivered'), NOW);
  await store.recordReceipt(receipt('nobody', 'delivered'), NOW);
  const reply = { carrier: CARRIER, from: '+33611111112', to: '36111', text: 'Merci', raw: '', atMs: NOW };
  await store.recordReply(reply, 'key', NOW);
}

/** The faults of a sound database that SQL has changed, triggers and foreign keys notwithstanding. */
async function faultsAfter(sql: string): Promise<readonly string[]> {
  const file = path.join(temporaryFolder(), 'test.db');
  const ids = await fill(file);
  const database = new Database(file);
  database.pragma('foreign_keys = OFF');
  database.unsafeMode(true);
  database.exec(sql.replaceAll(/:(\w+)/g, (_, state: string) => `'${ids[state] ?? `no ${state}`}'`));
  database.close();
  const states = new Map(
    Object.entries(ids).flatMap(([state, id]) => [
      [id, state],
      [id.slice(0, -2), `order:${state}`],
    ]),
  );
  return verifyFile(file).faults.map((fault) =>
    fault.replaceAll(/\bo\d{6}(?:-1)?\b/g, (id) => `<${states.get(id) ?? id}>`),
  );
}

/** The ledger as somebody with the file in hand can change it: the triggers come back. */
function ledger(sql: string): string {
  const never = (name: string, what: string) =>
    `CREATE TRIGGER ${name} BEFORE ${what} ON movements\n       BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END`;
  const back = [never('movements_never_change', 'UPDATE'), never('movements_never_go', 'DELETE')].join(';');
  return `DROP TRIGGER movements_never_change; DROP TRIGGER movements_never_go; ${sql}; ${back}`;
}

test('a database with a message in every state is right', async () => {
  expect(await faultsAfter('')).toEqual([]);
});

describe('faults that SQL has made', () => {
  test.each<[what: string, sql: string, fault: string]>([
    [
      'a page that belongs to nothing',
      "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'messages_order'",
      'never used',
    ],
    [
      'a movement of no account',
      ledger("UPDATE movements SET account_id = 99 WHERE kind = 'transfer'"),
      'pointers: movements: row 3 belongs to something that is not in accounts',
    ],
    ['an index that is gone', 'DROP INDEX messages_order', 'schema: the index messages_order is missing'],
    [
      'a ledger that can be changed',
      'DROP TRIGGER movements_never_change',
      'schema: the trigger movements_never_change is missing',
    ],
    [
      'a trigger of somebody else',
      'CREATE TRIGGER evil AFTER INSERT ON orders BEGIN SELECT 1; END',
      'schema: the trigger evil is none of this program',
    ],
    [
      'a table of another form',
      'ALTER TABLE replies ADD COLUMN more TEXT',
      'schema: the table replies is not as this program makes it',
    ],
    [
      'an order without messages',
      'DELETE FROM messages WHERE id = :cancelled',
      'orders: order <order:cancelled> has no message',
    ],
    [
      'a message too few',
      "INSERT INTO messages SELECT substr(id, 1, 7) || '-3', order_id, account_id, '+33699999999', zone, 0, state, reason, flash, due_at, expires_at, attempts, created_at, submitted_at, final_at, carrier, ready, text_check FROM messages WHERE id = :cancelled",
      'orders: order <order:cancelled> has 2 messages, but their ids go to 3',
    ],
    [
      'a number twice',
      "INSERT INTO messages SELECT substr(id, 1, 7) || '-2', order_id, account_id, number, zone, 0, state, reason, flash, due_at, expires_at, attempts, created_at, submitted_at, final_at, carrier, ready, text_check FROM messages WHERE id = :cancelled",
      'orders: order <order:cancelled> has a number twice',
    ],
    [
      'another price than its messages',
      'UPDATE orders SET price_milli = 7 WHERE id = substr(:cancelled, 1, 7)',
      'orders: order <order:cancelled> costs 7, but its messages 1000',
    ],
    [
      'an order that ended too early',
      'UPDATE orders SET finished_at = 1 WHERE id = substr(:queued, 1, 7)',
      'orders: order <order:queued> is finished, but 1 of its messages wait',
    ],
    [
      'an order that never ends',
      'UPDATE orders SET finished_at = NULL WHERE id = substr(:delivered, 1, 7)',
      'orders: order <order:delivered> is not finished, though nothing of it waits',
    ],
    [
      'one order of two mails',
      "INSERT INTO seen_mails SELECT 'other', order_ids, at FROM seen_mails WHERE dedupe_key = 'mail-1'",
      'orders: order <order:submitted> was made by 2 mails',
    ],
    [
      'a message without an order',
      'DELETE FROM orders WHERE id = substr(:scheduled, 1, 7)',
      'states: message <scheduled> has no order',
    ],
    [
      'a message of another account',
      'UPDATE messages SET account_id = 2 WHERE id = :delivered',
      'states: message <delivered> is of another account than its order',
    ],
    [
      'no such state',
      "UPDATE messages SET state = 'lost' WHERE id = :cancelled",
      'states: message <cancelled> is in a state that there is not: lost',
    ],
    [
      'an end without its instant',
      'UPDATE messages SET final_at = NULL WHERE id = :delivered',
      'states: message <delivered> is delivered, and the instant of its end is missing',
    ],
    [
      'an instant of an end that is none',
      'UPDATE messages SET final_at = 1 WHERE id = :queued',
      'states: message <queued> is queued, and the instant of its end is set',
    ],
    [
      'a sending without its instant',
      'UPDATE messages SET submitted_at = NULL WHERE id = :unknown',
      'states: message <unknown> is unknown, and the instant of its sending is missing',
    ],
    [
      'an instant of a sending that was none',
      'UPDATE messages SET submitted_at = 1 WHERE id = :scheduled',
      'states: message <scheduled> is scheduled, and the instant of its sending is set',
    ],
    [
      'a length of the queue',
      'UPDATE queue_lengths SET messages = 9 WHERE account_id = 1',
      'queue: queue of account 1: its length is 9, should be 2',
    ],
    [
      'a balance',
      "UPDATE accounts SET balance_milli = 1 WHERE email = 'bob@example.fr'",
      'books: bob@example.fr: balance is 1, should be 7000 (thousandths of a credit)',
    ],
    [
      'a reservation',
      "UPDATE accounts SET reserved_milli = 1 WHERE email = 'bob@example.fr'",
      'books: bob@example.fr: reserved is 1, should be 0 (thousandths of a credit)',
    ],
    [
      'more reserved than waits',
      'UPDATE messages SET price_milli = 900 WHERE id = :queued',
      'books: alice@example.fr: 3000 is reserved, but what waits costs 2900',
    ],
    [
      'books that do not add up',
      "UPDATE accounts SET balance_milli = 1 WHERE email = 'bob@example.fr'",
      'books: the sum over all books is -6999, should be 0',
    ],
    ['a movement that is gone', ledger('DELETE FROM movements WHERE id = 4'), 'movements: movement 4 is missing'],
    [
      'a movement of no kind',
      ledger("UPDATE movements SET kind = 'gift' WHERE id = 3"),
      'movements: movement 3 (transfer:3) is no gift as this program books it',
    ],
    [
      'a movement of an order that is gone',
      'DELETE FROM orders WHERE id = substr(:queued, 1, 7)',
      'is of an order that is gone',
    ],
    [
      'a movement of a message that is gone',
      'DELETE FROM messages WHERE id = :delivered',
      'is of a message that is gone',
    ],
    [
      'a price settled twice',
      ledger(
        "INSERT INTO movements SELECT 99, 'refund:' || message_id, 'refund', account_id, NULL, amount_milli, order_id, message_id, NULL, NULL, at FROM movements WHERE ref = 'settle:' || :delivered",
      ),
      'prices: message <delivered> is delivered, and its price was settled and given back',
    ],
    [
      'a price never settled',
      ledger("DELETE FROM movements WHERE ref = 'settle:' || :delivered"),
      'prices: message <delivered> is delivered, and its price was never settled',
    ],
    [
      'a price settled too early',
      "UPDATE messages SET state = 'queued' WHERE id = :submitted",
      'prices: message <submitted> is queued, and its price was settled',
    ],
    [
      'a price given back too early',
      "UPDATE messages SET state = 'queued' WHERE id = :refused",
      'prices: message <refused> is queued, and its price was given back',
    ],
    [
      'another amount',
      ledger("UPDATE movements SET amount_milli = 5 WHERE ref = 'settle:' || :delivered"),
      'prices: message <delivered> is delivered, and its price was booked with another amount',
    ],
    [
      'a price taken before it is due',
      ledger("UPDATE movements SET ref = 'reserve:' || :scheduled WHERE ref = 'settle:' || :delivered"),
      'prices: message <scheduled> is scheduled, and its price was taken before it is due',
    ],
    [
      'a refund that never comes',
      ledger("DELETE FROM movements WHERE ref = 'refund:' || :refused"),
      'prices: order <order:refused>: 1000 was reserved, but 0 is held, settled or given back',
    ],
    [
      'an id of what never left',
      "INSERT INTO parts VALUES (:queued, 1, 'simulator', 'c9', 'submitted')",
      'sent-once: message <queued> is queued, but simulator gave it the id c9',
    ],
    [
      'a part that is gone',
      'DELETE FROM parts WHERE message_id = :submitted AND part = 1',
      'sent-once: message <submitted> has 1 parts, but they go to 2',
    ],
    [
      'one id for two messages',
      "UPDATE parts SET carrier_id = 'c3'",
      'sent-once: the id c3 of simulator is of 3 messages: <submitted>, <undelivered>',
    ],
    [
      'a receipt without effect',
      "UPDATE parts SET state = 'delivered' WHERE message_id = :submitted",
      'receipts: message <submitted> is submitted, though the receipts of its parts are here',
    ],
    [
      'a receipt of no message',
      "UPDATE receipts SET message_id = 'gone' WHERE carrier_id = 'c3'",
      'receipts: receipt 1 is of message gone, which is gone',
    ],
    [
      'a receipt that waits for nothing',
      "UPDATE receipts SET message_id = NULL WHERE carrier_id = 'c3'",
      'receipts: receipt 1 waits, though message <delivered> has its id c3',
    ],
    [
      'an order told twice',
      "INSERT INTO notices (account_id, address, notice, due_at, created_at) SELECT account_id, address, notice, due_at, created_at FROM notices WHERE json_extract(notice, '$.orderId') = substr(:queued, 1, 7)",
      'told-once: order <order:queued> has 2 mails that say recorded',
    ],
    [
      'an outcome mail of nobody',
      'UPDATE notices SET account_id = 99 WHERE id = 1',
      'told-once: outcome mail 1 is of an account that is gone',
    ],
    ['a reply to nothing', "UPDATE replies SET message_id = 'gone'", 'answers a message that is gone: gone'],
    [
      'a follow-up in no lane',
      "INSERT INTO follow_ups (reply_id, follow_up, lane, due_at, created_at) VALUES (1, '{}', 'fax', 0, 0)",
      'replies: what follows from reply 1 (1) cannot be done: fax, waiting',
    ],
    [
      'an account without its address',
      "DELETE FROM senders WHERE address = 'bob@example.fr'",
      'accounts: bob@example.fr has no right to send by its own address',
    ],
    [
      'settings that are none',
      "UPDATE accounts SET settings = '{' WHERE id = 2",
      'accounts: bob@example.fr: its settings cannot be read',
    ],
    [
      'a blacklist of nobody',
      'UPDATE blacklist SET account_id = 99',
      'accounts: the blacklist entry +33600000000 is of account 99, which is gone',
    ],
  ])('%s', async (_what, sql, fault) => {
    const faults = await faultsAfter(sql);
    expect(
      faults.some((one) => one.includes(fault)),
      faults.join('\n'),
    ).toBe(true);
  });

  test('of many faults of one kind the first are shown and all are counted', async () => {
    const rows = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)';
    const faults = await faultsAfter(
      `${rows} INSERT INTO receipts SELECT 100 + i, 'c', 'x', 'delivered', NULL, '', 0, 'gone' FROM n`,
    );
    expect(faults).toHaveLength(21);
    expect(faults.at(-1)).toBe('receipts: … and 30 more');
  });
});

test('a file that is torn is told, check by check, and never thrown', async () => {
  const file = path.join(temporaryFolder(), 'test.db');
  await fill(file);
  truncateSync(file, 40_960);
  const { faults } = verifyFile(file);
  expect(faults.join('\n')).toMatch(/integrity: .*malformed|integrity: /);
});
