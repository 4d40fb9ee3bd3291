// A mail with an attachment of 25 MB: what it takes of memory above what the server has anyway, and how long the event
// loop stands still meanwhile, so that everybody else waits.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { eventually } from '../../test/support/eventually.js';
import type { Figures, Stage } from '../contest.js';
import { runLoad } from '../load/run.js';
import { parsingServer } from '../peers/bare.js';
import { forgetPeak, memoryOf } from '../peers/memory.js';
import { isHere, type Server } from '../peers/peer.js';
import { startDaemon } from '../peers/petitbleu.js';
import { warm } from '../peers/warm.js';
import { PARSING, PETITBLEU } from '../names.js';

/** With what its event loop tells. */
interface Watched extends Server {
  takeGapMs?(): Promise<number>;
}

/** Beside the compiled stage. */
const HOOK = new URL('../peers/event-loop-hook.js', import.meta.url).href;
const SETTLE_MS = 300;
const WARMING_MAILS = 500;
const MEGABYTE = 1024 * 1024;
const TAKEN_WITHIN_MS = 60_000;

async function startWatched(): Promise<Watched> {
  const folder = mkdtempSync(path.join(tmpdir(), 'petitbleu-gap-'));
  const file = path.join(folder, 'gap');
  const daemon = await startDaemon({ nodeOptions: ['--import', HOOK], environment: { BENCH_GAP_FILE: file } });
  const read = (): string | null => {
    try {
      return readFileSync(file, 'utf8') || null;
    } catch {
      return null;
    }
  };
  const takeGapMs = async (): Promise<number> => {
    rmSync(file, { force: true });
    daemon.pids.forEach((pid) => process.kill(pid, 'SIGUSR2'));
    return Number(await eventually('the event loop is measured', read));
  };
  const stop = (): Promise<void> => daemon.stop().finally(() => rmSync(folder, { recursive: true, force: true }));
  return { ...daemon, takeGapMs, stop };
}

/** A new process for each mail: what the one before has left in its heap would hide what this one takes. */
const STARTS: Readonly<Record<string, () => Promise<Watched>>> = {
  [PARSING]: () => parsingServer.start(),
  [PETITBLEU]: startWatched,
};
const NOTHING: Server = { port: 0, pids: [], stop: () => Promise.resolve() };
const peers = Object.keys(STARTS).map((name) => ({ name, missing: isHere, start: () => Promise.resolve(NOTHING) }));

async function measure(_server: Server, peer: string): Promise<Figures> {
  const server = await STARTS[peer]?.();
  if (!server) throw new Error(`nobody knows how to start ${peer}`);
  try {
    return await takeLarge(server);
  } finally {
    await server.stop();
  }
}

async function takeLarge(server: Watched): Promise<Figures> {
  const [pid = 0] = server.pids;
  await warm(server, WARMING_MAILS);
  await pause(SETTLE_MS);
  await server.takeGapMs?.();
  forgetPeak(pid);
  const { nowBytes } = memoryOf(pid);
  await runLoad(server.port, { sessions: 1, mails: 1, warmMs: 0, measureMs: TAKEN_WITHIN_MS, mail: 'attachment' });
  const peakMegabytes = Math.max(0, memoryOf(pid).peakBytes - nowBytes) / MEGABYTE;
  const gapMs = await server.takeGapMs?.();
  return { peakMegabytes, ...(gapMs !== undefined && { gapMs }) };
}

export const attachment: Stage = {
  name: 'attachment',
  peers,
  contests: [{ name: 'attachment', title: 'A mail with 25 MB attached', peers: [PARSING, PETITBLEU], measure }],
};
