// What an answer means: everything a server can do wrong, over a real connection, and the table of statuses.

import fc from 'fast-check';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';

import { judge, parseOutcomeRule, stateOf, valuesAt } from '../../../src/core/provider-rules.js';
import type { Outcome } from '../../../src/core/carriage.js';
import { until } from '../../support/fake-clock.js';
import { HttpProvider, type Answering } from '../../support/http-provider.js';
import { httpRig } from '../../support/http-carrier.js';
import { submission } from '../../support/submission.js';

const EVENTS = { onReceipt: () => Promise.resolve() };
const JSON_ID = 'json: \'{"to":"{to}"}\'\nanswer: { id: json id, code: json error }';
const SECRET = 'k4n4ry-s3cret';

async function outcomeOf(answering: Answering, keys = JSON_ID): Promise<{ outcome: Outcome; requests: number }> {
  const provider = await HttpProvider.start();
  provider.answer = () => answering;
  const rig = await httpRig(`url: ${provider.url}/send\npassword: ${SECRET}\nauth: bearer\n${keys}`);
  await rig.carrier.start(EVENTS);
  const outcome = await rig.carrier.submit(submission());
  expect(rig.log.text).not.toContain(SECRET);
  return { outcome, requests: provider.got.length };
}

const GOOD = JSON.stringify({ id: 'abc' });

describe('answers', () => {
  it.each<[string, Answering, Partial<Outcome> & { kind: string }]>([
    ['201 with an id', { status: 201, body: GOOD }, { kind: 'accepted', carrierIds: ['abc'] }],
    ['200 without an id', { body: '{}' }, { kind: 'unknown', code: 'answer-without-id' }],
    ['200 with HTML', { headers: { 'content-type': 'text/html' }, body: '<html>Welcome</html>' }, { kind: 'unknown' }],
    ['200 with nothing', {}, { kind: 'unknown' }],
    ['200 with an id of control characters', { body: '{"id":"a\\u0000b"}' }, { kind: 'unknown' }],
    ['301', { status: 301, headers: { location: '/else' } }, { kind: 'deferred', scope: 'carrier', lasting: true }],
    ['302', { status: 302, headers: { location: '/else' } }, { kind: 'unknown', code: 'http-302' }],
    ['307', { status: 307, headers: { location: '/else' } }, { kind: 'deferred', scope: 'carrier', lasting: true }],
    ['400', { status: 400, body: '{"error":"bad number"}' }, { kind: 'refused', code: 'bad number' }],
    ['401', { status: 401 }, { kind: 'deferred', scope: 'carrier', lasting: true }],
    ['404', { status: 404 }, { kind: 'deferred', scope: 'carrier', lasting: true }],
    ['408', { status: 408 }, { kind: 'deferred', scope: 'message' }],
    [
      '429 for 7 seconds',
      { status: 429, headers: { 'retry-after': '7' } },
      { kind: 'deferred', scope: 'carrier', afterMs: 7000 },
    ],
    [
      '429 till a date',
      { status: 429, headers: { 'retry-after': 'Thu, 15 Jan 2026 09:01:00 GMT' } },
      { kind: 'deferred', afterMs: 60_000 },
    ],
    [
      '429 for a year',
      { status: 429, headers: { 'retry-after': '31536000' } },
      { kind: 'deferred', afterMs: 3_600_000 },
    ],
    ['500', { status: 500 }, { kind: 'unknown', code: 'http-500' }],
    ['502', { status: 502 }, { kind: 'unknown' }],
    ['503', { status: 503 }, { kind: 'unknown' }],
    [
      '503 with Retry-After',
      { status: 503, headers: { 'retry-after': '3' } },
      { kind: 'deferred', scope: 'carrier', afterMs: 3000 },
    ],
    ['504', { status: 504 }, { kind: 'unknown' }],
    ['a cut connection', 'reset', { kind: 'unknown' }],
    [
      'an answer that is cut off',
      (response) => {
        response.writeHead(200, { 'content-length': '999' });
        response.write('{"id"');
        setImmediate(() => response.destroy());
      },
      { kind: 'unknown' },
    ],
    ['no HTTP at all', (response) => void response.socket?.end('220 smtp ready\r\n'), { kind: 'unknown' }],
    [
      'endless header fields',
      (response) => void response.socket?.write(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(20_000)}`),
      { kind: 'unknown' },
    ],
  ])('%s', async (_, answering, expected) => {
    const { outcome, requests } = await outcomeOf(answering);
    expect(outcome).toMatchObject(expected);
    expect(requests).toBe(1);
  });

  it('megabytes: read no further than 64 KiB, and judged by that', async () => {
    let written = 0;
    const flood = `{"id":"abc","x":"${'x'.repeat(1_000_000)}`;
    const { outcome } = await outcomeOf((response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(flood)) written += 1;
        response.once('drain', more);
      };
      more();
    });
    expect(outcome).toMatchObject({ kind: 'unknown' });
    expect(written).toBeLessThan(50);
  });

  it('nothing: unknown after answerSeconds, on the clock; nothing is sent again', async () => {
    const provider = await HttpProvider.start();
    provider.answer = () => 'silence';
    const { carrier, clock } = await httpRig(`url: ${provider.url}\nanswerSeconds: 60`);
    await carrier.start(EVENTS);
    const submitted = carrier.submit(submission());
    await until(() => provider.got.length === 1);
    await clock.advance(60_000);
    expect(await submitted).toEqual({ kind: 'unknown', code: 'timeout' });
    expect(clock.pending).toBe(0);
  });

  it('nobody listens: deferred by the carrier, nothing was sent', async () => {
    const provider = await HttpProvider.start();
    const { carrier } = await httpRig(`url: ${provider.url}`);
    await provider.stop();
    await carrier.start(EVENTS);
    expect(await carrier.submit(submission())).toEqual({ kind: 'deferred', code: 'econnrefused', scope: 'carrier' });
  });

  it('a certificate that is not trusted: deferred, and with `ca` accepted', async () => {
    const [key, cert] = ['key', 'cert'].map((name) => readFileSync(`fixtures/tls/localhost.${name}.pem`));
    let bytes = 0;
    const server = createTlsServer({ key, cert }, (socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      });
    });
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `url: https://localhost:${(server.address() as AddressInfo).port}/`;
    const wary = await httpRig(url);
    await wary.carrier.start(EVENTS);
    expect(await wary.carrier.submit(submission())).toMatchObject({ kind: 'deferred', scope: 'carrier' });
    expect(bytes).toBe(0);
    const trusting = await httpRig(`${url}\nca: ${process.cwd()}/fixtures/tls/localhost.cert.pem`);
    await trusting.carrier.start(EVENTS);
    expect((await trusting.carrier.submit(submission())).kind).toBe('accepted');
  });

  it('a connection that never gets ready: deferred at the deadline, and no byte leaves later', async () => {
    const sockets: Socket[] = [];
    let bytes = 0;
    // Takes connections and says nothing: the TLS handshake never ends.
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => (bytes += chunk.includes('POST') ? 1 : 0));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      sockets.forEach((socket) => socket.destroy());
      server.close();
    });
    const { carrier, clock } = await httpRig(
      `url: https://localhost:${(server.address() as AddressInfo).port}/\nmethod: POST\nanswerSeconds: 5`,
    );
    await carrier.start(EVENTS);
    const submitted = carrier.submit(submission());
    await until(() => sockets.length === 1);
    await clock.advance(5_000);
    expect(await submitted).toEqual({ kind: 'deferred', code: 'timeout', scope: 'carrier' });
    expect(bytes).toBe(0);
  });

  it('connections are kept, as many as the window', async () => {
    const provider = await HttpProvider.start();
    const ports = new Set<number>();
    provider.answer = () => (response) => {
      ports.add(response.socket?.remotePort ?? 0);
      response.end();
    };
    const { carrier } = await httpRig(`url: ${provider.url}\nwindow: 2`);
    await carrier.start(EVENTS);
    for (let round = 0; round < 5; round += 1) {
      await Promise.all([1, 2].map((n) => carrier.submit(submission({ messageId: `o${round}-${n}` }))));
    }
    expect(provider.got).toHaveLength(10);
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  it('more than the window: throttled, not sent', async () => {
    const provider = await HttpProvider.start();
    provider.answer = () => 'silence';
    const { carrier } = await httpRig(`url: ${provider.url}\nwindow: 1`);
    await carrier.start(EVENTS);
    const first = carrier.submit(submission());
    expect(await carrier.submit(submission())).toMatchObject({ kind: 'deferred', scope: 'carrier', code: 'throttled' });
    await until(() => provider.got.length === 1);
    await carrier.stop();
    expect(await first).toEqual({ kind: 'unknown', code: 'stopped' });
  });
});

describe('rules', () => {
  it('the first that fits counts; with rules, a 2xx that none fits is unknown', async () => {
    const keys = `answer:\n  outcomes: ["2xx text ^OK -> accepted", "500 text overload -> deferred carrier"]`;
    expect((await outcomeOf({ body: 'OK 1' }, keys)).outcome.kind).toBe('accepted');
    expect((await outcomeOf({ body: 'Hm' }, keys)).outcome).toEqual({ kind: 'unknown', code: 'http-200' });
    expect((await outcomeOf({ status: 500, body: 'overload' }, keys)).outcome).toMatchObject({ kind: 'deferred' });
    expect((await outcomeOf({ status: 500, body: 'bug' }, keys)).outcome.kind).toBe('unknown');
  });

  it('json is: every value there has to fit', () => {
    const rule = parseOutcomeRule('2xx json m.*.s is 0|7 -> accepted');
    const said = (json: unknown) => judge(rule ? [rule] : [], { status: 200, text: '', json, headers: {} });
    expect(said({ m: [{ s: 0 }, { s: '7' }] })).toEqual({ kind: 'accepted' });
    expect(said({ m: [{ s: 0 }, { s: 1 }] })).toBeUndefined();
    expect(said({ m: [] })).toBeUndefined();
  });

  it.each([
    '2xx',
    '2xx -> maybe',
    '9xx -> accepted',
    '2xx json -> accepted',
    '2xx text ( -> accepted',
    '2xx json a -> accepted',
  ])('no rule: %s', (written) => expect(parseOutcomeRule(written)).toBeUndefined());

  it('a state that no rule names is under way', () => {
    const rules = [{ written: '', values: ['35*', 'ok'], state: 'undelivered' as const }];
    expect(['3501', 'OK ', '36', ''].map((said) => stateOf(rules, said))).toEqual([
      'undelivered',
      'undelivered',
      'pending',
      'pending',
    ]);
  });

  it('a path finds own properties of any JSON only, and never throws', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.array(fc.constantFrom('*', '0', 'a', '__proto__', 'constructor', 'length')),
        (json, path) => {
          for (const value of valuesAt(json, path))
            expect(JSON.stringify(json)).toContain(JSON.stringify(value).slice(1, -1).slice(0, 5));
        },
      ),
      { examples: [[[], ['length']]], numRuns: 1000 },
    );
  });
});
