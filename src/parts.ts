// The parts that a daemon and a single command share: store, story 1, parser, mailer, and the settings of the moment.
// Takes a checked configuration; opens no port and runs no loop.

import { readFileSync } from 'node:fs';

import { parse as parseYaml } from 'yaml';

import { createAccept } from './accept.js';
import { systemClock } from './clock.js';
import type { Config } from './config/schema.js';
import type { ShareFile } from './config/share-file.js';
import { mistake, type Told } from './control/protocol.js';
import type { InboundOptions } from './core/inbound.js';
import { ok } from './core/result.js';
import { STORE_TROUBLES, storeTroubleOf } from './core/unavailable.js';
import type { ShareTable } from './core/share.js';
import { parseZones, type ZoneTable } from './core/zones.js';
import { MemoryGuard } from './guard.js';
import { monotonicIds } from './ids.js';
import { startLog, type AdjustableLog } from './log.js';
import { directParser, startParsePool } from './mail/parse-pool.js';
import { folderMailer, smtpMailer } from './mail/send.js';
import { createSenderVerifier, type Resolve } from './mail/verify.js';
import type { Accept, Clock, Guard, Ids, Log, MailParser, Mailer, Rates, Secrets, SenderVerifier } from './ports.js';
import type { Store, StoreOptions } from './store-port.js';
import { createRates } from './rates.js';
import { createSecrets } from './secrets.js';
import { signingKey } from './signing-key.js';
import { lookForDamage, watchStore, type StoreWatch } from './store-watch.js';
import { openStore } from './store/store.js';

/** What a reload replaces. Everything that may change asks here, each time. */
export interface Live {
  config: Config;
  zones: ZoneTable;
  shares: ReadonlyMap<string, ShareFile>;
}

export interface PartsOptions {
  readonly config: Config;
  /** The domain shares that were read with it; without: none. */
  readonly shares?: Live['shares'];
  /** True: store and parser work in threads of their own (a daemon); false: in this one (a command). */
  readonly threads: boolean;
  readonly clock?: Clock;
  readonly log?: AdjustableLog;
  /** Asks the DNS, for tests; else the servers of the system are asked. */
  readonly resolve?: Resolve;
  /** Something was committed: messages may be due, mails may be queued. */
  readonly onCommitted?: () => void;
  /** The writing thread has died. */
  readonly onDeath?: (fault: Error) => void;
}

export interface Parts extends Doorkeepers {
  readonly live: Live;
  readonly store: Store;
  readonly accept: Accept;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: AdjustableLog;
  readonly parser: MailParser;
  readonly mailer: Mailer;
  readonly inboundOptions: () => InboundOptions;
  stop(): Promise<void>;
}

/** What stands between strangers and the accounts. */
interface Doorkeepers {
  readonly guard: Guard;
  readonly rates: Rates;
  readonly verifier: SenderVerifier;
  readonly trustedNetworks: () => readonly string[];
}

export async function openParts(options: PartsOptions): Promise<Told<Parts>> {
  const { config, threads } = options;
  const zones = readZones(config.zonesFile);
  if (!zones.ok) return zones;
  const live: Live = { config, zones: zones.value, shares: options.shares ?? new Map() };
  const log = options.log ?? startLog({ ...config.log, isTerminal: process.stderr.isTTY });
  const clock = options.clock ?? systemClock();
  const opened = await openStoreFile(options, live, watchStore({ file: config.store.file, clock, log }));
  if (!opened.ok) return opened;
  const store = opened.value;
  const key = readSigningKey(config);
  if (!key.ok) {
    await store.stop();
    return key;
  }
  const secrets = createSecrets({ signingKey: key.value });
  const ids = monotonicIds();
  const onCommitted = options.onCommitted ?? (() => undefined);
  const doorkeepers = createDoorkeepers(options, live, { clock, log });
  const accept = createAccept({
    ...{ store, secrets, clock, ids, log, onCommitted, ...doorkeepers },
    zones: () => live.zones,
    shares: () => live.shares,
  });
  const { workers, deadlineMs } = config.mail.parse;
  const parser = threads ? startParsePool({ threads: workers, deadlineMs }) : directParser();
  const mailer = createMailer(live, log);
  return ok({
    ...{ live, store, accept, secrets, clock, ids, log, parser, mailer, ...doorkeepers },
    inboundOptions: () => {
      const { domains, subjectTags, maxReceived, from } = live.config.mail;
      return { domains, subjectTags, maxReceived, from };
    },
    stop: async () => {
      await mailer.stop();
      await parser.stop();
      await store.stop();
    },
  });
}

function createDoorkeepers(
  { resolve }: PartsOptions,
  live: Live,
  world: { readonly clock: Clock; readonly log: Log },
): Doorkeepers {
  const trustedNetworks = () => live.config.mail.trustedNetworks;
  return {
    trustedNetworks,
    guard: new MemoryGuard({ ...world, trustedNetworks }),
    rates: createRates({ ...world, trustedNetworks, limits: () => live.config.mail.smtp.limits }),
    verifier: createSenderVerifier({
      ...{ clock: world.clock, hostname: live.config.mail.domains[0] ?? 'localhost' },
      ...(resolve && { resolve }),
      timeoutMs: () => live.config.mail.verify.timeoutMs,
    }),
  };
}

export function storeOptions(config: Config, shares: ShareTable): StoreOptions {
  const shareSettings = Object.fromEntries([...shares].map(([domain, { settings }]) => [domain, settings]));
  const routing = { routes: config.routes, carriers: Object.keys(config.carriers) };
  const { queue } = config;
  return { defaults: config.defaults, noticesPerHour: config.mail.noticesPerHour, shareSettings, routing, queue };
}

/** The price table, or all its mistakes. */
export function readZones(file: string): Told<ZoneTable> {
  try {
    const zones = parseZones(parseYaml(readFileSync(file, 'utf8')));
    return zones.ok ? zones : mistake('config', zones.error.map((text) => `${file}: ${text}`).join('\n'));
  } catch (error) {
    return mistake('config', `${file}: the price table cannot be read: ${messageOf(error)}`);
  }
}

async function openStoreFile(
  { threads, onDeath }: PartsOptions,
  { config, shares }: Live,
  watch: StoreWatch,
): Promise<Told<Store>> {
  const { file } = config.store;
  try {
    const death = onDeath ? { onDeath } : {};
    const store = await openStore({ file, threads, watch, ...storeOptions(config, shares), ...death });
    if (threads) void lookForDamage(store, watch);
    return ok(store);
  } catch (error) {
    return (
      troubleOf(file, error) ?? mistake('cannot-create', `${file}: the database cannot be opened: ${messageOf(error)}`)
    );
  }
}

/** What the operator is told of a trouble of the store; null: the fault is another one. */
export function troubleOf(file: string, fault: unknown): ReturnType<typeof mistake> | null {
  const trouble = storeTroubleOf(fault);
  if (trouble === null) return null;
  const cause = fault instanceof Error && fault.cause instanceof Error ? ` (${fault.cause.message})` : '';
  return mistake(trouble === 'store-damaged' ? 'software' : 'temporary', `${file}: ${STORE_TROUBLES[trouble]}${cause}`);
}

function readSigningKey({ dataDir }: Config): Told<Uint8Array> {
  try {
    return ok(signingKey(dataDir));
  } catch (error) {
    return mistake('cannot-create', `the key of the reply addresses cannot be had: ${messageOf(error)}`);
  }
}

function createMailer(live: Live, log: AdjustableLog): Mailer {
  const { domains, out } = live.config.mail;
  const from = () => live.config.mail.from;
  const hostname = domains[0] ?? 'localhost';
  return out.url === null
    ? folderMailer({ folder: out.folder, from, hostname })
    : smtpMailer({ url: out.url, requireTls: out.requireTls, from, hostname, log });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
