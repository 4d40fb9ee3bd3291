// Runs scenarios: cuts them into tasks of one world each, several tasks at once, and adds up what came of them.

import { check } from './checker.js';
import type { Finding } from './checks/finding.js';
import type { Scenario } from './scenario.js';
import { Stuck, WINDOW, World } from './world.js';

export interface Task {
  readonly scenario: Scenario;
  /** How often it is done to this one world. */
  readonly runs: number;
  readonly seed: string;
  /** From 0 to 1: its place among the tasks of its scenario. */
  readonly place: number;
}

export interface Failure {
  readonly seed: string;
  /** Kept for who wants to look. */
  readonly folder: string;
  readonly findings: readonly Finding[];
}

export interface Result {
  runs: number;
  acknowledged: number;
  mailsOut: number;
  /** The most messages that were newly in doubt after one run. */
  inDoubtMax: number;
  readonly findings: Finding[];
  readonly failures: Failure[];
}

const RUNS_IN_A_WORLD = 10;

export function tasksOf(scenario: Scenario, runs: number, seed: string): Task[] {
  const most = scenario.perWorld ?? RUNS_IN_A_WORLD;
  const worlds = Math.ceil(runs / most);
  return Array.from({ length: worlds }, (_, index) => {
    const here = Math.min(most, runs - index * most);
    return { scenario, runs: here, seed: `${seed}/${scenario.name}/${index}`, place: index / worlds };
  });
}

export interface Terms {
  /** Worlds at once. */
  readonly workers: number;
  /** Nothing more is done after it (performance.now); what is done is checked to its end. */
  readonly untilMs: number;
  /** After each task, for who waits. */
  readonly told: (task: Task, failure: Failure | null) => void;
}

/** A part of each scenario first: where the time ends early, all of them were run. */
export async function runAll(
  tasks: readonly Task[],
  { workers, untilMs, told }: Terms,
): Promise<Map<Scenario, Result>> {
  const results = new Map<Scenario, Result>();
  const waiting = tasks.toSorted((one, other) => one.place - other.place);
  const lane = async (): Promise<void> => {
    for (let task = waiting.shift(); task && performance.now() < untilMs; task = waiting.shift()) {
      const result = resultOf(results, task.scenario);
      told(task, await runTask(task, result, untilMs));
    }
  };
  await Promise.all(Array.from({ length: workers }, lane));
  return results;
}

export function isRight({ mustLose }: Scenario, { findings }: Result): boolean {
  return mustLose === true ? findings.some(({ kind }) => kind === 'lost') : findings.length === 0;
}

async function runTask({ scenario, runs, seed }: Task, result: Result, untilMs: number): Promise<Failure | null> {
  const findings: Finding[] = [];
  const world = await World.create({ ...scenario.world, seed });
  try {
    let inDoubt: ReadonlySet<string> = new Set();
    for (let run = 0; run < runs && findings.length === 0 && performance.now() < untilMs; run += 1) {
      result.runs += 1;
      await scenario.disturb(world);
      if (scenario.judge) {
        findings.push(...scenario.judge(world));
        continue;
      }
      await world.settle();
      const checked = check(world, { final: false });
      findings.push(...checked.findings);
      const newly = [...checked.inDoubt].filter((id) => !inDoubt.has(id)).length;
      findings.push(...tooManyInDoubt(newly, scenario));
      inDoubt = checked.inDoubt;
      result.inDoubtMax = Math.max(result.inDoubtMax, newly);
    }
    if (findings.length === 0 && !scenario.judge) {
      await world.finish();
      findings.push(...check(world, { final: true }).findings);
    }
  } catch (fault) {
    findings.push({ kind: fault instanceof Stuck ? 'stuck' : 'wrong', text: messageOf(fault) });
  }
  result.acknowledged += world.stream.acknowledged.length;
  result.mailsOut += world.smarthost.mails.length;
  result.findings.push(...findings);
  const failed = findings.length > 0 && scenario.mustLose !== true;
  await world.dispose({ keep: failed });
  if (!failed) return null;
  const failure = { seed, folder: world.folder, findings };
  result.failures.push(failure);
  return failure;
}

function tooManyInDoubt(newly: number, { mayDoubt = WINDOW }: Scenario): Finding[] {
  return newly > mayDoubt
    ? [{ kind: 'in-doubt', text: `${newly} messages are in doubt, at most ${mayDoubt} may be` }]
    : [];
}

function resultOf(results: Map<Scenario, Result>, scenario: Scenario): Result {
  const known = results.get(scenario);
  if (known) return known;
  const fresh = { runs: 0, acknowledged: 0, mailsOut: 0, inDoubtMax: 0, findings: [], failures: [] };
  results.set(scenario, fresh);
  return fresh;
}

function messageOf(fault: unknown): string {
  return fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
}
