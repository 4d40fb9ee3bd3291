// An orderly stop: SIGTERM while many clients send, and with a full queue. What was acknowledged is kept, what was queued
// leaves once at the next start.

import { expect, test } from 'vitest';

import { sendMail } from '../support/daemon.js';
import { eventually } from '../support/eventually.js';
import { startLoad } from '../support/load.js';
import { configuration, startForTest, startWithAccount, TO_ONE, TO_SUBJECT } from './account.js';

const CLIENTS = 50;

test('SIGTERM under load: exit 0 within 10 seconds, and every acknowledged mail is in the database', async () => {
  const daemon = await startWithAccount();
  const load = startLoad(daemon.port, CLIENTS, TO_ONE);
  await eventually('mails flow', () => load.acknowledged.length >= 300);
  expect(load.errors).toEqual([]);

  const begun = performance.now();
  expect(await daemon.stop()).toEqual({ code: 0, signal: null });
  expect(performance.now() - begun).toBeLessThan(10_000);
  await load.ended;
  expect(load.errors).toHaveLength(CLIENTS);

  const kept = new Set((await daemon.messages()).map(({ text }) => text));
  expect(load.acknowledged.filter((text) => !kept.has(text))).toEqual([]);
  // One that was kept without its 250 will come again from its client: no more of those than clients.
  expect(kept.size - load.acknowledged.length).toBeLessThanOrEqual(CLIENTS);
  await daemon.must('verify');
});

test('a stop with a full queue: the rest leaves once after the restart, and nothing twice', async () => {
  const slow = await startWithAccount('carriers: {simulator: {window: 1, latencyMs: 200, receiptDelayMs: 0}}');
  const numbers = Array.from({ length: 60 }, (_, index) => `0684843${100 + index}`);
  await sendMail(slow.port, { ...TO_SUBJECT, subject: numbers.join('-'), text: 'To all' });
  await eventually('the first ones left', () => slow.phone.length >= 3);
  expect(await slow.stop()).toEqual({ code: 0, signal: null });
  const before = slow.phone.length;
  expect(before).toBeLessThan(numbers.length);

  const yaml = configuration('carriers: {simulator: {window: 50, latencyMs: 0, receiptDelayMs: 0}}');
  const fast = await startForTest({ folder: slow.folder, yaml });
  await eventually('all are delivered', async () =>
    (await fast.messages()).every(({ state }) => state === 'delivered'),
  );
  const expected = numbers.map((number) => number.replace('0', '+33'));
  expect(fast.phone.map(({ to }) => to).toSorted()).toEqual(expected);
  expect(fast.phone.length).toBeGreaterThan(before);
});
