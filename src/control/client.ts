// The command's end of the control socket.
// Takes a data folder; gives a client when a daemon answers there, null when none runs. A connection that ends before
// the answer is a told mistake: whether the operation was done is then unknown, and the sentence says so.

import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';

import { ok } from '../core/result.js';
import { LineBuffer } from './lines.js';
import { MAX_ANSWER_BYTES, mistake, parseAnswer, type Told } from './protocol.js';
import { openSocketFolder, SOCKET_NAME } from './socket-path.js';

export interface ControlClient {
  call(operation: string, params: unknown): Promise<Told<unknown>>;
  stop(): void;
}

const LOST = 'the daemon ended the connection before it answered; look whether the operation was done, then try again';

function errorCode(error: Error): string {
  return 'code' in error ? String(error.code) : '';
}

/** The connected socket, or null where no daemon listens. */
function reach(address: string): Promise<Told<Socket | null>> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(ok(socket));
    });
    socket.once('error', (error) => {
      const code = errorCode(error);
      if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTDIR') resolve(ok(null));
      else if (code === 'EACCES' || code === 'EPERM')
        resolve(mistake('no-permission', 'the daemon runs as another user: use that user (or root) for this command'));
      else resolve(mistake('temporary', `the daemon's control socket cannot be reached: ${error.message}`));
    });
  });
}

/** Null: no daemon runs on this data folder. */
export async function connectControl(dataDir: string): Promise<Told<ControlClient | null>> {
  if (!existsSync(dataDir)) return ok(null);
  const opened = openSocketFolder(dataDir);
  if (!opened.ok) return opened;
  const folder = opened.value;
  const reached = await reach(folder.address(SOCKET_NAME));
  folder.close();
  if (!reached.ok) return reached;
  return ok(reached.value === null ? null : new Connection(reached.value));
}

class Connection implements ControlClient {
  readonly #socket: Socket;
  readonly #buffer = new LineBuffer(MAX_ANSWER_BYTES);
  readonly #waiting = new Map<number, (answer: Told<unknown>) => void>();
  #lastId = 0;
  #lost = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#receive(chunk));
    // 'close' follows, and tells those who wait.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#lose(LOST));
  }

  call(operation: string, params: unknown): Promise<Told<unknown>> {
    if (this.#lost) return Promise.resolve(mistake('temporary', LOST));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#socket.write(`${JSON.stringify({ id, operation, params })}\n`);
    });
  }

  stop(): void {
    this.#socket.end();
    this.#socket.unref();
  }

  #receive(chunk: Uint8Array): void {
    for (const line of this.#buffer.push(chunk) ?? [new Uint8Array()]) {
      const parsed = parseAnswer(line);
      const resolve = typeof parsed?.id === 'number' ? this.#waiting.get(parsed.id) : undefined;
      if (parsed === undefined || resolve === undefined) {
        this.#refuse(parsed?.answer);
        return;
      }
      this.#waiting.delete(Number(parsed.id));
      resolve(parsed.answer);
    }
  }

  /** An answer without a question: its mistake (a line too long, say), or a program that speaks something else. */
  #refuse(answer: Told<unknown> | undefined): void {
    this.#lose(
      answer?.ok === false ? answer.error.text : 'what listens on the control socket is no daemon of this program',
    );
    this.#socket.destroy();
  }

  #lose(text: string): void {
    this.#lost = true;
    for (const resolve of this.#waiting.values()) resolve(mistake('temporary', text));
    this.#waiting.clear();
  }
}
