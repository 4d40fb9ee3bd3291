// What `bin/petitbleu.js` runs: the command line with this process's words and terminal.
// The exit code is set and not forced, so that everything written gets out first.

import { runCli } from './program.js';
import { processTerminal } from './terminal.js';

// What it writes is its owner's alone: codes in mails, texts, numbers.
process.umask(0o077);
process.exitCode = await runCli(process.argv.slice(2), processTerminal());
