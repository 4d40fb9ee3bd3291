// A smarthost that is down, refuses for now, or breaks off after it has taken a mail: outcome mails wait and leave later,
// and accepting is not held up.

import { setTimeout as pause } from 'node:timers/promises';

import type { Scenario } from '../scenario.js';
import type { SmarthostBehaviour } from '../smarthost.js';
import { Stuck } from '../world.js';

const MAILS = 20;
const FAULT_MS = 2000;

const FAULTS: readonly { readonly name: string; readonly what: string; readonly is: Partial<SmarthostBehaviour> }[] = [
  { name: 'down', what: 'nobody listens', is: { listening: false } },
  { name: 'slow', what: 'takes a second for each mail', is: { latencyMs: 1000 } },
  { name: 'refusing', what: 'refuses for now (451)', is: { refuseWith: 451 } },
];

export const SMARTHOSTS: readonly Scenario[] = FAULTS.map(({ name, what, is }) => ({
  ...{ name: `smarthost-${name}`, what: `smarthost: ${what}`, runs: { full: 20, quick: 1 }, perWorld: 5 },
  async disturb(world) {
    await world.smarthost.behave(is);
    const taken = await world.stream.offer(world.daemon.port, MAILS);
    await pause(FAULT_MS);
    await world.smarthost.behave({});
    if (!taken) throw new Stuck('a mail was not taken while the smarthost was in trouble');
  },
}));
