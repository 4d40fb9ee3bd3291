// The power goes: what was written and not synced is gone, or half of it is. And the control: without the syncs, the same
// must lose mails, or these tests would see nothing.

import { setTimeout as pause } from 'node:timers/promises';

import type { Scenario } from '../scenario.js';
import { Stuck, type World } from '../world.js';

async function flowFor(world: World): Promise<void> {
  world.flow(world.random.int(2, 12));
  await pause(world.random.int(100, 1000));
}

export const POWER_CUTS: readonly Scenario[] = [
  {
    name: 'power-cut-clean',
    what: 'power cut: nothing unsynced is left',
    runs: { share: 'power-cuts', weight: 5 },
    world: { powerCuts: true },
    async disturb(world) {
      await flowFor(world);
      await world.cutPower('nothing-unsynced');
    },
  },
  {
    name: 'power-cut-torn',
    what: 'power cut: some pieces of what was unsynced are left',
    runs: { share: 'power-cuts', weight: 5 },
    world: { powerCuts: true },
    async disturb(world) {
      await flowFor(world);
      await world.cutPower('some-unsynced');
    },
  },
  {
    name: 'power-cut-first',
    what: 'power cut: in the first minute',
    runs: { share: 'power-cuts', weight: 1 },
    perWorld: 1,
    world: { powerCuts: true },
    async disturb(world) {
      await world.cutPower(world.random.chance(0.5) ? 'nothing-unsynced' : 'some-unsynced');
    },
  },
  {
    name: 'power-cut-control',
    what: 'the control: power cut with synchronous=NORMAL',
    runs: { full: 10, quick: 2 },
    perWorld: 1,
    world: { powerCuts: true, synchronous: 'NORMAL' },
    mustLose: true,
    async disturb(world) {
      // The accounts, at least, are safe: an orderly stop syncs.
      await world.stop();
      await world.start();
      await flowFor(world);
      const { unsafeWrites } = await world.cutPower('nothing-unsynced');
      if (unsafeWrites === 0) throw new Stuck('there was nothing that the power cut could take');
    },
  },
];
