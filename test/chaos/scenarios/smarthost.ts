// A smarthost that is down, slow, silent, refuses for now or for good, or breaks off before or after it has taken a mail:
// outcome mails wait and leave later, or are given up where they must, and accepting is not held up.

import { setTimeout as pause } from 'node:timers/promises';

import type { Scenario } from '../scenario.js';
import type { SmarthostBehaviour } from '../smarthost.js';
import { Stuck } from '../world.js';

const MAILS = 20;
const FAULT_MS = 2000;

interface Fault {
  readonly name: string;
  readonly what: string;
  readonly is: Partial<SmarthostBehaviour>;
  /** None where CI has no time for it; for a silent one the daemon waits a minute. */
  readonly quick: number;
}

const FAULTS: readonly Fault[] = [
  { name: 'down', what: 'nobody listens', is: { listening: false }, quick: 1 },
  { name: 'slow', what: 'takes a second for each mail', is: { latencyMs: 1000 }, quick: 1 },
  { name: 'refusing', what: 'refuses for now (451)', is: { refuseWith: 451 }, quick: 1 },
  { name: 'refusing-for-good', what: 'refuses for good (550)', is: { refuseWith: 550 }, quick: 1 },
  { name: 'cutting', what: 'breaks off in DATA', is: { hangsUp: 'in-data' }, quick: 0 },
  { name: 'doubtful', what: 'takes a mail and breaks off before its 250', is: { hangsUp: 'after-dot' }, quick: 0 },
  { name: 'silent', what: 'takes mails and says nothing', is: { silent: true }, quick: 0 },
];

export const SMARTHOSTS: readonly Scenario[] = FAULTS.map(({ name, what, is, quick }) => ({
  ...{ name: `smarthost-${name}`, what: `smarthost: ${what}`, runs: { full: 20, quick }, perWorld: 5 },
  async disturb(world) {
    await world.smarthost.behave(is);
    const taken = await world.stream.offer(world.daemon.port, MAILS);
    await pause(FAULT_MS);
    await world.smarthost.behave({});
    if (!taken) throw new Stuck('a mail was not taken while the smarthost was in trouble');
  },
}));
