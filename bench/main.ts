// `npm run bench [-- --only NAME --peers NAME --rounds N]`: every peer in one run, interleaved, and a report of medians,
// extremes and ratios. `--only` takes the name of a stage or of a contest, `--peers` that of a peer, or how it begins;
// several are separated by commas.

import { parseArgs } from 'node:util';

import type { Series, Stage } from './contest.js';
import { BARE } from './peers/bare.js';
import { POSTFIX_QUEUE } from './peers/postfix.js';
import { play, type Absence } from './rounds.js';
import { accept } from './stages/accept.js';
import { handRolled } from './stages/hand-rolled.js';
import { slowDisk } from './stages/slow-disk.js';
import { toSmsc } from './stages/to-smsc.js';
import { tableOf } from './table.js';

const STAGES: readonly Stage[] = [accept, slowDisk, handRolled, toSmsc];
const NAMES: ReadonlySet<string> = new Set(STAGES.flatMap(({ contests }) => contests.map(({ name }) => name)));
const ROUNDS = 5;

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { only: text, peers: text, rounds: text } });

const tell = (line: string): void => void process.stderr.write(`${line}\n`);

/** The stages with those of their contests, and these with those of their peers, that are wanted. */
function chosen({ only = '', peers = '' }: typeof values): Stage[] {
  const isWanted = (name: string, words: string): boolean =>
    words.split(',').some((word) => name === word || (!NAMES.has(word) && name.startsWith(word)));
  const stages = STAGES.map((stage) => {
    const contests = stage.contests.filter(({ name }) => isWanted(name, only) || only.split(',').includes(stage.name));
    const wanted = contests.map((one) => ({ ...one, peers: one.peers.filter((name) => isWanted(name, peers)) }));
    return { ...stage, contests: wanted.filter((one) => one.peers.length > 0) };
  });
  return stages.filter(({ contests }) => contests.length > 0);
}

const series: Series[] = [];
const absences: Absence[] = [];
const stages = chosen(values);
for (const stage of stages) {
  const played = await play(stage, Number(values.rounds ?? ROUNDS), tell);
  series.push(...played.series);
  absences.push(...played.absences);
}
for (const contest of stages.flatMap((stage) => stage.contests)) {
  process.stdout.write(`\n${contest.title} (${contest.name})\n\n${tableOf(contest, series, [BARE, POSTFIX_QUEUE])}`);
}
for (const { peer, why } of absences) process.stdout.write(`\nLeft out: ${peer}: ${why}\n`);
process.exitCode = absences.some(({ failed }) => failed) ? 1 : 0;
