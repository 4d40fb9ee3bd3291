// How a command reaches the operations: through the daemon that runs on the data folder, else with the database open in
// this process. Both run the same functions. The configuration is read only where no daemon runs, so that a broken file
// never stands in the way of a command to a running one.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { connectControl, type ControlClient } from '../control/client.js';
import { mistake, type Told } from '../control/protocol.js';
import { ok } from '../core/result.js';
import type { Globals } from './globals.js';
import type { AnswerOf, OperationName, ParamsOf } from './operations/registry.js';

export type Call = <Name extends OperationName>(name: Name, params: ParamsOf<Name>) => Promise<Told<AnswerOf<Name>>>;

interface Session {
  readonly call: Call;
  stop(): Promise<void>;
}

/** `makesFolder`: the command may be the first of an installation. */
export async function withOperations(
  globals: Globals,
  makesFolder: boolean,
  use: (call: Call) => Promise<Told<void>>,
): Promise<Told<void>> {
  const session = await openSession(globals, makesFolder);
  if (!session.ok) return session;
  try {
    return await use(session.value.call);
  } finally {
    await session.value.stop();
  }
}

async function openSession(globals: Globals, makesFolder: boolean): Promise<Told<Session>> {
  const dataDir = resolve(globals.data);
  const daemon = await connectControl(dataDir);
  if (!daemon.ok) return daemon;
  if (daemon.value !== null) return ok(throughDaemon(daemon.value));
  if (!makesFolder && !existsSync(dataDir))
    return mistake(
      'no-input',
      `there is no data folder ${globals.data}; --data names it, \`petitbleu start\` makes it`,
    );
  return openDirectly(globals);
}

function throughDaemon(client: ControlClient): Session {
  return {
    // The daemon ran the function of that name: its answer has that type.
    call: async (name, params) => (await client.call(name, params)) as Told<AnswerOf<typeof name>>,
    stop: () => {
      client.stop();
      return Promise.resolve();
    },
  };
}

/** Loaded only here: a command to a daemon starts faster without. */
async function openDirectly(globals: Globals): Promise<Told<Session>> {
  const [{ readConfig }, { makeDataFolder }, { openParts }, { perform }, { startLog }] = await Promise.all([
    import('./read-config.js'),
    import('../data-folder.js'),
    import('../parts.js'),
    import('./operations/registry.js'),
    import('../log.js'),
  ]);
  const loaded = readConfig(globals);
  if (!loaded.ok) return loaded;
  const { config, shares } = loaded.value;
  const folder = makeDataFolder(config.dataDir);
  if (!folder.ok) return folder;
  // A command says itself what it did; of the log only what went wrong.
  const level = config.log.level === 'error' ? 'error' : 'warn';
  const log = startLog({ level, format: config.log.format, isTerminal: process.stderr.isTTY });
  const opened = await openParts({ config, shares, threads: false, log });
  if (!opened.ok) return opened;
  const parts = opened.value;
  const context = { ...parts, config, carriers: null, listening: null, reload: null };
  return ok({
    call: async (name, params) => (await perform(context, name, params)) as Told<AnswerOf<typeof name>>,
    stop: () => parts.stop(),
  });
}
