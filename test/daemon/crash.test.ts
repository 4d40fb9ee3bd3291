// No orderly stop at all: SIGKILL in the middle of everything, then a new start on the same folder.

import { expect, test } from 'vitest';

import { eventually } from '../support/eventually.js';
import { startLoad } from '../support/load.js';
import { configuration, startForTest, startWithAccount, TO_ONE } from './account.js';

const CLIENTS = 30;
const WINDOW = 10;
/** So slow that the window is always full. */
const CARRIER = `carriers: {simulator: {window: ${WINDOW}, latencyMs: 300, receiptDelayMs: 0}}`;

test('kill -9 under load: no acknowledged mail is lost, nothing is sent twice, the books are right', async () => {
  const crashed = await startWithAccount(CARRIER);
  const load = startLoad(crashed.port, CLIENTS, TO_ONE);
  await eventually(
    'mails flow, and some have left',
    () => load.acknowledged.length >= 200 && crashed.phone.length >= 20,
  );
  crashed.signal('SIGKILL');
  expect(await crashed.ended).toEqual({ code: null, signal: 'SIGKILL' });
  await load.ended;
  // No daemon runs: the command looks at the database as the crash has left it.
  const inDoubt = (await crashed.messages()).filter(({ state }) => state === 'submitting').map(({ id }) => id);
  expect(inDoubt).not.toEqual([]);
  expect(inDoubt.length).toBeLessThanOrEqual(WINDOW);

  const again = await startForTest({ folder: crashed.folder, yaml: configuration(CARRIER) });
  await again.must('verify');
  const settled = await eventually(
    'the queue is empty',
    async () => {
      const found = await again.messages();
      return !found.some(({ state }) => state === 'queued' || state === 'submitting') && found;
    },
    30_000,
  );
  const kept = new Set(settled.map(({ text }) => text));
  expect(load.acknowledged.filter((text) => !kept.has(text))).toEqual([]);
  expect(kept.size).toBe(settled.length);

  const shown = again.phone.map(({ messageId }) => messageId);
  expect(new Set(shown).size).toBe(shown.length);
  // What was between our bytes and the carrier's answer stays in doubt, and is not sent again.
  const unknown = settled.filter(({ state }) => state === 'unknown').map(({ id }) => id);
  expect(unknown.toSorted()).toEqual(inDoubt.toSorted());
  await again.must('verify');
});
