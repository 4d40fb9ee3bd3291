// petitbleu start: the daemon in the foreground, until SIGTERM or SIGINT. SIGHUP reads the configuration again.
// The log goes to stderr, what a person should know at the start to stdout.

import { setFlagsFromString } from 'node:v8';

import type { Told } from '../control/protocol.js';
import { mistake } from '../control/protocol.js';
import { ok } from '../core/result.js';
import type { Daemon } from '../main.js';
import { startWriterEarly } from '../store/writer-worker.js';
import type { Cli } from './cli.js';
import { EXIT_CODES } from './exit.js';
import { notifyService } from './notify.js';
import type { Globals } from './globals.js';
import { startLines } from './start-lines.js';

/** Service managers wait 10 s and then kill: what is not done by now is safe on disk and done at the next start. */
const STOP_WITHIN_MS = 9500;
/**
 * The heap may grow by half before V8 looks what can go. On a machine with much memory it lets a heap of 40 MB grow to 140,
 * all of which stays in the process.
 */
const HEAP_GROWING = '--heap-growing-percent=50';

export function addStartCommand(cli: Cli): void {
  cli.program
    .command('start')
    .description('run the daemon in the foreground; SIGTERM stops it, SIGHUP reads the configuration again')
    .addHelpText('after', '\nExample:\n  petitbleu start --config /etc/petitbleu.yaml --data /var/lib/petitbleu\n')
    .action(() => cli.act((globals) => runDaemon(cli, globals)));
}

async function runDaemon(cli: Cli, globals: Globals): Promise<Told<void>> {
  setFlagsFromString(HEAP_GROWING);
  startWriterEarly();
  const { startDaemon } = await import('../main.js');
  let die: (fault: Error) => void = () => undefined;
  const death = new Promise<Told<void>>((resolve) => {
    die = (fault) => resolve(mistake('software', `the store has failed: ${fault.message}`));
  });
  const { config: file, data: dataDir } = globals;
  const started = await startDaemon({ file, dataDir, env: process.env, onDeath: (fault) => die(fault) });
  if (!started.ok) return started;
  const daemon = started.value;
  cli.terminal.write(startLines(daemon, globals));
  const reload = () => void reloadDaemon(cli, daemon);
  process.on('SIGHUP', reload);
  await notifyService('READY=1');
  const ended = await Promise.race([stopSignal(), death]);
  process.off('SIGHUP', reload);
  await notifyService('STOPPING=1');
  await stopInTime(cli, daemon);
  return ended;
}

/** Resolves at the first signal; a second one, from someone who does not want to wait, ends the process at once. */
function stopSignal(): Promise<Told<void>> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = (): void => {
      if (asked) process.exit(EXIT_CODES.temporary);
      asked = true;
      resolve(ok(undefined));
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
}

async function stopInTime(cli: Cli, daemon: Daemon): Promise<void> {
  const late = setTimeout(() => {
    cli.terminal.warn('petitbleu: stopped before everything had ended; the next start goes on with it\n');
    process.exit(0);
  }, STOP_WITHIN_MS);
  await daemon.stop();
  clearTimeout(late);
}

async function reloadDaemon(cli: Cli, daemon: Daemon): Promise<void> {
  await notifyService('RELOADING=1');
  const reloaded = await daemon.reload();
  if (!reloaded.ok) cli.terminal.warn(`petitbleu: not reloaded, nothing has changed:\n${reloaded.error}\n`);
  await notifyService('READY=1');
}
