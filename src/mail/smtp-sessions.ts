// The open sessions of one server: takes accepted connections, lets in as many as allowed and turns the others away. Where
// all places are taken, the session that has come to nothing for the longest time gives up its own: clients that only hold
// places cannot keep out those that send. Knows nothing of mails.

import type { Socket } from 'node:net';

import type { SMTPServer } from 'smtp-server';

import { rejection, rejectionRow, type Rejection } from '../core/rejection.js';
import type { Log } from '../ports.js';
import { Admission, type AdmissionLimits } from './smtp-admission.js';
import { refusalText } from './smtp-reply.js';
import { Session, type Accepted, type SessionRules } from './smtp-session.js';

type Rules = AdmissionLimits & Omit<SessionRules, 'release'>;

/** In which a client of good will sends its mail; before it nobody loses a place. */
const TIME_ENOUGH_MS = 1_000;

export class Sessions {
  readonly byId = new Map<string, Session>();
  readonly #rules: Rules;
  readonly #log: Log;
  readonly #admission: Admission;

  constructor(rules: Rules, log: Log) {
    this.#rules = rules;
    this.#log = log;
    this.#admission = new Admission(rules);
  }

  /** Null: turned away. */
  open(server: SMTPServer, accepted: Accepted): Session | null {
    const remote = accepted.socket.remoteAddress ?? '';
    const release = this.#admission.admit(remote) ?? (this.#makeRoom() ? this.#admission.admit(remote) : null);
    if (!release) {
      const reason = rejection('too-many-connections', { max: this.#admission.limitFor(remote) });
      this.#log.info('session.refused', { remote, reason: reason.reason });
      turnAway(accepted.socket, reason);
      return null;
    }
    const session = new Session(server, accepted, { ...this.#rules, release });
    this.byId.set(session.id, session);
    this.#log.debug('session.opened', { session: session.id, remote });
    return session;
  }

  closed(id: string): void {
    this.byId.get(id)?.ended();
    this.byId.delete(id);
  }

  #makeRoom(): boolean {
    if (!this.#admission.isFull) return false;
    // A clock that is set back only makes room later.
    let sinceMs = this.#rules.clock.now() - TIME_ENOUGH_MS;
    let last: Session | null = null;
    for (const session of this.byId.values()) {
      if (session.fruitlessSinceMs === null || session.fruitlessSinceMs > sinceMs) continue;
      [last, sinceMs] = [session, session.fruitlessSinceMs];
    }
    if (!last) return false;
    this.#log.info('session.displaced', { session: last.id, remote: last.remoteAddress });
    last.drop(rejection('too-many-connections', { max: this.#rules.connections }));
    return true;
  }
}

function turnAway(socket: Socket, reason: Rejection): void {
  // It may break while it is told; there is nobody else to tell.
  socket.on('error', () => undefined);
  socket.write(`${rejectionRow(reason).smtp} ${refusalText(reason)}\r\n`);
  socket.destroySoon();
}
