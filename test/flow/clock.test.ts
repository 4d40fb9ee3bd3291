// Wall clocks that are set forward and back, and the nights when summer time begins and ends: nothing leaves early, twice
// or not at all, and nothing sleeps an hour longer than it has to.

import { describe, expect, test } from 'vitest';

import { until } from '../support/fake-clock.js';
import { Gateway } from './gateway.js';

const HOUR_MS = 3_600_000;
const OFFSETS = { 'by an hour back': -HOUR_MS, 'by an hour forward': HOUR_MS };

async function gatewayAt(instant: string): Promise<{ gateway: Gateway; code: string }> {
  const gateway = await Gateway.start();
  const code = await gateway.account('alice@example.fr', 100);
  gateway.clock.set(Date.parse(instant));
  await gateway.clock.advance(60_000);
  gateway.clock.set(Date.parse(instant));
  return { gateway, code };
}

async function order(gateway: Gateway, code: string, at: string): Promise<void> {
  const reply = await gateway.mail({ to: `sms.${code}@gw.example`, subject: `0612345678:${at}`, text: `at ${at}` });
  expect(reply).toMatchObject({ code: 250, text: expect.stringMatching(/Recorded/) as string });
}

const shown = (gateway: Gateway): number => gateway.phone().length;

/** Moves on in steps, and says at what wall time the message was on the phone. */
async function leavesAt(gateway: Gateway, stepMs: number, mostMs: number): Promise<string> {
  for (let movedMs = 0; movedMs <= mostMs; movedMs += stepMs) {
    if (shown(gateway) > 0) break;
    await gateway.clock.advance(stepMs);
    await gateway.clock.advance(0);
  }
  await until(() => shown(gateway) > 0);
  return gateway.phone()[0]?.at ?? '';
}

describe('summer time', () => {
  test.each([
    ['begins', '2027-03-27T22:00:00Z', '033028032027', '2027-03-28T01:30'],
    ['ends', '2026-10-24T21:00:00Z', '033025102026', '2026-10-25T02:30'],
  ])('%s: an order for 03:30 of that night leaves at 03:30 local time, once', async (_, instant, at, expected) => {
    const { gateway, code } = await gatewayAt(instant);
    await order(gateway, code, at);
    expect((await leavesAt(gateway, 60_000, 8 * HOUR_MS)).slice(0, 16)).toBe(expected);
    await gateway.clock.advance(3 * HOUR_MS);
    expect(shown(gateway)).toBe(1);
  });
});

describe('a clock that is set', () => {
  test.each(Object.entries(OFFSETS))(
    '%s: a deferred order leaves at its date by the new clock, once',
    async (_, byMs) => {
      const { gateway, code } = await gatewayAt('2026-11-23T09:00:00Z');
      await order(gateway, code, '130023112026');
      gateway.clock.set(gateway.clock.now() + byMs);
      expect((await leavesAt(gateway, 30_000, 5 * HOUR_MS)).slice(0, 15)).toBe('2026-11-23T12:0');
      await gateway.clock.advance(3 * HOUR_MS);
      expect(shown(gateway)).toBe(1);
    },
  );

  test('by an hour back: what a carrier has put off does not wait an hour longer', async () => {
    const { gateway, code } = await gatewayAt('2026-11-23T09:00:00Z');
    const reply = await gateway.mail({ to: `${code}.0612345005@gw.example`, text: 'put off once' });
    expect(reply).toMatchObject({ code: 250 });
    const isPutOff = async () => {
      const { messages } = await gateway.ask<{ messages: { reason: string | null }[] }>('messages', {});
      return messages.some(({ reason }) => reason !== null);
    };
    for (let steps = 0; steps < 100 && !(await isPutOff()); steps += 1) await gateway.clock.advance(50);
    expect(await isPutOff()).toBe(true);
    gateway.clock.set(gateway.clock.now() - HOUR_MS);
    expect(await leavesAt(gateway, 10_000, 10 * 60_000)).toMatch(/^2026-11-23T08:0/);
  });
});
