// Somebody sets the wall clock while mails flow: an hour forward, an hour back. And the two nights in which the clocks on
// the wall change: a deferred order leaves at its date by those clocks, also at 02:30, which one of these nights does not
// have and the other has twice, and so does what arrived after the cut-off. By libfaketime, in the built daemon.

import { setTimeout as pause } from 'node:timers/promises';

import { eventually } from '../../support/eventually.js';
import { fakeTimeLibrary } from '../clock.js';
import { RICH, type Appointment, type MailKind } from '../mails.js';
import type { Scenario } from '../scenario.js';
import { Stuck, type World } from '../world.js';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const DEFERRED = 5;
const LOAD: readonly MailKind[] = ['one', 'several', 'long', 'partly', 'bad', 'poor', 'refuse'];
const OF_EACH = 15;
/** Longer than any first try again is put off. */
const LONG_WAIT_MS = 20 * MINUTE_MS;
/** The daemon looks every 10 s; a busy machine takes its time. */
const NOTICED_WITHIN_MS = 30_000;

async function jump(world: World, byMs: number): Promise<void> {
  await world.stream.offer(world.daemon.port, DEFERRED, 'deferred');
  // Put off by the carrier: they wait for another try while the clock is set.
  await world.stream.offer(world.daemon.port, 2, 'queue-full');
  // No dates among them: what was to leave in five minutes is refused where an hour has passed before it is taken.
  const load = Promise.all(LOAD.map((kind) => world.stream.offer(world.daemon.port, OF_EACH, kind)));
  await pause(world.random.int(100, 500));
  world.clock.move(byMs);
  await load;
  await eventually('nothing waits an hour longer', () => waitingLong(world) === 0, NOTICED_WITHIN_MS);
}

/** What is not deferred, and has to wait all the same. */
function waitingLong(world: World): number {
  const until = world.clock.nowMs() + LONG_WAIT_MS;
  const [found] = world.query<{ count: number }>(
    `select (select count(*) from messages where state = 'queued' and due_at > ?)
       + (select count(*) from notices where state = 'waiting' and due_at > ?) as count`,
    until,
    until,
  );
  return found?.count ?? 0;
}

interface Night {
  readonly name: string;
  readonly what: string;
  readonly quick: number;
  /** After the cut-off of 20:00. */
  readonly evening: string;
  /** In their order. */
  readonly due: readonly { readonly date: string | null; readonly at: string }[];
}

const CUTOFF = '20:00';
const NIGHTS: readonly Night[] = [
  {
    ...{ name: 'spring', what: 'summer time begins: 02:30 does not exist', quick: 0 },
    evening: '2027-03-27T22:00:00Z',
    due: [
      { date: '013028032027', at: '2027-03-28T00:30:00Z' },
      // On by the hour that is left out, and so it meets the next.
      { date: '023028032027', at: '2027-03-28T01:30:00Z' },
      { date: '033028032027', at: '2027-03-28T01:30:00Z' },
      { date: null, at: '2027-03-28T07:00:00Z' },
    ],
  },
  {
    ...{ name: 'autumn', what: 'summer time ends: 02:30 comes twice', quick: 1 },
    evening: '2027-10-30T21:00:00Z',
    due: [
      { date: '013031102027', at: '2027-10-30T23:30:00Z' },
      // The first of the two.
      { date: '023031102027', at: '2027-10-31T00:30:00Z' },
      { date: '033031102027', at: '2027-10-31T02:30:00Z' },
      { date: null, at: '2027-10-31T08:00:00Z' },
    ],
  },
];
const EACH = 3;
/** The clock is set to this long before something falls due. */
const BEFORE_MS = 3000;
/** After it was due, by the clock of the daemon. */
const LEAVES_WITHIN_MS = 30_000;

async function spend(world: World, { due }: Night): Promise<void> {
  await world.command('account.set', { email: RICH, settings: { cutoff: CUTOFF } });
  const appointments = due.map(({ date, at }): Appointment => ({ date, dueMs: Date.parse(at) }));
  for (const appointment of appointments) {
    const kind = appointment.date === null ? 'one' : 'deferred';
    await world.stream.offer(world.daemon.port, EACH, kind, appointment);
  }
  for (const dueMs of new Set(appointments.map((one) => one.dueMs))) {
    world.clock.move(dueMs - BEFORE_MS - world.clock.nowMs());
    // Whatever comes makes it look at its clock; refused, and so told at once.
    await world.stream.offer(world.daemon.port, 1, 'poor');
    const wanted = messagesUntil(world, dueMs);
    const leftMs = dueMs + LEAVES_WITHIN_MS - world.clock.nowMs();
    await eventually(`what is due at ${new Date(dueMs).toISOString()}`, () => submitted(world) >= wanted, leftMs);
    if (submitted(world) > wanted) throw new Error(`${submitted(world)} messages have left, ${wanted} were due`);
  }
}

function messagesUntil({ stream }: World, dueMs: number): number {
  const due = stream.sent.filter(({ mail }) => mail.dueMs <= dueMs);
  const count = due.reduce((sum, { mail }) => sum + mail.numbers.length, 0);
  if (due.some(({ told }) => told.at(-1) !== 250)) throw new Stuck('a mail of the evening was not taken');
  return count;
}

function submitted({ carrier }: World): number {
  return carrier.taken.length;
}

const JUMPS: readonly Scenario[] = [
  { name: 'forward', what: 'an hour forward', byMs: HOUR_MS },
  { name: 'back', what: 'an hour back', byMs: -HOUR_MS },
].map(({ name, what, byMs }) => ({
  ...{ name: `clock-${name}`, what: `the clock is set ${what} under load` },
  ...{ runs: { full: 20, quick: 1 }, perWorld: 5, world: { clock: {} } },
  disturb: (world) => jump(world, byMs),
}));

const NIGHT_SCENARIOS: readonly Scenario[] = NIGHTS.map((night) => ({
  ...{ name: `clock-${night.name}`, what: night.what, runs: { full: 5, quick: night.quick }, perWorld: 1 },
  world: { clock: { startsAt: night.evening } },
  disturb: (world) => spend(world, night),
}));

const hasLibrary = fakeTimeLibrary() !== null;
if (!hasLibrary) process.stderr.write('clock is skipped: there is no libfaketime (Debian package libfaketime)\n');

export const CLOCKS: readonly Scenario[] = hasLibrary ? [...JUMPS, ...NIGHT_SCENARIOS] : [];
