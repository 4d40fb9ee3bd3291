// `petitbleu sendmail`, and every link named sendmail, newaliases or mailq: a drop-in for sendmail(8). Takes the words and
// the streams of a process, gives its exit code (sysexits(3)); every refusal is a line on stderr.
// Loads as little as it can: scripts call it often. Needs no configuration and no right but to pass through one folder.

import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';

import { addressesIn, isSendable, qualified } from './addresses.js';
import { mailName, userName } from './caller.js';
import { DATA, exitCodeOf, NO_PERMISSION, OK, refusalLines, SOFTWARE, TEMPORARY, USAGE } from './exit-codes.js';
import { findFolder, readFacts, SPOOL_NAME, type GatewayFacts } from './folder.js';
import { handOver } from './hand-over.js';
import { HELP } from './help.js';
import { readInput } from './input.js';
import { completed, endAtLoneDot, headerRecipients, readMessage, type Mail } from './message.js';
import { parseCall, type SendmailCall } from './options.js';
import { relay } from './relay.js';
import { isSpoolName } from './spool-file.js';

export interface Surroundings {
  /** What the program was called as. */
  readonly name: string;
  readonly input: Readable;
  readonly output: Writable;
  readonly errors: Writable;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where the configuration says; else it is looked for. */
  readonly folder?: string;
}

/** For callers whose daemon was never there to say. */
const LARGEST = 10_000_000;

export async function runSendmail(words: readonly string[], around: Surroundings): Promise<number> {
  const fail = (code: number, text: string): number => {
    around.errors.write(`sendmail: ${text}\n`);
    return code;
  };
  try {
    const call = parseCall(around.name, words);
    if (!call.ok) return fail(USAGE, `${call.error} (sendmail --help)`);
    const folder = around.folder ?? findFolder(call.value.dataDir, around.environment);
    return await run({ call: call.value, folder, facts: readFacts(folder), around, fail });
  } catch (fault) {
    return fail(SOFTWARE, `a fault of the program: ${fault instanceof Error ? fault.message : String(fault)}`);
  }
}

interface Run {
  readonly call: SendmailCall;
  readonly folder: string;
  readonly facts: GatewayFacts | null;
  readonly around: Surroundings;
  readonly fail: (code: number, text: string) => number;
}

function run(job: Run): Promise<number> | number {
  const { call, around, facts } = job;
  switch (call.mode) {
    case 'help':
      around.output.write(HELP);
      return OK;
    case 'aliases':
      // There are none, and whoever installs a program expects this to work.
      return OK;
    case 'queue':
      return showQueue(job);
    case 'smtp':
      return relay(facts, around.input, around.output);
    case 'deliver':
      if (call.queueRun && !call.readHeader && call.recipients.length === 0) return OK;
      return deliverMail(job);
  }
}

async function deliverMail({ call, folder, facts, around, fail }: Run): Promise<number> {
  if (!call.readHeader && call.recipients.length === 0) {
    return fail(USAGE, 'no recipient: name them behind the options, or take them from the header with -t');
  }
  const maxBytes = facts?.size ?? LARGEST;
  const bytes = await readInput(around.input, { maxBytes, untilDot: call.dotEnds });
  if (bytes === null) return fail(DATA, `the mail is larger than ${maxBytes} bytes`);
  const mail = readMessage(call.dotEnds ? endAtLoneDot(bytes) : bytes);
  const recipients = recipientsOf(call, mail, facts);
  if (recipients.length === 0) return fail(USAGE, 'the header names no recipient');
  const host = mailName();
  const mailFrom = qualified(call.sender ?? userName(), host);
  if (![mailFrom, ...recipients].every(isSendable))
    return fail(DATA, 'an address holds a space or a control character');
  const ready = completed(mail, {
    ...{ address: mailFrom === '' ? userName() : mailFrom, fullName: call.fullName, host, date: new Date() },
    uniqueId: `${Date.now().toString(36)}.${randomBytes(10).toString('hex')}`,
  });
  const { refusals, failure } = await handOver(folder, facts, { mailFrom, rcptTo: recipients }, ready);
  for (const line of refusalLines(refusals)) fail(OK, line);
  if (failure !== null) return fail(TEMPORARY, failure);
  const [first] = refusals;
  return first ? exitCodeOf(first.reply) : OK;
}

function recipientsOf(call: SendmailCall, mail: Mail, facts: GatewayFacts | null): string[] {
  const named = [...call.recipients.flatMap(addressesIn), ...(call.readHeader ? headerRecipients(mail) : [])];
  return [...new Set(named.map((address) => qualified(address, facts?.domains[0] ?? null)))];
}

/** As mailq(1) of other systems begins and ends, for monitoring that reads it. */
function showQueue({ folder, around, fail }: Run): number {
  try {
    const waiting = readdirSync(path.join(folder, SPOOL_NAME)).filter(isSpoolName);
    const lines = waiting.map((name) => `${name.slice(0, 22)}  ${new Date(Number(name.slice(0, 13))).toISOString()}`);
    const total = `-- ${waiting.length} Request${waiting.length === 1 ? '' : 's'}.`;
    around.output.write(waiting.length === 0 ? 'Mail queue is empty\n' : `${[...lines, total].join('\n')}\n`);
    return OK;
  } catch (fault) {
    const code = fault instanceof Error && 'code' in fault ? fault.code : '';
    if (code === 'EACCES')
      return fail(NO_PERMISSION, 'what waits in the spool is shown to the user of the daemon only');
    return fail(TEMPORARY, `there is no spool at ${folder}: petitbleu start makes it`);
  }
}
