// Where providers report: who may, what is taken, and what everybody else sees.

import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';

import { describe, expect, it } from 'vitest';

import type { Receipt } from '../../../src/core/carriage.js';
import type { Reply } from '../../../src/core/types.js';
import type { CarrierEvents } from '../../../src/ports.js';
import { httpRig, TOKEN, type HttpRig } from '../../support/http-carrier.js';
import { call, type Call, type Called } from '../../support/http-call.js';

interface Desk extends HttpRig {
  readonly receipts: Receipt[];
  readonly replies: Reply[];
  readonly base: string;
  readonly post: (path: string, how?: Call) => Promise<Called>;
}

async function desk(keys: string, events: Partial<CarrierEvents> = {}): Promise<Desk> {
  const rig = await httpRig(`url: http://127.0.0.1:9/\n${keys}`);
  const [receipts, replies]: [Receipt[], Reply[]] = [[], []];
  await rig.carrier.start({
    onReceipt: (receipt) => Promise.resolve(void receipts.push(receipt)),
    onReply: (reply) => Promise.resolve(void replies.push(reply)),
    ...events,
  });
  const base = rig.door.address ?? '';
  return { ...rig, receipts, replies, base, post: (path, how) => call(base + path, how) };
}

const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };
const KEYS = `callbacks: { token: ${TOKEN} }\nreceiptFields: { id: s.id, message: ref, to: to, reason: why }`;
const RECEIPT = `/carriers/web/receipt/${TOKEN}`;
const REPLY = `/carriers/web/reply/${TOKEN}`;

describe('receipts', () => {
  const expected = { carrier: 'web', carrierId: 'x1', to: '+33639980100', state: 'undelivered', reason: 'absent' };

  it.each<[string, string, Call]>([
    ['query', `${RECEIPT}?s.id=x1&state=UNDELIVERED&why=absent&to=33639980100`, {}],
    ['form', RECEIPT, { headers: FORM_TYPE, body: 's.id=x1&state=undelivered&why=absent&to=%2B33+639+980+100' }],
    [
      'JSON',
      RECEIPT,
      { headers: JSON_TYPE, body: '{"s":{"id":"x1"},"state":"undelivered","why":"absent","to":33639980100}' },
    ],
    [
      'JSON and query',
      `${RECEIPT}?state=undelivered&why=absent&to=0033639980100`,
      { headers: JSON_TYPE, body: '{"s":{"id":"x1"}}' },
    ],
  ])('by %s', async (_, path, how) => {
    const { receipts, post } = await desk(KEYS);
    expect((await post(path, how)).status).toBe(200);
    expect(receipts).toMatchObject([expected]);
    expect(receipts[0]?.raw).not.toBe('');
    expect(receipts[0]?.raw).not.toContain(TOKEN);
  });

  it('several in one body, wrapped; all or none', async () => {
    const { receipts, post } = await desk(KEYS.replace('id: s.id', 'items: all.msg, id: id'));
    const body = (ids: unknown[]): string =>
      JSON.stringify({ all: { msg: ids.map((id) => ({ id, state: 'delivered' })) } });
    expect((await post(RECEIPT, { headers: JSON_TYPE, body: body(['a', 'b']) })).status).toBe(200);
    expect(receipts.map(({ carrierId, reason }) => [carrierId, reason])).toEqual([
      ['a', null],
      ['b', null],
    ]);
    expect((await post(RECEIPT, { headers: JSON_TYPE, body: body(['c', null]) })).status).toBe(400);
    expect(receipts).toHaveLength(2);
  });

  it('gives our own id back, of a whole message only', async () => {
    const { receipts, post } = await desk(KEYS);
    for (const ref of ['0abco7', '0abc-7', '0abco7u2']) await post(`${RECEIPT}?s.id=x&state=delivered&ref=${ref}`);
    expect(receipts.map(({ messageId }) => messageId)).toEqual(['0abc-7', '0abc-7', undefined]);
  });

  it('an unknown state is pending; without an id it is 400', async () => {
    const { receipts, post, log } = await desk(KEYS);
    expect((await post(`${RECEIPT}?s.id=x&state=weird`)).status).toBe(200);
    expect((await post(`${RECEIPT}?state=delivered`)).status).toBe(400);
    expect(receipts.map(({ state, reason }) => [state, reason])).toEqual([['pending', 'weird']]);
    expect(log.of('callback.not-understood')).toHaveLength(1);
  });

  it('is answered when it is durable; a fault of ours is 503, and the provider comes again', async () => {
    let take = (): void => undefined;
    const durable = new Promise<void>((resolve) => (take = resolve));
    let faults = 1;
    const onReceipt = (): Promise<void> => (faults-- > 0 ? Promise.reject(new Error('disk full')) : durable);
    const { post, log } = await desk(KEYS, { onReceipt });
    const failed = await post(`${RECEIPT}?s.id=x&state=delivered`);
    expect([failed.status, failed.headers['retry-after']]).toEqual([503, '10']);
    expect(failed.body).not.toContain('disk');
    let answered = false;
    const second = post(`${RECEIPT}?s.id=x&state=delivered`).finally(() => (answered = true));
    // Another request goes through meanwhile: the first had its time.
    await post('/none');
    expect(answered).toBe(false);
    take();
    expect((await second).status).toBe(200);
    expect(log.of('callback.not-taken')).toHaveLength(1);
    expect(log.text).not.toContain(TOKEN);
  });

  it('the answer is what the provider expects', async () => {
    const answer = `callbacks: { token: ${TOKEN}, answerStatus: 202, answerText: <Response/>, answerType: text/xml }`;
    const { post } = await desk(KEYS.replace(/callbacks: .*/, answer));
    const { status, body, headers } = await post(`${RECEIPT}?s.id=x`);
    expect([status, body, headers['content-type']]).toEqual([202, '<Response/>', 'text/xml']);
  });
});

describe('replies', () => {
  it('in UTF-8 and in ISO 8859-15, from E.164 and from short codes', async () => {
    const { replies, post, clock } = await desk(KEYS);
    expect((await post(`${REPLY}?from=33639980100&to=36000&text=%C3%A9+%E2%82%AC`)).status).toBe(200);
    await post(REPLY, { headers: FORM_TYPE, body: 'from=12345&to=36000&text=%E9+%A4' });
    expect(replies).toMatchObject([
      { carrier: 'web', from: '+33639980100', to: '36000', text: 'é €', atMs: clock.now() },
      { carrier: 'web', from: '12345', to: '36000', text: 'é €' },
    ]);
    expect(Buffer.from(replies[0]?.raw ?? '', 'hex').toString()).toContain('text=');
  });

  it('404 where nobody takes replies', async () => {
    const { carrier, door } = await httpRig(`url: http://127.0.0.1:9/\n${KEYS}`);
    await carrier.start({ onReceipt: () => Promise.resolve() });
    expect(door.urlsFor('web').replyUrl).toBeNull();
    expect((await call(`${door.address ?? ''}${REPLY}?from=1&text=a`)).status).toBe(404);
  });
});

describe('strangers', () => {
  const same = ({ status, body, headers }: Called): unknown => [
    status,
    body,
    headers['content-type'],
    headers['content-length'],
  ];

  it('see one and the same 404, whatever is wrong, and change nothing', async () => {
    const guarded = await desk(KEYS);
    const elsewhere = await desk(KEYS.replace('} ', '}').replace(`${TOKEN} }`, `${TOKEN}, allow: [192.0.2.0/24] }`));
    const secretless = await desk('receiptFields: { id: id }');
    const ask = '?s.id=x&state=delivered';
    const asked = await Promise.all([
      guarded.post(`/carriers/web/receipt/wrong-${TOKEN}${ask}`),
      guarded.post(`/carriers/web/receipt/-${ask}`),
      guarded.post(`/carriers/web/receipt/${ask}`),
      guarded.post(`/carriers/other/receipt/${TOKEN}${ask}`),
      guarded.post(`/carriers/__proto__/receipt/${TOKEN}${ask}`),
      guarded.post(`/carriers/web/other/${TOKEN}${ask}`),
      guarded.post(`/${ask}`),
      guarded.post(RECEIPT + ask, { method: 'PUT', body: '' }),
      guarded.post('/carriers/web/receipt/wrong', { body: 'x'.repeat(100_000) }),
      guarded.post(`/carriers/web/receipt/${'x'.repeat(300)}${ask}`),
      guarded.post(`/carriers/web/receipt/%E0%A4%A${ask}`),
      elsewhere.post(RECEIPT + ask),
      secretless.post(`/carriers/web/receipt/-${ask}`),
      secretless.post(`/carriers/web/receipt/${ask}`),
    ]);
    for (const answer of asked) expect(same(answer)).toEqual(same(asked[0]));
    expect(asked[0].status).toBe(404);
    for (const { receipts, log } of [guarded, elsewhere, secretless]) {
      expect(receipts).toEqual([]);
      expect(log.text).not.toContain(TOKEN);
    }
  });

  it('are answered before their body is read', async () => {
    const { base } = await desk(KEYS);
    const headers = { 'content-length': '60000' };
    const request = httpRequest(`${base}/carriers/web/receipt/wrong`, { method: 'POST', headers, agent: false });
    request.on('error', () => undefined);
    // The body never comes.
    request.flushHeaders();
    const status = await new Promise((resolve) => request.on('response', (response) => resolve(response.statusCode)));
    request.destroy();
    expect(status).toBe(404);
  });

  it('an address on the list may', async () => {
    const { post, receipts } = await desk(KEYS.replace(`${TOKEN} }`, `${TOKEN}, allow: [127.0.0.0/8] }`));
    expect((await post(`${RECEIPT}?s.id=x`)).status).toBe(200);
    expect(receipts).toHaveLength(1);
  });

  it('a body longer than 64 KiB is not taken', async () => {
    const { post, receipts } = await desk(KEYS);
    expect((await post(`${RECEIPT}?s.id=x`, { body: 'x'.repeat(70_000) })).status).toBe(404);
    expect(receipts).toEqual([]);
  });

  it('nobody after the carrier has stopped', async () => {
    const { post, carrier } = await desk(KEYS);
    await carrier.stop();
    expect((await post(`${RECEIPT}?s.id=x`)).status).toBe(404);
  });
});

describe('a signature over the body', () => {
  const KEY = 'hmac-key-0123456789';
  const signed = (more: string): string =>
    `callbacks: { hmacSecret: ${KEY}, hmacHeader: X-Signature${more} }\nreceiptFields: { id: id, to: to }`;
  const body = '{"id":"x1","state":"delivered"}';

  it.each([
    ['sha256 hex', '', createHmac('sha256', KEY).update(body).digest('hex')],
    ['capitals', '', createHmac('sha256', KEY).update(body).digest('hex').toUpperCase()],
    [
      'sha1 base64',
      ', hmacAlgorithm: sha1, hmacEncoding: base64',
      createHmac('sha1', KEY).update(body).digest('base64'),
    ],
    ['prefix', ', hmacPrefix: sha256=', `sha256=${createHmac('sha256', KEY).update(body).digest('hex')}`],
  ])('%s', async (_, more, signature) => {
    const { post, receipts } = await desk(signed(more));
    const ask = (headers: Readonly<Record<string, string>>, text = body): Promise<Called> =>
      post('/carriers/web/receipt/-', { headers: { ...JSON_TYPE, ...headers }, body: text });
    expect((await ask({})).status).toBe(404);
    expect((await ask({ 'x-signature': 'x' })).status).toBe(404);
    expect((await ask({ 'x-signature': signature }, body.replace('x1', 'x2'))).status).toBe(404);
    expect(receipts).toEqual([]);
    expect((await ask({ 'x-signature': signature })).status).toBe(200);
    expect(receipts).toMatchObject([{ carrierId: 'x1', state: 'delivered', reason: null }]);
    // Nobody has signed the query.
    await post('/carriers/web/receipt/-?to=33639980100', { headers: { ...JSON_TYPE, 'x-signature': signature }, body });
    expect(receipts[1]?.to).toBeNull();
  });
});
