// The result of a run, as it is kept in `results/<date>.json`: all figures of all rounds, and what is needed to read them.
// Nothing in it tells which machine it was. The newest is the reference that `--quick` is compared with.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { run } from '../test/support/program.js';
import type { Series } from './contest.js';
import type { Absence } from './rounds.js';

export interface Result {
  readonly measuredAt: string;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly rounds: number;
  readonly contests: readonly PlayedContest[];
  readonly absent: readonly string[];
  readonly series: readonly Series[];
}

export interface PlayedContest {
  readonly name: string;
  readonly title: string;
  readonly peers: readonly string[];
}

export async function machineFacts(): Promise<Result['machine']> {
  const fileSystem = await run('findmnt', ['-n', '-o', 'FSTYPE', '-T', os.tmpdir()]).catch(() => ({ stdout: '' }));
  return {
    cores: os.availableParallelism(),
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    node: process.version,
    platform: `${os.platform()} ${os.arch()}`,
    fileSystem: fileSystem.stdout.trim() || 'unknown',
  };
}

interface ResultParts extends Omit<Result, 'measuredAt' | 'absent'> {
  readonly absences: readonly Absence[];
}

export function resultOf({ absences, series, contests, ...rest }: ResultParts): Result {
  return {
    ...{ measuredAt: new Date().toISOString().slice(0, 10), ...rest },
    contests: contests.map(({ name, title, peers }) => ({ name, title, peers })),
    absent: [...new Set(absences.map(({ peer, contest }) => (contest === null ? peer : `${peer} (${contest})`)))],
    series: series.map((one) => ({ ...one, rounds: one.rounds.map(shortened) })),
  };
}

/** Four digits say all that there is to say. */
const shortened = (figure: number | null): number | null => (figure === null ? null : Number(figure.toPrecision(4)));

/** One line a series, so that a comparison of two results can be read. */
export function resultText({ contests, series, ...facts }: Result): string {
  const lines = (list: readonly unknown[]): string => list.map((one) => `    ${JSON.stringify(one)}`).join(',\n');
  const head = JSON.stringify(facts, null, 2).slice(0, -2);
  return `${head},\n  "contests": [\n${lines(contests)}\n  ],\n  "series": [\n${lines(series)}\n  ]\n}\n`;
}

const DATED = /^\d{4}-\d\d-\d\d\.json$/;

/** Null: there is none yet. */
export function newestResult(folder: string): Result | null {
  const name = readdirSync(folder)
    .filter((one) => DATED.test(one))
    .sort()
    .at(-1);
  return name === undefined ? null : (JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Result);
}

/** Gives the name of the file. */
export function writeResult(folder: string, result: Result): string {
  const name = `${result.measuredAt}.json`;
  writeFileSync(path.join(folder, name), resultText(result));
  return name;
}
