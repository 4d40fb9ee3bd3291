// petitbleu export …: the right of access. Everything that is kept about a number, an account or an address that sends:
// one JSON object a line, or one document. The shape is described in docs/privacy.md; secrets are left out.

import { Option, type Command } from 'commander';

import type { SubjectKind } from '../core/erasure.js';
import { ok } from '../core/result.js';
import type { Cli } from './cli.js';
import { findAll, type Kept } from './find-kept.js';

interface ExportOptions {
  readonly account?: string;
  readonly format: 'lines' | 'json';
}

export function addExportCommands(cli: Cli): void {
  const exports = cli.program.command('export').description('everything that is kept about a person, as JSON');
  addExport(cli, exports, 'number', 'number <number>').option(
    '--account <email>',
    'only what this account has of the number',
  );
  addExport(cli, exports, 'account', 'account <email>');
  addExport(cli, exports, 'sender', 'sender <address>');
}

const EXAMPLES: Readonly<Record<SubjectKind, string>> = {
  number: 'number +33612345678',
  account: 'account alice@example.fr --format json',
  sender: 'sender teacher@school.example',
};

function addExport(cli: Cli, exports: Command, kind: SubjectKind, words: string): Command {
  return exports
    .command(words)
    .description(`what is kept about ${kind === 'account' ? 'an' : 'a'} ${kind}`)
    .addOption(
      new Option('--format <form>', 'one object a line, or one document').choices(['lines', 'json']).default('lines'),
    )
    .addHelpText('after', `\nExample:\n  petitbleu export ${EXAMPLES[kind]}\n`)
    .action((name: string, { account, format }: ExportOptions) =>
      cli.operate(async (call) => {
        const document: Kept[] = [];
        const request = { kind, name, account: account ?? null };
        const found = await findAll(cli, call, request, (kept) => {
          if (format === 'json') document.push(kept);
          else cli.printJson([kept]);
        });
        if (!found.ok) return found;
        if (format === 'json') cli.terminal.write(`${JSON.stringify({ subject: request, kept: document }, null, 2)}\n`);
        return ok(undefined);
      }),
    );
}
