// petitbleu prune: forgets now what is older than `retention` allows, and gives the room back. The daemon does the same
// every hour.

import type { Told } from '../control/protocol.js';
import { addCounts, FORGOTTEN, type Forgotten, type ForgottenCounts } from '../core/retention.js';
import { ok } from '../core/result.js';
import type { Cli } from './cli.js';
import type { Call } from './session.js';

interface PruneOptions {
  readonly dryRun?: boolean;
  readonly vacuum?: boolean;
  readonly trustClock?: boolean;
}

interface Pruned {
  readonly counts: ForgottenCounts;
  readonly files: number;
}

export function addPruneCommand(cli: Cli): void {
  cli.program
    .command('prune')
    .description('forget what is older than `retention` of the configuration allows; a daemon does it every hour')
    .option('--dry-run', 'only count it')
    .option('--trust-clock', 'the clock is right although it is far ahead of what was seen last')
    .option('--vacuum', 'write the whole database anew afterwards; no mail is taken meanwhile')
    .addHelpText('after', '\nExample:\n  petitbleu prune --dry-run\n')
    .action((options: PruneOptions) =>
      cli.operate(async (call, { json }) => {
        const pruned = await pruneAll(cli, call, options);
        cli.terminal.progress('');
        if (!pruned.ok) return pruned;
        if (options.dryRun !== true) {
          const room = await giveRoomBack(cli, call, options.vacuum === true);
          if (!room.ok) return room;
        }
        if (json === true) cli.printJson([{ dryRun: options.dryRun === true, ...pruned.value }]);
        else cli.terminal.write(showPruned(pruned.value, options.dryRun === true));
        return ok(undefined);
      }),
    );
}

async function pruneAll(
  cli: Cli,
  call: Call,
  { dryRun = false, trustClock = false }: PruneOptions,
): Promise<Told<Pruned>> {
  let counts: ForgottenCounts = {};
  for (;;) {
    const piece = await call('prune', { dryRun, trustClock });
    if (!piece.ok) return piece;
    counts = addCounts(counts, piece.value.counts);
    if (!piece.value.more) return ok({ counts: withAll(counts), files: piece.value.files });
    cli.terminal.progress(`${total(counts)} rows`);
  }
}

export async function giveRoomBack(cli: Cli, call: Call, whole: boolean): Promise<Told<void>> {
  for (let more = true; more;) {
    if (whole) cli.terminal.progress('the database is written anew');
    const given = await call('give-back', { how: whole ? 'whole' : 'slice' });
    if (!given.ok) return given;
    more = given.value.more;
  }
  cli.terminal.progress('');
  return ok(undefined);
}

function withAll(counts: ForgottenCounts): ForgottenCounts {
  return Object.fromEntries(Object.keys(FORGOTTEN).map((what) => [what, counts[what as Forgotten] ?? 0]));
}

function total(counts: ForgottenCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function showPruned({ counts, files }: Pruned, dryRun: boolean): string {
  const all = total(counts) + files;
  if (all === 0) return 'Nothing is older than it may be.\n';
  const lines = Object.entries(FORGOTTEN).flatMap(([what, words]) => {
    const count = counts[what as Forgotten] ?? 0;
    return count === 0 ? [] : [`  ${count} ${words}`];
  });
  if (files > 0) lines.push(`  ${files} files and phone entries`);
  return `${dryRun ? 'Would be forgotten' : 'Forgotten'}:\n${lines.join('\n')}\n`;
}
