// What an attack may do to the others: a good mail goes in each second beside it and must be told 250 in time, the event
// loop of the daemon must not be late, its memory must stay bounded. Takes a world and the attack, gives figures, and
// throws where a limit is broken. On CI, with `--quick`, the machine is slow and shared: only the gross limits hold there.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { eventually } from '../../support/eventually.js';
import type { World } from '../world.js';

/** On CI. */
export const isQuick = process.argv.includes('--quick');
const LIMITS = isQuick ? { answerMs: 15_000, lagMs: 2_000, rssMb: 900 } : { answerMs: 2_000, lagMs: 50, rssMb: 900 };
const EACH_MS = 1000;
const SAMPLE_MS = 100;

const imports = ['hook.js', 'lag.js'].map((name) => {
  const file = fileURLToPath(new URL(`../processes/${name}`, import.meta.url));
  return `--import=${pathToFileURL(file).href}`;
});
/** For the world of an attack: the daemon measures its event loop. */
export const MEASURED = { NODE_OPTIONS: imports.join(' ') };

interface Figures {
  readonly attack: string;
  readonly seconds: number;
  readonly goodMails: number;
  readonly slowestMs: number;
  readonly lagMaxMs: number;
  /** Without the time in which the machine had no processor for it. */
  readonly lagOwnMs: number;
  readonly lagP99Ms: number;
  readonly rssMb: number;
}

/** `attack` goes on until it resolves; the good mails go on as long. */
export async function besideGoodMails(world: World, attack: string, work: () => Promise<unknown>): Promise<Figures> {
  await resetLag(world);
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
  const { maxMs, ownMaxMs, p99Ms } = lagOf(world);
  const figures: Figures = {
    ...{ attack, seconds: round(seconds), goodMails: times.length, slowestMs: round(Math.max(...times)) },
    ...{ lagMaxMs: round(maxMs), lagOwnMs: round(ownMaxMs), lagP99Ms: round(p99Ms), rssMb: Math.round(rssMb) },
  };
  process.stderr.write(`  ${JSON.stringify(figures)}\n`);
  hold(figures);
  return figures;
}

function hold({ attack, slowestMs, lagOwnMs, rssMb }: Figures): void {
  const broken = [
    ...(slowestMs > LIMITS.answerMs ? [`a good mail waited ${slowestMs} ms (at most ${LIMITS.answerMs})`] : []),
    ...(lagOwnMs > LIMITS.lagMs ? [`the event loop was ${lagOwnMs} ms late by itself (at most ${LIMITS.lagMs})`] : []),
    ...(rssMb > LIMITS.rssMb ? [`the daemon held ${rssMb} MB (at most ${LIMITS.rssMb})`] : []),
  ];
  if (broken.length > 0) throw new Error(`${attack}: ${broken.join('; ')}`);
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

async function resetLag({ folder }: World): Promise<void> {
  const ask = path.join(folder, 'lag.reset');
  writeFileSync(ask, '');
  await eventually('the daemon measures its event loop', () => !existsSync(ask) && existsSync(fileOf(folder)), 30_000);
}

function lagOf({ folder }: World): { readonly maxMs: number; readonly ownMaxMs: number; readonly p99Ms: number } {
  return JSON.parse(readFileSync(fileOf(folder), 'utf8')) as { maxMs: number; ownMaxMs: number; p99Ms: number };
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
