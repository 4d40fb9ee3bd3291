// One listening socket: smtp-server, every default of it that is unsafe set, its connections replaced by ours.
// TLS exists only with a certificate of the operator: the library's built-in key is public. AUTH is off but in the modes
// that have it; XCLIENT, XFORWARD and the jokes of old sendmail are off, and so is the library's log: it shows addresses.

import type { Socket } from 'node:net';

import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';

import type { ModeRules } from './modes.js';
import type { Accepted, Session } from './smtp-session.js';
import type { Turns } from './turns.js';

export interface TlsPair {
  readonly key: string;
  readonly cert: string;
}

export interface ListenerOptions {
  readonly rules: ModeRules;
  readonly hostname: string;
  readonly tls: TlsPair | null;
  readonly sizeBytes: number;
  readonly idleMs: number;
  /** Connections at once, those whose TLS handshake is under way included. */
  readonly connections: number;
  readonly turns: Turns;
}

type Handlers = Required<Pick<SMTPServerOptions, 'onAuth' | 'onMailFrom' | 'onRcptTo' | 'onData' | 'onClose'>>;

/** Makes the session of a connection, or null after having turned it away. */
type Open = (server: SMTPServer, accepted: Accepted) => Session | null;

const NEVER = ['XCLIENT', 'XFORWARD', 'WIZ', 'SHELL', 'KILL'];

export class Listener extends SMTPServer {
  readonly #rules: ModeRules;
  readonly #open: Open;
  readonly #turns: Turns;
  readonly #most: number;
  /** Accepted connections that have no session yet. */
  #newcomers = 0;

  constructor(options: ListenerOptions, handlers: Handlers, open: Open) {
    const { rules, tls, turns, connections } = options;
    if (!tls && (rules.auth || rules.tls === 'implicit')) throw new Error(`${rules.channel} needs a certificate`);
    super({ ...serverOptions(options), ...handlers });
    this.#rules = rules;
    this.#open = open;
    this.#turns = turns;
    this.#most = connections;
  }

  /** A thousand that come at once are let in over several turns of the event loop; beyond all places they are not kept. */
  override connect(socket: Socket, options?: SMTPConnectionOptions | null): void {
    if (this.#newcomers >= this.#most) {
      socket.destroy();
      return;
    }
    const broken = (): void => undefined;
    socket.on('error', broken);
    this.#newcomers += 1;
    this.#turns.run(() => {
      this.#newcomers -= 1;
      socket.off('error', broken);
      if (!socket.destroyed) this.#begin(socket, options);
    });
  }

  #begin(socket: Socket, options: SMTPConnectionOptions | null | undefined): void {
    const session = this.#open(this, { socket, options });
    if (!session) return;
    this.connections.add(session);
    session.on('error', (error: Error) => this.emit('error', error));
    session.init();
  }

  /**
   * Ends a connection whose TLS handshake is under way, from above: torn away below TLS, the process may crash. Nothing
   * where the handshake is done.
   */
  dropHandshake(socket: Socket): void {
    this._pendingSockets.get(socket)?.destroy();
  }

  /** For connections from now on. The pair must have been checked: a wrong one would take the old one's place. */
  replaceTls(pair: TlsPair): void {
    if (this.#rules.tls === 'none') return;
    this.updateSecureContext({ ...pair });
    this.options.disabledCommands = disabledCommands(this.#rules, pair);
  }
}

function serverOptions(options: ListenerOptions): SMTPServerOptions {
  const { rules, tls } = options;
  return {
    name: options.hostname,
    banner: 'Petit Bleu',
    heloResponse: '%s',
    size: options.sizeBytes,
    socketTimeout: options.idleMs,
    ...(tls ?? {}),
    minVersion: 'TLSv1.2',
    secure: rules.tls === 'implicit',
    lmtp: rules.lmtp,
    maxClients: options.connections,
    authMethods: ['PLAIN', 'LOGIN'],
    // Asked for at MAIL, with our own words (smtp-transaction.ts).
    authOptional: true,
    disabledCommands: disabledCommands(rules, tls),
    hideENHANCEDSTATUSCODES: false,
    disableReverseLookup: true,
    maxCommandLength: 4096,
    logger: false,
  };
}

function disabledCommands({ auth, tls: mode }: ModeRules, tls: TlsPair | null): string[] {
  return [...NEVER, ...(auth ? [] : ['AUTH']), ...(tls && mode === 'starttls' ? [] : ['STARTTLS'])];
}
