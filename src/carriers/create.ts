// The carrier that the configuration names. The one place that knows which types there are; HTTP is loaded where it is used.

import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { Carrier, Clock, Log } from '../ports.js';
import type { CallbackDoor } from './http/door.js';
import type { HttpSettings } from './http/options.js';
import { createSimulator } from './simulator.js';
import { createSmppCarrier } from './smpp/carrier.js';
import type { SmppSettings } from './smpp/options.js';

export const PHONE_FILE = 'phone.jsonl';

interface SimulatorSettings {
  readonly type: 'simulator';
  readonly window: number;
  readonly latencyMs: number;
  readonly receiptDelayMs: number;
}

type Timed = 'bindMs' | 'answerMs' | 'enquireLinkMs' | 'reconnectMs';

/** As the configuration has it: seconds, and the name of the file with the certificates. */
interface ConfiguredSmpp extends Omit<SmppSettings, Timed> {
  readonly type: 'smpp';
  readonly bindSeconds: number;
  readonly answerSeconds: number;
  readonly enquireLinkSeconds: number;
  readonly reconnectSeconds: number;
}

interface ConfiguredHttp extends HttpSettings {
  readonly type: 'http';
}

export interface CarrierSettings {
  readonly dataDir: string;
  readonly carriers: Readonly<Record<string, SimulatorSettings | ConfiguredSmpp | ConfiguredHttp>>;
}

interface World {
  readonly clock: Clock;
  readonly log: Log;
  /** Where HTTP providers report. */
  readonly door: CallbackDoor;
}

export async function createCarrier(
  { carriers, dataDir }: CarrierSettings,
  name: string,
  world: World,
): Promise<Carrier> {
  const settings = carriers[name];
  if (!settings) throw new Error(`there is no carrier ${name}`);
  switch (settings.type) {
    case 'simulator':
      return createSimulator({ name, ...settings, phoneFile: path.join(dataDir, PHONE_FILE), ...world });
    case 'smpp':
      return createSmppCarrier({ name, ...smppSettings(settings), ...world, random: Math.random });
    case 'http':
      return (await import('./http/carrier.js')).createHttpCarrier({ name, settings, ...world });
  }
}

export function smppSettings(configured: ConfiguredSmpp): SmppSettings {
  const { bindSeconds, answerSeconds, enquireLinkSeconds, reconnectSeconds, ca } = configured;
  return {
    ...configured,
    ca: ca === null ? null : readFileSync(ca, 'utf8'),
    bindMs: bindSeconds * 1000,
    answerMs: answerSeconds * 1000,
    enquireLinkMs: enquireLinkSeconds * 1000,
    reconnectMs: reconnectSeconds * 1000,
  };
}
