import fc from 'fast-check';
import { DateTime } from 'luxon';
import { expect, test } from 'vitest';

import { afterQuietHours, dayStart, landlineAt, leaveAt, parseDeferred } from '../../src/core/schedule.js';

const DAY_MS = 86_400_000;
const zone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
const anyInstant = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2040, 0, 1) });
/** Around the clock changes of Europe, America and Australia, where mistakes live. */
const changeInstant = fc
  .tuple(
    fc.constantFrom('2026-03-29', '2026-10-25', '2027-03-28', '2027-03-14', '2027-11-07', '2026-04-05', '2026-10-04'),
    fc.integer({ min: -DAY_MS, max: DAY_MS }),
  )
  .map(([day, shift]) => DateTime.fromISO(day, { zone: 'utc' }).toMillis() + shift);
const instant = fc.oneof(anyInstant, changeInstant);
const hour = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '30', '59'))
  .map(([hours, minutes]) => `${String(hours).padStart(2, '0')}:${minutes}`);

const runs = { numRuns: 3000 };

function clock(ms: number, inZone: string): string {
  return DateTime.fromMillis(ms, { zone: inZone }).toFormat('HH:mm');
}

test('landlines ring between 08:00 and 20:00 of the recipient, at most a night later', () => {
  fc.assert(
    fc.property(instant, zone, (due, inZone) => {
      const leaves = landlineAt(due, inZone);
      expect(leaves).toBeGreaterThanOrEqual(due);
      expect(leaves - due).toBeLessThanOrEqual(14 * 3_600_000);
      expect(clock(leaves, inZone) >= '08:00' && clock(leaves, inZone) < '20:00').toBe(true);
      expect(landlineAt(leaves, inZone)).toBe(leaves);
    }),
    runs,
  );
});

test('nothing leaves within quiet hours, and nothing else is moved', () => {
  fc.assert(
    fc.property(instant, zone, hour, hour, (due, inZone, from, to) => {
      const quiet = (ms: number): boolean => {
        const now = clock(ms, inZone);
        return from <= to ? now >= from && now < to : now >= from || now < to;
      };
      const leaves = afterQuietHours(due, `${from}-${to}`, inZone);
      expect(leaves).toBeGreaterThanOrEqual(due);
      expect(quiet(leaves)).toBe(false);
      if (!quiet(due)) expect(leaves).toBe(due);
    }),
    runs,
  );
});

test('a mail leaves at once or at 09:00, never before it came', () => {
  const cutoff = fc.constantFrom('19:00', '20:00', '21:00', '22:00', '23:00', '00:00', null);
  const asked = fc.option(instant, { nil: null });
  fc.assert(
    fc.property(instant, zone, cutoff, asked, (nowMs, inZone, from, askedMs) => {
      const leaves = leaveAt({ nowMs, askedMs, cutoff: from, zone: inZone });
      expect(leaves).toBeGreaterThanOrEqual(nowMs);
      if (askedMs !== null) expect(leaves).toBe(Math.max(askedMs, nowMs));
      else if (leaves !== nowMs) expect(clock(leaves, inZone)).toBe('09:00');
    }),
    runs,
  );
});

test('a date that a clock can show comes back as that date, and the first of two', () => {
  fc.assert(
    fc.property(instant, zone, (ms, inZone) => {
      const minute = DateTime.fromMillis(ms, { zone: inZone }).startOf('minute');
      const parsed = parseDeferred(minute.toFormat('HHmmddMMyyyy'), inZone, minute.toMillis() - DAY_MS);
      const first = Math.min(...minute.getPossibleOffsets().map((possible) => possible.toMillis()));
      expect(parsed).toEqual({ ok: true, value: first });
    }),
    runs,
  );
});

test('parseDeferred takes any text, and its answer is neither past nor too far', () => {
  const text = fc.oneof(fc.stringMatching(/^\d{12}$/), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(text, zone, instant, (date, inZone, nowMs) => {
      const parsed = parseDeferred(date, inZone, nowMs);
      if (!parsed.ok) return;
      expect(parsed.value).toBeGreaterThanOrEqual(nowMs - 120_000);
      expect(parsed.value).toBeLessThanOrEqual(nowMs + 732 * DAY_MS);
    }),
    runs,
  );
});

test('a day starts at the first instant of its date', () => {
  fc.assert(
    fc.property(instant, zone, (ms, inZone) => {
      const date = (at: number): string => DateTime.fromMillis(at, { zone: inZone }).toISODate() ?? '';
      const start = dayStart(ms, inZone);
      expect(start).toBeLessThanOrEqual(ms);
      expect(date(start)).toBe(date(ms));
      expect(date(start - 1) < date(start)).toBe(true);
    }),
    runs,
  );
});
