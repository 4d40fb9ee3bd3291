// petitbleu replies …: what people have answered, and the rules of an account for it.

import { mistake } from '../control/protocol.js';
import type { Cli } from './cli.js';
import type { AnswerOf } from './operations/registry.js';
import { formatTable, formatTime } from './table.js';
import { typedCount, typedSince } from './typed.js';

interface RepliesOptions {
  readonly account?: string;
  readonly since?: number;
  readonly limit: number;
}

interface RuleOptions {
  readonly answer?: string;
  readonly group?: string;
}

export function addRepliesCommands(cli: Cli): void {
  const replies = cli.program
    .command('replies')
    .description('what people have answered (without a further word: the list)');
  replies
    .command('list', { isDefault: true })
    .description('replies, newest first')
    .option('--account <email>', 'to this account')
    .option('--since <when>', 'since: 90m, 2h, 3d, 2026-11-24 or 2026-11-24T09:00:00Z', typedSince)
    .option('--limit <n>', 'at most so many', typedCount, 1000)
    .addHelpText('after', '\nExample:\n  petitbleu replies --account alice@example.fr --since 2d\n')
    .action(({ since, ...rest }: RepliesOptions) =>
      cli.ask({
        operation: 'replies.list',
        params: { ...rest, ...(since !== undefined && { sinceMs: since }) },
        show: showReplies,
        json: (view) => view.replies,
      }),
    );
  addRuleCommands(cli, replies.command('rules').description('what follows from replies that hold a word'));
}

function addRuleCommands(cli: Cli, rules: Cli['program']): void {
  rules
    .command('add <email> <pattern>')
    .description('the word or words, without case and accents; * is any reply')
    .option('--answer <text>', 'SMS that answers')
    .option('--group <name>', 'the contact leaves its groups for this one')
    .addHelpText(
      'after',
      '\nExample:\n  petitbleu replies rules add alice@example.fr oui --answer "Noté." --group Oui\n',
    )
    .action((email: string, pattern: string, { answer, group }: RuleOptions) =>
      cli.ask({
        operation: 'replies.rules.add',
        params: { email, pattern, answer: answer ?? null, group: group ?? null },
        show: ({ id }) => `Rule ${id} was added; the first rule that fits counts.\n`,
      }),
    );
  rules
    .command('list <email>')
    .description('in the order in which they are tried')
    .addHelpText('after', '\nExample:\n  petitbleu replies rules list alice@example.fr\n')
    .action((email: string) => cli.ask({ operation: 'replies.rules.list', params: { email }, show: showRules }));
  rules
    .command('remove <email> <id>')
    .description('a rule, by the number that the list shows')
    .addHelpText('after', '\nExample:\n  petitbleu replies rules remove alice@example.fr 3\n')
    .action((email: string, typed: string) => {
      const id = /^[1-9]\d{0,8}$/.test(typed) ? Number(typed) : null;
      if (id === null) {
        return cli.act(() => Promise.resolve(mistake('usage', `"${typed}" is no number of a rule`)));
      }
      return cli.ask({
        operation: 'replies.rules.remove',
        params: { email, id },
        show: (removed) => `Rule ${removed.id} is gone.\n`,
      });
    });
}

function showReplies({ replies, zone }: AnswerOf<'replies.list'>): string {
  if (replies.length === 0) return 'There are no replies.\n';
  const columns = [{ title: 'TIME' }, { title: 'ACCOUNT' }, { title: 'FROM' }, { title: 'ORDER' }, { title: 'TEXT' }];
  const rows = replies.map((one) => [
    formatTime(one.at, zone),
    one.account ?? '-',
    one.from,
    one.order ?? '-',
    one.text,
  ]);
  return `${formatTable(columns, rows)}(times: ${zone})\n`;
}

function showRules(rules: AnswerOf<'replies.rules.list'>): string {
  if (rules.length === 0) return 'There are no rules.\n';
  const columns = [{ title: 'RULE', right: true }, { title: 'PATTERN' }, { title: 'GROUP' }, { title: 'ANSWER' }];
  return formatTable(
    columns,
    rules.map(({ id, pattern, group, answer }) => [String(id), pattern, group ?? '', answer ?? '']),
  );
}
