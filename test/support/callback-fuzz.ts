// Random and damaged callbacks, from a seed, sent to an open door over real connections. `fuzz` sends so many and throws
// where the door breaks its word: an answer each time, 404 and no event without the secret, whole and capped events with it.

import { Agent } from 'node:http';

import { CallbackDoor } from '../../src/carriers/http/door.js';
import type { Receipt } from '../../src/core/carriage.js';
import type { Reply } from '../../src/core/types.js';
import { call } from './http-call.js';

export type Random = () => number;
export type Tally = Record<string, number>;

const TOKEN = 'a-token-that-nobody-guesses';
const AT_ONCE = 8;
const CLOCK = { now: () => 0, elapsed: () => 0, after: () => () => undefined };
const silent = (): void => undefined;
const LOG = { debug: silent, info: silent, warn: silent, error: silent };
const STATES = ['delivered', 'undelivered', 'expired', 'refused', 'pending'];
const NAMES = [
  'id',
  'state',
  'reason',
  'to',
  'from',
  'text',
  'ref',
  'items',
  '__proto__',
  'constructor',
  'toString',
  '',
];
const VALUES = [
  'x1',
  'delivered',
  '+33639980100',
  '0abco7',
  '',
  '%',
  '%zz',
  '%00',
  '\ud800',
  'é€',
  'a'.repeat(6000),
  '0',
  '-1e999',
];
const TYPES = [
  'application/json',
  'application/x-www-form-urlencoded',
  'text/plain',
  'multipart/form-data; boundary=x',
  '',
];

const upTo = (random: Random, most: number): number => Math.floor(random() * (most + 1));
const pick = <T>(random: Random, items: readonly T[]): T => items[upTo(random, items.length - 1)] as T;

function randomJson(random: Random, depth: number): unknown {
  const kind = depth === 0 ? upTo(random, 2) : upTo(random, 5);
  if (kind <= 1) return pick(random, VALUES);
  if (kind === 2) return pick<unknown>(random, [0, -1, 1e308, true, null, 33639980100]);
  if (kind === 3) return Array.from({ length: upTo(random, 5) }, () => randomJson(random, depth - 1));
  return Object.fromEntries(
    Array.from({ length: upTo(random, 6) }, () => [pick(random, NAMES), randomJson(random, depth - 1)]),
  );
}

function randomForm(random: Random): string {
  const pair = (): string => `${pick(random, NAMES)}${pick(random, ['=', '', '=='])}${pick(random, VALUES)}`;
  return Array.from({ length: upTo(random, 12) }, pair).join(pick(random, ['&', '&', '&&', ';']));
}

function damaged(random: Random, body: Buffer): Buffer {
  if (random() < 0.5 || body.length === 0) return body;
  if (random() < 0.3) return body.subarray(0, upTo(random, body.length));
  for (let changes = upTo(random, 5); changes >= 0; changes -= 1)
    body[upTo(random, body.length - 1)] = upTo(random, 255);
  return body;
}

function randomBody(random: Random): Buffer {
  const kind = upTo(random, 9);
  if (kind <= 4) return damaged(random, Buffer.from(JSON.stringify(randomJson(random, 4))));
  if (kind <= 7) return damaged(random, Buffer.from(randomForm(random)));
  if (kind === 8) return Buffer.from(`${'['.repeat(upTo(random, 20_000))}${'{"items":'.repeat(upTo(random, 2000))}`);
  return Buffer.from(Array.from({ length: upTo(random, 2000) }, () => upTo(random, 255)));
}

interface Fuzzed {
  readonly url: string;
  readonly isKnown: boolean;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

function randomCallback(random: Random, base: string): Fuzzed {
  const isKnown = random() < 0.5;
  const wrong = ['', '-', TOKEN.slice(1), `${TOKEN}x`, TOKEN.toUpperCase(), '%00', '..', '%2e%2e%2f', 'x'.repeat(500)];
  const kind = pick(random, ['receipt', 'reply']);
  const query = random() < 0.5 ? `?${encodeURI(randomForm(random).replaceAll('\ud800', '')).slice(0, 4000)}` : '';
  const type = pick(random, TYPES);
  return {
    url: `${base}/carriers/${isKnown ? 'web' : pick(random, ['web', 'other', '__proto__', ''])}/${kind}/${isKnown ? TOKEN : pick(random, wrong)}${query}`,
    isKnown,
    headers: type === '' ? {} : { 'content-type': type },
    body: randomBody(random),
  };
}

/** How many answers there were of each kind. */
export async function fuzz(count: number, random: Random): Promise<Tally> {
  const events: (Receipt | Reply)[] = [];
  const keep = (event: Receipt | Reply): Promise<void> => Promise.resolve(void events.push(event));
  const door = new CallbackDoor({ listen: [{ host: '127.0.0.1', port: 0 }], url: null, clock: CLOCK, log: LOG });
  door.open('web', { ...FIELDS, events: { onReceipt: keep, onReply: keep } });
  await door.start();
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const tally: Tally = { events: 0 };
  try {
    for (let done = 0; done < count; done += AT_ONCE) {
      const calls = Array.from({ length: Math.min(AT_ONCE, count - done) }, () =>
        randomCallback(random, door.address ?? ''),
      );
      // Those with the secret and those without apart, so that an event has its cause.
      for (const isKnown of [false, true]) {
        const some = calls.filter((one) => one.isKnown === isKnown);
        const answers = await Promise.all(
          some.map(({ url, headers, body }) => call(url, { method: 'POST', headers, body, agent })),
        );
        for (const { status } of answers) judgeStatus(status, isKnown, tally);
        if (!isKnown && events.length > 0) throw new Error('an event without the secret');
        events.forEach(judgeEvent);
        tally['events'] = (tally['events'] ?? 0) + events.splice(0).length;
      }
    }
  } finally {
    agent.destroy();
    await door.stop();
  }
  return tally;
}

function judgeStatus(status: number, isKnown: boolean, tally: Tally): void {
  if (!(isKnown ? [200, 400] : [404]).includes(status)) throw new Error(`answered ${status}, known: ${isKnown}`);
  const kind = `${isKnown ? 'known' : 'stranger'} ${status}`;
  tally[kind] = (tally[kind] ?? 0) + 1;
}

function judgeEvent(event: Receipt | Reply): void {
  const text = JSON.stringify(event);
  if (Object.values(event).some((value) => /\p{Surrogate}/u.test(String(value))) || text.includes(TOKEN))
    throw new Error(`a surrogate or a secret: ${text.slice(0, 200)}`);
  const right =
    'state' in event
      ? STATES.includes(event.state) && event.carrierId !== '' && event.carrierId.length <= 200
      : event.from !== '' && event.text !== '' && event.text.length <= 5000;
  const to = event.to ?? '';
  if (!right || event.carrier !== 'web' || to.length > 40 || event.raw.length > 64_000)
    throw new Error(text.slice(0, 500));
}

const FIELDS = {
  callbacks: {
    token: TOKEN,
    allow: [],
    hmacSecret: '',
    hmacHeader: '',
    hmacAlgorithm: 'sha256',
    hmacEncoding: 'hex',
    hmacPrefix: '',
    answerStatus: 200,
    answerText: '',
    answerType: '',
  },
  receiptFields: {
    items: ['items'],
    id: ['id'],
    state: ['state'],
    reason: ['reason'],
    to: ['to'],
    message: ['ref'],
    meanings: [{ written: '', values: ['delivered'], state: 'delivered' }],
  },
  replyFields: { items: ['items'], from: ['from'], to: ['to'], text: ['text'], message: ['ref'] },
} as const;
