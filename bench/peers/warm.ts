// A peer that is warm before it is measured. V8 compiles what it has seen often: a daemon that was started a moment ago
// spends several times the CPU on a mail of one that has taken some thousands, which is what daemons are.

import { runLoad } from '../load/run.js';
import type { Peer, Server } from './peer.js';

const [MAILS, SESSIONS, AT_MOST_MS] = [8_000, 50, 20_000];

export function warmed<S extends Server>(peer: Peer<S>): Peer<S> {
  const start = async (): Promise<S> => {
    const server = await peer.start();
    try {
      await warm(server);
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  };
  return { ...peer, start };
}

/** How many mails it took. */
export async function warm({ port }: Server, mails = MAILS): Promise<number> {
  return (await runLoad(port, { sessions: SESSIONS, mails, warmMs: 0, measureMs: AT_MOST_MS })).sent;
}
