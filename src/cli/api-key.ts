// petitbleu api-key …: passwords of machines, for SMTP AUTH in the place of the sending code.

import type { Cli } from './cli.js';
import type { ApiKeyView, NewApiKeyView } from './operations/api-keys.js';
import { formatTable } from './table.js';
import { typedCount } from './typed.js';

export function addApiKeyCommands(cli: Cli): void {
  const apiKey = cli.program
    .command('api-key')
    .description('API keys: passwords of machines, one for each, revoked alone');
  apiKey
    .command('create <email>')
    .description('make a key; it is printed once')
    .requiredOption('--name <name>', 'what it is for, such as "monitoring"')
    .addHelpText('after', '\nExample:\n  petitbleu api-key create alice@example.fr --name monitoring\n')
    .action((email: string, { name }: { readonly name: string }) =>
      cli.ask({ operation: 'api-key.create', params: { email, name }, show: showNew }),
    );
  apiKey
    .command('list <email>')
    .description('the keys of an account, revoked ones too')
    .addHelpText('after', '\nExample:\n  petitbleu api-key list alice@example.fr\n')
    .action((email: string) => cli.ask({ operation: 'api-key.list', params: { email }, show: showList }));
  apiKey
    .command('revoke <email>')
    .argument('<id>', 'as `list` shows it', typedCount)
    .description('make a key void at once')
    .addHelpText('after', '\nExample:\n  petitbleu api-key revoke alice@example.fr 3\n')
    .action((email: string, id: number) =>
      cli.ask({
        operation: 'api-key.revoke',
        params: { email, id },
        show: ({ name }) => `The key ${id} "${name}" is void.\n`,
      }),
    );
}

function showNew({ id, name, email, key }: NewApiKeyView): string {
  return `The key ${id} "${name}" is made.\nUser name: ${email}\nPassword, shown this once: ${key}\n`;
}

function showList(keys: readonly ApiKeyView[]): string {
  if (keys.length === 0) return 'There is no key yet: petitbleu api-key create EMAIL --name NAME makes one.\n';
  const columns = [
    { title: 'ID', right: true },
    { title: 'NAME' },
    { title: 'MADE' },
    { title: 'LAST USED' },
    { title: '' },
  ];
  const rows = keys.map(({ id, name, createdAt, lastUsed, revokedAt }) => [
    String(id),
    name,
    createdAt.slice(0, 10),
    lastUsed ?? 'never',
    revokedAt === null ? '' : `revoked ${revokedAt.slice(0, 10)}`,
  ]);
  return formatTable(columns, rows);
}
