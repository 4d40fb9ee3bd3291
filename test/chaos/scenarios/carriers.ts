// Carriers that are dead, slow, silent, throttling, breaking off, or speak something else: everything ends, nothing is
// submitted twice, and accepting is not held up.

import { setTimeout as pause } from 'node:timers/promises';

import type { CarrierBehaviour } from '../carrier.js';
import type { Scenario } from '../scenario.js';
import { Stuck, type World } from '../world.js';

interface Fault {
  readonly name: string;
  readonly what: string;
  readonly behaviour: Partial<CarrierBehaviour>;
  /** Whether messages may stay in doubt: their bytes left and no answer came. */
  readonly doubts: boolean;
}

const MAILS = 20;
const FAULT_MS = 2000;

const FAULTS: readonly Fault[] = [
  { name: 'dead', what: 'nobody listens', behaviour: { listening: false }, doubts: true },
  { name: 'slow', what: 'each answer takes half a second', behaviour: { latencyMs: 500 }, doubts: false },
  { name: 'silent', what: 'takes messages and answers none', behaviour: { shares: { silence: 1 } }, doubts: true },
  {
    name: 'throttling',
    what: 'asks for less, for half of them',
    behaviour: { shares: { throttle: 0.5 } },
    doubts: false,
  },
  {
    name: 'breaking',
    what: 'breaks off in the middle of the window',
    behaviour: { shares: { drop: 0.3 } },
    doubts: true,
  },
  { name: 'garbage', what: 'answers octets that are no PDU', behaviour: { shares: { garbage: 0.3 } }, doubts: true },
];

async function disturb(world: World, behaviour: Partial<CarrierBehaviour>): Promise<void> {
  await world.carrier.behave(behaviour);
  // Every mail has its 250 while the carrier does what it does.
  const taken = await world.stream.offer(world.daemon.port, MAILS);
  await pause(FAULT_MS);
  await world.carrier.behave({});
  if (!taken) throw new Stuck('a mail was not taken while the carrier was in trouble');
}

export const CARRIERS: readonly Scenario[] = FAULTS.map(({ name, what, behaviour, doubts }) => ({
  ...{ name: `carrier-${name}`, what: `carrier: ${what}`, runs: { full: 20, quick: 1 }, perWorld: 5 },
  world: { carrier: { answerSeconds: 1 } },
  ...(doubts && { mayDoubt: 1000 }),
  disturb: (world) => disturb(world, behaviour),
}));
