// The configuration is read again and again while mails flow, right and wrong by turns: nothing is lost or refused for it.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import type { Scenario } from '../scenario.js';
import { Stuck } from '../world.js';

const TIMES = 100;
const EVERY_MS = 30;
/** A busy machine sends few meanwhile. */
const LEAST_MAILS = 5;

/** Whole: half a file is another configuration. */
function replace(file: string, text: string): void {
  writeFileSync(`${file}.next`, text);
  renameSync(`${file}.next`, file);
}

export const RELOAD: Scenario = {
  ...{ name: 'reload', what: `SIGHUP ${TIMES} times, the file right and wrong by turns` },
  runs: { full: 10, quick: 1 },
  async disturb(world) {
    const file = path.join(world.folder, 'petitbleu.yaml');
    const right = readFileSync(file, 'utf8');
    const from = world.stream.sent.length;
    world.flow();
    try {
      for (let time = 0; time < TIMES; time += 1) {
        replace(file, time % 2 === 0 ? `${right}\nnonsense: 1\n` : right);
        world.daemon.signal('SIGHUP');
        await pause(EVERY_MS);
      }
    } finally {
      replace(file, right);
      await world.stream.stop();
    }
    const sent = world.stream.sent.slice(from);
    const refused = sent.filter(({ told }) => told.at(-1) !== 250);
    if (sent.length < LEAST_MAILS) throw new Stuck(`only ${sent.length} mails were sent meanwhile`);
    if (refused.length > 0) throw new Error(`${refused.length} mails were refused: ${refused[0]?.told.join(', ')}`);
  },
};
