// One callback of a provider, or of somebody who would like to be taken for one. No part of ours but plain node:http.

import { request as httpRequest, type Agent, type IncomingMessage } from 'node:http';

export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Keeps connections; else each call has one of its own. */
  readonly agent?: Agent;
}

export interface Called {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

/** One callback; status 0: the connection ended without an answer. */
export function call(url: string, { method, headers = {}, body, agent }: Call = {}): Promise<Called> {
  return new Promise((resolve) => {
    const how = method ?? (body === undefined ? 'GET' : 'POST');
    const request = httpRequest(url, { method: how, headers, agent: agent ?? false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      const end = (): void =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString('utf8'),
          headers: response.headers,
        });
      response.on('end', end);
      response.on('error', end);
    });
    request.on('error', () => resolve({ status: 0, body: '', headers: {} }));
    request.end(body);
  });
}
