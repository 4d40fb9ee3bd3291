// A carrier that is an HTTP provider: Submission → request → Outcome, as the configuration describes it. Receipts and
// replies come by callback (door.ts). Never follows, repeats or resends: what left and was not answered is `unknown`.
// Several requests of one message (split `udh`) go one after the other; after a delay only the missing ones are sent.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { referenceOf } from '../../core/provider-template.js';
import { isGsm7 } from '../../core/gsm7.js';
import { CAPACITY, splitText } from '../../core/segment.js';
import type { Outcome, Submission } from '../../core/carriage.js';
import type { Carrier, CarrierEvents, Clock, Log } from '../../ports.js';
import { outcomeFrom } from './answer.js';
import type { CallbackDoor } from './door.js';
import { Exchange } from './exchange.js';
import type { HttpSettings } from './options.js';
import { Pace } from './pace.js';
import { prepareRequest, valuesFor, type Piece } from './request.js';

export interface HttpCarrierOptions {
  readonly name: string;
  readonly settings: HttpSettings;
  readonly door: CallbackDoor;
  readonly clock: Clock;
  readonly log: Log;
}

const THROTTLED_FOR_MS = 1_000;
/** Messages of which some parts were taken and others put off. */
const MOST_PARTIAL = 10_000;

export function createHttpCarrier(options: HttpCarrierOptions): Carrier {
  return new HttpCarrier(options);
}

class HttpCarrier implements Carrier {
  readonly name: string;
  readonly window: number;
  readonly #options: HttpCarrierOptions;
  #exchange: Exchange | null = null;
  #pace: Pace | null = null;
  /** Ids of the pieces that were taken, of messages whose next piece was put off. */
  readonly #taken = new Map<string, readonly (readonly string[])[]>();
  #inFlight = 0;

  constructor(options: HttpCarrierOptions) {
    this.name = options.name;
    this.window = options.settings.window;
    this.#options = options;
  }

  start(events: CarrierEvents): Promise<void> {
    const { settings, door, clock } = this.#options;
    const { window, answerSeconds, ca, rate, callbacks, receiptFields, replyFields } = settings;
    this.#exchange = new Exchange({
      connections: window,
      answerMs: answerSeconds * 1000,
      ca: ca === null ? null : readFileSync(ca, 'utf8'),
      clock,
    });
    this.#pace = new Pace(rate, clock);
    door.open(this.name, { callbacks, receiptFields, replyFields, events });
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#options.door.shut(this.name);
    this.#pace?.stop();
    await this.#exchange?.stop();
    this.#exchange = null;
  }

  async submit(submission: Submission): Promise<Outcome> {
    const { settings, log } = this.#options;
    if (!this.#exchange) return { kind: 'deferred', code: 'not-connected', scope: 'carrier' };
    if (this.#inFlight >= this.window) {
      log.warn('http.window-exceeded', { carrier: this.name, window: this.window });
      return { kind: 'deferred', code: 'throttled', scope: 'carrier', afterMs: THROTTLED_FOR_MS };
    }
    if (!isAsCounted(submission)) return { kind: 'refused', code: 'not-encodable' };
    if (submission.encoding === 'ucs2' && !settings.unicode) return { kind: 'refused', code: 'no-unicode' };
    if (submission.parts > settings.longest) return { kind: 'refused', code: 'too-long' };
    this.#inFlight += 1;
    try {
      return await this.#sendAll(submission);
    } finally {
      this.#inFlight -= 1;
    }
  }

  async #sendAll(submission: Submission): Promise<Outcome> {
    const { messageId } = submission;
    const idsOfPieces = [...(this.#taken.get(messageId) ?? [])];
    this.#taken.delete(messageId);
    for (const piece of this.#piecesOf(submission).slice(idsOfPieces.length)) {
      const outcome = await this.#send(submission, piece);
      if (outcome.kind === 'accepted') {
        idsOfPieces.push(outcome.carrierIds);
        continue;
      }
      if (outcome.kind === 'deferred' && idsOfPieces.length > 0) this.#remember(messageId, idsOfPieces);
      return outcome;
    }
    return { kind: 'accepted', carrierIds: idsOfPieces.flat() };
  }

  #remember(messageId: string, idsOfPieces: readonly (readonly string[])[]): void {
    const [oldest] = this.#taken.keys();
    if (this.#taken.size >= MOST_PARTIAL && oldest !== undefined) this.#taken.delete(oldest);
    this.#taken.set(messageId, idsOfPieces);
  }

  #piecesOf({ messageId, text, encoding, parts }: Submission): Piece[] {
    if (this.#options.settings.split === 'provider' || parts === 1)
      return [{ text, part: null, udh: null, reference: referenceOf(messageId, null) }];
    // The same after a restart: a handset drops a part that it has.
    const tie = (createHash('sha256').update(messageId).digest()[0] ?? 0) & 0x7f;
    const texts = splitText(text, encoding, CAPACITY[encoding].part);
    return texts.map((one, index) => ({
      text: one,
      part: index + 1,
      udh: String.fromCharCode(5, 0, 3, tie, texts.length, index + 1),
      reference: referenceOf(messageId, index + 1),
    }));
  }

  async #send(submission: Submission, piece: Piece): Promise<Outcome> {
    const { settings, door, clock, log } = this.#options;
    const request = prepareRequest(settings, valuesFor(submission, piece, settings, door.urlsFor(this.name)));
    if (!request) return { kind: 'refused', code: 'not-encodable' };
    const hasTurn = await this.#pace?.turn();
    if (hasTurn !== true || !this.#exchange) return { kind: 'deferred', code: 'stopped', scope: 'carrier' };
    const exchanged = await this.#exchange.send(request);
    const { reference } = piece;
    const outcome = outcomeFrom(exchanged, settings.answer, { reference, nowMs: clock.now() });
    if (outcome.kind !== 'accepted') {
      const status = exchanged.kind === 'answered' ? exchanged.answer.status : null;
      log.debug('http.not-accepted', { carrier: this.name, message: submission.messageId, status, code: outcome.code });
    }
    return outcome;
  }
}

/** What acceptance has counted and priced is what leaves. */
function isAsCounted({ text, encoding, parts }: Submission): boolean {
  if (encoding === 'gsm7' && !isGsm7(text)) return false;
  const { single, part } = CAPACITY[encoding];
  const isOne = splitText(text, encoding, single).length === 1;
  return parts === (isOne ? 1 : splitText(text, encoding, part).length);
}
