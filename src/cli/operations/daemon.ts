// What a running daemon knows of itself: for commands that look at its files or at its ports.

import { mistake, type Told } from '../../control/protocol.js';
import { ok } from '../../core/result.js';
import type { OperationContext } from './context.js';

export interface DaemonStatus {
  readonly pid: number;
  readonly node: string;
  readonly storeFile: string;
  /** The configuration that it has read; null: none. */
  readonly configFile: string | null;
  /** `HOST:PORT`, or the path of a socket. */
  readonly listening: readonly string[];
}

export function daemonStatus({ config, listening }: OperationContext): Promise<Told<DaemonStatus>> {
  if (listening === null) return Promise.resolve(mistake('unavailable', 'no daemon runs on this data folder'));
  const { pid, version: node } = process;
  const status = { pid, node, storeFile: config.store.file, configFile: config.file, listening: listening() };
  return Promise.resolve(ok(status));
}
