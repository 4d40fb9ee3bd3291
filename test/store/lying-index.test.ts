// An index that says what its table does not say, as a broken disk makes it: SQLite believes it and asks no further.

import path from 'node:path';

import Database from 'better-sqlite3';
import { expect, test } from 'vitest';

import {
  accept,
  answerAll,
  balances,
  NOW,
  planFor,
  storeWithAccount,
  temporaryFolder,
  temporaryStore,
} from '../support/store.js';

/** The entries of `index` become those that another condition gives; its definition stays. */
function lie(file: string, index: string, truth: string, untruth: string): void {
  for (const [from, to] of [
    [truth, untruth],
    [untruth, truth],
  ] as const) {
    const database = new Database(file).unsafeMode();
    database.pragma('writable_schema = ON');
    database.prepare('UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = ?').run(from, to, index);
    database.close();
    if (to !== untruth) continue;
    const rebuilt = new Database(file);
    rebuilt.exec(`REINDEX ${index}`);
    rebuilt.close();
  }
}

test('what was sent is not sent again because the index calls it queued, and verify tells', async () => {
  const file = path.join(temporaryFolder(), 'test.db');
  const { store, account } = await storeWithAccount(10, {}, file);
  const order = await accept(store, planFor(account));
  await answerAll(store, (id) => ({ kind: 'accepted', carrierIds: [`id-${id}`] }));
  const before = await balances(store, account.email);
  await store.stop();
  lie(file, 'messages_queued', `state = 'queued'`, `state = 'submitted'`);

  const again = await temporaryStore(file);
  await expect(again.claimDue('simulator', 10, NOW)).rejects.toThrow(/0 are queued/);
  expect(await again.messages({ order, limit: 10 })).toMatchObject([{ message: { state: 'submitted' } }]);
  expect(await balances(again, account.email)).toEqual(before);
  expect((await again.verify()).faults).toContainEqual(
    expect.stringMatching(/^integrity: the index messages_queued has 1 entries for 0 rows/),
  );
});
