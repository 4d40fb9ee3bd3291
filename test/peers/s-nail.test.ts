// s-nail, the mailx of many servers: it encodes subject and body itself. Its syntax of before v15 is still what most
// scripts use.

import { run } from '../support/program.js';
import { describePeer, SENDER, type PeerGateway, type PeerMail } from './peer.js';

/** Nobody's mailrc, UTF-8, and no dead.letter left behind. */
const SETTINGS = ['-:/', '-S', `from=${SENDER}`, '-S', 'sendcharsets=utf-8', '-S', 'nosave'];
const ENVIRONMENT = { LC_ALL: 'C.UTF-8', DEAD: '/dev/null' };

function sNail(words: readonly string[], { to, subject, body }: PeerMail) {
  const about = subject === '' ? [] : ['-s', subject];
  return run('s-nail', [...SETTINGS, ...words, ...about, '-.', to], { input: body, env: ENVIRONMENT });
}

const mta = ({ port }: PeerGateway): string => `mta=smtp://127.0.0.1:${port}`;

describePeer(
  's-nail',
  (mail, gateway) => sNail(['-S', 'v15-compat', '-S', mta(gateway), '-S', 'smtp-auth=none'], mail),
  {
    'before v15': (mail, gateway) => sNail(['-S', mta(gateway)], mail),
    base64: (mail, gateway) => sNail(['-S', mta(gateway), '-S', 'mime-encoding=base64'], mail),
  },
);
