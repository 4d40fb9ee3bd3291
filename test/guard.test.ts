// Who is slowed down, who is refused, and who is not: the rules of SECURITY.md, with the clock in the test's hand.

import { describe, expect, test } from 'vitest';

import { MemoryGuard, type GuardOptions } from '../src/guard.js';
import type { Attempt } from '../src/ports.js';
import { FakeClock, settle } from './support/fake-clock.js';
import { RecordingLog } from './support/recording-log.js';

const ALICE = 'alice@example.fr';
const MINUTE_MS = 60_000;

function world(options: Partial<GuardOptions> = {}) {
  const clock = new FakeClock();
  const log = new RecordingLog();
  const guard = new MemoryGuard({ clock, log, trustedNetworks: () => ['10.0.0.0/8'], ...options });
  const from = (remoteAddress: string | null, ...addresses: string[]): Attempt => ({
    remoteAddress,
    addresses: addresses.length > 0 ? addresses : [ALICE],
  });
  const admitted = (attempt: Attempt): boolean => guard.admit(attempt).ok;
  /** Fails until it is refused, at most so often; gives how often it was let in. */
  const fail = (times: number, next: (at: number) => Attempt): number => {
    for (let at = 0; at < times; at += 1) {
      const pass = guard.admit(next(at));
      if (!pass.ok) return at;
      void pass.value.failed();
    }
    return times;
  };
  const succeed = (attempt: Attempt, address = ALICE): void => {
    const pass = guard.admit(attempt);
    if (!pass.ok) throw new Error('was refused');
    pass.value.succeeded(address);
  };
  return { clock, log, guard, from, admitted, fail, succeed };
}

describe('a client', () => {
  test('is refused after 30 failures against 30 addresses, for 15 minutes, with 451 4.7.1', async () => {
    const { guard, clock, from, fail, admitted } = world();
    expect(fail(100, (at) => from('192.0.2.1', `a${at}@d${at}.example`))).toBe(30);
    expect(guard.admit(from('192.0.2.1'))).toEqual({ ok: false, error: { reason: 'rate-limited', params: {} } });
    expect(admitted(from('192.0.2.2'))).toBe(true);
    await clock.advance(14 * MINUTE_MS);
    expect(admitted(from('192.0.2.1'))).toBe(false);
    await clock.advance(MINUTE_MS);
    expect(admitted(from('192.0.2.1'))).toBe(true);
  });

  test('is a whole /64 of IPv6', () => {
    const { from, fail, admitted } = world();
    const address = (at: number) => `2001:db8:1:2:${at.toString(16)}::1`;
    expect(fail(100, (at) => from(address(at), `a${at}@d${at}.example`))).toBe(30);
    expect(admitted(from('2001:db8:1:3::1'))).toBe(true);
  });

  test('does not clear its count by getting one address right', () => {
    const { from, fail, succeed } = world();
    const own = 'mallory@evil.example';
    for (let at = 0; at < 30; at += 1) {
      succeed(from('192.0.2.1', own), own);
      expect(fail(1, () => from('192.0.2.1', `a${at}@d${at}.example`))).toBe(1);
    }
    expect(fail(1, () => from('192.0.2.1', own))).toBe(0);
  });

  test('in a trusted network is not counted, nor is a command or a server that speaks for others', () => {
    const { from, fail } = world();
    expect(fail(100, (at) => from('10.1.2.3', `a${at}@d${at}.example`))).toBe(100);
    expect(fail(100, (at) => from(null, `b${at}@d${at}.example`))).toBe(100);
  });
});

describe('an address', () => {
  test('is closed to all after 20 failures from anywhere, known or not, for 50 minutes', async () => {
    const { clock, from, fail, admitted } = world();
    expect(fail(100, (at) => from(`192.0.2.${at}`))).toBe(20);
    expect(admitted(from('198.51.100.1'))).toBe(false);
    expect(admitted(from('198.51.100.1', 'bob@example.fr'))).toBe(true);
    await clock.advance(49 * MINUTE_MS);
    expect(admitted(from('198.51.100.1'))).toBe(false);
    await clock.advance(MINUTE_MS);
    expect(admitted(from('198.51.100.1'))).toBe(true);
  });

  test('stays open to a client that has got it right lately', async () => {
    const { clock, from, fail, succeed, admitted } = world();
    succeed(from('198.51.100.1'));
    await clock.advance(29 * 24 * 60 * MINUTE_MS);
    fail(100, (at) => from(`192.0.2.${at}`));
    expect(admitted(from('198.51.100.1'))).toBe(true);
    expect(admitted(from('198.51.100.2'))).toBe(false);
  });

  test('does not stay open for ever, nor in a trusted network, where clients are not told apart', async () => {
    const { clock, from, fail, succeed, admitted } = world();
    succeed(from('198.51.100.1'));
    succeed(from('10.0.0.1'));
    await clock.advance(31 * 24 * 60 * MINUTE_MS);
    fail(100, (at) => from(`192.0.2.${at}`));
    expect(admitted(from('198.51.100.1'))).toBe(false);
    expect(admitted(from('10.0.0.1'))).toBe(false);
  });

  test('that was claimed beside the one that was proved is not known by that', () => {
    const { from, fail, succeed, admitted } = world();
    const own = 'mallory@evil.example';
    succeed(from('192.0.2.200', own, ALICE), own);
    fail(100, (at) => from(`192.0.2.${at}`));
    expect(admitted(from('192.0.2.200'))).toBe(false);
  });

  test('a known client that fails itself is refused as a client', () => {
    const { from, fail, succeed } = world();
    succeed(from('198.51.100.1'));
    expect(fail(100, () => from('198.51.100.1'))).toBe(30);
  });
});

test('a domain is closed after 200 failures against as many of its addresses', () => {
  const { from, fail, admitted } = world();
  expect(fail(500, (at) => from(`192.0.2.${at % 250}`, `a${at}@shared.example`))).toBe(200);
  expect(admitted(from('198.51.100.1', 'new@shared.example'))).toBe(false);
  expect(admitted(from('198.51.100.1', 'new@other.example'))).toBe(true);
});

describe('the delay before the answer', () => {
  test('comes after five failures and grows; the codes of one mail count each', async () => {
    const { clock, guard, from } = world();
    const pass = guard.admit(from('192.0.2.1'));
    if (!pass.ok) throw new Error('was refused');
    let answered = false;
    void pass.value.failed(7).then(() => (answered = true));
    await clock.advance(499);
    expect(answered).toBe(false);
    await clock.advance(1);
    expect(answered).toBe(true);
  });

  test('is none at first', async () => {
    const { guard, from, clock } = world();
    const pass = guard.admit(from('192.0.2.1'));
    if (!pass.ok) throw new Error('was refused');
    let answered = false;
    void pass.value.failed().then(() => (answered = true));
    await settle();
    expect(answered).toBe(true);
    expect(clock.pending).toBe(0);
  });
});

test('what is remembered is bounded', () => {
  const { from, fail, admitted } = world({ capacity: 10 });
  fail(30, (at) => from('192.0.2.1', `a${at}@d${at}.example`));
  expect(admitted(from('192.0.2.1'))).toBe(false);
  for (let at = 0; at < 10; at += 1) fail(1, () => from(`198.51.100.${at}`, `b${at}@d${at}.example`));
  expect(admitted(from('192.0.2.1'))).toBe(true);
});

test('events are named; no local part is in them', () => {
  const { log, from, fail, admitted } = world();
  fail(100, (at) => from(`192.0.2.${at}`));
  admitted(from('198.51.100.1'));
  expect(log.of('guard.failure')).toHaveLength(20);
  expect(log.of('guard.refusing')).toEqual([
    { level: 'warn', event: 'guard.refusing', fields: { kind: 'address', what: '…@example.fr' } },
  ]);
  expect(log.of('guard.refused')).toHaveLength(2);
  expect(log.text).not.toContain('alice');
});
