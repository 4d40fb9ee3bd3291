// Runs the load against a server and adds what the server's processes have spent meanwhile. Throws where a mail was not
// taken: figures of a server that refuses say nothing.

import { fileURLToPath } from 'node:url';

import { run } from '../../test/support/program.js';
import type { Figures } from '../contest.js';
import type { Server } from '../peers/peer.js';
import { processorSeconds } from '../processor-time.js';
import type { LoadReport, LoadWish } from './wish.js';

const LOAD = fileURLToPath(new URL('main.js', import.meta.url));
const WARM_MS = 300;
const MEASURE_MS = 1_200;
/** More than any run sends. */
const MAILS_OF_A_RUN = 1_000_000;

let runs = 0;

export type Wish = Pick<LoadWish, 'sessions'> & Partial<Omit<LoadWish, 'port' | 'first'>>;

export async function runLoad(port: number, wish: Wish): Promise<LoadReport> {
  const usual = { mail: 'plain', onePerConnection: false, warmMs: WARM_MS, measureMs: MEASURE_MS } as const;
  runs += 1;
  const whole: LoadWish = { ...usual, ...wish, port, first: runs * MAILS_OF_A_RUN };
  const ran = await run(process.execPath, [LOAD, JSON.stringify(whole)]);
  if (ran.code !== 0) throw new Error(`the load ended with ${ran.code}: ${ran.stderr}`);
  const report = JSON.parse(ran.stdout) as LoadReport;
  if (report.trouble !== null) throw new Error(report.trouble);
  return report;
}

export async function measureLoad(server: Server, wish: Wish): Promise<Figures> {
  const before = processorSeconds(server.pids);
  const { sent, perSecond, p50Ms, p99Ms, ownCpuMicros } = await runLoad(server.port, wish);
  const cpuMicros = ((processorSeconds(server.pids) - before) * 1e6) / sent;
  await server.clear?.();
  return { perSecond, cpuMicros, p50Ms, p99Ms, loadCpuMicros: ownCpuMicros };
}
