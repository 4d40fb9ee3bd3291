// Local clocks and instants, both ways, in any IANA zone. A local time is kept as the milliseconds that would read so
// in UTC; a local time that occurs twice gives both instants, one that a clock change skips moves forward by the gap.
// Only offsets come from luxon: it picks the second of two instants, and this project the first.

import { IANAZone } from 'luxon';

export const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Milliseconds of the day: from `fromMs` on until just before `toMs`; over midnight where `toMs` is smaller. */
export interface Hours {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What the clock on the wall says. */
export function localTime(ms: number, zone: string): number {
  return ms + offsetMs(ms, zone);
}

/** The instants at which the clock on the wall says that: one, or two in order. */
export function instantsOf(localMs: number, zone: string): readonly number[] {
  // No zone changes its offset twice within two days, and none is a day away from UTC.
  const before = offsetMs(localMs - DAY_MS, zone);
  const after = offsetMs(localMs + DAY_MS, zone);
  const instants = [...new Set([before, after])]
    .map((offset) => ({ offset, ms: localMs - offset }))
    .filter(({ offset, ms }) => offsetMs(ms, zone) === offset)
    .map(({ ms }) => ms)
    .sort((a, b) => a - b);
  return instants.length > 0 ? instants : [localMs - before];
}

/** `ms` itself where it lies outside these hours of the local day, else the first instant after it that does. */
export function endOf(hours: Hours, ms: number, zone: string): number {
  if (!isWithin(hours, ms, zone)) return ms;
  const today = startOfLocalDay(localTime(ms, zone));
  // More than one day is needed only where a clock change swallows the hours between.
  for (let day = 0; day <= MAX_DAYS; day += 1) {
    const ends = instantsOf(today + day * DAY_MS + hours.toMs, zone);
    const end = ends.find((candidate) => candidate >= ms && !isWithin(hours, candidate, zone));
    if (end !== undefined) return end;
  }
  return ms;
}

const MAX_DAYS = 7;

function isWithin({ fromMs, toMs }: Hours, ms: number, zone: string): boolean {
  const local = localTime(ms, zone);
  const timeOfDay = local - startOfLocalDay(local);
  return fromMs <= toMs ? timeOfDay >= fromMs && timeOfDay < toMs : timeOfDay >= fromMs || timeOfDay < toMs;
}

/** Of a local time, as one. */
export function startOfLocalDay(localMs: number): number {
  return Math.floor(localMs / DAY_MS) * DAY_MS;
}

function offsetMs(ms: number, zone: string): number {
  return Math.round(IANAZone.create(zone).offset(ms) * MINUTE_MS);
}
