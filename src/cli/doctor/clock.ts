// The clock: plausible, not behind what the database has seen, kept right by somebody; and the time zones that dates need.

import { existsSync } from 'node:fs';

import { doubtful, bad, good, type Finding } from './finding.js';

const FIRST_YEAR = 2025;
const LAST_YEAR = 2100;
const AHEAD_MS = 60_000;
/** systemd-timesyncd, chrony, ntpd. */
const SIGNS = [
  '/run/systemd/timesync/synchronized',
  '/run/chrony/chronyd.pid',
  '/run/chronyd.pid',
  '/run/ntpd.pid',
  '/var/run/ntpd.pid',
];

/** `newestMs`: of the newest order; null: there is none. */
export function lookAtClock(newestMs: number | null, nowMs: number): readonly Finding[] {
  const year = new Date(nowMs).getUTCFullYear();
  const now = new Date(nowMs).toISOString();
  const zone = new Intl.DateTimeFormat('en', { timeZone: 'Europe/Paris', timeZoneName: 'longOffset' }).format(
    Date.UTC(2026, 6, 1),
  );
  const zones = zone.includes('GMT+02:00')
    ? good('time zones', `known (tzdata ${process.versions['tz'] ?? 'of the system'})`)
    : bad('time zones', 'Europe/Paris is not known', 'use a Node.js with full ICU data');
  if (year < FIRST_YEAR || year > LAST_YEAR)
    return [bad('clock', `it says ${now}`, 'set the clock of this machine'), zones];
  if (newestMs !== null && newestMs > nowMs + AHEAD_MS) {
    const behind = `it says ${now}, but an order is of ${new Date(newestMs).toISOString()}`;
    return [bad('clock', behind, 'set the clock: dated messages leave too late, and lifetimes are wrong'), zones];
  }
  if (!SIGNS.some((file) => existsSync(file)))
    return [
      doubtful(
        'clock',
        `${now}; nothing is seen that keeps it right`,
        'run systemd-timesyncd or chrony, unless the host does',
      ),
      zones,
    ];
  return [good('clock', now), zones];
}
