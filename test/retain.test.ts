// What is forgotten for ever is forgotten by a clock that may be believed only: each hour, over a real store.

import { expect, onTestFinished, test } from 'vitest';

import { createRetainer } from '../src/retain.js';
import { FakeClock, until } from './support/fake-clock.js';
import { RecordingLog } from './support/recording-log.js';
import { accept, answerAll, DAY_MS, NOW, planFor, storeWithAccount } from './support/store.js';

const HOUR_MS = 3_600_000;
const POLICY = { textDays: 90, recordDays: 400, noticeDays: 30, parkedDays: 30 };

/** A gateway whose order was delivered; files beside the database count the times that they were looked at. */
async function gateway() {
  const { store, account } = await storeWithAccount(10);
  const order = await accept(store, planFor(account, { text: 'Rendez-vous' }));
  for (const id of await answerAll(store, (messageId) => ({ kind: 'accepted', carrierIds: [`id-${messageId}`] }))) {
    const receipt = { carrier: 'simulator', carrierId: `id-${id}`, to: null, reason: null, raw: '' } as const;
    await store.recordReceipt({ ...receipt, state: 'delivered' }, NOW);
  }
  const [clock, log] = [new FakeClock(NOW), new RecordingLog()];
  let looked = 0;
  const forget = () => Promise.resolve((looked += 1) * 0);
  const retainer = createRetainer({ store, clock, log, policy: () => POLICY, files: { forget } });
  onTestFinished(() => retainer.stop());
  const kept = async (): Promise<boolean> => (await store.messages({ order, limit: 1 }))[0]?.order.text !== '';
  /** The next round is over: it has forgotten, or says that it has not. */
  const round = async (afterMs: number): Promise<void> => {
    const before = looked + log.of('retention.held').length;
    await clock.advance(afterMs);
    await until(() => looked + log.of('retention.held').length > before);
  };
  retainer.wake();
  return { store, clock, log, kept, round };
}

test('a gateway that runs on forgets in its time', async () => {
  const { clock, log, kept, round } = await gateway();
  for (let day = 0; day < 91; day += 1) {
    clock.set(NOW + day * DAY_MS);
    await round(HOUR_MS);
    expect(await kept(), `after ${day} days`).toBe(day < 90);
  }
  expect(log.of('retention.held')).toEqual([]);
});

test('a clock that is years ahead forgets nothing, and is told; set right again, all is as before', async () => {
  const { clock, log, kept, round } = await gateway();
  await round(HOUR_MS);
  clock.set(NOW + 2000 * DAY_MS);
  await round(HOUR_MS);
  expect(await kept()).toBe(true);
  expect(log.of('retention.held')).toMatchObject([
    {
      level: 'warn',
      fields: { now: expect.stringMatching(/^2032-/) as string, last: expect.stringMatching(/^2026-/) as string },
    },
  ]);
  clock.set(NOW + 2 * HOUR_MS);
  await round(HOUR_MS);
  expect(log.of('retention.held')).toHaveLength(1);
  expect(await kept()).toBe(true);
});

test('the first look has the ledger to compare with', async () => {
  const { clock, log, kept, round } = await gateway();
  clock.set(NOW + 2000 * DAY_MS);
  await round(HOUR_MS);
  expect(await kept()).toBe(true);
  expect(log.of('retention.held')).toHaveLength(1);
});

test('a gateway that was away for long forgets after three days, in which somebody could have set the clock', async () => {
  const { clock, log, kept, round } = await gateway();
  await round(HOUR_MS);
  const backMs = NOW + 100 * DAY_MS;
  clock.set(backMs);
  await round(HOUR_MS);
  clock.set(backMs + 3 * DAY_MS - 2 * HOUR_MS);
  await round(HOUR_MS);
  expect(await kept()).toBe(true);
  clock.set(backMs + 3 * DAY_MS + HOUR_MS);
  await round(HOUR_MS);
  expect(await kept()).toBe(false);
  expect(log.of('retention.held')).toHaveLength(2);
});

test('a second leap while the first is held begins anew', async () => {
  const { clock, kept, round } = await gateway();
  await round(HOUR_MS);
  for (const days of [100, 200, 300]) {
    clock.set(NOW + days * DAY_MS);
    await round(HOUR_MS);
    expect(await kept()).toBe(true);
  }
});

test('who says that the clock is right is believed at once', async () => {
  const { store } = await gateway();
  const farMs = NOW + 2000 * DAY_MS;
  expect(await store.believeClock(farMs, false)).toEqual({
    ...{ believed: false, sinceMs: NOW, untilMs: farMs + 3 * DAY_MS },
  });
  expect(await store.believeClock(farMs, true)).toEqual({ believed: true });
  expect(await store.believeClock(farMs + HOUR_MS, false)).toEqual({ believed: true });
});
