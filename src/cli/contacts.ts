// petitbleu contacts import: a CSV file → the contacts of a group. The file is read and checked here, and sent in packets,
// so that a long import shows how far it is; an import that breaks off can be run again.

import { basename, extname } from 'node:path';

import type { Command } from 'commander';

import { mistake, type Told } from '../control/protocol.js';
import { ok } from '../core/result.js';
import type { Contact } from '../core/types.js';
import type { Cli } from './cli.js';
import { readContacts, type ContactsFile } from './contacts-csv.js';
import { addGroup, addGroupList } from './group.js';
import { readInput } from './input.js';
import type { Call } from './session.js';
import { counted, formatTable } from './table.js';
import { progressBar } from './terminal.js';

/** As the operation allows; small enough for a smooth bar. */
const PACKET = 500;
const SHOWN_REFUSALS = 100;

interface Imported extends ContactsFile {
  readonly group: string;
  readonly added: number;
  readonly updated: number;
}

export function addContactsCommands(cli: Cli): void {
  const contacts = cli.program.command('contacts').description('contacts: import them into groups');
  addImport(cli, contacts);
  addGroupList(cli, contacts, 'groups');
  addGroup(cli, contacts);
}

function addImport(cli: Cli, contacts: Command): void {
  contacts
    .command('import <email> <file>')
    .description('import a CSV file (; , or tab; UTF-8 or windows-1252; columns by header, or name;number;v1;v2;v3)')
    .option('--group <name>', 'group to import into; without it: the name of the file')
    .addHelpText('after', '\nExample:\n  petitbleu contacts import alice@example.fr parents.csv --group Parents\n')
    .action((email: string, file: string, { group }: { readonly group?: string }) =>
      cli.operate(async (call, { json }) => {
        const name = group ?? basename(file, extname(file));
        const imported = await importFile(cli, call, { email, file, group: name });
        if (!imported.ok) return imported;
        const { added, updated, merged, refused, ignored } = imported.value;
        if (json === true) cli.printJson([{ group: name, added, updated, merged, refused, ignored }]);
        else cli.terminal.write(showImport(imported.value));
        return imported.value.contacts.length > 0 ? ok(undefined) : mistake('data', 'no contact was imported');
      }),
    );
}

interface ImportJob {
  readonly email: string;
  readonly file: string;
  readonly group: string;
}

async function importFile(cli: Cli, call: Call, { email, file, group }: ImportJob): Promise<Told<Imported>> {
  const account = await call('account.show', { email });
  if (!account.ok) return account;
  const bytes = await readInput(file);
  if (!bytes.ok) return bytes;
  const read = readContacts(bytes.value, account.value.settings['country'] ?? 'FR');
  if (!read.ok) return mistake(read.error.kind, `${file}: ${read.error.text}`);
  const report = await importPackets(cli, call, { email, group, contacts: read.value.contacts });
  return report.ok ? ok({ ...read.value, ...report.value, group }) : report;
}

async function importPackets(
  cli: Cli,
  call: Call,
  { email, group, contacts }: { readonly email: string; readonly group: string; readonly contacts: readonly Contact[] },
): Promise<Told<{ added: number; updated: number }>> {
  const sum = { added: 0, updated: 0 };
  for (let done = 0; done < contacts.length; done += PACKET) {
    if (contacts.length > PACKET) cli.terminal.progress(progressBar(done, contacts.length, 'contacts'));
    const packet = contacts.slice(done, done + PACKET).map((contact) => ({ ...contact, values: [...contact.values] }));
    const report = await call('contacts.import', { email, group, contacts: packet });
    if (!report.ok) {
      cli.terminal.progress('');
      const before = done === 0 ? '' : ` (the first ${done} contacts are in; run the import again)`;
      return mistake(report.error.kind, report.error.text + before);
    }
    sum.added += report.value.added;
    sum.updated += report.value.updated;
  }
  cli.terminal.progress('');
  return ok(sum);
}

function showImport({ group, added, updated, merged, refused, ignored }: Imported): string {
  const lines = [
    `Group "${group}": ${counted(added, 'contact')} added, ${updated} updated, ${counted(merged, 'repeated line')} merged, ${counted(refused.length, 'line')} refused.`,
    ...(ignored.length > 0 ? [`Columns that were not taken: ${ignored.join(', ')}`] : []),
  ];
  if (refused.length === 0) return `${lines.join('\n')}\n`;
  const rows = refused.slice(0, SHOWN_REFUSALS).map(({ line, number, reason }) => [String(line), number, reason]);
  const more = refused.length - rows.length;
  const table = formatTable(
    [{ title: 'LINE', right: true }, { title: 'NUMBER' }, { title: 'REASON', wide: true }],
    rows,
  );
  return `${lines.join('\n')}\n${table}${more > 0 ? `… and ${more} more (--json shows all)\n` : ''}`;
}
