// SIGKILL at each named stage, at random instants, and while the daemon starts.

import { setTimeout as pause } from 'node:timers/promises';

import { eventually } from '../../support/eventually.js';
import type { Scenario } from '../scenario.js';
import { STAGES } from '../stages.js';
import { WINDOW } from '../world.js';

const atStages: Scenario[] = STAGES.map(({ name, what }) => ({
  ...{ name: `kill-${name}`, what: `kill -9: ${what}`, runs: { share: 'kills', weight: 4 } },
  async disturb(world) {
    world.flow();
    const { random } = world;
    await world.killAt({ stage: name, nth: random.int(1, 12), holdMs: random.chance(0.5) ? random.int(1, 60) : 0 });
  },
}));

export const KILLS: readonly Scenario[] = [
  ...atStages,
  {
    ...{ name: 'kill-random', what: 'kill -9: at any instant', runs: { share: 'kills', weight: 30 } },
    async disturb(world) {
      world.flow(world.random.int(1, 12));
      await pause(world.random.int(0, 800));
      await world.kill();
    },
  },
  {
    ...{ name: 'kill-start', what: 'kill -9: while it starts after a kill', runs: { share: 'kills', weight: 10 } },
    // Two deaths.
    mayDoubt: 2 * WINDOW,
    async disturb(world) {
      const before = world.stream.acknowledged.length;
      world.flow();
      await eventually('some mails are taken', () => world.stream.acknowledged.length >= before + 5);
      await world.kill();
      world.launch();
      await pause(world.random.int(0, 2000));
      await world.kill();
    },
  },
];
