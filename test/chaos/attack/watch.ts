// What an attack may do to the others: a good mail goes in each second beside it and must be told 250 in time, the event
// loop of the daemon must not be late, its memory must stay bounded. Takes a world and the attack, gives figures, and
// throws where a limit is broken. On CI, with `--quick`, the machine is slow and shared: only the gross limits hold there.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { eventually } from '../../support/eventually.js';
import type { LagFigures } from '../processes/lag.js';
import type { World } from '../world.js';

/** On CI. */
export const isQuick = process.argv.includes('--quick');
const LIMITS = isQuick ? { answerMs: 15_000, lagMs: 2_000, rssMb: 900 } : { answerMs: 2_000, lagMs: 50, rssMb: 900 };
const EACH_MS = 1000;
const SAMPLE_MS = 100;

const [HOOKS, MEASURES] = [loading('hook.js'), loading('lag.js')];
/** For the world of an attack: the daemon measures its event loop. */
export const MEASURED = { NODE_OPTIONS: `${HOOKS} ${MEASURES}` };

interface Figures {
  readonly attack: string;
  readonly seconds: number;
  readonly goodMails: number;
  readonly slowestMs: number;
  readonly lagMaxMs: number;
  /** Without the time in which the machine had no processor for it. */
  readonly lagOwnMs: number;
  /** What its main thread worked at once. */
  readonly workedMs: number;
  readonly lagP99Ms: number;
  /** Of a process that does nothing, beside it: what the machine alone makes late. */
  readonly controlMs: number;
  readonly rssMb: number;
}

/** `attack` goes on until it resolves; the good mails go on as long. */
export async function besideGoodMails(world: World, attack: string, work: () => Promise<unknown>): Promise<Figures> {
  const control = path.join(world.folder, 'control');
  const endControl = startControl(control);
  await Promise.all([resetLag(world.folder), resetLag(control)]);
  const begunMs = performance.now();
  const end = { reached: false };
  const answers: Promise<number>[] = [];
  let rssMb = 0;
  const mails = every(EACH_MS, end, () => {
    const answer = timed(world);
    // Told at the end, with the others.
    answer.catch(() => undefined);
    answers.push(answer);
  });
  const samples = every(SAMPLE_MS, end, () => void (rssMb = Math.max(rssMb, rssOf(world))));
  try {
    await work();
  } finally {
    end.reached = true;
    await Promise.all([mails, samples]);
  }
  const times = await Promise.all(answers);
  const seconds = (performance.now() - begunMs) / 1000;
  await pause(2 * SAMPLE_MS);
  const { maxMs, ownMaxMs, workedMaxMs, p99Ms } = lagIn(world.folder);
  const { ownMaxMs: controlMs } = lagIn(control);
  endControl();
  const figures: Figures = {
    ...{ attack, seconds: round(seconds), goodMails: times.length, slowestMs: round(Math.max(...times)) },
    ...{ lagMaxMs: round(maxMs), lagOwnMs: round(ownMaxMs), workedMs: round(workedMaxMs), lagP99Ms: round(p99Ms) },
    ...{ controlMs: round(controlMs), rssMb: Math.round(rssMb) },
  };
  process.stderr.write(`  ${JSON.stringify(figures)}\n`);
  hold(figures);
  return figures;
}

/** What a process that does nothing was late as well is not the daemon's fault. */
function hold({ attack, slowestMs, lagOwnMs, controlMs, rssMb }: Figures): void {
  const lagMs = round(lagOwnMs - controlMs);
  const broken = [
    ...(slowestMs > LIMITS.answerMs ? [`a good mail waited ${slowestMs} ms (at most ${LIMITS.answerMs})`] : []),
    ...(lagMs > LIMITS.lagMs
      ? [`the event loop was ${lagMs} ms later by itself than the control (at most ${LIMITS.lagMs})`]
      : []),
    ...(rssMb > LIMITS.rssMb ? [`the daemon held ${rssMb} MB (at most ${LIMITS.rssMb})`] : []),
  ];
  if (broken.length > 0) throw new Error(`${attack}: ${broken.join('; ')}`);
}

function loading(name: string): string {
  const file = fileURLToPath(new URL(`../processes/${name}`, import.meta.url));
  return `--import=${pathToFileURL(file).href}`;
}

async function every(ms: number, end: { readonly reached: boolean }, work: () => void): Promise<void> {
  while (!end.reached) {
    work();
    await pause(ms);
  }
}

/** How long a good mail took, from its connection on; it fails where its answer was no 250. */
async function timed(world: World): Promise<number> {
  const begunMs = performance.now();
  const accepted = await world.stream.offer(world.daemon.port, 1, 'one');
  const tookMs = performance.now() - begunMs;
  if (!accepted) throw new Error(`a good mail beside the attack was refused after ${round(tookMs)} ms`);
  return tookMs;
}

/** A process that measures its event loop, has nothing to do, and ends with the function. */
function startControl(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const forEver = 'setInterval(() => undefined, 60_000)';
  const words = [MEASURES, '--eval', forEver, '--', '--data', path.join(folder, 'data')];
  const child = spawn(process.execPath, words, { stdio: 'ignore' });
  return () => child.kill();
}

async function resetLag(folder: string): Promise<void> {
  const ask = path.join(folder, 'lag.reset');
  writeFileSync(ask, '');
  await eventually('the event loop is measured', () => !existsSync(ask) && existsSync(fileOf(folder)), 30_000);
}

function lagIn(folder: string): LagFigures {
  return JSON.parse(readFileSync(fileOf(folder), 'utf8')) as LagFigures;
}

function fileOf(folder: string): string {
  return path.join(folder, 'lag.json');
}

function rssOf({ daemon }: World): number {
  const [, kilobytes = '0'] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${daemon.pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
