// The carrier that the configuration names. The one place that knows which types there are.

import path from 'node:path';

import type { Carrier, Clock, Log } from '../ports.js';
import { createSimulator } from './simulator.js';

export const PHONE_FILE = 'phone.jsonl';

export interface CarrierSettings {
  readonly dataDir: string;
  readonly carriers: Readonly<
    Record<string, { readonly window: number; readonly latencyMs: number; readonly receiptDelayMs: number }>
  >;
}

export function createCarrier(
  { carriers, dataDir }: CarrierSettings,
  world: { readonly clock: Clock; readonly log: Log },
): Carrier {
  const [entry] = Object.entries(carriers);
  if (!entry) throw new Error('the configuration names no carrier');
  const [name, { window, latencyMs, receiptDelayMs }] = entry;
  const phoneFile = path.join(dataDir, PHONE_FILE);
  return createSimulator({ name, window, latencyMs, receiptDelayMs, phoneFile, ...world });
}
