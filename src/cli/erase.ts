// petitbleu erase …: the right to erasure, of a number, of an account, of an address that sends. It asks before, shows how far
// it is, and ends with the database written anew, so that nothing of it is left in the file.

import type { Command } from 'commander';

import { mistake, type Told } from '../control/protocol.js';
import type { Begun, Subject, SubjectKind } from '../core/erasure.js';
import { formatCredits } from '../core/ledger.js';
import { ok } from '../core/result.js';
import { addCounts } from '../core/retention.js';
import type { Cli } from './cli.js';
import { confirm } from './confirm.js';
import { findAll } from './find-kept.js';
import type { AnswerOf, ParamsOf } from './operations/registry.js';
import { giveRoomBack } from './prune.js';
import type { Call } from './session.js';
import { counted } from './table.js';

interface EraseOptions {
  readonly account?: string;
  readonly dryRun?: boolean;
  readonly cancel?: boolean;
  readonly forfeit?: boolean;
  readonly yes?: boolean;
  readonly vacuum: boolean;
}

interface Erased {
  readonly counts: Readonly<Partial<Record<string, number>>>;
  readonly skipped: number;
  readonly files: number;
}

export function addEraseCommands(cli: Cli): void {
  const erase = cli.program.command('erase').description('erase a person: numbers, texts, addresses; the ledger stays');
  const number = addErase(cli, erase, {
    ...{ kind: 'number', words: 'number <number>', example: 'number +33612345678 --dry-run' },
    description: 'everything about a number; a STOP still holds, as a keyed hash',
  });
  number.option('--account <email>', 'only what this account has of it');
  const account = addErase(cli, erase, {
    ...{ kind: 'account', words: 'account <email>', example: 'account alice@example.fr --forfeit' },
    description: 'everything of a closed account; its movements stay, under a pseudonym',
  });
  account.option('--forfeit', 'give up the credit that is left');
  addErase(cli, erase, {
    ...{ kind: 'sender', words: 'sender <address>', example: 'sender teacher@school.example' },
    description: 'an address that has sent on the credit of an account; its orders lose text and address',
  });
  erase
    .command('again')
    .description('do again what was asked for before a backup was restored, or was broken off')
    .option('--no-vacuum', 'do not write the database anew')
    .addHelpText('after', '\nExample:\n  petitbleu erase again\n')
    .action((options: Pick<EraseOptions, 'vacuum'>) => cli.operate((call) => eraseAgain(cli, call, options.vacuum)));
}

interface EraseWords {
  readonly kind: SubjectKind;
  readonly words: string;
  readonly description: string;
  readonly example: string;
}

function addErase(cli: Cli, erase: Command, { kind, words, description, example }: EraseWords): Command {
  return erase
    .command(words)
    .description(description)
    .option('--dry-run', 'only count what would go')
    .option('--cancel', 'cancel first what is still to be sent')
    .option('--yes', 'do not ask')
    .option('--no-vacuum', 'do not write the database anew: faster, and traces may stay in its file till that is done')
    .addHelpText('after', `\nExample:\n  petitbleu erase ${example}\n`)
    .action((name: string, options: EraseOptions) =>
      cli.operate(async (call, { json }) => {
        const request = { kind, name, account: options.account ?? null };
        if (options.dryRun === true) return dryRun(cli, call, request);
        const sure = await askFirst(request, options);
        if (!sure.ok) return sure;
        const { cancel = false, forfeit = false } = options;
        const erased = await eraseSubject(cli, call, { ...request, cancel, forfeit, close: false });
        if (!erased.ok) return erased;
        const room = await giveRoomBack(cli, call, options.vacuum);
        if (!room.ok) return room;
        if (json === true) cli.printJson([erased.value]);
        else cli.terminal.write(showErased(erased.value));
        return ok(undefined);
      }),
    );
}

type Request = ParamsOf<'subject'>;

async function askFirst({ kind, name }: Request, { yes }: EraseOptions): Promise<Told<void>> {
  if (yes === true) return ok(undefined);
  const sure = await confirm(`Everything about the ${kind} ${name} is erased and cannot be brought back. Go on?`);
  if (sure === true) return ok(undefined);
  if (sure === false) return mistake('usage', 'nothing was erased');
  return mistake('usage', 'nobody is here to be asked: say --yes to erase, or --dry-run to see what would go');
}

async function dryRun(cli: Cli, call: Call, request: Request): Promise<Told<void>> {
  let counts: Readonly<Partial<Record<string, number>>> = {};
  const looked = await findAll(cli, call, request, ({ kind }) => {
    counts = addCounts(counts, { [kind]: 1 });
  });
  if (!looked.ok) return looked;
  if (cli.globals().json === true) cli.printJson([{ dryRun: true, counts }]);
  else cli.terminal.write(showCounts('Would be erased or masked', counts));
  return ok(undefined);
}

async function eraseSubject(cli: Cli, call: Call, request: ParamsOf<'erase.begin'>): Promise<Told<Begun & Erased>> {
  const begun = await call('erase.begin', request);
  if (!begun.ok) return begun;
  const { subject, erasure } = begun.value;
  const rows = await eraseRows(cli, call, subject);
  if (!rows.ok) return mistake(rows.error.kind, `${rows.error.text} (petitbleu erase again completes it)`);
  const ended = await call('erase.end', {
    id: erasure.id,
    subject: { ...subject, identifiers: [...subject.identifiers] },
  });
  return ended.ok ? ok({ ...begun.value, ...rows.value, files: ended.value.files }) : ended;
}

async function eraseRows(cli: Cli, call: Call, subject: Subject): Promise<Told<Omit<Erased, 'files'>>> {
  let done: Omit<Erased, 'files'> = { counts: {}, skipped: 0 };
  for (let cursor: AnswerOf<'erase.slices'>['next'] | undefined; cursor !== null;) {
    const from: ParamsOf<'erase.slices'>['cursor'] = cursor ? { ...cursor, after: [...cursor.after] } : null;
    const slice: Told<AnswerOf<'erase.slices'>> = await call('erase.slices', {
      subject: { ...subject, identifiers: [...subject.identifiers] },
      cursor: from,
    });
    if (!slice.ok) return slice;
    const { counts, skipped, next } = slice.value;
    done = { counts: addCounts(done.counts, counts), skipped: done.skipped + skipped };
    cursor = next;
    cli.terminal.progress(`erasing: ${Object.values(done.counts).reduce<number>((sum, n) => sum + (n ?? 0), 0)} rows`);
  }
  cli.terminal.progress('');
  return ok(done);
}

/** What was cancelled or forfeited then must not stand in the way now. */
async function eraseAgain(cli: Cli, call: Call, vacuum: boolean): Promise<Told<void>> {
  const pending = await call('erase.pending', {});
  if (!pending.ok) return pending;
  let erased = 0;
  for (const { name, account, entry } of pending.value) {
    // Of a number within an account that is gone, nothing is left either.
    if (name !== null && (entry.account === null || account !== null)) {
      const request = { kind: entry.kind, name, account, cancel: true, forfeit: true, close: true };
      const done = await eraseSubject(cli, call, request);
      if (!done.ok) return done;
      erased += 1;
    }
    const settled = await call('erase.settle', { entry });
    if (!settled.ok) return settled;
  }
  if (erased > 0) {
    const room = await giveRoomBack(cli, call, vacuum);
    if (!room.ok) return room;
  }
  const left = pending.value.length - erased;
  cli.terminal.write(
    pending.value.length === 0
      ? 'There is nothing to do again.\n'
      : `${counted(erased, 'erasure')} done again; of ${left} more nothing was left.\n`,
  );
  return ok(undefined);
}

function showErased({ counts, skipped, files, cancelled, forfeitedMilli }: Begun & Erased): string {
  const lines = [showCounts('Erased or masked', files > 0 ? { ...counts, files } : counts)];
  if (cancelled > 0) lines.push(`${counted(cancelled, 'message')} cancelled.\n`);
  if (forfeitedMilli > 0) lines.push(`${formatCredits(forfeitedMilli)} credits given up.\n`);
  if (skipped > 0)
    lines.push(`${counted(skipped, 'row')} still to be sent to others: erase again when that is done.\n`);
  return lines.join('');
}

function showCounts(title: string, counts: Readonly<Partial<Record<string, number>>>): string {
  const rows = Object.entries(counts).map(([what, count]) => `  ${count ?? 0} ${what.replaceAll('_', ' ')}`);
  return rows.length === 0 ? 'Nothing is kept about them.\n' : `${title}:\n${rows.join('\n')}\n`;
}
