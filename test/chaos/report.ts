// What came out of a run, as a table for people, as a file of figures, and as a section of docs/reliability.md.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { ROOT } from '../support/program.js';
import type { FindingKind } from './checks/finding.js';
import { isRight, type Result } from './run.js';
import type { Scenario } from './scenario.js';

export interface Row {
  readonly scenario: string;
  readonly what: string;
  readonly runs: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly twice: number;
  readonly unbalanced: number;
  readonly otherwiseWrong: number;
  readonly inDoubtMax: number;
  readonly mailsOut: number;
  readonly verdict: 'right' | 'WRONG' | 'loses, as it must' | 'WRONG: loses nothing';
}

export interface Circumstances {
  readonly command: string;
  readonly seed: string;
  readonly seconds: number;
}

const COLUMNS: readonly (readonly [keyof Row, string])[] = [
  ['what', 'what is done'],
  ['runs', 'runs'],
  ['acknowledged', 'acknowledged'],
  ['lost', 'lost'],
  ['twice', 'twice'],
  ['unbalanced', 'unbalanced'],
  ['otherwiseWrong', 'otherwise wrong'],
  ['inDoubtMax', 'in doubt, at most'],
  ['mailsOut', 'mails out'],
  ['verdict', 'verdict'],
];
const BEGIN = '<!-- figures: npm run chaos -- --write-docs -->';
const END = '<!-- end of figures -->';

export function rowsOf(results: ReadonlyMap<Scenario, Result>): Row[] {
  return [...results].map(([scenario, result]) => {
    const count = (kind: FindingKind): number => result.findings.filter((finding) => finding.kind === kind).length;
    const [lost, twice, unbalanced] = [count('lost'), count('twice'), count('unbalanced')];
    const { runs, acknowledged, inDoubtMax, mailsOut, findings } = result;
    const otherwiseWrong = findings.length - lost - twice - unbalanced;
    const numbers = { runs, acknowledged, lost, twice, unbalanced, otherwiseWrong, inDoubtMax, mailsOut };
    return { scenario: scenario.name, what: scenario.what, ...numbers, verdict: verdictOf(scenario, result) };
  });
}

function verdictOf(scenario: Scenario, result: Result): Row['verdict'] {
  const right = isRight(scenario, result);
  if (scenario.mustLose === true) return right ? 'loses, as it must' : 'WRONG: loses nothing';
  return right ? 'right' : 'WRONG';
}

/** Aligned for a terminal; Markdown all the same. */
export function tableOf(rows: readonly Row[]): string {
  const cells = [COLUMNS.map(([, title]) => title), ...rows.map((row) => COLUMNS.map(([key]) => String(row[key])))];
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const isNumber = (column: number): boolean => column > 0 && column < COLUMNS.length - 1;
  const lines = cells.map((line) => {
    const padded = line.map((cell, at) =>
      isNumber(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0),
    );
    return `| ${padded.join(' | ')} |`;
  });
  const rule = `| ${widths.map((width, at) => (isNumber(at) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1), ''].join('\n');
}

/** A row, and the run that it is of. */
type Figure = Row & Circumstances;

/**
 * The figures of the day, one row for each scenario: that of its last run. Gives them all, and the path of the file from
 * the root of the package.
 */
export function writeFigures(rows: readonly Row[], circumstances: Circumstances): { file: string; figures: Figure[] } {
  const machine = {
    node: process.version,
    cpus: os.availableParallelism(),
    memoryGb: Math.round(os.totalmem() / 2 ** 30),
  };
  const day = new Date().toISOString().slice(0, 10);
  const file = path.join('test/chaos/results', `${day}.json`);
  mkdirSync(path.join(ROOT, 'test/chaos/results'), { recursive: true });
  const fresh = new Map(rows.map((row) => [row.scenario, { ...row, ...circumstances }]));
  const known = figuresIn(path.join(ROOT, file));
  const figures = [
    ...known.map((figure) => fresh.get(figure.scenario) ?? figure),
    ...[...fresh.values()].filter(({ scenario }) => known.every((figure) => figure.scenario !== scenario)),
  ];
  writeFileSync(path.join(ROOT, file), `${JSON.stringify({ ...machine, figures }, null, 2)}\n`);
  return { file, figures };
}

function figuresIn(file: string): Figure[] {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { figures?: Figure[] }).figures ?? [];
  } catch {
    return [];
  }
}

export function writeDocs(figures: readonly Figure[], file: string): void {
  const document = path.join(ROOT, 'docs/reliability.md');
  const text = readFileSync(document, 'utf8');
  const [before, rest] = text.split(BEGIN);
  const [, after] = rest?.split(END) ?? [];
  if (before === undefined || after === undefined) throw new Error(`docs/reliability.md has lost its line ${BEGIN}`);
  const commands = new Map(figures.map(({ command, seconds }) => [command, seconds]));
  const told = [...commands].map(([command, seconds]) => `- \`${command}\`: ${Math.ceil(seconds / 60)} minutes`);
  const source = `The figures are in \`${file}\`; they were made by\n\n${told.join('\n')}`;
  writeFileSync(document, `${before}${BEGIN}\n\n${tableOf(figures)}\n${source}\n\n${END}${after}`);
}
