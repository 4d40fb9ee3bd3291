// Every way by which mail comes in: SMTP, submission, LMTP, and the socket of `petitbleu sendmail`. Takes the parts of the
// daemon, gives all of them listening or none; each has its own limits, so that no way can be blocked through another, and
// no more clients at once than the system has files for, so that those beyond are told.
// Decides nothing about a mail: they all hand it to the same intake.

import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';

import { authenticate } from './authenticate.js';
import { formatEndpoint, type Endpoint, type SocketPath } from './config/names.js';
import type { Config } from './config/schema.js';
import { mistake, type Told } from './control/protocol.js';
import { openSocketFolder, type SocketFolder } from './control/socket-path.js';
import { err, ok, type Result } from './core/result.js';
import { createMailIntake, type MailIntake } from './mail/intake.js';
import type { Mode } from './mail/modes.js';
import { SessionMemory } from './mail/session-memory.js';
import { createMailServer, type ListenAddress, type ListenPath, type MailServer } from './mail/server.js';
import type { TlsPair } from './mail/smtp-listener.js';
import { openFileLimit, placesWithin } from './open-files.js';
import { messageOf, type Parts } from './parts.js';
import { Turns } from './mail/turns.js';
import { followPairs, readPair, type TlsFiles } from './tls-files.js';

/** One line of what the daemon says at its start. */
export interface WayIn {
  readonly name: WayName;
  /** Of each TCP port, with the number that was taken. */
  readonly addresses: readonly ListenAddress[];
  /** Unix sockets. */
  readonly sockets: readonly string[];
}

export interface WaysIn {
  readonly open: readonly WayIn[];
  /** Reads the certificates that a new configuration names; the function puts them to use, for new sessions. */
  prepareTls(config: Config): Result<() => void, string>;
  stop(graceMs: number): Promise<void>;
}

type WayName = 'SMTP' | 'submission' | 'submission (TLS)' | 'LMTP' | 'sendmail';

interface Plan {
  readonly name: WayName;
  readonly mode: Mode;
  /** The key that a mistake names. */
  readonly key: string;
  readonly listen: readonly (Endpoint | SocketPath)[];
  readonly socketMode: number;
}

/** Every program of this machine may hand mails over: the code in them proves who sends. */
const SENDMAIL_SOCKET_MODE = 0o666;
const SENDMAIL_FOLDER_MODE = 0o755;

interface Opened {
  readonly plan: Plan;
  readonly server: MailServer;
  readonly folders: readonly SocketFolder[];
  readonly sockets: readonly string[];
  readonly hasTls: boolean;
}

export async function openWaysIn(parts: Parts): Promise<Told<WaysIn>> {
  const { live, clock, log } = parts;
  const intake = createMailIntake({ ...parts, options: parts.inboundOptions });
  const { size, limits } = live.config.mail.smtp;
  // One mail fits in any case.
  const memory = new SessionMemory(Math.max(limits.memory, size));
  const turns = new Turns();
  const plans = plansOf(live.config);
  const connections = connectionsOf(parts, plans.length);
  const opened: Opened[] = [];
  for (const plan of plans) {
    const one = await openWay(parts, plan, { intake, memory, turns, connections });
    if (!one.ok) {
      await Promise.all(opened.map((other) => stopWay(other, 0)));
      return one;
    }
    opened.push(one.value);
  }
  const secured = opened.filter(({ hasTls }) => hasTls);
  const stopFollowing = followPairs({
    ...{ clock, log },
    files: () =>
      [...new Set(secured.map(({ plan }) => tlsFilesOf(live.config, plan.mode)))].filter((one) => one !== null),
    replace: (files, pair) => {
      for (const { plan, server } of secured) {
        if (tlsFilesOf(live.config, plan.mode)?.cert === files.cert) server.replaceTls(pair.key, pair.cert);
      }
    },
  });
  return ok({
    open: opened.map(({ plan, server, sockets }) => ({ name: plan.name, addresses: server.addresses(), sockets })),
    prepareTls: (config) => prepareTls(secured, config),
    stop: async (graceMs) => {
      stopFollowing();
      await Promise.all(opened.map((one) => stopWay(one, graceMs)));
    },
  });
}

function connectionsOf({ live, log }: Parts, ways: number): number {
  const { connections } = live.config.mail.smtp.limits;
  const files = openFileLimit();
  const places = placesWithin(files, ways);
  if (places >= connections) return connections;
  const advice = 'raise LimitNOFILE, or lower mail.smtp.limits.connections';
  log.warn('mail.fewer-connections', { files, ways, connections, places, advice });
  return places;
}

function plansOf({ mail, dataDir }: Config): Plan[] {
  const { smtp, submission, lmtp, sendmail } = mail;
  const inData = lmtp.listen.map((place) => ('path' in place ? { path: path.resolve(dataDir, place.path) } : place));
  const socketMode = lmtp.mode;
  const plans: Plan[] = [
    { name: 'SMTP', mode: 'smtp', key: 'mail.smtp.listen', listen: smtp.listen, socketMode },
    { name: 'submission', mode: 'submission', key: 'mail.submission.listen', listen: submission.listen, socketMode },
    {
      ...{ name: 'submission (TLS)', mode: 'submission-tls', key: 'mail.submission.listenTls', socketMode },
      listen: submission.listenTls,
    },
    { name: 'LMTP', mode: 'lmtp', key: 'mail.lmtp.listen', listen: inData, socketMode },
    {
      ...{ name: 'sendmail', mode: 'lmtp', key: 'mail.sendmail.socket', socketMode: SENDMAIL_SOCKET_MODE },
      listen: [{ path: sendmail.socket }],
    },
  ];
  return plans.filter(({ listen }) => listen.length > 0);
}

/** Those of submission, else those of SMTP; null: none are configured, or the mode has no TLS. */
function tlsFilesOf({ mail }: Config, mode: Mode): TlsFiles | null {
  if (mode === 'lmtp') return null;
  const own = mode === 'smtp' ? null : filesIn(mail.submission.tls);
  return own ?? filesIn(mail.smtp.tls);
}

function filesIn({ key, cert }: Config['mail']['smtp']['tls']): TlsFiles | null {
  return key === null || cert === null ? null : { key, cert };
}

async function openWay(parts: Parts, plan: Plan, shared: Shared): Promise<Told<Opened>> {
  const files = tlsFilesOf(parts.live.config, plan.mode);
  const pair = files && readPair(files);
  if (pair && !pair.ok) return mistake('config', `TLS: ${pair.error} (for ${plan.key})`);
  const folders: SocketFolder[] = [];
  const listen: (ListenAddress | ListenPath)[] = [];
  for (const place of plan.listen) {
    if (!('path' in place)) {
      listen.push(place);
      continue;
    }
    const folder = socketFolder(plan, path.dirname(place.path));
    if (!folder.ok) return folder;
    folders.push(folder.value);
    listen.push({ path: folder.value.address(path.basename(place.path)), mode: plan.socketMode });
  }
  const server = serverOf(parts, { plan, ...shared, listen, tls: pair?.value ?? null });
  try {
    await server.start();
  } catch (error) {
    folders.forEach((folder) => folder.close());
    const wanted = plan.listen.map((place) => ('path' in place ? place.path : formatEndpoint(place))).join(', ');
    return mistake('os', `${plan.name} cannot listen on ${wanted}: ${messageOf(error)} (key ${plan.key})`);
  }
  const sockets = plan.listen.flatMap((place) => ('path' in place ? [place.path] : []));
  return ok({ plan, server, folders, sockets, hasTls: pair !== null });
}

/** The folder of the socket of sendmail is ours to make: everybody may look into it, nothing else of the data is there. */
function socketFolder({ name, key }: Plan, folder: string): Told<SocketFolder> {
  try {
    const made = name === 'sendmail' && mkdirSync(folder, { recursive: true, mode: SENDMAIL_FOLDER_MODE });
    // The umask has had its say.
    if (made) chmodSync(folder, SENDMAIL_FOLDER_MODE);
    return openSocketFolder(folder);
  } catch (error) {
    return mistake('cannot-create', `${folder}: no socket can be made there: ${messageOf(error)} (key ${key})`);
  }
}

/** What all ways have in common. */
interface Shared {
  readonly intake: MailIntake;
  readonly memory: SessionMemory;
  readonly turns: Turns;
  /** At once, of each way. */
  readonly connections: number;
}

interface Wish extends Shared {
  readonly plan: Plan;
  readonly listen: readonly (ListenAddress | ListenPath)[];
  readonly tls: TlsPair | null;
}

function serverOf(parts: Parts, { plan, intake, memory, turns, connections, listen, tls }: Wish): MailServer {
  const { domains, smtp } = parts.live.config.mail;
  const { limits, size } = smtp;
  return createMailServer({
    ...{ mode: plan.mode, listen, tls, sizeBytes: size },
    hostname: domains[0] ?? 'localhost',
    limits: { ...limits, connections, sessionMs: limits.sessionSeconds * 1000, idleMs: limits.idleSeconds * 1000 },
    clock: parts.clock,
    log: parts.log,
    ...{ memory, turns },
    authenticate: (login) => authenticate({ ...parts, shares: () => parts.live.shares }, login),
    checkRecipient: (address, proven) => intake.checkRecipient(address, proven),
    receive: (mail) => intake.receive(mail),
  });
}

/** Only for what had a certificate at the start: to begin with one takes a restart. */
function prepareTls(secured: readonly Opened[], config: Config): Result<() => void, string> {
  const ready: (() => void)[] = [];
  for (const { plan, server } of secured) {
    const files = tlsFilesOf(config, plan.mode);
    if (!files) continue;
    const pair = readPair(files);
    if (!pair.ok) return err(`TLS: ${pair.error} (for ${plan.key})\n`);
    ready.push(() => server.replaceTls(pair.value.key, pair.value.cert));
  }
  return ok(() => ready.forEach((replace) => replace()));
}

async function stopWay({ server, folders }: Opened, graceMs: number): Promise<void> {
  await server.stop(graceMs);
  folders.forEach((folder) => folder.close());
}
