// petitbleu blacklist …: numbers that want no more messages, of one account or (without --account) of all.

import type { Cli } from './cli.js';

interface BlacklistOptions {
  readonly account?: string;
}

const ACCOUNT = ['--account <email>', 'the list of this account; without it: the list that holds for all'] as const;

export function addBlacklistCommands(cli: Cli): void {
  const blacklist = cli.program.command('blacklist').description('numbers that want no more messages');
  blacklist
    .command('add <number>')
    .description('send nothing more to a number')
    .option(...ACCOUNT)
    .addHelpText('after', '\nExample:\n  petitbleu blacklist add 0612345678 --account alice@example.fr\n')
    .action((number: string, { account }: BlacklistOptions) =>
      cli.ask({
        operation: 'blacklist.add',
        params: { email: account ?? null, number },
        show: (added) => `${added.number} is on ${listName(added.email)}.\n`,
      }),
    );
  blacklist
    .command('remove <number>')
    .description('let messages through again')
    .option(...ACCOUNT)
    .addHelpText('after', '\nExample:\n  petitbleu blacklist remove 0612345678\n')
    .action((number: string, { account }: BlacklistOptions) =>
      cli.ask({
        operation: 'blacklist.remove',
        params: { email: account ?? null, number },
        show: (removed) => `${removed.number} is no longer on ${listName(removed.email)}.\n`,
      }),
    );
  blacklist
    .command('list')
    .description('the numbers of a list')
    .option(...ACCOUNT)
    .addHelpText('after', '\nExample:\n  petitbleu blacklist list --account alice@example.fr\n')
    .action(({ account }: BlacklistOptions) =>
      cli.ask({
        operation: 'blacklist.list',
        params: { email: account ?? null },
        show: (numbers) => (numbers.length === 0 ? 'The list is empty.\n' : `${numbers.join('\n')}\n`),
        json: (numbers) => numbers.map((number) => ({ number })),
      }),
    );
}

function listName(email: string | null): string {
  return email === null ? 'the blacklist of all accounts' : `the blacklist of ${email}`;
}
