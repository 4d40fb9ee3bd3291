// `npm run bench`: every peer in one run, interleaved; a report of medians, extremes, ratios and goals; the result as a file
// and as docs/performance.md and .svg. options.ts says what else can be asked for.

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { Series, Stage } from './contest.js';
import { GOALS } from './goals.js';
import { parseOptions, USAGE, type Options } from './options.js';
import { picture } from './picture.js';
import { compare } from './quick.js';
import { contestTables, factsOf, goalsReport, withResult } from './report.js';
import { machineFacts, newestResult, resultOf, writeResult, type Result } from './result.js';
import { ROOT } from './root.js';
import { play, type Absence } from './rounds.js';
import { select, selectForGoals } from './selection.js';
import { STAGES } from './stages/all.js';

const RESULTS = path.join(ROOT, 'bench/results');
const DOCUMENT = path.join(ROOT, 'docs/performance.md');
const PICTURE = path.join(ROOT, 'docs/performance.svg');
const [OK, FAILED, USAGE_ERROR, INTERRUPTED] = [0, 1, 64, 130];

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());

const say = (text: string): void => void process.stdout.write(text);
const tell = (line: string): void => void process.stderr.write(`${line}\n`);

async function playAll(stages: readonly Stage[], rounds: number): Promise<{ result: Result; absences: Absence[] }> {
  const [series, absences]: [Series[], Absence[]] = [[], []];
  for (const stage of stages) {
    const played = await play(stage, { rounds, tell, signal: interrupted.signal });
    series.push(...played.series);
    absences.push(...played.absences);
  }
  const contests = stages.flatMap((stage) => stage.contests);
  return { result: resultOf({ machine: await machineFacts(), rounds, contests, absences, series }), absences };
}

function tellAbsences(absences: readonly Absence[]): void {
  for (const { peer, contest, why, failed } of absences) {
    say(`\n${failed ? 'Failed' : 'Left out'}: ${peer}${contest === null ? '' : ` in ${contest}`}: ${why}\n`);
  }
}

function writeDocuments(result: Result): void {
  writeFileSync(DOCUMENT, withResult(readFileSync(DOCUMENT, 'utf8'), result));
  writeFileSync(PICTURE, picture(result));
}

async function measure({ only, peers, rounds }: Options): Promise<number> {
  const { result, absences } = await playAll(select(STAGES, { only, peers }), rounds);
  say(`\n${contestTables(result)}\n${factsOf(result)}`);
  tellAbsences(absences);
  if (only.length === 0 && peers.length === 0) {
    const name = writeResult(RESULTS, result);
    writeDocuments(result);
    say(`\n${goalsReport(result)}\nWritten: bench/results/${name}, docs/performance.md, docs/performance.svg\n`);
  }
  return absences.some(({ failed }) => failed) ? FAILED : OK;
}

async function measureQuickly({ rounds }: Options): Promise<number> {
  const before = newestResult(RESULTS);
  if (!before) {
    tell('There is no result to compare with: run `npm run bench` first.');
    return FAILED;
  }
  const goals = GOALS.filter(({ quick }) => quick);
  const { result, absences } = await playAll(selectForGoals(STAGES, goals), rounds);
  const { table, losses } = compare(goals, result.series, before);
  say(`\n${table}`);
  tellAbsences(absences);
  say(losses.length === 0 ? '\nNothing was lost.\n' : `\nMore than a quarter was lost: ${losses.join('; ')}\n`);
  return losses.length > 0 || absences.some(({ failed }) => failed) ? FAILED : OK;
}

async function main(options: Options | string): Promise<number> {
  if (typeof options === 'string') {
    tell(`${options}\n\n${USAGE}`);
    return USAGE_ERROR;
  }
  if (options.quick) return measureQuickly(options);
  if (!options.writeDocs) return measure(options);
  const newest = newestResult(RESULTS);
  if (newest) writeDocuments(newest);
  return newest ? OK : FAILED;
}

try {
  process.exitCode = await main(parseOptions(process.argv.slice(2)));
} catch (error) {
  if (!interrupted.signal.aborted) throw error;
  tell('Interrupted: everything is stopped, nothing is written.');
  process.exitCode = INTERRUPTED;
}
