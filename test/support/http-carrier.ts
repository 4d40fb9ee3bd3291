// A carrier of the type `http` as the configuration would make it: from YAML, with its door on a free port.

import { createCarrier } from '../../src/carriers/create.js';
import { CallbackDoor } from '../../src/carriers/http/door.js';
import type { Carrier } from '../../src/ports.js';
import { load, loaded } from '../config/workspace.js';
import { FakeClock } from './fake-clock.js';
import { RecordingLog } from './recording-log.js';
import { onTestFinished } from 'vitest';

export interface HttpRig {
  readonly carrier: Carrier;
  readonly door: CallbackDoor;
  readonly clock: FakeClock;
  readonly log: RecordingLog;
}

export const TOKEN = 'a-token-that-nobody-guesses';

/** `yaml`: the keys of the carrier, one a line. The door is open, the carrier was never started. */
export async function httpRig(yaml: string, url?: string): Promise<HttpRig> {
  const lines = yaml
    .trim()
    .split('\n')
    .map((line) => `    ${line}`);
  const listener = `http: { listen: "127.0.0.1:0"${url === undefined ? '' : `, url: "${url}"`} }`;
  const { config } = loaded(load(`${listener}\ncarriers:\n  web:\n    type: http\n${lines.join('\n')}\n`));
  const [clock, log] = [new FakeClock(), new RecordingLog()];
  const door = new CallbackDoor({ ...config.http, clock, log });
  const carrier = await createCarrier(config, 'web', { clock, log, door });
  await door.start();
  onTestFinished(async () => {
    await carrier.stop();
    await door.stop();
  });
  return { carrier, door, clock, log };
}
