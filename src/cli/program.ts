// The command line: `petitbleu …`. Puts the commands together, and turns every way in which one ends into an exit code
// of sysexits(3). Takes the words after the program's name; each command has a file of its own beside this one.

import { Command, CommanderError } from 'commander';

import { addAccountCommands } from './account.js';
import { addApiKeyCommands } from './api-key.js';
import { addBackupCommand } from './backup.js';
import { addBlacklistCommands } from './blacklist.js';
import { Cli } from './cli.js';
import { addCarriersCommand } from './carriers.js';
import { addConfigCommands } from './config.js';
import { addContactsCommands } from './contacts.js';
import { addCreditCommands } from './credit.js';
import { addDomainCommands } from './domain.js';
import { EXIT_CODES } from './exit.js';
import { addDoctorCommand } from './doctor.js';
import { addEraseCommands } from './erase.js';
import { addExplainCommand } from './explain.js';
import { addExportCommands } from './export.js';
import { addGroupCommands } from './group.js';
import { addMessagesCommands } from './messages.js';
import { addPhoneCommand } from './phone.js';
import { addPruneCommand } from './prune.js';
import { addQueueCommands } from './queue.js';
import { addRepliesCommands } from './replies.js';
import { addRestoreCommand } from './restore.js';
import { addSendCommand } from './send.js';
import { addSendmailCommand } from './sendmail.js';
import { DEFAULT_DATA_DIR } from './globals.js';
import { addStartCommand } from './start.js';
import type { Terminal } from './terminal.js';
import { addVerifyCommand } from './verify.js';
import { readVersion } from './version.js';

/** In the order in which `--help` lists them. */
const COMMANDS = [
  addStartCommand,
  addConfigCommands,
  addAccountCommands,
  addApiKeyCommands,
  addCreditCommands,
  addDomainCommands,
  addContactsCommands,
  addGroupCommands,
  addBlacklistCommands,
  addSendCommand,
  addSendmailCommand,
  addExplainCommand,
  addMessagesCommands,
  addQueueCommands,
  addRepliesCommands,
  addCarriersCommand,
  addPhoneCommand,
  addPruneCommand,
  addExportCommands,
  addEraseCommands,
  addVerifyCommand,
  addBackupCommand,
  addRestoreCommand,
  addDoctorCommand,
];

/** Runs one command; gives its exit code. */
export async function runCli(words: readonly string[], terminal: Terminal): Promise<number> {
  const program = createProgram(terminal);
  const cli = new Cli(program, terminal);
  for (const add of COMMANDS) add(cli);
  try {
    await program.parseAsync(words, { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    // Commander has said what is wrong.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODES.usage;
    terminal.warn(`petitbleu: a fault of the program: ${faultOf(error)}\n`);
    return EXIT_CODES.software;
  }
}

function createProgram(terminal: Terminal): Command {
  return new Command('petitbleu')
    .description('Turns mails into SMS.')
    .version(readVersion(), '-V, --version')
    .option('--config <file>', 'configuration; without it: petitbleu.yaml in the working folder, if there is one')
    .option('--data <folder>', 'where all runtime files live', DEFAULT_DATA_DIR)
    .option('--json', 'print data as JSON, one object a line')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => terminal.write(text),
      writeErr: (text) => terminal.warn(text),
      outputError: (text, write) => write(`petitbleu: ${text.replace(/^error: /, '')}`),
    });
}

/** The stack only where someone looks for it: people get one line. */
function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return process.env['PETITBLEU_STACK'] === undefined ? error.message : (error.stack ?? error.message);
}
