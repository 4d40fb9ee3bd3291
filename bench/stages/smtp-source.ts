// The same by a load that others wrote: smtp-source of Postfix, sessions kept open. Its mails are all alike, which the
// guard against duplicates would refuse: it is off here.

import { run } from '../../test/support/program.js';
import type { Figures, Stage } from '../contest.js';
import { CODE, RECIPIENT, SENDER } from '../load/mails.js';
import { bareServer } from '../peers/bare.js';
import type { Server } from '../peers/peer.js';
import { petitbleuPeer } from '../peers/petitbleu.js';
import { postfixQueue } from '../peers/postfix.js';
import { warmed } from '../peers/warm.js';
import { processorSeconds } from '../processor-time.js';
import { BARE, POSTFIX_QUEUE, NO_GUARD } from '../names.js';

const SETTINGS = ['notify.recorded=off', 'notify.refused=off', 'notify.finished=off', 'duplicates=off'];
const [SESSIONS, MAILS] = [50, 3_000];
const SUBJECT = `${CODE}:0684843556-0660919010`;

async function measure(server: Server): Promise<Figures> {
  const before = processorSeconds(server.pids);
  const numbers = ['-s', String(SESSIONS), '-m', String(MAILS)];
  const words = ['-d', ...numbers, '-f', SENDER, '-t', RECIPIENT, '-S', SUBJECT, `inet:127.0.0.1:${server.port}`];
  const beginMs = performance.now();
  const { code, stderr } = await run('smtp-source', words);
  if (code !== 0) throw new Error(`smtp-source: ${stderr}`);
  const perSecond = (MAILS * 1000) / (performance.now() - beginMs);
  const cpuMicros = ((processorSeconds(server.pids) - before) * 1e6) / MAILS;
  await server.clear?.();
  return { perSecond, cpuMicros };
}

export const smtpSource: Stage = {
  name: 'smtp-source',
  peers: [warmed(bareServer), postfixQueue(), warmed(petitbleuPeer(NO_GUARD, { settings: SETTINGS }))],
  contests: [
    {
      name: 'smtp-source',
      title: `By Postfix's smtp-source, small mails, ${SESSIONS} sessions`,
      peers: [BARE, POSTFIX_QUEUE, NO_GUARD],
      measure,
    },
  ],
};
