// The queries of the queue as the store really runs them, and how SQLite finds their rows: a scan of all messages would
// cost nothing in any other test, and seconds with a million of them.

import path from 'node:path';

import Database from 'better-sqlite3';
import { afterEach, describe, expect, test, vi } from 'vitest';

import type { Store } from '../../src/store-port.js';
import { accept, mailContext, newAccount, NOW, planFor, temporaryFolder, temporaryStore } from '../support/store.js';

/** Of the prototype: the store opens its own connections. */
const prepare = vi.spyOn(Database.prototype, 'prepare');

afterEach(() => prepare.mockClear());

async function plansOf(run: (store: Store) => Promise<unknown>): Promise<string[]> {
  const file = path.join(temporaryFolder(), 'plans.db');
  const store = await temporaryStore(file);
  const account = await newAccount(store, 'alice@example.fr', 100);
  prepare.mockClear();
  await accept(store, planFor(account, { to: ['+33611111111', '+33622222222'] }), mailContext('m1'));
  await run(store);
  const asked = prepare.mock.calls
    .map(([sql]) => sql)
    .filter((sql) => /^(select|update|delete|insert|with)/i.test(sql));
  const database = new Database(file, { readonly: true });
  const plans = asked.flatMap((sql) => {
    const rows = database.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...valuesFor(sql));
    return rows.map(({ detail }) => detail);
  });
  database.close();
  expect(asked.length).toBeGreaterThan(0);
  return plans;
}

/** The plan depends on no value. */
function valuesFor(sql: string): unknown[] {
  return Array.from({ length: sql.split('?').length - 1 }, () => '[]');
}

/** Tables that grow with what is sent. */
const SCAN = /^SCAN (messages|orders|movements|parts|receipts|notices|m|o|earlier|deferred|next)\b/;

/** From the first that is due on, till there is enough. */
const IN_ORDER = /USING (COVERING )?INDEX (messages_scheduled|notices_waiting)$/;

const OPERATIONS: [string, (store: Store) => Promise<unknown>][] = [
  ['accepting', () => Promise.resolve()],
  ['claiming', (store) => store.claimDue('simulator', 10, NOW)],
  ['looking when something is due', (store) => store.nextDueMs('simulator')],
  ['recovering what was in flight', (store) => store.recoverInFlight(NOW)],
  ['adopting what is stranded', (store) => store.adoptStranded()],
  ['handing over', (store) => store.reroute('simulator', NOW, null)],
  ['settling', (store) => store.settleUnanswered({ sentBeforeMs: NOW, settleAs: 'refused', nowMs: NOW })],
  ['looking for the oldest in doubt', (store) => store.oldestUnansweredMs()],
  [
    'recording',
    async (store) => {
      const outcomes = (await store.claimDue('simulator', 2, NOW)).map(({ submission: { messageId } }) => ({
        ...{ messageId, carrier: 'simulator', retryAtMs: NOW, nowMs: NOW },
        outcome: { kind: 'accepted', carrierIds: [messageId] } as const,
      }));
      await store.exchange({ carrier: 'simulator', outcomes, limit: 2, nowMs: NOW });
    },
  ],
  [
    'a receipt',
    (store) => {
      const said = {
        carrier: 'simulator',
        carrierId: 'c',
        to: null,
        state: 'delivered',
        reason: null,
        raw: '',
      } as const;
      return store.recordReceipt(said, NOW);
    },
  ],
  ['outcome mails', (store) => store.dueNotices(10, NOW)],
  ['the next outcome mail', (store) => store.nextNoticeMs()],
];

describe('no scan of a table that grows', () => {
  test.each(OPERATIONS)('%s', async (_what, run) => {
    expect((await plansOf(run)).filter((detail) => SCAN.test(detail) && !IN_ORDER.test(detail))).toEqual([]);
  });
});

test('the guard against duplicates reads its index alone, and no message of another text', async () => {
  const plans = await plansOf(() => Promise.resolve());
  expect(plans).toContain('SEARCH near USING COVERING INDEX messages_number (number=? AND created_at>?)');
});

test('no statement is compiled again for each value behind its LIMIT', async () => {
  for (const [, run] of OPERATIONS) await plansOf(run);
  const asked = prepare.mock.calls.map(([sql]) => sql);
  expect(asked.some((sql) => /\blimit \(\? \+ 0\)/.test(sql))).toBe(true);
  expect(asked.filter((sql) => /\blimit \?/.test(sql))).toEqual([]);
});

describe('the queue is found by its own index', () => {
  test('claiming: by the carrier and the account', async () => {
    const plans = await plansOf((store) => store.claimDue('simulator', 10, NOW));
    expect(plans).toContain('SEARCH m USING INDEX messages_queued (carrier=? AND ready=? AND account_id=?)');
    expect(plans.filter((detail) => detail.includes('TEMP B-TREE'))).toEqual([]);
  });

  test('handing over: from a place on, without sorting', async () => {
    const plans = await plansOf((store) => store.reroute('simulator', NOW, null));
    expect(plans.join('\n')).toContain('messages_queued (carrier=? AND (ready,account_id,id)>');
    expect(plans.filter((detail) => detail.includes('TEMP B-TREE'))).toEqual([]);
  });
});
