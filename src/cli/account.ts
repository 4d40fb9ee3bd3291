// petitbleu account …: who may send, with what code and which settings.

import type { Cli } from './cli.js';
import type { AccountView } from './operations/account-view.js';
import type { CodeView } from './operations/account.js';
import { credits, formatFacts, formatTable } from './table.js';
import { typedCredits, typedPair } from './typed.js';

interface CreateOptions {
  readonly credits: number;
  readonly code?: string;
  readonly lang?: string;
  readonly zone?: string;
  readonly set?: Record<string, string>;
  readonly mail: boolean;
}

export function addAccountCommands(cli: Cli): void {
  const account = cli.program.command('account').description('accounts: who may send, with which settings');
  account
    .command('create <email>')
    .description('make an account; its sending code is printed once, and mailed to the address')
    .option('--credits <n>', 'credits to begin with', typedCredits, 0)
    .option('--code <code>', 'a code of your choice: 6 to 64 letters and digits, at least one letter')
    .option('--lang <fr|en>', 'language of the mails to the account')
    .option('--zone <zone>', 'time zone, such as Europe/Paris')
    .option('--set <key=value>', 'a setting; can be given several times', typedPair)
    .option('--no-mail', 'do not mail the code')
    .addHelpText('after', '\nExample:\n  petitbleu account create alice@example.fr --credits 100 --lang en\n')
    .action((email: string, options: CreateOptions) => createAccount(cli, email, options));
  account
    .command('list')
    .description('all accounts')
    .addHelpText('after', '\nExample:\n  petitbleu account list --json | jq .balanceMilli\n')
    .action(() =>
      cli.ask({
        operation: 'account.list',
        params: {},
        show: ({ accounts }) => showList(accounts),
        json: ({ accounts }) => accounts,
        pages: {
          next: ({ next }) => (next === null ? null : { after: next }),
          join: (before, page) => ({ ...page, accounts: [...before.accounts, ...page.accounts] }),
        },
      }),
    );
  account
    .command('show <email>')
    .description('one account, found by any of its addresses')
    .addHelpText('after', '\nExample:\n  petitbleu account show alice@example.fr\n')
    .action((email: string) => cli.ask({ operation: 'account.show', params: { email }, show: showAccount }));
  addChanges(cli, account);
}

function addChanges(cli: Cli, account: Cli['program']): void {
  account
    .command('set <email>')
    .argument('<key=value...>', 'settings; a wrong one changes nothing', typedPair)
    .description('change settings')
    .addHelpText('after', '\nExample:\n  petitbleu account set alice@example.fr long=on overseas=on cutoff=20:00\n')
    .action((email: string, settings: Record<string, string>) =>
      cli.ask({ operation: 'account.set', params: { email, settings }, show: showAccount }),
    );
  account
    .command('new-code <email>')
    .description('replace the sending code; the old one is void at once')
    .option('--code <code>', 'a code of your choice')
    .option('--no-mail', 'do not mail the code')
    .addHelpText('after', '\nExample:\n  petitbleu account new-code alice@example.fr\n')
    .action((email: string, { code, mail }: { readonly code?: string; readonly mail: boolean }) =>
      cli.ask({
        operation: 'account.new-code',
        params: { email, mail, ...(code !== undefined && { code }) },
        show: (view) => showCode(view, 'has a new code'),
      }),
    );
  account
    .command('add-sender <email> <address>')
    .description('let one more address send for the account')
    .addHelpText('after', '\nExample:\n  petitbleu account add-sender alice@example.fr alerts@example.fr\n')
    .action((email: string, address: string) =>
      cli.ask({ operation: 'account.add-sender', params: { email, address }, show: showAccount }),
    );
  account
    .command('close <email>')
    .description('refuse new orders; what is queued still leaves, the statement stays')
    .addHelpText('after', '\nExample:\n  petitbleu account close alice@example.fr\n')
    .action((email: string) => cli.ask({ operation: 'account.close', params: { email }, show: showAccount }));
}

function createAccount(cli: Cli, email: string, options: CreateOptions): Promise<void> {
  const { lang, zone, code, mail } = options;
  const settings = { ...(lang !== undefined && { lang }), ...(zone !== undefined && { zone }), ...options.set };
  return cli.ask({
    operation: 'account.create',
    params: { email, creditsMilli: options.credits, settings, mail, ...(code !== undefined && { code }) },
    show: (view) => showCode(view, 'is made'),
    makesFolder: true,
  });
}

function showCode(view: CodeView, what: string): string {
  const { mail } = view;
  const told =
    mail === null
      ? 'It was not mailed.'
      : mail.kind === 'sent'
        ? `A mail about it went to ${view.email}.`
        : `It could not be mailed to ${view.email}: ${mail.detail}`;
  return `The account ${view.email} ${what}; its balance is ${credits(view.balanceMilli)}.\nSending code, shown this once: ${view.code}\n${told}\n`;
}

function showList(accounts: readonly AccountView[]): string {
  if (accounts.length === 0) return 'There is no account yet: petitbleu account create EMAIL makes one.\n';
  const columns = [
    { title: 'ACCOUNT' },
    { title: 'BALANCE', right: true },
    { title: 'RESERVED', right: true },
    { title: 'LANG' },
    { title: 'ZONE' },
    { title: '' },
  ];
  const rows = accounts.map(({ email, balanceMilli, reservedMilli, lang, zone, closed }) => [
    email,
    credits(balanceMilli),
    credits(reservedMilli),
    lang,
    zone,
    closed ? 'closed' : '',
  ]);
  return formatTable(columns, rows);
}

function showAccount(account: AccountView): string {
  const { email, senders, balanceMilli, reservedMilli, closed, settings } = account;
  return formatFacts([
    ['account', `${email}${closed ? ' (closed)' : ''}`],
    ['may also send', senders.length === 0 ? 'nobody' : senders.join(', ')],
    ['balance', credits(balanceMilli)],
    ['reserved', credits(reservedMilli)],
    ...Object.entries(settings),
  ]);
}
