// Where an installation has its files, and the daemon that runs on it, if one does: for commands that read the database
// themselves, beside the daemon. The configuration is read only where no daemon runs.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { connectControl } from '../control/client.js';
import { mistake, type Told } from '../control/protocol.js';
import { ok } from '../core/result.js';
import type { Globals } from './globals.js';
import type { DaemonStatus } from './operations/daemon.js';
import { readConfig } from './read-config.js';

export interface Installation {
  readonly dataDir: string;
  readonly storeFile: string;
  readonly daemon: DaemonStatus | null;
}

export async function findInstallation(globals: Globals): Promise<Told<Installation>> {
  const dataDir = resolve(globals.data);
  const daemon = await askDaemon(dataDir);
  if (!daemon.ok) return daemon;
  if (daemon.value) return ok({ dataDir, storeFile: daemon.value.storeFile, daemon: daemon.value });
  if (!existsSync(dataDir)) return mistake('no-input', `there is no data folder ${globals.data}; --data names it`);
  const loaded = readConfig(globals);
  if (!loaded.ok) return loaded;
  return ok({ dataDir, storeFile: loaded.value.config.store.file, daemon: null });
}

/** Null: none runs. */
export async function askDaemon(dataDir: string): Promise<Told<DaemonStatus | null>> {
  const client = await connectControl(dataDir);
  if (!client.ok) return client;
  if (client.value === null) return ok(null);
  const answer = await client.value.call('daemon', {});
  client.value.stop();
  // It ran the operation of that name.
  return answer as Told<DaemonStatus>;
}
