// A result as it is told: all tables, then the goals. The same text goes to the terminal and into docs/performance.md,
// between the two marks there. Pure.

import { GOALS, judge, type Verdict } from './goals.js';
import { BARE, POSTFIX_QUEUE } from './names.js';
import type { Result } from './result.js';
import { goalTable, tableOf } from './table.js';

export const BEGIN = '<!-- made by `npm run bench -- --write-docs` from the newest result; do not edit -->';
export const END = '<!-- end of what is made -->';

function verdictsOf({ series }: Result): Verdict[] {
  return GOALS.map((goal) => judge(goal, series));
}

export function contestTables({ contests, series }: Result): string {
  return contests
    .map(
      (contest) => `**${contest.title}** (\`${contest.name}\`)\n\n${tableOf(contest, series, [BARE, POSTFIX_QUEUE])}`,
    )
    .join('\n');
}

export function goalsReport(result: Result): string {
  const verdicts = verdictsOf(result);
  const [reached, measured] = [verdicts.filter((one) => one.reached), verdicts.filter((one) => one.reached !== null)];
  return `${reached.length} of ${measured.length} measured goals are reached.\n\n${goalTable(verdicts)}`;
}

/** How and where it was measured, in one paragraph. */
export function factsOf({ measuredAt, machine, rounds, absent }: Result): string {
  const facts = `${machine['cores']} cores, ${machine['memoryGiB']} GiB, ${machine['platform']}, Node ${machine['node']}, ${machine['fileSystem']}`;
  const missing = absent.length === 0 ? '' : ` Left out: ${absent.join(', ')}.`;
  return `Measured on ${measuredAt} (${facts}), ${rounds} rounds: medians, and the extremes in brackets.${missing}\n`;
}

/** The whole document, with what stands between the marks made anew. */
export function withResult(document: string, result: Result): string {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the document has no "${BEGIN}" … "${END}"`);
  const parts = [
    BEGIN,
    factsOf(result),
    '### Goals\n',
    goalsReport(result),
    '### All figures\n',
    contestTables(result),
  ];
  return `${document.slice(0, begin)}${parts.join('\n')}\n${document.slice(end)}`;
}
