// What petitbleu doctor says of a database in which something is late, in doubt or from the future.

import path from 'node:path';

import { expect, test } from 'vitest';

import { lookAtDatabase } from '../../src/cli/doctor/database.js';
import type { Look } from '../../src/cli/doctor/finding.js';
import { accept, answerAll, mailContext, planFor, storeWithAccount, temporaryFolder } from '../support/store.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The findings that are not right, by what they are about. */
async function hints(file: string): Promise<Record<string, string>> {
  const world = { config: { store: { file } }, daemon: null } as unknown as Parameters<Look>[0];
  const found = await lookAtDatabase(world);
  const wrong = found.filter(({ level, what }) => level !== 'ok' && what !== 'daemon');
  return Object.fromEntries(wrong.map(({ what, level, finding }) => [what, `${level}: ${finding}`]));
}

async function database(nowMs: number) {
  const file = path.join(temporaryFolder(), 'test.db');
  const { store, account } = await storeWithAccount(10, {}, file);
  const put = (dedupeKey: string) =>
    accept(store, planFor(account, { nowMs, to: ['+33612345678'], text: dedupeKey }), mailContext(dedupeKey));
  return { file, store, put };
}

test('a queue that moves says nothing', async () => {
  const { file, put } = await database(Date.now() - 5 * MINUTE_MS);
  await put('young');
  expect(await hints(file)).not.toHaveProperty('queue');
});

test('a message that is due for long, and its outcome mail, which does not leave', async () => {
  const { file, put } = await database(Date.now() - 90 * MINUTE_MS);
  await put('old');
  const found = await hints(file);
  expect(found).toMatchObject({
    queue: 'warn: the oldest message is due since 90 minutes',
    'outcome mails': 'warn: 1 mail waiting, some for more than an hour',
  });
  expect(found).not.toHaveProperty('lifetime');
});

test('a message that will expire within the hour: 48 hours are its life', async () => {
  const { file, put } = await database(Date.now() - 47.5 * HOUR_MS);
  await put('older');
  expect(await hints(file)).toMatchObject({ lifetime: 'warn: 1 message will expire within the hour' });
});

test('a message in doubt', async () => {
  const nowMs = Date.now() - 90 * MINUTE_MS;
  const { file, store, put } = await database(nowMs);
  await put('doubtful');
  await answerAll(store, () => ({ kind: 'unknown', code: 'timeout' }), nowMs);
  const found = await hints(file);
  expect(found).toMatchObject({ 'in doubt': 'warn: 1 message' });
  expect(found).not.toHaveProperty('queue');
});

test('an order from the future: the clock was set back', async () => {
  const { file, put } = await database(Date.now() + 10 * MINUTE_MS);
  await put('future');
  expect((await hints(file))['clock']).toMatch(/^fault: it says .*, but an order is of /);
});
