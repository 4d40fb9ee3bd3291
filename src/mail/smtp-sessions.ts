// The open sessions of one server: takes accepted connections, lets in as many as allowed and turns the others away. Where
// all places are taken, the address that holds the most gives one up to an address that holds fewer; among equals, the
// session that has come to nothing for the longest time. Clients that only hold places cannot keep out those that send.

import type { Socket } from 'node:net';

import type { SMTPServer } from 'smtp-server';

import { customerOf } from '../core/ip.js';
import { rejection, rejectionRow, type Rejection } from '../core/rejection.js';
import type { Log } from '../ports.js';
import { Admission, type AdmissionLimits } from './smtp-admission.js';
import { refusalText } from './smtp-reply.js';
import { Session, type Accepted, type SessionRules } from './smtp-session.js';

type Rules = AdmissionLimits & Omit<SessionRules, 'release' | 'customer'>;

/** In which a client of good will sends its mail; before it none loses its place to another that holds as many. */
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
    if (this.#admission.isFull && !this.#admission.hasItsShare(remote)) this.#makeRoom(customerOf(remote));
    const release = this.#admission.admit(remote);
    if (!release) {
      const { connections, perIp } = this.#rules;
      const max = this.#admission.hasItsShare(remote) ? perIp : connections;
      this.#log.info('session.refused', { remote, reason: 'too-many-connections', max });
      turnAway(accepted.socket, rejection('too-many-connections', { max }));
      return null;
    }
    const session = new Session(server, accepted, { ...this.#rules, release, customer: customerOf(remote) });
    this.byId.set(session.id, session);
    this.#log.debug('session.opened', { session: session.id, remote });
    return session;
  }

  closed(id: string): void {
    this.byId.get(id)?.ended();
    this.byId.delete(id);
  }

  #makeRoom(newcomer: string): void {
    const wouldHold = this.#admission.openOf(newcomer) + 1;
    const holds = ({ customer }: Session): number => this.#admission.openOf(customer);
    // A clock that is set back only makes room later.
    const enoughMs = this.#rules.clock.now() - TIME_ENOUGH_MS;
    let last: Session | null = null;
    for (const session of this.byId.values()) {
      const { fruitlessSinceMs } = session;
      if (fruitlessSinceMs === null) continue;
      const mayLose = holds(session) > wouldHold || (holds(session) === wouldHold && fruitlessSinceMs <= enoughMs);
      if (mayLose && (!last || compare(session, last) < 0)) last = session;
    }
    if (!last) return;
    this.#log.info('session.displaced', { session: last.id, remote: last.remoteAddress });
    last.drop(rejection('too-many-connections', { max: this.#rules.connections }));

    /** The one that shall go first. */
    function compare(one: Session, other: Session): number {
      return holds(other) - holds(one) || (one.fruitlessSinceMs ?? 0) - (other.fruitlessSinceMs ?? 0);
    }
  }
}

function turnAway(socket: Socket, reason: Rejection): void {
  // It may break while it is told; there is nobody else to tell.
  socket.on('error', () => undefined);
  socket.write(`${rejectionRow(reason).smtp} ${refusalText(reason)}\r\n`);
  socket.destroySoon();
}
