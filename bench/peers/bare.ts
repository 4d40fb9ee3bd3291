// The floor: smtp-server with nothing behind it, and what most people put behind it.

import { startNode } from './node-process.js';
import { isHere, type Peer } from './peer.js';

export const BARE = 'smtp-server, bare';
export const BARE_AT_ONCE = 'smtp-server, bare, no greeting delay';
export const PARSING = 'smtp-server + mailparser';

function bare(name: string, ...words: readonly string[]): Peer {
  return { name, missing: isHere, start: () => startNode('bare-server.js', words) };
}

export const bareServer = bare(BARE);
export const bareServerAtOnce = bare(BARE_AT_ONCE, 'greet-at-once');
export const parsingServer = bare(PARSING, 'parse');
