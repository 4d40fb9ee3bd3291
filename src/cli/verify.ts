// petitbleu verify: the whole database against itself, check by check. Reads the file beside a running daemon, which goes on
// meanwhile, and changes nothing. Exit code 65 when something is wrong.

import { existsSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

import { mistake, type Told } from '../control/protocol.js';
import { ok } from '../core/result.js';
import type { CheckReport, VerifyReport } from '../store-port.js';
import type { Cli } from './cli.js';
import type { Globals } from './globals.js';
import { findInstallation } from './installation.js';
import { counted } from './table.js';
import { progressBar, type Terminal } from './terminal.js';

export function addVerifyCommand(cli: Cli): void {
  cli.program
    .command('verify')
    .description('check that every mail has its outcome, every credit is accounted for and nothing was sent twice')
    .addHelpText('after', '\nExample:\n  petitbleu verify --json\n')
    .action(() => cli.act((globals) => verify(cli, globals)));
}

async function verify(cli: Cli, globals: Globals): Promise<Told<void>> {
  const found = await findInstallation(globals);
  if (!found.ok) return found;
  const report = await verifyWithBar(cli.terminal, found.value.storeFile);
  if (!report.ok) return report;
  if (globals.json === true) cli.printJson([{ ok: report.value.faults.length === 0, ...report.value }]);
  else cli.terminal.write(showReport(report.value));
  if (report.value.faults.length > 0) cli.fail('data', '');
  return ok(undefined);
}

/** A database of another version is not checked: its tables are others. */
export async function verifyWithBar(terminal: Terminal, file: string): Promise<Told<VerifyReport>> {
  if (!existsSync(file)) return mistake('no-input', `there is no database ${file} (petitbleu start makes it)`);
  const { schemaOf, verifySteps } = await import('../store/verify.js');
  try {
    const { version, current } = schemaOf(file);
    if (version < current)
      return mistake('data', `${file} has schema ${version}, this program ${current}: petitbleu start brings it up`);
    if (version > current)
      return mistake('data', `${file} has schema ${version}, this program knows ${current}: a newer version made it`);
    const steps = verifySteps(file);
    for (;;) {
      const step = steps.next();
      if (step.done) return ok(step.value);
      const { done, total, says } = step.value;
      terminal.progress(`${progressBar(done, total, 'checks')}: ${says}`.slice(0, 79));
      // Who wants to stop it is heard between two checks.
      await setImmediate();
    }
  } catch (fault) {
    return mistake('data', `${file} cannot be read: ${fault instanceof Error ? fault.message : String(fault)}`);
  } finally {
    terminal.progress('');
  }
}

function showReport({ messages, movements, checks }: VerifyReport): string {
  const wrong = checks.reduce((sum, { faults }) => sum + faults, 0);
  const end = wrong === 0 ? 'all is right' : counted(wrong, 'fault');
  return `${checks.map(showCheck).join('')}${counted(messages, 'message')} and ${counted(movements, 'movement')} checked: ${end}.\n`;
}

export function showCheck({ says, advice, faults, examples }: CheckReport): string {
  if (faults === 0) return `✓ ${says}\n`;
  const more = faults > examples.length ? [`… and ${faults - examples.length} more`] : [];
  const lines = [...examples, ...more].map((sentence) => `    ${sentence}\n`);
  return `✗ ${says}: ${counted(faults, 'fault')}\n${lines.join('')}  → ${advice}\n`;
}
