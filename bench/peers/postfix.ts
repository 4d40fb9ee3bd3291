// Debian's Postfix as a private instance on loopback. Queue only: every mail is on hold, so that all it does is to take it
// and to sync it to the disk, as the gateway does with its order.

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

import { startPostfix } from '../../test/peers/mail-server.js';
import { run } from '../../test/support/program.js';
import type { Peer, Server } from './peer.js';
import { POSTFIX_QUEUE } from '../names.js';

/** Limits that are there against strangers. */
export const UNLIMITED = `default_process_limit = 400
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_client_message_rate_limit = 0
message_size_limit = 60000000
`;
const HOLD = 'smtpd_client_restrictions = static:HOLD\n';

/** `settings`: further lines of main.cf. */
export function postfixQueue(name = POSTFIX_QUEUE, settings = ''): Peer {
  const start = async (): Promise<Server> => {
    const postfix = await startPostfix('discard:', '', UNLIMITED + HOLD + settings);
    const held = path.join(postfix.folder, 'queue/hold');
    const clear = (): Promise<void> => {
      for (const mail of readdirSync(held)) rmSync(path.join(held, mail), { recursive: true });
      return Promise.resolve();
    };
    return { port: postfix.port, pids: [masterOf(postfix.folder)], clear, stop: () => postfix.stop() };
  };
  return { name, missing: missingPostfix, start };
}

export function masterOf(folder: string): number {
  return Number(readFileSync(path.join(folder, 'queue/pid/master.pid'), 'latin1'));
}

export async function missingPostfix(): Promise<string | null> {
  if (process.getuid?.() !== 0) return 'Postfix can be started by root only';
  const { code } = await run('postconf', ['-d', 'mail_version']).catch(() => ({ code: 1 }));
  return code === 0 ? null : 'apt-get install --no-install-recommends postfix';
}
