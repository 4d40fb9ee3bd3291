// An HTTP provider on loopback: keeps every request, answers what the test says, and calls back as a provider does, again
// until it is told that the call was taken. No part of ours but plain node:http.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import { onTestFinished } from 'vitest';

export interface Got {
  readonly method: string;
  readonly path: string;
  /** As they stand in the URL and in a form body; the first of each name. */
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly url: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** `silence`: nothing is ever answered. `reset`: the connection is cut. Or whatever a test does with the response. */
export type Answering = Answer | 'silence' | 'reset' | ((response: ServerResponse) => void);

export class HttpProvider {
  readonly got: Got[] = [];
  answer: (got: Got) => Answering | Promise<Answering> = () => ({});
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(): Promise<HttpProvider> {
    const provider = new HttpProvider();
    provider.#server.listen(0, '127.0.0.1');
    await once(provider.#server, 'listening');
    onTestFinished(() => provider.stop());
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cut();
    await closed;
  }

  /** Every connection ends without a word. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('latin1');
    const url = new URL(request.url ?? '/', 'http://provider.example');
    const { method = '', headers } = request;
    const got = { method, path: url.pathname, query: url.searchParams, form: new URLSearchParams(body), headers, body };
    const one: Got = { ...got, url: request.url ?? '' };
    this.got.push(one);
    const answer = await this.answer(one);
    if (answer === 'silence') return;
    if (answer === 'reset') request.socket.destroy();
    else if (typeof answer === 'function') answer(response);
    else response.writeHead(answer.status ?? 200, answer.headers).end(answer.body ?? '');
  }
}
