// `npm run chaos`: how often, which scenarios, how many worlds at once. Prints the table, writes the figures, and fails on
// any contradiction to what is promised.

import { parseArgs } from 'node:util';

import { rowsOf, tableOf, writeDocs, writeFigures } from './report.js';
import { isRight, runAll, tasksOf, type Failure, type Task } from './run.js';
import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios/all.js';

const USAGE = `npm run chaos -- [OPTIONS]
  --kills N        kill -9, spread over the stages (default 1000)
  --power-cuts N   (default 100)
  --quick          a few of each, for CI
  --only NAME,…    scenarios whose name begins so; --list shows them
  --runs N         of each scenario, whatever its share
  --seed TEXT      the same mails and choices again (default: the instant)
  --workers N      worlds at once (default 3)
  --minutes N      do nothing more after that
  --write-docs     the figures into docs/reliability.md
  --list
`;
const QUICK = { kills: 60, 'power-cuts': 8 };
const SHOWN_FINDINGS = 10;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    'power-cuts': { type: 'string', default: '100' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    runs: { type: 'string' },
    seed: { type: 'string', default: new Date().toISOString().replace(/[-:]|\..*/g, '') },
    workers: { type: 'string', default: '3' },
    minutes: { type: 'string', default: '600' },
    'write-docs': { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function runsOf(scenario: Scenario, chosen: readonly Scenario[]): number {
  if (values.runs !== undefined) return Number(values.runs);
  const { runs } = scenario;
  if (!('share' in runs)) return values.quick ? runs.quick : runs.full;
  const weights = chosen.map((one) => ('share' in one.runs && one.runs.share === runs.share ? one.runs.weight : 0));
  const all = values.quick ? QUICK[runs.share] : Number(values[runs.share]);
  return Math.max(1, Math.round((all * runs.weight) / weights.reduce((sum, weight) => sum + weight, 0)));
}

function tellTask({ scenario, runs, seed }: Task, failure: Failure | null): void {
  if (!failure) {
    say(`${scenario.name}: right\n`);
    return;
  }
  const { findings, folder } = failure;
  say(`${scenario.name}: WRONG\n`);
  for (const { kind, text } of findings.slice(0, SHOWN_FINDINGS)) say(`  ${kind}: ${text}\n`);
  if (findings.length > SHOWN_FINDINGS) say(`  … and ${findings.length - SHOWN_FINDINGS} more\n`);
  const [first = ''] = seed.split('/');
  say(`  its world is kept in ${folder}\n`);
  say(`  again: npm run chaos -- --only ${scenario.name} --runs ${runs} --seed ${first}\n`);
}

function say(text: string): void {
  process.stderr.write(text);
}

async function main(): Promise<number> {
  if (values.help || values.list) {
    const list = SCENARIOS.map(({ name, what }) => `${name.padEnd(24)} ${what}\n`).join('');
    process.stdout.write(values.help ? USAGE : list);
    return 0;
  }
  const names = values.only?.split(',') ?? [''];
  const chosen = SCENARIOS.filter(({ name }) => names.some((begin) => name.startsWith(begin)));
  if (chosen.length === 0) {
    say(`no scenario is called ${values.only ?? ''}; --list shows them\n`);
    return 64;
  }
  const begunMs = performance.now();
  const tasks = chosen.flatMap((scenario) => tasksOf(scenario, runsOf(scenario, chosen), values.seed));
  const untilMs = begunMs + Number(values.minutes) * 60_000;
  const found = await runAll(tasks, { workers: Number(values.workers), untilMs, told: tellTask });
  const results = new Map(chosen.flatMap((scenario) => entry(scenario, found.get(scenario))));
  const seconds = Math.round((performance.now() - begunMs) / 1000);
  const rows = rowsOf(results);
  process.stdout.write(`\n${tableOf(rows)}\nseed ${values.seed}, ${seconds} s\n`);
  const command = ['npm run chaos --', ...process.argv.slice(2).filter((word) => word !== '--write-docs')].join(' ');
  const isWhole = values.only === undefined && !values.quick;
  if (isWhole || values['write-docs']) {
    const circumstances = { command, seed: values.seed, seconds };
    const { file, figures } = writeFigures(rows, circumstances);
    if (values['write-docs']) writeDocs(figures, file);
  }
  return [...results].every(([scenario, result]) => isRight(scenario, result)) ? 0 : 1;
}

function entry<K, V>(key: K, value: V | undefined): [K, V][] {
  return value === undefined ? [] : [[key, value]];
}

process.exitCode = await main();
