// petitbleu messages, petitbleu order show: what was sent, and what became of it.

import { Option } from 'commander';

import { MESSAGE_STATES, type MessageState } from '../core/lifecycle.js';
import { safeLine, safeText } from '../core/plain-text.js';
import type { Cli } from './cli.js';
import type { MessageView } from './operations/message-view.js';
import type { AnswerOf } from './operations/registry.js';
import { counted, credits, formatFacts, formatTable, formatTime } from './table.js';
import { typedCount, typedSince } from './typed.js';

interface MessagesOptions {
  readonly account?: string;
  readonly state?: MessageState;
  readonly since?: number;
  readonly order?: string;
  readonly limit: number;
}

const DEFAULT_LIMIT = 1000;
/** Of the operation. */
const PAGE = 1000;

export function addMessagesCommands(cli: Cli): void {
  cli.program
    .command('messages')
    .description('messages, newest first')
    .option('--account <email>', 'of this account')
    .addOption(new Option('--state <state>', 'in this state').choices(MESSAGE_STATES))
    .option('--since <when>', 'accepted since: 90m, 2h, 3d, 2026-11-24 or 2026-11-24T09:00:00Z', typedSince)
    .option('--order <id>', 'of this order')
    .option('--limit <n>', 'at most so many', typedCount, DEFAULT_LIMIT)
    .addHelpText('after', '\nExample:\n  petitbleu messages --account alice@example.fr --state unknown --since 2d\n')
    .action((options: MessagesOptions) => {
      const { since, limit, ...filter } = options;
      const asked = (most: number) => ({ ...filter, limit: most, ...(since !== undefined && { sinceMs: since }) });
      return cli.ask({
        operation: 'messages',
        params: asked(Math.min(limit, PAGE)),
        pages: {
          next: ({ next, messages }) =>
            next && messages.length < limit
              ? { ...asked(Math.min(limit - messages.length, PAGE)), after: { ...next } }
              : null,
          join: (before, page) => ({ ...page, messages: [...before.messages, ...page.messages] }),
        },
        show: showMessages,
        json: (found) => {
          warnOfLimit(cli, found.messages.length, limit);
          return found.messages;
        },
      });
    });
  addOrderCommand(cli);
}

function addOrderCommand(cli: Cli): void {
  cli.program
    .command('order')
    .description('orders')
    .command('show <id>')
    .description('one order and its messages')
    .addHelpText('after', '\nExample:\n  petitbleu order show 01jd3x7q8f2m4k\n')
    .action((id: string) =>
      cli.ask({
        operation: 'order.show',
        params: { id },
        show: showOrder,
        json: ({ order }) => [order],
        pages: {
          next: ({ next }) => next && { id, after: { ...next } },
          join: (before, page) => ({
            ...page,
            order: { ...page.order, messages: [...before.order.messages, ...page.order.messages] },
          }),
        },
      }),
    );
}

/** A list that is cut short without a word would be taken for the whole. */
function warnOfLimit(cli: Cli, count: number, limit: number): void {
  if (count >= limit) cli.terminal.warn(`petitbleu: the first ${limit} are shown; --limit N shows more\n`);
}

function showMessages({ messages, zone }: AnswerOf<'messages'>): string {
  if (messages.length === 0) return 'No messages.\n';
  const columns = [
    { title: 'ACCEPTED' },
    { title: 'MESSAGE' },
    { title: 'TO' },
    { title: 'STATE' },
    { title: 'COST', right: true },
    { title: 'TEXT' },
  ];
  const rows = messages.map((message) => [
    formatTime(message.createdAt, zone),
    message.id,
    message.to,
    stateOf(message),
    credits(message.priceMilli),
    message.text,
  ]);
  return `${formatTable(columns, rows)}${counted(messages.length, 'message')} (times: ${zone})\n`;
}

function stateOf({ state, reason }: MessageView): string {
  return reason === null ? state : `${state} (${reason})`;
}

function showOrder({ order, zone }: AnswerOf<'order.show'>): string {
  const facts = formatFacts([
    ['order', order.id],
    ['account', order.account],
    [
      'asked by',
      `${safeLine(order.requester, 200)} (${order.source}${order.syntax === null ? '' : `, syntax ${order.syntax}`})`,
    ],
    ['accepted', `${formatTime(order.createdAt, zone)} (${zone})`],
    ...(order.scheduledFor === null ? [] : [['for', `${formatTime(order.scheduledFor, zone)} (${zone})`] as const]),
    ['sender', order.sender ?? "the carrier's"],
    ['text', safeText(order.text).replaceAll('\n', '\n          ')],
    ['size', `${order.encoding}, ${counted(order.parts, 'part')}`],
    ['price', credits(order.priceMilli)],
  ]);
  const columns = [
    { title: 'MESSAGE' },
    { title: 'TO' },
    { title: 'STATE' },
    { title: 'DUE' },
    { title: 'SENT' },
    { title: 'ENDED' },
  ];
  const rows = order.messages.map((message) => [
    message.id,
    message.to,
    stateOf(message),
    formatTime(message.dueAt, zone),
    formatTime(message.submittedAt, zone),
    formatTime(message.finalAt, zone),
  ]);
  return `${facts}\n${formatTable(columns, rows)}`;
}
