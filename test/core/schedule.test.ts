import { readFileSync } from 'node:fs';

import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';

import { rejectionText } from '../../src/core/rejection.js';
import {
  afterQuietHours,
  dayStart,
  formatInstant,
  landlineAt,
  leaveAt,
  parseDeferred,
} from '../../src/core/schedule.js';
import { recipientZone } from '../../src/core/time-zones.js';

const PARIS = 'Europe/Paris';
const NOW = ms('2026-11-23T10:00:00+01:00');

function ms(iso: string): number {
  const instant = DateTime.fromISO(iso);
  if (!instant.isValid) throw new Error(iso);
  return instant.toMillis();
}

function iso(instant: number, zone = PARIS): string {
  return DateTime.fromMillis(instant, { zone }).toFormat("yyyy-MM-dd'T'HH:mm:ssZZ");
}

/** The instant as ISO 8601, or the reason of the refusal. */
function deferred(date: string, zone = PARIS, nowMs = NOW): string {
  const parsed = parseDeferred(date, zone, nowMs);
  return parsed.ok ? iso(parsed.value, zone) : parsed.error.reason;
}

interface CutoffCase {
  readonly name: string;
  readonly arrives: string;
  readonly cutoff: string | null;
  readonly zone: string;
  readonly asked?: string;
  readonly leaves: string;
}

interface SyntaxCase {
  readonly name: string;
  readonly subject: string;
  readonly expect: { readonly at?: string | null; readonly refused?: string };
}

function readCases<T>(file: string): T[] {
  return (JSON.parse(readFileSync(`fixtures/cases/${file}`, 'utf8')) as { cases: T[] }).cases;
}

describe('the cut-off hour', () => {
  const cases = readCases<CutoffCase>('cutoff.json');

  test('there are cases', () => {
    expect(cases.length).toBeGreaterThan(10);
  });

  test.each(cases)('$name', ({ arrives, cutoff, zone, asked, leaves }) => {
    const nowMs = ms(arrives);
    const parsed = asked === undefined ? null : parseDeferred(asked, zone, nowMs);
    const askedMs = parsed?.ok ? parsed.value : null;
    expect(iso(leaveAt({ nowMs, askedMs, cutoff, zone }), zone)).toBe(leaves);
  });

  test('a date a minute past leaves now', () => {
    expect(leaveAt({ nowMs: NOW, askedMs: NOW - 60_000, cutoff: null, zone: PARIS })).toBe(NOW);
  });
});

describe('the date field', () => {
  const dated = readCases<SyntaxCase>('syntax.json').flatMap(({ name, subject, expect: { at, refused } }) => {
    const date = /(?:^|:)(\d{11,12})$/.exec(subject)?.[1];
    const expected = at ?? (refused?.startsWith('date-') ? refused : undefined);
    return date !== undefined && expected !== undefined ? [{ name, date, expected }] : [];
  });

  test('there are cases', () => {
    expect(dated.length).toBeGreaterThanOrEqual(11);
  });

  test.each(dated)('$name: $date', ({ date, expected }) => {
    expect(deferred(date)).toBe(expected);
  });

  test.each([
    ['095823112026', '2026-11-23T09:58:00+01:00'],
    ['095723112026', 'date-past'],
    ['100023112028', '2028-11-23T10:00:00+01:00'],
    ['100123112028', 'date-too-far'],
    ['120029022028', '2028-02-29T12:00:00+01:00'],
    ['120029022027', 'date-invalid'],
    ['240023112026', 'date-invalid'],
    ['106023112026', 'date-invalid'],
    ['100000112026', 'date-invalid'],
    ['100001000000', 'date-invalid'],
    ['100001010000', 'date-past'],
    ['', 'date-invalid'],
    ['1530120920270', 'date-invalid'],
    ['15:30 12/09/2027', 'date-invalid'],
    ['١٥٣٠١٢٠٩٢٠٢٧', 'date-invalid'],
  ])('%s: %s', (date, expected) => {
    expect(deferred(date)).toBe(expected);
  });

  test.each([
    ['Australia/Lord_Howe', '021504102026', '2026-10-04T02:45:00+11:00', 'a gap of half an hour'],
    ['Australia/Lord_Howe', '014505042026', '2026-04-05T01:45:00+11:00', 'an overlap of half an hour'],
    ['America/Havana', '003001112026', '2026-11-01T00:30:00-04:00', 'midnight twice'],
    ['America/Santiago', '000006092026', '2026-09-06T01:00:00-03:00', 'no midnight'],
    ['America/Santiago', '233004042026', '2026-04-04T23:30:00-03:00', 'the last hour twice'],
    ['Asia/Kathmandu', '120001062026', '2026-06-01T12:00:00+05:45', 'no change at all'],
  ])('%s %s is %s: %s', (zone, date, expected) => {
    expect(deferred(date, zone, ms('2026-01-01T00:00:00Z'))).toBe(expected);
  });

  test('a skipped day moves by the whole day', () => {
    expect(deferred('120030122011', 'Pacific/Apia', ms('2011-12-01T00:00:00Z'))).toBe('2011-12-31T12:00:00+14:00');
  });

  test('refusals name what was understood, and an example that is right', () => {
    const sentence = (date: string): string => {
      const parsed = parseDeferred(date, PARIS, NOW);
      return parsed.ok ? '' : rejectionText(parsed.error, 'en');
    };
    expect(sentence('153012092025')).toBe('The date 153012092025 (2025-09-12 15:30 +02:00) is past; nothing was sent');
    expect(sentence('153012092036')).toContain('(2036-09-12 15:30 +02:00) is more than 2 years ahead');
    expect(sentence('demain')).toContain('"demain" is not a date');
    expect(sentence('demain')).toContain('as in 153024112026 for 2026-11-24 15:30');
    expect(deferred('153024112026')).toBe('2026-11-24T15:30:00+01:00');
    expect(sentence('x'.repeat(1000)).length).toBeLessThan(200);
  });
});

describe('landlines', () => {
  test.each([
    ['2026-11-23T07:59:59+01:00', '2026-11-23T08:00:00+01:00'],
    ['2026-11-23T08:00:00+01:00', '2026-11-23T08:00:00+01:00'],
    ['2026-11-23T19:59:59+01:00', '2026-11-23T19:59:59+01:00'],
    ['2026-11-23T20:00:00+01:00', '2026-11-24T08:00:00+01:00'],
    ['2026-11-24T00:00:00+01:00', '2026-11-24T08:00:00+01:00'],
    ['2027-03-27T23:00:00+01:00', '2027-03-28T08:00:00+02:00'],
  ])('due %s, leaves %s', (due, leaves) => {
    expect(iso(landlineAt(ms(due), PARIS))).toBe(leaves);
  });

  test.each([
    ['+33144556677', 'Europe/Paris'],
    ['+590590271234', 'America/Guadeloupe'],
    ['+262262123456', 'Indian/Reunion'],
    ['+262269601234', 'Indian/Mayotte'],
    ['+262639201234', 'Indian/Mayotte'],
    ['+262709351234', 'Indian/Mayotte'],
    ['+508411234', 'America/Miquelon'],
    ['+68940123456', 'Pacific/Tahiti'],
    ['+34922123456', 'Atlantic/Canary'],
    ['+34911234567', 'Europe/Madrid'],
    ['+442079460958', 'Europe/London'],
    ['+61212345678', 'Asia/Tokyo'],
    ['', 'Asia/Tokyo'],
  ])('%s lives by %s', (e164, zone) => {
    expect(recipientZone(e164, 'Asia/Tokyo')).toBe(zone);
  });
});

describe('quiet hours', () => {
  test.each([
    ['22:00-07:30', '2026-11-23T21:59:59+01:00', '2026-11-23T21:59:59+01:00'],
    ['22:00-07:30', '2026-11-23T22:00:00+01:00', '2026-11-24T07:30:00+01:00'],
    ['22:00-07:30', '2026-11-24T07:29:59+01:00', '2026-11-24T07:30:00+01:00'],
    ['22:00-07:30', '2026-11-24T07:30:00+01:00', '2026-11-24T07:30:00+01:00'],
    ['12:00-14:00', '2026-11-23T13:00:00+01:00', '2026-11-23T14:00:00+01:00'],
    ['12:00-14:00', '2026-11-23T11:00:00+01:00', '2026-11-23T11:00:00+01:00'],
    ['22:00-00:00', '2026-11-23T23:00:00+01:00', '2026-11-24T00:00:00+01:00'],
    // The end is skipped, then occurs twice: at the first, and when the clock goes back into the quiet hours, the second.
    ['22:00-02:30', '2027-03-28T01:00:00+01:00', '2027-03-28T03:30:00+02:00'],
    ['22:00-02:30', '2027-10-31T02:10:00+02:00', '2027-10-31T02:30:00+02:00'],
    ['22:00-02:30', '2027-10-31T02:10:00+01:00', '2027-10-31T02:30:00+01:00'],
    // Only 02:30 to 03:00 is left of the day, and the clock change takes it.
    ['03:00-02:30', '2027-03-28T01:00:00+01:00', '2027-03-29T02:30:00+02:00'],
  ])('%s: due %s, leaves %s', (quiet, due, leaves) => {
    expect(iso(afterQuietHours(ms(due), quiet, PARIS))).toBe(leaves);
  });

  test('off', () => {
    expect(afterQuietHours(NOW, null, PARIS)).toBe(NOW);
  });
});

test.each([
  [PARIS, '2026-11-23T10:00:00+01:00', '2026-11-23T00:00:00+01:00'],
  [PARIS, '2027-03-28T12:00:00+02:00', '2027-03-28T00:00:00+01:00'],
  ['America/Santiago', '2026-09-06T12:00:00-03:00', '2026-09-06T01:00:00-03:00'],
  ['America/Havana', '2026-11-01T00:30:00-05:00', '2026-11-01T00:00:00-04:00'],
])('the day in %s that holds %s starts at %s', (zone, instant, start) => {
  expect(iso(dayStart(ms(instant), zone), zone)).toBe(start);
});

test('an instant for people', () => {
  expect(formatInstant(NOW, PARIS, 'en')).toBe('Monday 23 November 2026, 10:00 (UTC+01:00)');
  expect(formatInstant(NOW, PARIS, 'fr')).toBe('lundi 23 novembre 2026 à 10:00 (UTC+01:00)');
});
