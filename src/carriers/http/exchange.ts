// One HTTP request and what came of it, over a pool of kept connections (undici). Takes a prepared request, gives the
// answer or where it ended: `unsent` while no byte of it can have left, `lost` afterwards. Follows no redirect, repeats
// nothing, reads at most MOST_BYTES of an answer. A request that was given up as `unsent` never leaves later.

import type { Dispatcher } from 'undici';
import { Pool } from 'undici';

import type { Cancel, Clock } from '../../ports.js';
import type { PreparedRequest } from './request.js';

export type Exchanged =
  { readonly kind: 'answered'; readonly answer: Answer } | { readonly kind: 'unsent' | 'lost'; readonly code: string };

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** At most MOST_BYTES of it. */
  readonly body: Uint8Array;
}

export interface ExchangeOptions {
  readonly connections: number;
  readonly answerMs: number;
  /** Certificates (PEM) that are trusted in the place of the system's. */
  readonly ca: string | null;
  readonly clock: Clock;
}

const MOST_BYTES = 65_536;
const CONNECT_MS = 10_000;
const MOST_HEADER_BYTES = 16_384;
/** Shorter than what servers keep: a request on a connection that they close at that moment would be in doubt. */
const KEEP_ALIVE_MS = 4_000;

export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #pools = new Map<string, Pool>();
  readonly #running = new Set<Running>();

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  send(request: PreparedRequest): Promise<Exchanged> {
    const { clock, answerMs } = this.#options;
    return new Promise((resolve) => {
      const running = new Running((exchanged) => {
        cancel();
        this.#running.delete(running);
        resolve(exchanged);
      });
      const cancel: Cancel = clock.after(answerMs, () => running.giveUp('timeout'));
      this.#running.add(running);
      const { method, url, headers, body } = request;
      try {
        const path = url.pathname + url.search;
        this.#pool(url.origin).dispatch({ path, method, headers, body }, running);
      } catch {
        running.giveUp('not-a-request');
      }
    });
  }

  /** Everything under way ends now. */
  async stop(): Promise<void> {
    for (const running of [...this.#running]) running.giveUp('stopped');
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  #pool(origin: string): Pool {
    const existing = this.#pools.get(origin);
    if (existing) return existing;
    const { connections, answerMs, ca } = this.#options;
    const pool = new Pool(origin, {
      connections,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MOST_HEADER_BYTES,
      // The clock of the daemon says when an answer is too late.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: Math.min(CONNECT_MS, answerMs), ...(ca === null ? {} : { ca }) },
    });
    this.#pools.set(origin, pool);
    return pool;
  }
}

class Running implements Dispatcher.DispatchHandler {
  readonly #done: (exchanged: Exchanged) => void;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | null = null;
  #ended = false;
  #length = 0;
  #status = 0;
  #headers: Answer['headers'] = {};

  constructor(done: (exchanged: Exchanged) => void) {
    this.#done = done;
  }

  giveUp(code: string): void {
    this.#end({ kind: this.#controller ? 'lost' : 'unsent', code });
    this.#controller?.abort(new Error(code));
  }

  /** From here on bytes may leave. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#ended) controller.abort(new Error('given up'));
    else this.#controller = controller;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Answer['headers']): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk.subarray(0, MOST_BYTES - this.#length));
    this.#length += chunk.length;
    if (this.#length < MOST_BYTES) return;
    this.#answer();
    controller.abort(new Error('too long'));
  }

  onResponseEnd(): void {
    this.#answer();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#end({ kind: this.#controller ? 'lost' : 'unsent', code: codeOf(error) });
  }

  #answer(): void {
    const answer = { status: this.#status, headers: this.#headers, body: Buffer.concat(this.#chunks) };
    this.#end({ kind: 'answered', answer });
  }

  #end(exchanged: Exchanged): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#done(exchanged);
  }
}

/** `ECONNREFUSED` → `econnrefused`: a code for states and logs, never a sentence that could hold an address. */
function codeOf(error: unknown): string {
  const cause = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : null;
  const word = typeof code === 'string' ? code : 'broken';
  return word
    .toLowerCase()
    .replace(/^und_err_/, '')
    .replaceAll('_', '-')
    .slice(0, 60);
}
