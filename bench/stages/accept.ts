// How fast mails are taken: from the end of the data to the 250, with everything before it. All peers take the same mails.

import type { Contest, Stage } from '../contest.js';
import { measureLoad, type Wish } from '../load/run.js';
import { bareServer, bareServerAtOnce, parsingServer } from '../peers/bare.js';
import { haraka } from '../peers/haraka.js';
import { petitbleuPeer } from '../peers/petitbleu.js';
import { postfixQueue } from '../peers/postfix.js';
import { warmed } from '../peers/warm.js';
import { BARE, BARE_AT_ONCE, PARSING, HARAKA, POSTFIX_QUEUE, PETITBLEU } from '../names.js';

const EVERYBODY = [BARE, PARSING, HARAKA, POSTFIX_QUEUE, PETITBLEU];

function contest(name: string, title: string, wish: Wish, peers: readonly string[] = EVERYBODY): Contest {
  return { name, title, peers, measure: (server) => measureLoad(server, wish) };
}

export const accept: Stage = {
  name: 'accept',
  peers: [
    ...[bareServer, bareServerAtOnce, parsingServer, haraka, petitbleuPeer(PETITBLEU)].map(warmed),
    postfixQueue(),
  ],
  contests: [
    contest('accept-1', 'A mail of 1 KB, one session', { sessions: 1 }),
    contest('accept-10', 'A mail of 1 KB, 10 sessions', { sessions: 10 }),
    contest('accept-50', 'A mail of 1 KB, 50 sessions', { sessions: 50 }),
    contest('accept-200', 'A mail of 1 KB, 200 sessions', { sessions: 200 }),
    contest('accept-alternative', 'multipart/alternative of 8.5 KB, 50 sessions', {
      sessions: 50,
      mail: 'alternative',
    }),
    contest('accept-outlook', 'Outlook, 30 KB, 50 sessions', { sessions: 50, mail: 'outlook' }),
    contest(
      'accept-connect',
      'A mail of 1 KB, one a connection, 50 at a time',
      { sessions: 50, onePerConnection: true },
      [BARE_AT_ONCE, BARE, POSTFIX_QUEUE, PETITBLEU],
    ),
  ],
};
