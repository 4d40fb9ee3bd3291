// petitbleu credit …: what comes in, what goes from one account to another, and the statement.

import type { Cli } from './cli.js';
import { usageTable } from './domain-tables.js';
import type { AnswerOf } from './operations/registry.js';
import { credits, formatTable, formatTime } from './table.js';
import { typedCount, typedCredits } from './typed.js';

interface AddOptions {
  readonly method: string;
  readonly reference?: string;
}

export function addCreditCommands(cli: Cli): void {
  const credit = cli.program.command('credit').description('credit: top-ups, transfers, statements');
  credit
    .command('add <email>')
    .argument('<credits>', 'how many', typedCredits)
    .description('add credit that was paid')
    .requiredOption('--method <method>', 'how it was paid, such as transfer, card, gift')
    .option('--reference <text>', 'reference of the payment')
    .addHelpText(
      'after',
      '\nExample:\n  petitbleu credit add alice@example.fr 500 --method transfer --reference VIR-2026-118\n',
    )
    .action((email: string, amountMilli: number, { method, reference }: AddOptions) =>
      cli.ask({
        operation: 'credit.add',
        params: { email, amountMilli, method, ...(reference !== undefined && { reference }) },
        show: (account) =>
          `${credits(amountMilli)} added; the balance of ${account.email} is ${credits(account.balanceMilli)}.\n`,
      }),
    );
  credit
    .command('transfer <from> <to>')
    .argument('<credits>', 'how many', typedCredits)
    .description('move credit from one account to another')
    .addHelpText('after', '\nExample:\n  petitbleu credit transfer alice@example.fr bob@example.fr 20\n')
    .action((from: string, to: string, amountMilli: number) =>
      cli.ask({
        operation: 'credit.transfer',
        params: { from, to, amountMilli },
        show: (account) =>
          `${credits(amountMilli)} moved to ${to}; the balance of ${account.email} is ${credits(account.balanceMilli)}.\n`,
      }),
    );
  credit
    .command('statement <email>')
    .description('movements of an account, newest first')
    .option('--limit <n>', 'at most so many', typedCount, 100)
    .addHelpText('after', '\nExample:\n  petitbleu credit statement alice@example.fr --limit 20\n')
    .action((email: string, { limit }: { readonly limit: number }) =>
      cli.ask({ operation: 'credit.statement', params: { email, limit }, show: showStatement, json: jsonStatement }),
    );
}

type Statement = AnswerOf<'credit.statement'>;

function showStatement({ email, balanceMilli, reservedMilli, lines, zone, usage }: Statement): string {
  const rows = lines.map((line) => [
    formatTime(line.atMs, zone),
    line.kind,
    credits(line.amountMilli),
    line.balanceChangeMilli === 0 ? '' : `${line.balanceChangeMilli > 0 ? '+' : ''}${credits(line.balanceChangeMilli)}`,
    line.messageId ?? line.orderId ?? '',
    line.requester ?? '',
    [line.method, line.reference].filter(Boolean).join(' '),
  ]);
  const columns = [
    { title: 'WHEN' },
    { title: 'WHAT' },
    { title: 'AMOUNT', right: true },
    { title: 'BALANCE', right: true },
    { title: 'FOR' },
    { title: 'SENT BY' },
    { title: 'PAYMENT' },
  ];
  const head = `${email}: balance ${credits(balanceMilli)}, reserved ${credits(reservedMilli)} (times: ${zone})\n`;
  const movements = rows.length === 0 ? 'No movements yet.\n' : formatTable(columns, rows);
  return (
    head + movements + (usage.length === 0 ? '' : `\nUsed by domains that share this credit:\n${usageTable(usage)}`)
  );
}

/** Times as in the other JSON answers. */
function jsonStatement({ lines, ...statement }: Statement): readonly unknown[] {
  return [{ ...statement, lines: lines.map(({ atMs, ...line }) => ({ ...line, at: new Date(atMs).toISOString() })) }];
}
