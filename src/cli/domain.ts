// petitbleu domain …: the domains whose addresses send on the credit of one account. They are files (docs/guide-admin.md);
// here they are looked at, and get their codes.

import type { Cli } from './cli.js';
import { usageTable } from './domain-tables.js';
import type { AnswerOf } from './operations/registry.js';
import { credits, formatFacts, formatTable } from './table.js';

export function addDomainCommands(cli: Cli): void {
  const domain = cli.program.command('domain').description('domains that share the credit of an account');
  domain
    .command('list')
    .description('the shares in force, and every mistake of their files')
    .addHelpText('after', '\nExample:\n  petitbleu domain list\n')
    .action(() =>
      cli.ask({
        operation: 'domain.list',
        params: {},
        show: showList,
        json: ({ domains }) => domains,
        judge: ({ mistakes }) => {
          for (const text of mistakes) cli.fail('config', text);
          return mistakes.length > 0 ? 'config' : null;
        },
      }),
    );
  domain
    .command('show <domain>')
    .description('one share: who pays, caps, senders, settings')
    .addHelpText('after', '\nExample:\n  petitbleu domain show example.fr\n')
    .action((name: string) => cli.ask({ operation: 'domain.show', params: { domain: name }, show: showDomain }));
  domain
    .command('usage <domain>')
    .description('what each sender has used, by month')
    .option('--month <yyyy-mm>', 'this month only')
    .addHelpText('after', '\nExample:\n  petitbleu domain usage example.fr --month 2026-11\n')
    .action((name: string, { month }: { readonly month?: string }) =>
      cli.ask({
        operation: 'domain.usage',
        params: { domain: name, ...(month !== undefined && { month }) },
        show: showUsage,
        json: ({ usage }) => usage,
      }),
    );
  domain
    .command('set-code <domain>')
    .description('give the domain a sending code, printed once; an older one is void at once')
    .option('--code <code>', 'a code of your choice: 6 to 64 letters and digits, at least one letter')
    .addHelpText('after', '\nExample:\n  petitbleu domain set-code example.fr\n')
    .action((name: string, { code }: { readonly code?: string }) =>
      cli.ask({
        operation: 'domain.set-code',
        params: { domain: name, ...(code !== undefined && { code }) },
        show: showCode,
      }),
    );
}

function capped(usedMilli: number, capMilli: number | null): string {
  return capMilli === null ? credits(usedMilli) : `${usedMilli / 1000} of ${credits(capMilli)}`;
}

function showList({ domains, mistakes }: AnswerOf<'domain.list'>): string {
  const head =
    mistakes.length === 0 ? '' : 'The files have mistakes: what stands below is still in force, the files are not.\n';
  if (domains.length === 0) return `${head}No domain shares the credit of an account.\n`;
  const columns = [
    { title: 'DOMAIN' },
    { title: 'PAID BY' },
    { title: 'THIS MONTH', right: true },
    { title: 'SENDERS' },
  ];
  const rows = domains.map(({ domain, account, usedMilli, monthlyCapMilli, senders }) => [
    domain,
    account,
    capped(usedMilli, monthlyCapMilli),
    senders === null ? 'all' : String(senders.length),
  ]);
  const warnings = domains.flatMap(({ domain, warnings: texts }) =>
    texts.map((text) => `Warning: ${domain}: ${text}\n`),
  );
  return head + formatTable(columns, rows) + warnings.join('');
}

function showDomain(view: AnswerOf<'domain.show'>): string {
  const { domain, account, file, monthlyCapMilli, senderCapMilli, senders, usedMilli, settings, warnings } = view;
  return formatFacts([
    ['domain', domain],
    ['file', file],
    ['paid by', account],
    ['this month', capped(usedMilli, monthlyCapMilli)],
    ['each sender', senderCapMilli === null ? 'no cap' : `${credits(senderCapMilli)} a month`],
    ['may send', senders === null ? `every address of ${domain}` : senders.join(', ')],
    ...Object.entries(settings),
    ...warnings.map((text) => ['warning', text] as const),
  ]);
}

function showUsage({ domain, zone, usage }: AnswerOf<'domain.usage'>): string {
  if (usage.length === 0) return `Nothing was sent by addresses of ${domain}.\n`;
  return `${usageTable(usage)}(months: ${zone})\n`;
}

function showCode({ domain, code, account }: AnswerOf<'domain.set-code'>): string {
  return `Addresses of ${domain} send on the credit of ${account} with this code.\nSending code, shown this once: ${code}\n`;
}
