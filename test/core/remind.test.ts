// When the reminder of a low balance is due, and its text for the phone.

import { describe, expect, test } from 'vitest';

import { planLook, reminderText } from '../../src/core/remind.js';
import { localDay, monthsSince, morningOf, nextMorning } from '../../src/core/schedule.js';
import { segment } from '../../src/core/segment.js';
import { DEFAULT_SETTINGS, parseSetting, type Settings } from '../../src/core/settings.js';
import type { Account } from '../../src/core/types.js';

const PARIS = 'Europe/Paris';

function account(balanceMilli: number, settings: Partial<Settings> = {}): Account {
  return {
    ...{ id: 1, email: 'alice@example.fr', senders: [], codeHash: '', reservedMilli: 0, closed: false, createdAtMs: 0 },
    balanceMilli,
    settings: { ...DEFAULT_SETTINGS, 'lowBalance.threshold': 10_000, ...settings },
  };
}

const at = (iso: string): number => Date.parse(iso);

describe('the look of the day', () => {
  const look = (lookedOn: string | null, iso: string, balanceMilli = 5000, settings: Partial<Settings> = {}) =>
    planLook({ account: account(balanceMilli, settings), lookedOn }, at(iso));

  test('reminds from 09:00 on, once', () => {
    expect(look('2026-11-23', '2026-11-24T08:59:59.999+01:00')).toEqual({ kind: 'wait' });
    expect(look('2026-11-23', '2026-11-24T09:00+01:00')).toEqual({ kind: 'remind', day: '2026-11-24' });
    expect(look('2026-11-24', '2026-11-24T09:01+01:00')).toEqual({ kind: 'wait' });
    expect(look('2026-11-24', '2026-11-24T23:59+01:00')).toEqual({ kind: 'wait' });
  });

  test('keeps the day where the balance is not under the threshold', () => {
    expect(look('2026-11-23', '2026-11-24T09:00+01:00', 10_000)).toEqual({ kind: 'keep', day: '2026-11-24' });
    expect(look('2026-11-23', '2026-11-24T09:00+01:00', 9999)).toEqual({ kind: 'remind', day: '2026-11-24' });
  });

  test('makes up for a morning on which the gateway was down, for one only', () => {
    expect(look('2026-11-20', '2026-11-24T17:00+01:00')).toEqual({ kind: 'remind', day: '2026-11-24' });
    expect(look('2026-11-20', '2026-11-24T08:00+01:00')).toEqual({ kind: 'wait' });
  });

  test('begins with the first morning after the threshold was set', () => {
    expect(look(null, '2026-11-24T15:00+01:00')).toEqual({ kind: 'keep', day: '2026-11-24' });
    expect(look(null, '2026-11-24T08:00+01:00')).toEqual({ kind: 'keep', day: '2026-11-23' });
    expect(look(null, '2026-03-29T08:00+02:00')).toEqual({ kind: 'keep', day: '2026-03-28' });
  });

  test('is forgotten with the threshold', () => {
    const off = { 'lowBalance.threshold': null };
    expect(look('2026-11-23', '2026-11-24T09:00+01:00', 0, off)).toEqual({ kind: 'keep', day: null });
    expect(look(null, '2026-11-24T09:00+01:00', 0, off)).toEqual({ kind: 'wait' });
  });

  test('a clock that was set back, or another zone, tells no day twice', () => {
    expect(look('2026-11-25', '2026-11-24T09:00+01:00')).toEqual({ kind: 'wait' });
    expect(look('2026-11-24', '2026-11-24T09:00-05:00', 0, { zone: 'America/New_York' })).toEqual({ kind: 'wait' });
  });
});

describe('09:00', () => {
  test.each([
    ['a winter day', '2026-11-24T00:00+01:00', '2026-11-24T09:00+01:00', '2026-11-24T09:00+01:00'],
    ['at 09:00 itself', '2026-11-24T09:00+01:00', '2026-11-24T09:00+01:00', '2026-11-25T09:00+01:00'],
    [
      'the day before the clocks go forward',
      '2026-03-28T10:00+01:00',
      '2026-03-28T09:00+01:00',
      '2026-03-29T09:00+02:00',
    ],
    ['the day they do', '2026-03-29T01:30+01:00', '2026-03-29T09:00+02:00', '2026-03-29T09:00+02:00'],
    ['the day before they go back', '2026-10-24T23:59+02:00', '2026-10-24T09:00+02:00', '2026-10-25T09:00+01:00'],
    ['the hour that comes twice', '2026-10-25T02:30+01:00', '2026-10-25T09:00+01:00', '2026-10-25T09:00+01:00'],
  ])('%s', (_name, now, today, next) => {
    expect(morningOf(at(now), PARIS)).toBe(at(today));
    expect(nextMorning(at(now), PARIS)).toBe(at(next));
    expect(localDay(morningOf(at(now), PARIS), PARIS)).toBe(today.slice(0, 10));
  });
});

test('months, newest first, with the clock changes in them', () => {
  expect(monthsSince(null, at('2026-11-24T09:00Z'), PARIS)).toEqual([]);
  expect(monthsSince(at('2026-09-30T22:00Z'), at('2026-11-01T00:00+01:00'), PARIS)).toEqual([
    { month: '2026-11', fromMs: at('2026-11-01T00:00+01:00'), toMs: at('2026-12-01T00:00+01:00') },
    { month: '2026-10', fromMs: at('2026-10-01T00:00+02:00'), toMs: at('2026-11-01T00:00+01:00') },
  ]);
});

describe('the text for the phone', () => {
  test('names the account, what is left, the day and the threshold', () => {
    expect(reminderText(account(3500), '2026-11-24')).toBe(
      'Compte SMS alice@example.fr : il reste 3,5 crédits le 24/11/2026 (seuil : 10).',
    );
    expect(reminderText(account(1000, { lang: 'en', 'lowBalance.threshold': 12_500 }), '2026-11-24')).toBe(
      'SMS account alice@example.fr: 1 credit left on 2026-11-24 (threshold: 12.5).',
    );
  });

  test('is one SMS, however long the address and the numbers', () => {
    const long = { ...account(987_654_321_123), email: `${'a'.repeat(60)}@${'b'.repeat(150)}.fr` };
    for (const lang of ['fr', 'en'] as const) {
      const settings = { ...long.settings, lang, 'lowBalance.threshold': 999_999_999_999 };
      const segmented = segment(reminderText({ ...long, settings }, '2026-11-24'));
      expect(segmented.encoding).toBe('gsm7');
      expect(segmented.units).toBeLessThanOrEqual(160);
    }
  });
});

describe('settings', () => {
  const value = (key: keyof Settings, text: string) => {
    const parsed = parseSetting(key, text);
    return parsed.ok ? parsed.value : parsed.error;
  };

  test('threshold', () => {
    expect(value('lowBalance.threshold', '12.5')).toBe(12_500);
    expect(value('lowBalance.threshold', 'off')).toBeNull();
    expect(value('lowBalance.threshold', '0')).toContain('allowed is off | credits');
  });

  test.each([
    ['alice@example.fr', 'alice@example.fr'],
    ['A.b+c@Sub.Example.FR', 'A.b+c@Sub.Example.FR'],
    ['off', null],
  ])('address %s', (text, expected) => {
    expect(value('lowBalance.email', text)).toBe(expected);
  });

  test.each(['alice', 'a@b@c', 'Alice <a@b.fr>', 'a@b_c.fr', 'a b@c.fr', 'é@b.fr', `a@${'b'.repeat(64)}.fr`])(
    'no address: %s',
    (text) => {
      expect(value('lowBalance.email', text)).toContain('allowed is off | a plain mail address');
    },
  );

  test.each([
    ['+33 6 12 34 56 78', '+33612345678'],
    ['0033612345678', '+33612345678'],
    ['06.12.34.56.78', '0612345678'],
    ['off', null],
  ])('mobile %s', (text, expected) => {
    expect(value('lowBalance.mobile', text)).toBe(expected);
  });

  test.each(['+3361234567', 'alice', '+', '12', '06123456789012345'])('no mobile: %s', (text) => {
    expect(value('lowBalance.mobile', text)).toContain('allowed is off | a number');
  });
});
