// petitbleu carriers: how each of them is, and what it said last.

import type { Cli } from './cli.js';
import type { CarrierView } from './operations/carriers.js';
import type { AnswerOf } from './operations/registry.js';
import { formatTable, formatTime } from './table.js';

export function addCarriersCommand(cli: Cli): void {
  cli.program
    .command('carriers')
    .description('the carriers of the running daemon: state, window, counts since its start, last errors')
    .addHelpText('after', '\nExample:\n  petitbleu carriers\n')
    .action(() => cli.ask({ operation: 'carriers', params: {}, show: showCarriers, json: ({ carriers }) => carriers }));
}

function showCarriers({ carriers, zone }: AnswerOf<'carriers'>): string {
  const columns = [
    ...[{ title: 'CARRIER' }, { title: 'TYPE' }, { title: 'WINDOW', right: true }],
    ...['ACCEPTED', 'DEFERRED', 'REFUSED', 'UNKNOWN'].map((title) => ({ title, right: true })),
    { title: 'STATE', wide: true },
  ];
  const rows = carriers.map((one) => [
    ...[one.name, one.type, `${one.inFlight}/${one.window}`],
    ...[one.counts.accepted, one.counts.deferred, one.counts.refused, one.counts.unknown].map(String),
    stateOf(one, zone),
  ]);
  const errors = carriers.flatMap(({ name, errors: list }) =>
    list.map(({ code, outcome, count, lastAt }) => [formatTime(lastAt, zone), name, outcome, code, String(count)]),
  );
  const table = `${formatTable(columns, rows)}(counts since the start of the daemon; times: ${zone})\n`;
  if (errors.length === 0) return table;
  const titles = ['LAST', 'CARRIER', 'OUTCOME', 'ERROR'].map((title) => ({ title }));
  return `${table}\n${formatTable([...titles, { title: 'TIMES', right: true }], errors)}`;
}

function stateOf({ pausedUntil, outSince }: CarrierView, zone: string): string {
  const paused = pausedUntil === null ? '' : `, paused until ${formatTime(pausedUntil, zone)}`;
  return (outSince === null ? 'works' : `takes nothing since ${formatTime(outSince, zone)}`) + paused;
}
