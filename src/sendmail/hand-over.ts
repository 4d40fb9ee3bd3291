// One complete mail to the daemon: by LMTP while it runs, else into the spool. Takes the envelope and the bytes, gives the
// refusals, or why neither way was open. Whoever gets no refusal back may forget the mail: it is accepted or on the disk.

import { chdir } from 'node:process';
import { connect, type Socket } from 'node:net';
import path from 'node:path';

import type { GatewayFacts } from './folder.js';
import { SPOOL_NAME } from './folder.js';
import type { Refusal } from './exit-codes.js';
import { deliver, type Envelope, type Result } from './lmtp-client.js';
import { codeOf, writeSpool } from './spool-file.js';

export interface HandedOver {
  readonly refusals: readonly Refusal[];
  /** A sentence; null: every recipient was accepted, refused or put into the spool. */
  readonly failure: string | null;
}

const CONNECT_WITHIN_MS = 5_000;

export async function handOver(
  folder: string,
  facts: GatewayFacts | null,
  envelope: Envelope,
  mail: string,
): Promise<HandedOver> {
  const socket = facts && (await connectTo(folder, facts.socket));
  const results = socket ? await deliver(socket, envelope, mail) : envelope.rcptTo.map(unknown);
  const refusals = results.flatMap(({ recipient, reply }) =>
    reply !== null && reply.code >= 500 ? [{ recipient, reply }] : [],
  );
  const waiting = results.filter(({ reply }) => reply === null || (reply.code >= 400 && reply.code < 500));
  const rcptTo = waiting.map(({ recipient }) => recipient);
  if (rcptTo.length === 0) return { refusals, failure: null };
  try {
    await writeSpool(path.join(folder, SPOOL_NAME), { ...envelope, rcptTo }, Buffer.from(mail, 'latin1'));
    return { refusals, failure: null };
  } catch (fault) {
    const why = waiting.find(({ reply }) => reply !== null)?.reply?.text ?? `no daemon answers at ${folder}`;
    return { refusals, failure: `${why}, and the mail cannot be kept for later in its spool (${codeOf(fault)})` };
  }
}

function unknown(recipient: string): Result {
  return { recipient, reply: null };
}

/** Null: nobody listens there. */
function connectTo(folder: string, name: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(addressOf(folder, name));
    const give = (value: Socket | null): void => {
      socket.removeAllListeners();
      if (value === null) socket.destroy();
      resolve(value);
    };
    socket.setTimeout(CONNECT_WITHIN_MS, () => give(null));
    socket.once('error', () => give(null));
    socket.once('connect', () => give(socket));
  });
}

/** The address of a unix socket holds about 107 bytes; from its own folder the name is enough. */
function addressOf(folder: string, name: string): string {
  const whole = path.resolve(folder, name);
  if (Buffer.byteLength(whole) < 100) return whole;
  try {
    chdir(path.dirname(whole));
    return path.basename(whole);
  } catch {
    return whole;
  }
}
