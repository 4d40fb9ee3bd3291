// Composition root of the daemon: configuration → store → parts → ways in; stopped in reverse order. The three stories
// (accept.ts, deliver.ts, report.ts) are put together here and nowhere else.

import path from 'node:path';

import { createCarrier } from './carriers/create.js';
import { CallbackDoor } from './carriers/http/door.js';
import { perform } from './cli/operations/registry.js';
import type { OperationContext, ReloadReport } from './cli/operations/context.js';
import { loadConfig, type LoadOptions } from './config/load.js';
import { formatEndpoint } from './config/names.js';
import { formatMistakes } from './config/mistakes.js';
import type { Config } from './config/schema.js';
import { reloadConfig } from './config/reload.js';
import { changesThatNeedRestart } from './config/show.js';
import { mistake, type Told } from './control/protocol.js';
import { startControl, type ControlServer } from './control/server.js';
import { err, ok, type Result } from './core/result.js';
import { makeDataFolder } from './data-folder.js';
import { createAdopter, Dispatcher } from './deliver.js';
import type { Pump } from './pump.js';
import { makeDemoAccount, type DemoAccount } from './demo-account.js';
import { pendingErasures, writeErasureLog } from './erasure-log.js';
import { startLog } from './log.js';
import { createLoops } from './loops.js';
import type { Resolve } from './mail/verify.js';
import type { ListenAddress } from './mail/server.js';
import { messageOf, openParts, readZones, troubleOf, type Parts } from './parts.js';
import type { CarrierEvents, Clock } from './ports.js';
import { formatWarning } from './share-warnings.js';
import { followShares, type Shares } from './shares.js';
import { openSpool, type Spool } from './spool.js';
import { openWaysIn, type WayIn, type WaysIn } from './ways-in.js';

export interface DaemonOptions extends LoadOptions {
  /** For tests; else the system's. */
  readonly clock?: Clock;
  /** Asks the DNS, for tests; else the servers of the system are asked. */
  readonly resolve?: Resolve;
  /** False for tests that run from the sources: store and parser stay in this thread. */
  readonly threads?: boolean;
  /** Something the daemon cannot live without has died. */
  readonly onDeath?: (fault: Error) => void;
}

export interface Daemon {
  readonly config: Config;
  /** Where SMTP listens, with the ports that were taken. */
  readonly addresses: readonly ListenAddress[];
  /** Every way in, SMTP included. */
  readonly waysIn: readonly WayIn[];
  /** Where outcome mails go, in words. */
  readonly mailsTo: string;
  /** Only at the very first start without a configuration: its code is known now and never again. */
  readonly demo: DemoAccount | null;
  reload(): Promise<Result<ReloadReport, string>>;
  /** Takes no more mails, finishes those under way and what the carrier has, and closes the store. */
  stop(): Promise<void>;
}

/** Together well under the 10 seconds that service managers and the manual promise. */
const SESSION_GRACE_MS = 3000;
const SUBMISSION_GRACE_MS = 3000;

export async function startDaemon(options: DaemonOptions): Promise<Told<Daemon>> {
  const loaded = loadConfig(options);
  if (!loaded.ok) return mistake('config', formatMistakes(loaded.error));
  const { config, shares } = loaded.value;
  const folder = makeDataFolder(config.dataDir);
  if (!folder.ok) return folder;
  const log = startLog({ ...config.log, isTerminal: process.stderr.isTTY });
  const control = await startControl({ dataDir: config.dataDir, log });
  if (!control.ok) return control;
  const threads = options.threads ?? true;
  const wakers: (() => void)[] = [];
  const parts = await openParts({
    ...{ config, shares, threads, log, onCommitted: () => wakers.forEach((wake) => wake()) },
    ...(options.clock && { clock: options.clock }),
    ...(options.resolve && { resolve: options.resolve }),
    ...(options.onDeath && { onDeath: options.onDeath }),
  });
  if (!parts.ok) {
    await control.value.stop();
    return parts;
  }
  const daemon = await tryRun({ options, parts: parts.value, control: control.value, wakers });
  if (!daemon.ok) {
    await control.value.stop();
    await parts.value.stop();
  }
  return daemon;
}

interface Running {
  readonly options: DaemonOptions;
  readonly parts: Parts;
  readonly control: ControlServer;
  /** Called after each commit; the loops enter themselves here. */
  readonly wakers: (() => void)[];
}

/** A store that cannot be written at the start is told in a sentence, as one that cannot be opened is. */
async function tryRun(running: Running): Promise<Told<Daemon>> {
  try {
    return await run(running);
  } catch (fault) {
    const trouble = troubleOf(running.parts.live.config.store.file, fault);
    if (trouble) return trouble;
    throw fault;
  }
}

async function run({ options, parts, control, wakers }: Running): Promise<Told<Daemon>> {
  const { log, live } = parts;
  await takeStock(parts);

  const wakeAll = () => wakers.forEach((wake) => wake());
  const loops = createLoops(parts, wakeAll);
  const carriers = await startCarriers(parts, loops.events, wakeAll);
  wakers.push(...carriers.dispatchers.map((dispatcher) => () => dispatcher.wake()), () => loops.wake());

  const opened = await openWays(parts, carriers.door);
  if (!opened.ok) {
    await stopCarriers(carriers, 0);
    return opened;
  }
  const ways = opened.value;
  const demo = await makeDemoAccount(parts);
  const started = await startFollowers(parts, options, ways);
  if (!started.ok) {
    await ways.stop(0);
    await stopCarriers(carriers, 0);
    return started;
  }
  const { shares, spool } = started.value;
  const reload = () => reloadParts({ parts, options, ways, shares, spool }).finally(() => loops.look());
  // Whatever it was, it may have queued something or made it due, or set a threshold.
  const listening = listOf(ways, live.config);
  const context = () => ({ ...operationContext(parts, reload, carriers), listening: () => listening });
  serveCommands(control, context, [wakeAll, () => loops.look()]);
  wakeAll();
  loops.look();
  return ok({
    config: live.config,
    addresses: ways.open.find(({ name }) => name === 'SMTP')?.addresses ?? [],
    waysIn: ways.open,
    mailsTo: parts.mailer.description,
    demo,
    reload,
    stop: async () => {
      log.info('daemon.stopping');
      shares.stop();
      const loopsStopped = loops.stop();
      await spool.stop();
      await ways.stop(SESSION_GRACE_MS);
      await control.stop();
      await stopCarriers(carriers, SUBMISSION_GRACE_MS);
      await loopsStopped;
      await loops.stopMails();
      await parts.stop();
      log.info('daemon.stopped');
    },
  });
}

/** What a stop that was none has left in doubt; and after a backup was restored, people who were erased since. */
async function takeStock({ store, clock, live, log }: Parts): Promise<void> {
  const inDoubt = await store.recoverInFlight(clock.now());
  if (inDoubt > 0) log.warn('messages.in-doubt', { messages: inDoubt });
  await writeErasureLog(live.config.dataDir, store);
  const pending = await pendingErasures(live.config.dataDir, store);
  if (pending.length > 0) log.warn('erasures.pending', { erasures: pending.length, todo: 'petitbleu erase again' });
}

function serveCommands(control: ControlServer, context: () => OperationContext, onDone: readonly (() => void)[]): void {
  control.serve(async (operation, params) => {
    const answer = await perform(context(), operation, params);
    onDone.forEach((call) => call());
    return answer;
  });
}

/** What looks at folders: the files of the shares, and the spool, whose mails may come by one of them. */
async function startFollowers(
  parts: Parts,
  options: DaemonOptions,
  ways: WaysIn,
): Promise<Told<{ readonly shares: Shares; readonly spool: Spool }>> {
  const shares = followShares(parts, path.resolve(options.workingDir ?? '.'));
  await shares.adopt(parts.live.config, parts.live.shares);
  const spool = openSpool(parts, ways);
  if (spool.ok) return ok({ shares, spool: spool.value });
  shares.stop();
  return spool;
}

interface Carriers {
  readonly adopter: Pump;
  readonly dispatchers: readonly Dispatcher[];
  readonly door: CallbackDoor;
}

async function startCarriers(parts: Parts, events: CarrierEvents, onRecorded: () => void): Promise<Carriers> {
  const { live } = parts;
  const door = new CallbackDoor({ ...live.config.http, ...parts });
  const dispatchers: Dispatcher[] = [];
  for (const [name, { outageSeconds }] of Object.entries(live.config.carriers)) {
    const carrier = await createCarrier(live.config, name, { ...parts, door });
    await carrier.start(events);
    const outageMs = outageSeconds * 1000;
    dispatchers.push(new Dispatcher({ ...parts, carrier, outageMs, random: Math.random, onRecorded }));
  }
  const adopter = createAdopter({ ...parts, onRecorded });
  adopter.wake();
  return { adopter, dispatchers, door };
}

/** Where providers report, and the ways in. */
async function openWays(parts: Parts, door: CallbackDoor): Promise<Told<WaysIn>> {
  try {
    await door.start();
    return await openWaysIn(parts);
  } catch (error) {
    const { http } = parts.live.config;
    const wanted = http.listen.map(({ host, port }) => `${host}:${port}`).join(', ');
    return mistake('os', `callbacks cannot listen on ${wanted}: ${messageOf(error)} (key http.listen)`);
  }
}

/** The door first: a provider that cannot connect comes again, one that finds its carrier gone may not. */
async function stopCarriers({ adopter, dispatchers, door }: Carriers, graceMs: number): Promise<void> {
  await Promise.all([adopter.stop(), door.stop()]);
  await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop(graceMs)));
}

function operationContext(
  parts: Parts,
  reload: OperationContext['reload'],
  { dispatchers }: Carriers,
): Omit<OperationContext, 'listening'> {
  const { store, secrets, clock, ids, log, accept, parser, mailer, live } = parts;
  const statuses = () =>
    dispatchers.map(({ status }) => ({ ...status, type: live.config.carriers[status.name]?.type ?? 'gone' }));
  const { config } = live;
  return { store, secrets, clock, ids, log, accept, parser, mailer, live, config, reload, carriers: statuses };
}

function listOf({ open }: WaysIn, { http }: Config): string[] {
  const places = open.flatMap(({ addresses, sockets }) => [...addresses.map(formatEndpoint), ...sockets]);
  return [...places, ...http.listen.map(formatEndpoint)];
}

interface Reloaded {
  readonly parts: Parts;
  readonly options: DaemonOptions;
  readonly ways: WaysIn;
  readonly shares: Shares;
  readonly spool: Spool;
}

/** All or nothing: a mistake anywhere leaves everything as it was. */
async function reloadParts({ parts, options, ways, shares, spool }: Reloaded): Promise<Result<ReloadReport, string>> {
  const { live, log } = parts;
  const loaded = reloadConfig(options, live.config);
  if (!loaded.ok) return loaded;
  const { config } = loaded.value;
  const zones = readZones(config.zonesFile);
  if (!zones.ok) return err(zones.error.text);
  const replaceTls = ways.prepareTls(config);
  if (!replaceTls.ok) return replaceTls;
  replaceTls.value();
  const restartNeeded = changesThatNeedRestart(live.config, config);
  live.zones = zones.value;
  const warnings = await shares.adopt(config, loaded.value.shares);
  spool.publish();
  log.setLevel(config.log.level);
  log.info('config.reloaded', { file: config.file && path.basename(config.file), restartNeeded });
  return ok({ file: config.file, restartNeeded, warnings: warnings.map(formatWarning) });
}
