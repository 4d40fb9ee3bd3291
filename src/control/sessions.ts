// The connections of the control socket: each a conversation of request lines and answer lines.
// Takes sockets and, once the daemon is ready, the handler; a bad line is answered with a mistake, a line that is too
// long ends the connection, a fault is told with a fixed text and logged.
// Never runs two requests of one connection at once: their answers stand in the order of the requests.

import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { rejectionText } from '../core/rejection.js';
import { Unavailable } from '../core/unavailable.js';
import type { Log } from '../ports.js';
import { LineBuffer } from './lines.js';
import { formatAnswer, mistake, parseRequest, type Told } from './protocol.js';

const IDLE_MS = 10 * 60_000;
const STOP_GRACE_MS = 3000;

export type Handle = (operation: string, params: unknown) => Promise<Told<unknown>>;

interface Session {
  readonly ended: Promise<void>;
  busy: boolean;
}

export class Sessions {
  readonly #log: Log;
  readonly #maxBytes: number;
  readonly #open = new Map<Socket, Session>();
  readonly #handle: Promise<Handle>;
  #setHandle: (handle: Handle) => void = () => undefined;
  #stopping = false;

  constructor(log: Log, maxBytes: number) {
    this.#log = log;
    this.#maxBytes = maxBytes;
    this.#handle = new Promise((resolve) => {
      this.#setHandle = resolve;
    });
  }

  /** Only the first handler counts. */
  serve(handle: Handle): void {
    this.#setHandle(handle);
  }

  open(socket: Socket): void {
    socket.setTimeout(IDLE_MS, () => {
      if (this.#open.get(socket)?.busy !== true) socket.destroy();
    });
    socket.on('error', (error) => {
      this.#log.debug('control.connection-failed', { error: error.message });
    });
    const ended = this.#converse(socket).finally(() => this.#open.delete(socket));
    this.#open.set(socket, { ended, busy: false });
  }

  /** Requests under way get a few seconds; connections that only wait are closed at once. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.serve(() => Promise.resolve(mistake('temporary', 'the daemon is stopping')));
    const sessions = [...this.#open];
    for (const [socket, { busy }] of sessions) if (!busy) socket.destroy();
    const grace = setTimeout(() => {
      for (const [socket] of sessions) socket.destroy();
    }, STOP_GRACE_MS);
    await Promise.all(sessions.map(([, { ended }]) => ended));
    clearTimeout(grace);
  }

  async #converse(socket: Socket): Promise<void> {
    const buffer = new LineBuffer(this.#maxBytes);
    try {
      // The socket outlives the loop, so that the last answer gets out.
      for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
        const lines = buffer.push(chunk);
        if (lines === null) {
          const told = mistake('usage', `the line is longer than ${this.#maxBytes} bytes`);
          socket.end(formatAnswer(null, told), () => socket.destroy());
          return;
        }
        for (const line of lines) await this.#answer(socket, line);
        if (this.#stopping) break;
      }
      await this.#answer(socket, buffer.rest());
      socket.end();
    } catch {
      // Reset by the other end: nobody is left to answer to.
      socket.destroy();
    }
  }

  async #answer(socket: Socket, line: Uint8Array): Promise<void> {
    if (line.length === 0 || this.#stopping) return;
    const session = this.#open.get(socket);
    if (session) session.busy = true;
    const request = parseRequest(line);
    const answer = request.ok
      ? formatAnswer(request.value.id, await this.#run(request.value.operation, request.value.params))
      : formatAnswer(request.error.id, { ok: false, error: request.error.mistake });
    if (!socket.destroyed) socket.write(answer);
    if (session) session.busy = false;
    // Thousands of lines may come in one piece, and most mistakes are told without waiting for anything.
    await nextTurn();
  }

  async #run(operation: string, params: unknown): Promise<Told<unknown>> {
    const handle = await this.#handle;
    try {
      return await handle(operation, params);
    } catch (error) {
      if (error instanceof Unavailable) return mistake('temporary', rejectionText(error.rejection, 'en'));
      this.#log.error('control.fault', { operation, error });
      return mistake('software', `a fault in the daemon while it did "${operation}"; its log has the details`);
    }
  }
}
