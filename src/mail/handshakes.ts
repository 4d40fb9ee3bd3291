// TLS from the first byte on: connections before their session, while the handshake is under way. Takes a listener, and
// cuts off those beyond the limits and those that are not through in time, however busily they drip.
// A session that came of one is limited as all are (smtp-admission.ts).

import type { Socket } from 'node:net';

import type { Clock } from '../ports.js';
import { Admission, type AdmissionLimits } from './smtp-admission.js';
import type { Listener } from './smtp-listener.js';

const WITHIN_MS = 30_000;

/** Every connection is looked at before the library gets it: what TLS has taken hold of must not be torn away below it. */
export function guardHandshakes(listener: Listener, limits: AdmissionLimits, clock: Clock): void {
  const { server } = listener;
  const admission = new Admission(limits);
  const begin = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket) => {
    const release = admission.admit(socket.remoteAddress ?? '');
    if (!release) {
      socket.destroy();
      return;
    }
    const cancel = clock.after(WITHIN_MS, () => listener.dropHandshake(socket));
    socket.once('close', () => {
      cancel();
      release();
    });
    begin.forEach((listen) => listen(socket));
  });
}
