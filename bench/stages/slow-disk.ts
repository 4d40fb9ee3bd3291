// How fast mails are taken where each fsync takes 5 ms longer: who makes mails wait for each other's, and who does not.

import type { Contest, Stage } from '../contest.js';
import { measureLoad } from '../load/run.js';
import { FSYNC_MS, slowPetitbleu, slowPostfix } from '../peers/slow-disk.js';
import { warmed } from '../peers/warm.js';
import { SLOW_POSTFIX, SLOW_PETITBLEU } from '../names.js';

function contest(sessions: number): Contest {
  return {
    name: `slow-disk-${sessions}`,
    title: `A mail of 1 KB, ${sessions === 1 ? 'one session' : `${sessions} sessions`}, 5 ms more for each fsync`,
    peers: [SLOW_POSTFIX, SLOW_PETITBLEU],
    measure: async (server) => {
      const figures = await measureLoad(server, { sessions });
      if ((figures.p50Ms ?? 0) < FSYNC_MS) throw new Error('its fsync is not slowed down');
      return figures;
    },
  };
}

export const slowDisk: Stage = {
  name: 'slow-disk',
  peers: [slowPostfix, warmed(slowPetitbleu)],
  contests: [contest(1), contest(50)],
};
