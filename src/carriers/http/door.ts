// Where providers report: a small HTTP listener with `/carriers/NAME/receipt/TOKEN` and `…/reply/TOKEN` for each carrier
// that has opened it. An event is durable before the 200; a fault of ours is 503, so that the provider comes again.
// A wrong secret, name, path, address or signature gets the same 404 and changes nothing. Secrets are never logged.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { faultLevel } from '../../core/unavailable.js';
import type { CarrierEvents, Clock, Log } from '../../ports.js';
import { isSigned, mayCall } from './admission.js';
import { receiptsIn, repliesIn, type CallbackData } from './fields.js';
import type { CallbackSettings, ReceiptFields, ReplyFields } from './options.js';
import type { CallbackUrls } from './request.js';

export interface DoorOptions {
  readonly listen: readonly { readonly host: string; readonly port: number }[];
  /** How providers reach it; null: where it listens first. */
  readonly url: string | null;
  readonly clock: Clock;
  readonly log: Log;
}

interface OpenCarrier {
  readonly callbacks: CallbackSettings;
  readonly receiptFields: ReceiptFields;
  readonly replyFields: ReplyFields;
  readonly events: CarrierEvents;
}

interface Called {
  readonly name: string;
  readonly kind: string;
  readonly carrier: OpenCarrier;
}

const MOST_BODY_BYTES = 65_536;
const MOST_CONNECTIONS = 500;
const REQUEST_MS = 10_000;
const MOST_HEADERS = 100;
/** How often connections are looked through for those over their time: Node's half minute would treble it. */
const LOOK_EACH_MS = 1_000;
const NOT_FOUND = 'not found\n';

export class CallbackDoor {
  readonly #options: DoorOptions;
  readonly #carriers = new Map<string, OpenCarrier>();
  readonly #servers: FastifyInstance[] = [];
  #base: string | null;

  constructor(options: DoorOptions) {
    this.#options = options;
    this.#base = options.url;
  }

  open(name: string, carrier: OpenCarrier): void {
    this.#carriers.set(name, carrier);
  }

  shut(name: string): void {
    this.#carriers.delete(name);
  }

  /** What a provider is told to call; nothing where nobody would listen. */
  urlsFor(name: string): CallbackUrls {
    const carrier = this.#carriers.get(name);
    const isOpen = carrier && this.#base !== null && carrier.callbacks.token + carrier.callbacks.hmacSecret !== '';
    if (!isOpen || this.#options.listen.length === 0) return { receiptUrl: null, replyUrl: null };
    const url = (kind: string): string => {
      const token = encodeURIComponent(carrier.callbacks.token === '' ? '-' : carrier.callbacks.token);
      return `${this.#base ?? ''}/carriers/${name}/${kind}/${token}`;
    };
    return { receiptUrl: url('receipt'), replyUrl: carrier.events.onReply ? url('reply') : null };
  }

  /** How it is reached, for whoever configures a provider by hand; null: it does not listen. */
  get address(): string | null {
    return this.#servers.length === 0 ? null : this.#base;
  }

  /** Rejects where it cannot listen. After the carriers have opened: a provider that came before would get a 404. */
  async start(): Promise<void> {
    for (const { host, port } of this.#options.listen) {
      const server = await this.#server();
      this.#servers.push(server);
      const url = await server.listen({ host, port });
      this.#base ??= url;
      this.#options.log.info('callbacks.listening', { host, port: new URL(url).port });
    }
  }

  /** Callbacks under way are finished first. */
  async stop(): Promise<void> {
    await Promise.all(this.#servers.splice(0).map((server) => server.close()));
  }

  async #server(): Promise<FastifyInstance> {
    // Most gateways have no such door: they do not load it.
    const { default: fastify } = await import('fastify');
    const server = fastify({
      logger: false,
      bodyLimit: MOST_BODY_BYTES,
      requestTimeout: REQUEST_MS,
      connectionTimeout: REQUEST_MS,
      keepAliveTimeout: REQUEST_MS,
      http: { connectionsCheckingInterval: LOOK_EACH_MS, headersTimeout: REQUEST_MS },
      forceCloseConnections: 'idle',
      return503OnClosing: true,
      exposeHeadRoutes: false,
      routerOptions: { maxParamLength: 200 },
      frameworkErrors: (_error, _request, reply) => void notFound(reply),
    });
    server.server.maxConnections = MOST_CONNECTIONS;
    server.server.maxHeadersCount = MOST_HEADERS;
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    server.setNotFoundHandler((_request, reply) => notFound(reply));
    // A body that is too long or cut off: whoever sent it learns nothing from the answer.
    server.setErrorHandler((_error, _request, reply) => notFound(reply));
    server.route({
      method: ['GET', 'POST'],
      url: '/carriers/:name/:kind/:token',
      onRequest: async (request, reply) => {
        if (!this.#called(request)) await notFound(reply);
      },
      handler: (request, reply) => this.#handle(request, reply),
    });
    return server;
  }

  /** Undefined for whoever shows no right secret, comes from elsewhere, or asks for what there is not. */
  #called(request: FastifyRequest): Called | undefined {
    const { name = '', kind = '', token = '' } = request.params as Partial<Record<string, string>>;
    const carrier = this.#carriers.get(name);
    const shown = token === '-' && carrier?.callbacks.token === '' ? '' : token;
    const may = mayCall(carrier?.callbacks, { token: shown, address: request.socket.remoteAddress ?? '' });
    const exists = kind === 'receipt' || (kind === 'reply' && carrier?.events.onReply !== undefined);
    return carrier && may && exists ? { name, kind, carrier } : undefined;
  }

  async #handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const called = this.#called(request);
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    if (!called) return notFound(reply);
    const { callbacks } = called.carrier;
    const signature = request.headers[callbacks.hmacHeader.toLowerCase()];
    if (!isSigned(callbacks, body, [signature].flat()[0])) return notFound(reply);
    const { log } = this.#options;
    // The signature is over the body: what stands beside it is anybody's.
    const at = callbacks.hmacSecret === '' ? request.url.indexOf('?') : -1;
    const query = at === -1 ? '' : request.url.slice(at + 1);
    try {
      const data = { query, body, contentType: request.headers['content-type'] ?? '' };
      if (!(await this.#take(called, data))) {
        log.warn('callback.not-understood', { carrier: called.name, kind: called.kind });
        return await reply.code(400).type('text/plain').send('not understood\n');
      }
    } catch (err) {
      log[faultLevel(err)]('callback.not-taken', { err, carrier: called.name, kind: called.kind });
      return reply.code(503).header('retry-after', '10').type('text/plain').send('try again\n');
    }
    const { answerStatus, answerText, answerType } = callbacks;
    return reply
      .code(answerStatus)
      .type(answerType === '' ? 'text/plain' : answerType)
      .send(answerText);
  }

  /** False: it has not what an event needs. All of its events are durable when this resolves. */
  async #take({ name, kind, carrier }: Called, data: CallbackData): Promise<boolean> {
    const { events, receiptFields, replyFields } = carrier;
    if (kind === 'receipt') {
      const receipts = receiptsIn(data, receiptFields, name);
      for (const receipt of receipts ?? []) await events.onReceipt(receipt);
      return receipts !== null;
    }
    const replies = repliesIn(data, replyFields, { carrier: name, nowMs: this.#options.clock.now() });
    for (const one of replies ?? []) await events.onReply?.(one);
    return replies !== null;
  }
}

function notFound(reply: FastifyReply): FastifyReply {
  return reply.code(404).type('text/plain').send(NOT_FOUND);
}
