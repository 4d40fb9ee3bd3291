// petitbleu doctor: is everything there that the gateway needs? One line for each thing, and beneath it what to do. Works with
// and without a daemon, changes nothing, sends nothing, and ends within about ten seconds.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { mistake, type Told } from '../control/protocol.js';
import { ok } from '../core/result.js';
import { safeLine } from '../core/plain-text.js';
import type { Cli } from './cli.js';
import { inTime, type Finding, type Look, type Patient } from './doctor/finding.js';
import type { Globals } from './globals.js';
import { askDaemon } from './installation.js';
import { readConfig } from './read-config.js';
import { withOperations, type Call } from './session.js';
import { counted } from './table.js';

const MARKS: Readonly<Record<Finding['level'], string>> = { ok: '✓', warn: '!', fault: '✗' };

export function addDoctorCommand(cli: Cli): void {
  cli.program
    .command('doctor')
    .description('look at ports, TLS, DNS, disk, clock, database, carriers, smarthost; say what is wrong')
    .addHelpText('after', '\nExample:\n  petitbleu doctor\n')
    .action(() => cli.act((globals) => examine(cli, globals)));
}

async function examine(cli: Cli, globals: Globals): Promise<Told<void>> {
  const loaded = readConfig(globals);
  if (!loaded.ok) return loaded;
  const { config } = loaded.value;
  const dataDir = resolve(globals.data);
  if (!existsSync(dataDir))
    return mistake('no-input', `there is no data folder ${globals.data}; petitbleu start makes it`);
  const daemon = await askDaemon(dataDir);
  if (!daemon.ok) return daemon;
  const patient = { dataDir, config, daemon: daemon.value };
  if (daemon.value === null) return tell(cli, globals, await lookAtAll({ ...patient, ask: null }));
  return withOperations(globals, false, async (ask: Call) => tell(cli, globals, await lookAtAll({ ...patient, ask })));
}

/** The slow ones wait together; the database is looked at last, for it keeps this process busy. */
async function lookAtAll(patient: Patient): Promise<readonly Finding[]> {
  const looks = await namedLooks();
  const [first, last] = [looks.slice(0, -1), looks.slice(-1)];
  const found = await Promise.all(first.map(([what, look]) => inTime(what, look(patient))));
  for (const [what, look] of last) found.push(await inTime(what, look(patient)));
  return found.flat();
}

/** Loaded only here: they need every adapter. */
async function namedLooks(): Promise<readonly (readonly [what: string, look: Look])[]> {
  const [
    { lookAtProcess },
    { lookAtDisk },
    { lookAtPorts },
    { lookAtTls },
    { lookAtDns },
    { lookAtCarriers },
    { lookAtSmarthost },
    { lookAtDatabase },
  ] = await Promise.all([
    import('./doctor/process.js'),
    import('./doctor/disk.js'),
    import('./doctor/ports.js'),
    import('./doctor/tls.js'),
    import('./doctor/dns.js'),
    import('./doctor/carriers.js'),
    import('./doctor/smarthost.js'),
    import('./doctor/database.js'),
  ]);
  return [
    ['process', guarded(lookAtProcess)],
    ['disk', guarded(lookAtDisk)],
    ['ports', guarded(lookAtPorts)],
    ['TLS', guarded(lookAtTls)],
    ['DNS', guarded(lookAtDns)],
    ['carriers', guarded(lookAtCarriers)],
    ['smarthost', guarded(lookAtSmarthost)],
    ['database', guarded(lookAtDatabase)],
  ];
}

/** What throws at once is a finding as well. */
function guarded(look: Look): Look {
  return async (patient) => look(patient);
}

function tell(cli: Cli, globals: Globals, findings: readonly Finding[]): Told<void> {
  if (globals.json === true) cli.printJson(findings);
  else cli.terminal.write(findings.map(showFinding).join('') + summary(findings));
  if (findings.some(({ level }) => level === 'fault')) cli.fail('unavailable', '');
  return ok(undefined);
}

function showFinding({ level, what, finding, advice }: Finding): string {
  const line = `${MARKS[level]} ${safeLine(`${what}: ${finding}`, 300)}\n`;
  return advice === undefined ? line : `${line}    → ${advice}\n`;
}

function summary(findings: readonly Finding[]): string {
  const count = (level: Finding['level']): number => findings.filter((one) => one.level === level).length;
  const [faults, doubts] = [count('fault'), count('warn')];
  if (faults + doubts === 0) return 'All is right.\n';
  return `${counted(faults, 'fault')}, ${counted(doubts, 'hint')}.\n`;
}
