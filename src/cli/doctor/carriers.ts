// The carriers: what the running daemon knows of them; without a daemon each is tried, without sending anything.

import { probeCarrier } from '../../carriers/probe.js';
import { systemClock } from '../../clock.js';
import type { Log } from '../../ports.js';
import { bad, doubtful, good, sentenceOf, type Finding, type Look } from './finding.js';

const silent = (): void => undefined;
const NO_LOG: Log = { debug: silent, info: silent, warn: silent, error: silent };

export const lookAtCarriers: Look = async ({ config, ask }) => {
  if (ask === null) return Promise.all(Object.keys(config.carriers).map((name) => tryCarrier(config.carriers, name)));
  const answer = await ask('carriers', {});
  if (!answer.ok) return [bad('carriers', answer.error.text, 'petitbleu carriers tells more')];
  return answer.value.carriers.map(({ name, type, outSince, pausedUntil, errors, inFlight, window }) => {
    const what = `carrier ${name}`;
    const last = errors[0] === undefined ? '' : `; last error: ${errors[0].code}`;
    if (outSince !== null)
      return bad(
        what,
        `takes nothing since ${outSince}${last}`,
        'petitbleu carriers tells more; look at its login and at the network',
      );
    if (pausedUntil !== null)
      return doubtful(what, `pauses until ${pausedUntil}${last}`, 'petitbleu carriers tells more');
    if (type === 'simulator') return simulated(what);
    return good(what, `works, ${inFlight} of ${window} under way`);
  });
};

async function tryCarrier(carriers: Parameters<Look>[0]['config']['carriers'], name: string): Promise<Finding> {
  const what = `carrier ${name}`;
  const settings = carriers[name];
  if (settings === undefined || settings.type === 'simulator') return simulated(what);
  try {
    const probed = await probeCarrier(name, settings, { clock: systemClock(), log: NO_LOG });
    return probed.ok
      ? good(what, probed.value)
      : bad(what, probed.error, `look at carriers.${name}: host, port, login; and at the network`);
  } catch (fault) {
    return bad(what, sentenceOf(fault), `look at carriers.${name}`);
  }
}

function simulated(what: string): Finding {
  return doubtful(
    what,
    'the simulator: it delivers to nobody',
    'configure a real one (docs/carriers.md, docs/smpp.md)',
  );
}
