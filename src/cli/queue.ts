// petitbleu queue …: what waits, and mending it by hand. An id is that of an order or of one message.

import { Argument } from 'commander';

import type { MessageState } from '../core/lifecycle.js';
import type { Cli } from './cli.js';
import type { AnswerOf } from './operations/registry.js';
import { counted, formatTable, formatTime } from './table.js';

const SETTLED: readonly MessageState[] = ['delivered', 'undelivered', 'expired', 'refused'];

export function addQueueCommands(cli: Cli): void {
  const queue = cli.program.command('queue').description('what waits to be sent (without a further word: the list)');
  queue
    .command('list', { isDefault: true })
    .description('orders that have not left, the next first')
    .addHelpText('after', '\nExample:\n  petitbleu queue\n')
    .action(() => cli.ask({ operation: 'queue.list', params: {}, show: showQueue, json: (view) => [view] }));
  queue
    .command('cancel <id>')
    .description('take back what has not left; reserved credit returns')
    .addHelpText('after', '\nExample:\n  petitbleu queue cancel 01jd3x7q8f2m4k\n')
    .action((id: string) =>
      cli.ask({
        operation: 'queue.cancel',
        params: { id },
        show: ({ changed }) => `${counted(changed, 'message')} cancelled.\n`,
      }),
    );
  queue
    .command('retry <id>')
    .description('send now what a carrier has put off')
    .addHelpText('after', '\nExample:\n  petitbleu queue retry 01jd3x7q8f2m4k\n')
    .action((id: string) =>
      cli.ask({
        operation: 'queue.retry',
        params: { id },
        show: ({ changed }) => `${counted(changed, 'message')} will leave at once.\n`,
      }),
    );
  queue
    .command('settle <id>')
    .addArgument(new Argument('<state>', 'how it ended').choices(SETTLED))
    .description('say how a message in state unknown ended, after the carrier was asked')
    .addHelpText('after', '\nExample:\n  petitbleu queue settle 01jd3x7q8f2m4k-1 delivered\n')
    .action((id: string, state: MessageState) =>
      cli.ask({
        operation: 'queue.settle',
        params: { id, state },
        show: ({ changed }) => `${counted(changed, 'message')} settled as ${state}.\n`,
      }),
    );
}

function showQueue({ states, orders, noticesWaiting, zone }: AnswerOf<'queue.list'>): string {
  const counts = Object.entries(states).map(([state, count]) => `${count} ${state}`);
  const mails = noticesWaiting === 0 ? '' : `Outcome mails that wait: ${noticesWaiting}.\n`;
  if (orders.length === 0) return `Nothing waits.\n${mails}`;
  const columns = [
    { title: 'DUE' },
    { title: 'ORDER' },
    { title: 'ACCOUNT' },
    { title: 'MESSAGES', right: true },
    { title: 'TEXT' },
  ];
  const rows = orders.map(({ id, account, text, open, dueAt }) => [
    formatTime(dueAt, zone),
    id,
    account,
    String(open),
    text,
  ]);
  return `${formatTable(columns, rows)}Messages: ${counts.join(', ')} (times: ${zone}).\n${mails}`;
}
