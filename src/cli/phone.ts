// petitbleu phone: what the simulator's phones received, oldest first; with --follow it goes on until Ctrl-C.
// Reads the file that the simulator writes; needs no daemon and no database.

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { PhoneEntry } from '../carriers/phone.js';
import { mistake, type Told } from '../control/protocol.js';
import { safeText } from '../core/plain-text.js';
import { ok } from '../core/result.js';
import type { Cli } from './cli.js';
import type { Globals } from './globals.js';
import { counted } from './table.js';

export function addPhoneCommand(cli: Cli): void {
  cli.program
    .command('phone')
    .description("what the simulator's phones received")
    .option('-f, --follow', 'wait for more, until Ctrl-C')
    .addHelpText('after', '\nExample:\n  petitbleu phone --follow\n')
    .action(({ follow }: { readonly follow?: boolean }) =>
      cli.act((globals) => showPhone(cli, globals, follow === true)),
    );
}

async function showPhone(cli: Cli, globals: Globals, follow: boolean): Promise<Told<void>> {
  if (!follow && !existsSync(globals.data)) return mistake('no-input', `there is no data folder ${globals.data}`);
  const [{ PHONE_FILE }, { readPhone }, { systemClock }] = await Promise.all([
    import('../carriers/create.js'),
    import('../carriers/phone.js'),
    import('../clock.js'),
  ]);
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const signal = AbortSignal.any([stopping.signal, cli.terminal.closed]);
  let count = 0;
  for await (const entry of readPhone(join(globals.data, PHONE_FILE), { follow, signal, clock: systemClock() })) {
    count += 1;
    if (globals.json === true) cli.printJson([entry]);
    else cli.terminal.write(showEntry(entry));
    if (signal.aborted) break;
  }
  if (count === 0 && globals.json !== true) cli.terminal.write('Nothing has arrived on the phones.\n');
  return ok(undefined);
}

/** By the clock of whoever looks at the phone, with the name of its zone: that of the account may be another. */
const WHEN: Intl.DateTimeFormatOptions = {
  ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
  ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' },
};

function showEntry({ at, to, from, text, parts, flash, encoding }: PhoneEntry): string {
  const when = new Date(at).toLocaleString('sv-SE', WHEN);
  const kind = [encoding === 'ucs2' ? 'UCS-2' : 'GSM', counted(parts, 'part'), ...(flash ? ['flash'] : [])].join(', ');
  const lines = safeText(text).split('\n');
  return `${when}  ${safeText(to)}  from ${safeText(from)}  (${kind})\n${lines.map((line) => `  ${line}\n`).join('')}`;
}
