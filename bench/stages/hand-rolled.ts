// From the first mail sent to the last one in the database: the gateway against the scripts that it replaces. For us a
// mail is in the database at its 250.

import { eventually } from '../../test/support/eventually.js';
import type { Figures, Stage } from '../contest.js';
import { runLoad } from '../load/run.js';
import { perlPipe, pythonPipe, type Pipeline } from '../peers/hand-rolled.js';
import type { Server } from '../peers/peer.js';
import { petitbleuPeer } from '../peers/petitbleu.js';
import { warmed } from '../peers/warm.js';
import { processorSeconds } from '../processor-time.js';
import { PERL, PYTHON, PETITBLEU } from '../names.js';

/** Enough for some seconds each. */
const [MAILS_BY_SCRIPT, MAILS] = [200, 3_000];
const DEADLINE_MS = 120_000;

async function measure(server: Server | Pipeline): Promise<Figures> {
  const before = processorSeconds(server.pids);
  const pipeline = 'done' in server ? server : null;
  const mails = pipeline ? MAILS_BY_SCRIPT : MAILS;
  const doneBefore = pipeline?.done() ?? 0;
  const { beganAtMs, endedAtMs } = await runLoad(server.port, {
    sessions: 50,
    mails,
    warmMs: 0,
    measureMs: DEADLINE_MS,
  });
  if (pipeline) await eventually('every mail has its rows', () => pipeline.done() >= doneBefore + mails, DEADLINE_MS);
  const seconds = ((pipeline ? Date.now() : endedAtMs) - beganAtMs) / 1000;
  return { perSecond: mails / seconds, cpuMicros: ((processorSeconds(server.pids) - before) * 1e6) / mails };
}

export const handRolled: Stage = {
  name: 'hand-rolled',
  peers: [perlPipe, pythonPipe, warmed(petitbleuPeer(PETITBLEU))],
  contests: [
    {
      name: 'hand-rolled',
      title: 'From a mail to its rows in SQLite, 50 sessions',
      peers: [PERL, PYTHON, PETITBLEU],
      measure,
    },
  ],
};
