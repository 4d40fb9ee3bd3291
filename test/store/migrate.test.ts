// A database of the first schema, with data in it: a copy is made before, and everything is right after.

import path from 'node:path';

import Database from 'better-sqlite3';
import { expect, test } from 'vitest';

import { retentionRule } from '../../src/core/retention.js';
import { first } from '../../src/store/migrations/0001-first.js';
import { accept, balances, commandFor, NOW, planFor, temporaryFolder, temporaryStore } from '../support/store.js';
import { erase } from '../support/erasing.js';
import { filesWith } from '../support/residue.js';

const NUMBER = '+33611111111';
const OTHER = '+33622222222';

/** One account, one order that was delivered, one STOP. */
function makeFirst(file: string): void {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  first.statements.forEach((statement) => database.exec(statement));
  database.pragma('user_version = 1');
  database.exec(`
    INSERT INTO accounts VALUES (1, 'alice@example.fr', 'none', '{}', 9000, 0, 0, ${NOW});
    INSERT INTO senders VALUES ('alice@example.fr', 1);
    INSERT INTO movements VALUES
      (1, 'issue:first:1', 'issue', 1, NULL, 10000, NULL, NULL, 'opening', NULL, ${NOW}),
      (2, 'reserve:old', 'reserve', 1, NULL, 1000, 'old', NULL, NULL, NULL, ${NOW}),
      (3, 'settle:old-1', 'settle', 1, NULL, 1000, 'old', 'old-1', NULL, NULL, ${NOW});
    INSERT INTO orders VALUES ('old', 1, NULL, 'alice@example.fr', 'mail', 2, NULL, 'Before the migration', 'gsm7', 1, 1000,
      'normal', 0, 0, NULL, ${NOW}, ${NOW}, NULL);
    INSERT INTO messages VALUES ('old-1', 'old', 1, '${NUMBER}', 'FR', 1000, 'delivered', NULL, 0, ${NOW}, ${NOW + 1}, 1,
      ${NOW}, ${NOW}, ${NOW}, 'simulator');
    INSERT INTO messages VALUES ('old-2', 'old', 1, '${OTHER}', 'FR', 0, 'delivered', NULL, 0, ${NOW}, ${NOW + 1}, 1,
      ${NOW}, ${NOW}, ${NOW}, 'simulator');
    INSERT INTO parts VALUES ('old-1', 1, 'simulator', 'id-old', 'delivered');
    INSERT INTO receipts VALUES (1, 'simulator', 'id-old', 'delivered', NULL, 'raw', ${NOW}, 'old-1');
    INSERT INTO blacklist VALUES (1, '${NUMBER}', ${NOW});`);
  database.close();
}

test('the first schema comes up with its data, and can forget and erase', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'test.db');
  makeFirst(file);
  const store = await temporaryStore(file);
  const copy = new Database(`${file}.schema-1`, { readonly: true });
  expect(copy.prepare('SELECT text FROM orders').pluck().all()).toEqual(['Before the migration']);
  copy.close();
  expect((await store.verify()).faults).toEqual([]);
  expect(await balances(store, 'alice@example.fr')).toEqual({ balance: 9, reserved: 0 });

  const found = await store.findAccount(['alice@example.fr']);
  if (!found) throw new Error('the account is gone');
  await accept(store, planFor(found.account));
  const again = planFor(found.account, { to: [OTHER], text: 'Before the migration' });
  const reply = await store.acceptOrders(commandFor([again]));
  expect(reply.orders[0]?.decision).toMatchObject({ rejection: { reason: 'duplicate' } });
  const policy = { textDays: 90, recordDays: 400, noticeDays: 30, parkedDays: 30 };
  const { counts } = await store.prune(retentionRule(policy, NOW + 100 * 86_400_000));
  expect(counts).toMatchObject({ orderTexts: 1, receiptTexts: 1 });
  await erase(store, { kind: 'number', name: NUMBER });
  expect(filesWith(folder, NUMBER)).toEqual(['test.db.schema-1']);
  expect((await store.verify()).faults).toEqual([]);
});
