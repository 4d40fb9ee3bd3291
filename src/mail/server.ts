// Mail comes in here: listens in one of the modes (modes.ts), lets in as many sessions as allowed, and hands whole mails to
// `receive`. Takes addresses, limits and three functions; gives start and stop. Decides nothing about a mail itself.
// Source: RFC 5321, RFC 3207 (STARTTLS), RFC 1870 (SIZE), RFC 2920 (pipelining), through smtp-server.

import { chmod } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createSecureContext } from 'node:tls';

import { rejection } from '../core/rejection.js';
import type { Cancel, Clock } from '../ports.js';
import { freePath } from './free-path.js';
import { guardHandshakes } from './handshakes.js';
import { MODES, type Mode } from './modes.js';
import type { AdmissionLimits } from './smtp-admission.js';
import { authHandler, type Authenticate } from './smtp-auth.js';
import { Listener, type TlsPair } from './smtp-listener.js';
import { Sessions } from './smtp-sessions.js';
import type { Turns } from './turns.js';
import { Transactions, type TransactionOptions } from './smtp-transaction.js';

/** `port` 0 takes a free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** A unix socket: `path` must be free; `mode` says who may connect. */
export interface ListenPath {
  readonly path: string;
  readonly mode: number;
}

interface MailLimits extends AdmissionLimits {
  /** Of one mail. */
  readonly recipients: number;
  /** Of one session, from connection to close. */
  readonly sessionMs: number;
  readonly idleMs: number;
  /** Of a mail that comes in; what is slower is idle. */
  readonly bytesPerSecond: number;
  /** Of one session, without an accepted mail in between. */
  readonly errors: number;
}

export interface MailServerOptions extends Omit<TransactionOptions, 'recipients' | 'rules'> {
  readonly mode: Mode;
  readonly listen: readonly (ListenAddress | ListenPath)[];
  readonly hostname: string;
  /** PEM; null: STARTTLS is not offered, and the modes with AUTH cannot be. */
  readonly tls: TlsPair | null;
  /** Asked in the modes with AUTH. */
  readonly authenticate: Authenticate;
  readonly limits: MailLimits;
  readonly clock: Clock;
  /** What strangers send is read in them. */
  readonly turns: Turns;
}

export interface MailServer {
  /** Resolves when every address listens; rejects, and listens nowhere, when one cannot. */
  start(): Promise<void>;
  /** No new mails; those under way are finished, at most `graceMs` long. */
  stop(graceMs: number): Promise<void>;
  /** Where it listens on TCP, with the ports that were taken. */
  addresses(): readonly ListenAddress[];
  /** For new sessions. Throws, and changes nothing, for a pair that does not fit together. */
  replaceTls(key: string, cert: string): void;
}

export function createMailServer(options: MailServerOptions): MailServer {
  const { limits, log, clock, turns } = options;
  const sessions = new Sessions({ ...limits, clock, turns }, log);
  const rules = MODES[options.mode];
  const transactions = new Transactions({ ...options, rules, recipients: limits.recipients }, sessions.byId);
  const callbacks = { ...handlers(transactions, sessions), onAuth: authHandler(options.authenticate, log) };

  const listeners = options.listen.map(() => {
    const listener = new Listener({ ...options, ...limits, rules }, callbacks, (server, accepted) =>
      sessions.open(server, accepted),
    );
    if (rules.tls === 'implicit') guardHandshakes(listener, limits, clock);
    // Failed handshakes and broken connections; without a listener they would end the process.
    listener.on('error', (error: Error & { code?: unknown }) => {
      log.info('session.broken', { code: typeof error.code === 'string' ? error.code : error.name });
    });
    return listener;
  });

  return {
    start: () => startAll(listeners, options.listen),
    async stop(graceMs) {
      const closed = listeners.map(closeListener);
      const reason = rejection('shutting-down');
      for (const session of sessions.byId.values()) session.leaveWhenDone(reason);
      let cancel: Cancel = () => undefined;
      const graceOver = new Promise<void>((resolve) => {
        cancel = clock.after(graceMs, resolve);
      });
      await Promise.race([Promise.all([...closed, transactions.settled()]), graceOver]);
      cancel();
      for (const session of sessions.byId.values()) session.drop(reason);
      await Promise.all(closed);
    },
    addresses: () => listeners.flatMap((listener) => addressOf(listener)),
    replaceTls(key, cert) {
      createSecureContext({ key, cert });
      for (const listener of listeners) listener.replaceTls({ key, cert });
    },
  };
}

function handlers(
  transactions: Transactions,
  sessions: Sessions,
): Omit<ConstructorParameters<typeof Listener>[1], 'onAuth'> {
  return {
    onMailFrom: (_address, session, answer) => transactions.sender(session, answer),
    onRcptTo: (address, session, answer) => transactions.recipient(address, session, answer),
    onData: (stream, session, answer) => transactions.mail(stream, session, answer),
    onClose: ({ id }) => sessions.closed(id),
  };
}

async function startAll(listeners: readonly Listener[], places: MailServerOptions['listen']): Promise<void> {
  try {
    for (const [index, listener] of listeners.entries()) {
      const place = places[index];
      if (!place) continue;
      if ('path' in place) await freePath(place.path);
      await new Promise<void>((resolve, reject) => {
        listener.server.once('error', reject);
        listener.listen('path' in place ? { path: place.path } : { host: place.host, port: place.port }, () => {
          listener.server.off('error', reject);
          resolve();
        });
      });
      if ('path' in place) await chmod(place.path, place.mode);
    }
  } catch (error) {
    await Promise.all(listeners.map(closeListener));
    throw error;
  }
}

/** Also resolves when it never listened. */
function closeListener(listener: Listener): Promise<void> {
  return new Promise((resolve) => {
    listener.server.close(() => resolve());
  });
}

function addressOf(listener: Listener): ListenAddress[] {
  const address: AddressInfo | string | null = listener.server.address();
  return address === null || typeof address === 'string' ? [] : [{ host: address.address, port: address.port }];
}
