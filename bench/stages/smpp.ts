// Messages to an SMSC over one connection, at several windows: the client of the npm package `smpp`, our carrier, and
// with the whole durable queue before the carrier. All send to one kind of SMSC, each to a process of its own.

import type { Contest, Stage } from '../contest.js';
import { startNode } from '../peers/node-process.js';
import { isHere, type Peer } from '../peers/peer.js';
import { runQueue } from '../smpp-queue.js';
import { runCarrier, runPlainClient, type Run } from '../smpp-senders.js';
import { NPM_CLIENT, CARRIER, QUEUE } from '../names.js';

const WINDOWS = [1, 10, 100, 1000];
const QUEUE_WINDOW = 100;
const MESSAGES = 20_000;
/** One after the other is slow. */
const MESSAGES_ALONE = 5_000;
/** Each number once: the store refuses the same text to the same number. */
const MESSAGES_QUEUED = 10_000;

const SENDERS: Readonly<Record<string, (run: Run) => Promise<number>>> = {
  [NPM_CLIENT]: runPlainClient,
  [CARRIER]: runCarrier,
  [QUEUE]: runQueue,
};

function smscFor(name: string): Peer {
  return { name, missing: isHere, start: () => startNode('../smpp-smsc.js') };
}

function contest(window: number): Contest {
  return {
    name: `smpp-${window}`,
    title: `SMS over SMPP, ${window} unanswered at once`,
    peers: window === QUEUE_WINDOW ? [NPM_CLIENT, CARRIER, QUEUE] : [NPM_CLIENT, CARRIER],
    measure: async ({ port }, peer) => {
      const usual = window === 1 ? MESSAGES_ALONE : MESSAGES;
      const messages = peer === QUEUE ? MESSAGES_QUEUED : usual;
      return { perSecond: (await SENDERS[peer]?.({ port, window, messages })) ?? Number.NaN };
    },
  };
}

export const smpp: Stage = {
  name: 'smpp',
  peers: Object.keys(SENDERS).map(smscFor),
  contests: WINDOWS.map(contest),
};
