// The floor: smtp-server with nothing behind it, and what most people put behind it.

import { startNode } from './node-process.js';
import { isHere, type Peer } from './peer.js';
import { BARE, BARE_AT_ONCE, PARSING } from '../names.js';

function bare(name: string, ...words: readonly string[]): Peer {
  return { name, missing: isHere, start: () => startNode('bare-server.js', words) };
}

export const bareServer = bare(BARE);
export const bareServerAtOnce = bare(BARE_AT_ONCE, 'greet-at-once');
export const parsingServer = bare(PARSING, 'parse');
