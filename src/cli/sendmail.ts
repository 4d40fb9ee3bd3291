// petitbleu sendmail, as far as the command line has to know it: for `--help`, and for the calls that name a configuration.
// All others are taken by the small entry of src/sendmail before anything of this is loaded.

import path from 'node:path';

import { ok } from '../core/result.js';
import type { Cli } from './cli.js';
import { readConfig } from './read-config.js';

export function addSendmailCommand(cli: Cli): void {
  cli.program
    .command('sendmail')
    .description('hand over a mail as sendmail(8) does; links named sendmail, newaliases and mailq do the same')
    .argument('[words...]', 'options of sendmail(8), and recipients: petitbleu sendmail --help')
    .helpOption(false)
    .allowUnknownOption()
    .action(() =>
      cli.act(async (globals) => {
        const config = readConfig(globals);
        if (!config.ok) return config;
        const { runSendmail } = await import('../sendmail/program.js');
        cli.exitCode = await runSendmail(wordsOf(process.argv.slice(2)), {
          name: 'sendmail',
          input: process.stdin,
          output: process.stdout,
          errors: process.stderr,
          environment: process.env,
          folder: path.dirname(config.value.config.mail.sendmail.socket),
        });
        return ok(undefined);
      }),
    );
}

/** Everything but the options that were read already. */
function wordsOf(words: readonly string[]): string[] {
  const left = words.slice(words.indexOf('sendmail') + 1);
  return left.flatMap((word, at) => {
    const isValue = /^--(?:config|data)$/.test(left[at - 1] ?? '');
    return isValue || /^--(?:config|data)(?:=|$)/.test(word) ? [] : [word];
  });
}
