// TLS from the first byte on: connections before their session, while the handshake is under way. Takes sockets as they are
// accepted; cuts off those beyond the limits and those that are not through in time, however busily they drip.
// A session that came of one is limited as all are (smtp-admission.ts).

import type { Socket } from 'node:net';

import type { Cancel, Clock } from '../ports.js';
import { Admission, type AdmissionLimits } from './smtp-admission.js';
import type { Listener } from './smtp-listener.js';

const WITHIN_MS = 30_000;

export class Handshakes {
  readonly #admission: Admission;
  readonly #clock: Clock;
  /** By the client's address and port: the socket itself is hidden behind that of TLS. */
  readonly #underWay = new Map<string, Cancel>();

  constructor(limits: AdmissionLimits, clock: Clock) {
    this.#admission = new Admission(limits);
    this.#clock = clock;
  }

  /** Every connection is looked at before the library gets it: what TLS has taken hold of must not be torn away below it. */
  guard(listener: Listener): void {
    const { server } = listener;
    const begin = server.listeners('connection') as ((socket: Socket) => void)[];
    server.removeAllListeners('connection');
    server.on('connection', (socket) => {
      if (this.#admit(socket, () => listener.dropHandshake(socket))) begin.forEach((listen) => listen(socket));
      else socket.destroy();
    });
  }

  #admit(socket: Socket, drop: () => void): boolean {
    const release = this.#admission.admit(socket.remoteAddress ?? '');
    if (!release) return false;
    const name = nameOf(socket);
    const cancel = this.#clock.after(WITHIN_MS, drop);
    this.#underWay.set(name, cancel);
    socket.once('close', () => {
      cancel();
      release();
      if (this.#underWay.get(name) === cancel) this.#underWay.delete(name);
    });
    return true;
  }

  done(socket: Socket): void {
    const name = nameOf(socket);
    this.#underWay.get(name)?.();
    this.#underWay.delete(name);
  }
}

function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
