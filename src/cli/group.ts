// petitbleu group …: the groups of an account, which stand in the place of numbers.

import type { Command } from 'commander';

import type { Group } from '../core/types.js';
import type { Cli } from './cli.js';
import type { AnswerOf } from './operations/registry.js';
import { counted, formatTable } from './table.js';

export function addGroupCommands(cli: Cli): void {
  addGroup(cli, cli.program);
}

/** Under `contacts` as well, where one looks after an import. */
export function addGroup(cli: Cli, parent: Command): void {
  const group = parent.command('group').description('groups of contacts');
  addGroupList(cli, group, 'list');
  group
    .command('show <email> <group>')
    .description('the contacts of one group')
    .addHelpText('after', '\nExample:\n  petitbleu group show alice@example.fr Parents\n')
    .action((email: string, name: string) =>
      cli.ask({
        operation: 'group.show',
        params: { email, group: name },
        show: showGroup,
        json: ({ contacts }) => contacts,
      }),
    );
  group
    .command('delete <email> <group>')
    .description('delete a group and its contacts')
    .addHelpText('after', '\nExample:\n  petitbleu group delete alice@example.fr Parents\n')
    .action((email: string, name: string) =>
      cli.ask({
        operation: 'group.delete',
        params: { email, group: name },
        show: (deleted) => `The group "${deleted.name}" with ${counted(deleted.memberCount, 'contact')} is deleted.\n`,
      }),
    );
}

export function addGroupList(cli: Cli, parent: Command, name: string): void {
  parent
    .command(`${name} <email>`)
    .description('the groups of an account')
    .addHelpText('after', '\nExample:\n  petitbleu group list alice@example.fr\n')
    .action((email: string) => cli.ask({ operation: 'group.list', params: { email }, show: showGroups }));
}

function showGroups(groups: readonly Group[]): string {
  if (groups.length === 0) return 'No groups yet: petitbleu contacts import makes one.\n';
  const rows = groups.map(({ name, memberCount }) => [name, String(memberCount)]);
  return formatTable([{ title: 'GROUP' }, { title: 'CONTACTS', right: true }], rows);
}

function showGroup({ group, contacts }: AnswerOf<'group.show'>): string {
  if (contacts.length === 0) return `The group "${group.name}" is empty.\n`;
  const rows = contacts.map(({ name, number, values }) => [number, name, values.join(' | ')]);
  return formatTable([{ title: 'NUMBER' }, { title: 'NAME' }, { title: 'VALUES' }], rows);
}
