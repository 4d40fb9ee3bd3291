// The HTTP provider with the simulator's numbers: the last three digits say what it answers and which callbacks it makes.
// It speaks JSON; parts of a long text get an id each. A callback that is not taken is made again.

import type { Behaviour } from '../../src/carriers/behaviours.js';
import { settle } from './fake-clock.js';
import { call } from './http-call.js';
import { type Answering, type Got, type HttpProvider } from './http-provider.js';

interface Order {
  readonly to: string;
  readonly from?: string;
  readonly ref: string;
  readonly parts: number;
  readonly flash: boolean;
  readonly receipts: string;
  readonly replies: string;
}

/** The keys of a carrier that speaks to it. */
export function carrierYaml(provider: HttpProvider, token: string): string {
  return `
url: ${provider.url}/messages
answerSeconds: 5
json: '{"to":"{to:digits}","from":"{sender}","text":"{text}","ref":"{reference}","parts":"={parts}","flash":"={flash?true:false}","receipts":"{receiptUrl}","replies":"{replyUrl}"}'
answer:
  id: json ids.*
  code: json error
  outcomes: [2xx -> accepted, "400 json error is message-queue-full -> deferred message"]
callbacks: { token: ${token} }
receiptFields: { message: ref, to: to, reason: reason }
replyFields: { message: ref }
`;
}

export function answerAs(provider: HttpProvider, behaviours: ReadonlyMap<string, Behaviour>): void {
  const deferred = new Set<string>();
  let lastId = 0;
  provider.answer = async ({ body }: Got): Promise<Answering> => {
    const order = JSON.parse(body) as Order;
    const behaviour = behaviours.get(order.to.slice(-3));
    const isDeferred = behaviour?.answer.startsWith('defer') && !deferred.has(order.to);
    if (behaviour?.answer === 'refuse' || isDeferred) {
      deferred.add(order.to);
      const throttled = behaviour?.answer === 'defer-carrier';
      const headers = { 'content-type': 'application/json', ...(throttled ? { 'retry-after': '1' } : {}) };
      return { status: throttled ? 429 : 400, headers, body: JSON.stringify({ error: behaviour?.code }) };
    }
    const ids = Array.from({ length: order.parts }, () => `m${(lastId += 1)}`);
    const told = tell(order, ids, behaviour);
    if (behaviour?.receipts === 'early') await told;
    return behaviour?.answer === 'silent' ? 'silence' : { status: 201, body: JSON.stringify({ ids }) };
  };
}

async function tell(order: Order, ids: readonly string[], behaviour: Behaviour | undefined): Promise<void> {
  await settle(3);
  const { ref, to } = order;
  for (const id of ids) {
    for (const state of behaviour?.states ?? ['delivered' as const]) {
      await insist(order.receipts, { id, ref, to, state, reason: behaviour?.reason ?? '' });
    }
  }
  const text = behaviour?.reply ?? null;
  if (text !== null) await insist(order.replies, { ref, from: to, to: order.from ?? '36000', text });
}

async function insist(url: string, event: unknown): Promise<void> {
  const how = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(event) };
  for (let tries = 0; tries < 5; tries += 1) if ((await call(url, how)).status === 200) return;
}
