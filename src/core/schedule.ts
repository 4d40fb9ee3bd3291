// When a message leaves: the date field of the subject, the cut-off hour, quiet hours, landline hours.
// Takes `now` and texts, gives instants (ms since 1970 UTC); has no clock. Hours are half open: at their end one may send.
// Rules: a mail without a date waits from the cut-off to 09:00, a landline for 08:00–20:00 of the recipient.

import { DateTime } from 'luxon';

import { MINUTE_MS, endOf, instantsOf, localTime, startOfLocalDay, type Hours } from './local-time.js';
import { rejection, type Rejection } from './rejection.js';
import { err, ok, type Result } from './result.js';
import type { Lang } from './types.js';

/** A date this little past is a slow mail, not a mistake. */
const PAST_GRACE_MS = 2 * MINUTE_MS;
const MAX_YEARS_AHEAD = 2;
const MAX_SHOWN = 40;

const MAIL_RESUMES_MS = timeOfDay('09:00');
const LANDLINE_CLOSED: Hours = { fromMs: timeOfDay('20:00'), toMs: timeOfDay('08:00') };

/**
 * The instant of `HHmmddMMyyyy` on the clocks of `zone`. A time that a clock change skips moves forward by the gap, one
 * that occurs twice is the first. It may lie up to two minutes before now: `leaveAt` sends that at once.
 */
export function parseDeferred(date: string, zone: string, nowMs: number): Result<number, Rejection> {
  const parsed = parseInstant(date, zone, nowMs);
  if (!parsed.ok) return parsed;
  const instant = parsed.value;
  const params = { date, resolved: plainInstant(instant, zone) };
  if (instant < nowMs - PAST_GRACE_MS) return err(rejection('date-past', params));
  const latest = at(nowMs, zone).plus({ years: MAX_YEARS_AHEAD }).toMillis();
  return instant > latest ? err(rejection('date-too-far', params)) : ok(instant);
}

/** As `parseDeferred`, wherever it lies. `nowMs` is for the example in the refusal. */
export function parseInstant(date: string, zone: string, nowMs: number): Result<number, Rejection> {
  const local = parseLocal(date);
  const [instant] = local === undefined ? [] : instantsOf(local, zone);
  return instant === undefined ? err(notADate(date, zone, nowMs)) : ok(instant);
}

/** Local time as in `local-time.ts`. */
function parseLocal(date: string): number | undefined {
  const match = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d{4})$/.exec(date);
  if (!match) return undefined;
  const [hour = 0, minute = 0, day = 0, month = 0, year = 0] = match.slice(1).map(Number);
  // Luxon takes 24:00 for the next day's start; nobody is asked to write that.
  if (hour > 23) return undefined;
  const local = DateTime.fromObject({ year, month, day, hour, minute }, { zone: 'utc' });
  return local.isValid ? local.toMillis() : undefined;
}

function notADate(date: string, zone: string, nowMs: number): Rejection {
  const example = at(nowMs, zone).plus({ days: 1 }).set({ hour: 15, minute: 30 });
  return rejection('date-invalid', {
    date: date.slice(0, MAX_SHOWN),
    example: dateField(example.toMillis(), zone),
    exampleText: example.toFormat('yyyy-MM-dd HH:mm'),
  });
}

/** `2026-11-24 09:00 +01:00`: the same in every language, for refusals. */
export function plainInstant(ms: number, zone: string): string {
  return at(ms, zone).toFormat('yyyy-MM-dd HH:mm ZZ');
}

/** `HHmmddMMyyyy`: what a person writes for that instant. */
export function dateField(ms: number, zone: string): string {
  return at(ms, zone).toFormat('HHmmddMMyyyy');
}

/** The one answer for a mail: the asked date as it is, else after the cut-off's pause (`cutoff` null: none); never before now. */
export function leaveAt(mail: {
  readonly nowMs: number;
  readonly askedMs: number | null;
  readonly cutoff: string | null;
  readonly zone: string;
}): number {
  return Math.max(mail.nowMs, mail.askedMs ?? afterCutoff(mail.nowMs, mail.cutoff, mail.zone));
}

/** What arrives from the cut-off (`HH:mm`) until 09:00 leaves at 09:00. */
function afterCutoff(nowMs: number, cutoff: string | null, zone: string): number {
  return cutoff === null ? nowMs : endOf({ fromMs: timeOfDay(cutoff), toMs: MAIL_RESUMES_MS }, nowMs, zone);
}

/** 08:00–20:00 of the recipient (`recipientZone`); the next 08:00 else. Goes last: these hours are the recipient's right. */
export function landlineAt(ms: number, recipientZone: string): number {
  return endOf(LANDLINE_CLOSED, ms, recipientZone);
}

/** What falls due within `HH:mm-HH:mm` (also over midnight) leaves at its end; null: no quiet hours. */
export function afterQuietHours(ms: number, quiet: string | null, zone: string): number {
  if (quiet === null) return ms;
  const [from = '', to = ''] = quiet.split('-');
  return endOf({ fromMs: timeOfDay(from), toMs: timeOfDay(to) }, ms, zone);
}

/** The first instant of the local day that holds `ms`: where a daily cap starts anew. */
export function dayStart(ms: number, zone: string): number {
  const [first] = instantsOf(startOfLocalDay(localTime(ms, zone)), zone);
  return first ?? ms;
}

/** `2026-11-24`: the day on the calendar of that zone. */
export function localDay(ms: number, zone: string): string {
  return at(ms, zone).toFormat('yyyy-MM-dd');
}

/** 09:00 of the local day that holds `ms`: when the reminders of the day are due. */
export function morningOf(ms: number, zone: string): number {
  const [nine] = instantsOf(startOfLocalDay(localTime(ms, zone)) + MAIL_RESUMES_MS, zone);
  return nine ?? ms;
}

/** The first 09:00 after `ms`. */
export function nextMorning(ms: number, zone: string): number {
  const today = morningOf(ms, zone);
  // Noon of the next day, whatever the clocks do in the night.
  return today > ms ? today : morningOf(at(ms, zone).startOf('day').plus({ days: 1, hours: 12 }).toMillis(), zone);
}

/** The same for the month: where the caps of a domain share start anew. */
export function monthStart(ms: number, zone: string): number {
  return at(ms, zone).startOf('month').toMillis();
}

/** The months (`2026-11`) from that of `firstMs` (null: none) to that of now, newest first; `toMs` is not of it. */
export function monthsSince(
  firstMs: number | null,
  nowMs: number,
  zone: string,
): readonly { readonly month: string; readonly fromMs: number; readonly toMs: number }[] {
  const months = [];
  let start = at(nowMs, zone).startOf('month');
  for (
    let end = start.plus({ months: 1 });
    firstMs !== null && end.toMillis() > firstMs;
    start = start.minus({ months: 1 })
  ) {
    months.push({ month: start.toFormat('yyyy-MM'), fromMs: start.toMillis(), toMs: end.toMillis() });
    end = start;
  }
  return months;
}

/** For people, with the offset: `Tuesday 24 November 2026, 09:00 (UTC+01:00)`. */
export function formatInstant(ms: number, zone: string, lang: Lang): string {
  const form = lang === 'fr' ? "cccc d LLLL yyyy 'à' HH:mm '(UTC'ZZ')'" : "cccc d LLLL yyyy, HH:mm '(UTC'ZZ')'";
  return at(ms, zone).setLocale(lang).toFormat(form);
}

function at(ms: number, zone: string): DateTime {
  return DateTime.fromMillis(ms, { zone, locale: 'en' });
}

/** Milliseconds since midnight; the settings table has checked the form. */
function timeOfDay(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return (hours * 60 + minutes) * MINUTE_MS;
}
