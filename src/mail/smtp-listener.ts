// One listening socket: smtp-server, every default of it that is unsafe set, its connections replaced by ours.
// STARTTLS exists only with a certificate of the operator: the library's built-in key is public.
// AUTH, XCLIENT, XFORWARD and the jokes of old sendmail are off, and so is the library's log: it shows addresses.

import type { Socket } from 'node:net';

import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';

import type { Accepted, Session } from './smtp-session.js';

export interface TlsPair {
  readonly key: string;
  readonly cert: string;
}

export interface ListenerOptions {
  readonly hostname: string;
  readonly tls: TlsPair | null;
  readonly sizeBytes: number;
  readonly idleMs: number;
}

type Handlers = Required<Pick<SMTPServerOptions, 'onMailFrom' | 'onRcptTo' | 'onData' | 'onClose'>>;

/** Makes the session of a connection, or null after having turned it away. */
type Open = (server: SMTPServer, accepted: Accepted) => Session | null;

const NEVER = ['AUTH', 'XCLIENT', 'XFORWARD', 'WIZ', 'SHELL', 'KILL'];

export class Listener extends SMTPServer {
  readonly #open: Open;

  constructor(options: ListenerOptions, handlers: Handlers, open: Open) {
    super({ ...serverOptions(options), ...handlers });
    this.#open = open;
  }

  override connect(socket: Socket, options?: SMTPConnectionOptions | null): void {
    const session = this.#open(this, { socket, options });
    if (!session) return;
    this.connections.add(session);
    session.on('error', (error: Error) => this.emit('error', error));
    session.init();
  }

  /** For connections from now on. The pair must have been checked: a wrong one would take the old one's place. */
  replaceTls(pair: TlsPair): void {
    this.updateSecureContext({ ...pair });
    this.options.disabledCommands = disabledCommands(pair);
  }
}

function serverOptions(options: ListenerOptions): SMTPServerOptions {
  return {
    name: options.hostname,
    banner: 'Petit Bleu',
    heloResponse: '%s',
    size: options.sizeBytes,
    socketTimeout: options.idleMs,
    ...(options.tls ?? {}),
    minVersion: 'TLSv1.2',
    disabledCommands: disabledCommands(options.tls),
    hideENHANCEDSTATUSCODES: false,
    disableReverseLookup: true,
    maxCommandLength: 4096,
    logger: false,
  };
}

function disabledCommands(tls: TlsPair | null): string[] {
  return tls ? NEVER : [...NEVER, 'STARTTLS'];
}
