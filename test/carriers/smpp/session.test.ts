import { readFileSync } from 'node:fs';

import { describe, expect, it, onTestFinished } from 'vitest';

import { createSmppCarrier } from '../../../src/carriers/smpp/carrier.js';
import type { SmppSettings } from '../../../src/carriers/smpp/options.js';
import { encodePdu, type Pdu } from '../../../src/carriers/smpp/pdu.js';
import { NO_TLVS } from '../../../src/carriers/smpp/tlvs.js';
import type { Outcome, Receipt, Submission } from '../../../src/core/carriage.js';
import type { Reply } from '../../../src/core/types.js';
import type { Carrier } from '../../../src/ports.js';
import { FakeClock, settle, until } from '../../support/fake-clock.js';
import { RecordingLog } from '../../support/recording-log.js';
import { SMPP_SETTINGS } from '../../support/smpp-settings.js';
import { deliverSm, Smsc, submitResp, type SmscSession } from '../../support/smsc.js';
import { submission } from '../../support/submission.js';

interface Bench {
  readonly smsc: Smsc;
  readonly carrier: Carrier;
  readonly clock: FakeClock;
  readonly log: RecordingLog;
  readonly receipts: Receipt[];
  readonly replies: Reply[];
  readonly submit: (changes?: Partial<Submission>) => Promise<Outcome>;
  /** Waits till the client has bound. */
  readonly bound: () => Promise<SmscSession>;
}

interface Wish {
  readonly settings?: Partial<SmppSettings>;
  readonly smsc?: Smsc;
  /** Does not start the carrier. */
  readonly take?: () => Promise<void>;
}

async function bench({ settings = {}, smsc: given, take = () => Promise.resolve() }: Wish = {}): Promise<Bench> {
  const smsc = given ?? (await Smsc.start());
  const clock = new FakeClock();
  const log = new RecordingLog();
  const [receipts, replies]: [Receipt[], Reply[]] = [[], []];
  const world = { clock, log, random: () => 0.5 };
  const carrier = createSmppCarrier({ name: 'smsc', ...SMPP_SETTINGS, port: smsc.port, ...settings, ...world });
  await carrier.start({
    onReceipt: (receipt) => take().then(() => void receipts.push(receipt)),
    onReply: (reply) => take().then(() => void replies.push(reply)),
  });
  onTestFinished(async () => {
    const stopping = carrier.stop();
    await clock.advance(10_000);
    await stopping;
  });
  const bound = async (): Promise<SmscSession> => {
    const before = log.of('carrier.connected').length;
    await until(() => log.of('carrier.connected').length > Math.max(0, before - 1));
    return smsc.session();
  };
  return { smsc, carrier, clock, log, receipts, replies, submit: (one) => carrier.submit(submission(one)), bound };
}

const LONG = 'a'.repeat(400);

describe('what is in doubt', () => {
  it('a connection that breaks after the write: unknown, and not sent again over the next one', async () => {
    const { smsc, clock, submit, bound, log } = await bench();
    await bound();
    smsc.answer = () => 'drop';
    expect(await submit()).toEqual({ kind: 'unknown', code: 'connection-lost' });
    expect(await submit()).toMatchObject({ kind: 'deferred', code: 'not-connected', scope: 'carrier' });
    smsc.answer = () => 'later';
    await clock.advance(10_000);
    await until(() => log.of('carrier.connected').length === 2);
    await settle(20);
    expect(smsc.submits).toHaveLength(1);
    expect(await submit()).toEqual({ kind: 'accepted', carrierIds: ['later'] });
  });

  it('a peer that closes its half cannot answer any more', async () => {
    const { smsc, submit, bound } = await bench();
    await bound();
    smsc.answer = (_submit, session) => {
      session.end();
      return 'silence';
    };
    expect(await submit()).toEqual({ kind: 'unknown', code: 'connection-lost' });
  });

  it('no answer in time: unknown; the answer that comes later lets its receipt be known', async () => {
    const { smsc, clock, submit, bound, receipts } = await bench();
    const session = await bound();
    smsc.answer = () => 'silence';
    const answered = submit({ messageId: 'o7-1' });
    await until(() => smsc.submits.length === 1);
    await clock.advance(60_000);
    expect(await answered).toEqual({ kind: 'unknown', code: 'timeout' });
    session.send(submitResp(smsc.submits[0]?.sequence ?? 0, 'late-1'));
    expect(await session.deliver({ esmClass: 4, message: 'id:late-1 stat:DELIVRD err:000' })).toBe(0);
    expect(receipts).toMatchObject([{ carrierId: 'late-1', messageId: 'o7-1', state: 'delivered' }]);
  });

  it('a peer that does not read: what was kept back is deferred, only what was written is in doubt', async () => {
    const { carrier, bound } = await bench({ settings: { window: 50_000 } });
    const session = await bound();
    session.pause();
    // More than the buffers of both sides hold.
    const outcomes = Array.from({ length: 40_000 }, () => carrier.submit(submission({ text: 'x'.repeat(160) })));
    await settle(50);
    session.destroy();
    const kinds = (await Promise.all(outcomes)).map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(['unknown', 'deferred']));
    // In order: nothing that was kept back was written before it.
    expect(kinds.lastIndexOf('unknown')).toBeLessThan(kinds.indexOf('deferred'));
  });

  it('an answer that cannot be read', async () => {
    const { smsc, submit, bound } = await bench();
    await bound();
    smsc.answer = (one, session) => {
      const octets = encodePdu(submitResp(one.sequence, 'abc'));
      // Without the end of the id.
      const cut = octets.subarray(0, -1);
      cut.writeUInt32BE(cut.length, 0);
      session.raw(cut);
      return 'silence';
    };
    expect(await submit()).toEqual({ kind: 'unknown', code: 'malformed-answer' });
  });

  it('a long text of which a part is refused after another was accepted; a receipt does not settle it', async () => {
    const { smsc, submit, bound, receipts } = await bench({ settings: { userReference: true } });
    const session = await bound();
    smsc.answer = () => (smsc.submits.length === 2 ? 0x0b : smsc.newId());
    expect(await submit({ text: LONG })).toEqual({ kind: 'unknown', code: 'part-2-invalid-destination' });
    expect(smsc.submits).toHaveLength(2);
    const tlvs = smsc.submits[0]?.tlvs ?? NO_TLVS;
    await session.deliver({ esmClass: 4, message: 'id:id-1 stat:DELIVRD', tlvs });
    expect(receipts[0]).not.toHaveProperty('messageId');
  });

  it('a long text of which a part waits to be tried again when the carrier stops', async () => {
    const { smsc, carrier, clock, submit, bound } = await bench();
    await bound();
    smsc.answer = () => (smsc.submits.length === 2 ? 0x14 : smsc.newId());
    const answered = submit({ text: LONG });
    await until(() => smsc.submits.length === 2);
    await settle(20);
    await carrier.stop();
    expect(await answered).toMatchObject({ kind: 'unknown', code: 'part-2-stopping' });
    expect(clock.pending).toBe(0);
  });

  it('a long text of which the first part is refused is refused; one that is put off later is tried again', async () => {
    const { smsc, clock, submit, bound } = await bench();
    await bound();
    smsc.answer = () => 0x0b;
    expect(await submit({ text: LONG })).toMatchObject({ kind: 'refused' });
    smsc.answer = () => (smsc.submits.length === 3 ? 0x14 : smsc.newId());
    const answered = submit({ text: LONG });
    await until(() => smsc.submits.length === 3);
    await settle(20);
    await clock.advance(2_000);
    expect(await answered).toEqual({ kind: 'accepted', carrierIds: ['id-1', 'id-2', 'id-3'] });
    const [, first, second, again] = smsc.submits.map(({ body }) => Buffer.from(body.message).toString('hex'));
    expect(again).toBe(second);
    expect(first).not.toBe(second);
  });
});

describe('answers that say no', () => {
  it.each<[number, Partial<Extract<Outcome, { code: string }>>]>([
    [0x01, { kind: 'refused', code: 'invalid-message-length' }],
    [0x0a, { kind: 'refused', code: 'invalid-source' }],
    [0x0b, { kind: 'refused', code: 'invalid-destination' }],
    [0x45, { kind: 'refused', code: 'submission-failed' }],
    [0x48, { kind: 'refused', code: 'invalid-source-ton' }],
    [0x61, { kind: 'refused' }],
    [0x62, { kind: 'refused' }],
    [0x65, { kind: 'refused' }],
    [0x66, { kind: 'refused' }],
    [0x08, { kind: 'deferred', code: 'system-error', scope: 'message' }],
    [0x14, { kind: 'deferred', code: 'message-queue-full', scope: 'message' }],
    [0x64, { kind: 'deferred', code: 'temporary-failure', scope: 'message' }],
    [0x58, { kind: 'deferred', code: 'throttled', scope: 'carrier', afterMs: 750 }],
    [0x0e, { kind: 'deferred', code: 'invalid-password', scope: 'carrier', afterMs: 300_000 }],
    [0x04, { kind: 'deferred', code: 'wrong-bind-state', scope: 'carrier' }],
  ])('status %i', async (status, outcome) => {
    const { smsc, submit, bound } = await bench();
    await bound();
    smsc.answer = () => status;
    expect(await submit()).toMatchObject(outcome);
  });

  it('a nack of the request counts as its answer', async () => {
    const { smsc, submit, bound } = await bench();
    await bound();
    smsc.answer = ({ sequence }, session) => {
      session.send({ command: 'generic_nack', status: 0x58, sequence, body: {}, tlvs: NO_TLVS });
      return 'silence';
    };
    expect(await submit()).toMatchObject({ kind: 'deferred', code: 'throttled' });
  });

  it.each([0xff, 0x0400])('status %i gets three tries', async (status) => {
    const { smsc, submit, bound } = await bench();
    await bound();
    smsc.answer = () => status;
    const kinds = [await submit(), await submit(), await submit(), await submit()].map(({ kind }) => kind);
    expect(kinds).toEqual(['deferred', 'deferred', 'refused', 'deferred']);
  });

  it('throttling holds back the others too, and lasts longer each time', async () => {
    const { smsc, clock, submit, bound } = await bench();
    await bound();
    smsc.answer = () => 0x58;
    expect(await submit()).toMatchObject({ afterMs: 750 });
    const second = submit();
    await settle(20);
    expect(smsc.submits).toHaveLength(1);
    await clock.advance(750);
    expect(await second).toMatchObject({ afterMs: 1_500 });
    smsc.answer = () => 'fine';
    const third = submit();
    await clock.advance(1_500);
    expect((await third).kind).toBe('accepted');
    smsc.answer = () => 0x58;
    expect(await submit()).toMatchObject({ afterMs: 750 });
  });
});

describe('the link', () => {
  it('never has more than the window under way on a connection', async () => {
    const { smsc, submit, bound } = await bench({ settings: { window: 3, connections: 2 } });
    await bound();
    await until(() => smsc.count('bind_transceiver') === 2);
    await settle(20);
    const answers: (() => void)[] = [];
    smsc.answer = () => new Promise((resolve) => answers.push(() => resolve(smsc.newId())));
    const outcomes = Array.from({ length: 10 }, (_, index) => submit({ messageId: `o${index}-1` }));
    await until(() => smsc.submits.length === 6);
    await settle(20);
    expect(smsc.submits).toHaveLength(6);
    expect(smsc.sessions.map(({ got }) => got.filter((pdu) => pdu.command === 'submit_sm').length)).toEqual([3, 3]);
    answers.shift()?.();
    await until(() => smsc.submits.length === 7);
    await until(() => {
      answers.shift()?.();
      return smsc.submits.length === 10 && answers.length === 0;
    });
    expect((await Promise.all(outcomes)).every(({ kind }) => kind === 'accepted')).toBe(true);
  });

  it('keeps to the rate, not to the date: a clock that is set back by an hour holds up nothing', async () => {
    const { smsc, clock, submit, bound } = await bench({ settings: { rate: 10, window: 100 } });
    await bound();
    const first = submit();
    await until(() => smsc.submits.length === 1);
    clock.set(clock.now() - 3_600_000);
    const second = submit();
    await clock.advance(1000);
    await until(() => smsc.submits.length === 2, 5000);
    expect((await Promise.all([first, second])).map(({ kind }) => kind)).toEqual(['accepted', 'accepted']);
  });

  it('keeps to the rate', async () => {
    const { smsc, clock, submit, bound } = await bench({ settings: { rate: 10, window: 100 } });
    await bound();
    const outcomes = Array.from({ length: 5 }, () => submit());
    for (const expected of [1, 2, 3, 4, 5]) {
      await until(() => smsc.submits.length === expected);
      await settle(20);
      expect(smsc.submits).toHaveLength(expected);
      await clock.advance(100);
    }
    await Promise.all(outcomes);
  });

  it('asks a silent peer, and gives it up without an answer', async () => {
    const { smsc, clock, bound, log } = await bench();
    const session = await bound();
    await clock.advance(30_000);
    await until(() => smsc.count('enquire_link') === 1);
    await settle(20);
    await clock.advance(30_000);
    await until(() => smsc.count('enquire_link') === 2);
    smsc.isAlive = false;
    await settle(20);
    await clock.advance(30_000);
    await until(() => smsc.count('enquire_link') === 3);
    await clock.advance(10_000);
    await until(() => !session.isOpen);
    expect(log.of('carrier.disconnected')[0]?.fields).toMatchObject({ status: 'enquire-link-timeout' });
  });

  it('connects again after the end, later and later while it fails', async () => {
    const { smsc, clock, bound, log } = await bench();
    const session = await bound();
    await smsc.stop();
    await until(() => log.of('carrier.disconnected').length === 1);
    expect(session.isOpen).toBe(false);
    const failures = (): number => log.of('carrier.not-connected').length;
    for (const [index, delayMs] of [7_500, 7_500, 15_000, 30_000, 45_000, 45_000].entries()) {
      await clock.advance(delayMs - 1);
      await settle(20);
      expect(failures()).toBe(index);
      await clock.advance(1);
      await until(() => failures() === index + 1);
    }
    await smsc.listen();
    await clock.advance(45_000);
    await until(() => log.of('carrier.connected').length === 2);
  });

  it('gives up a bind without an answer, and a peer that takes no connection', async () => {
    const smsc = await Smsc.start();
    smsc.isAlive = false;
    const { clock, log } = await bench({ smsc });
    await until(() => smsc.count('bind_transceiver') === 1);
    await clock.advance(10_000);
    await until(() => log.of('carrier.not-connected').length === 1);
    expect(log.of('carrier.not-connected')[0]?.fields).toMatchObject({ status: 'bind-timeout' });
  });

  it.each([
    [0x0e, 'carrier.misconfigured', 'invalid-password', 225_000],
    [0x0f, 'carrier.misconfigured', 'invalid-system-id', 225_000],
    [0x53, 'carrier.misconfigured', 'invalid-system-type', 225_000],
    [0x05, 'carrier.not-connected', 'already-bound', 7_500],
    [0x0d, 'carrier.not-connected', 'bind-failed', 7_500],
  ])('a bind refused with status %i: %s', async (status, event, code, retryMs) => {
    const smsc = await Smsc.start();
    smsc.bindStatus = status;
    const { clock, log, submit } = await bench({ smsc });
    await until(() => log.of(event).length === 1);
    expect(log.of(event)[0]).toMatchObject({ fields: { carrier: 'smsc', status: code } });
    expect(log.text).not.toContain('k4n4ry');
    expect(await submit()).toMatchObject({ kind: 'deferred', code: 'not-connected', afterMs: retryMs + 500 });
    await clock.advance(retryMs - 1);
    await settle(20);
    expect(smsc.count('bind_transceiver')).toBe(1);
    await clock.advance(1);
    await until(() => smsc.count('bind_transceiver') === 2);
  });

  it('says goodbye, and waits for what is being delivered', async () => {
    let taken = (): void => undefined;
    const { smsc, carrier, bound } = await bench({ take: () => new Promise((resolve) => (taken = resolve)) });
    const session = await bound();
    const delivered = session.deliver({ message: 'STOP' });
    await settle(20);
    const stopped = carrier.stop();
    await settle(20);
    expect(smsc.count('unbind')).toBe(0);
    taken();
    expect(await delivered).toBe(0);
    await stopped;
    expect(smsc.count('unbind')).toBe(1);
  });

  it('stops, whatever hangs: a delivery that is never taken, over a connection that has ended meanwhile', async () => {
    const { carrier, clock, bound } = await bench({ take: () => new Promise(() => undefined) });
    const session = await bound();
    void session.deliver({ message: 'STOP' });
    await settle(20);
    const stopped = carrier.stop();
    session.destroy();
    await settle(20);
    await clock.advance(2_000);
    await stopped;
    expect(clock.pending).toBe(0);
  });

  it('answers an unbind, and ends', async () => {
    const { smsc, bound, log } = await bench();
    const session = await bound();
    session.send({ command: 'unbind', status: 0, sequence: 9, body: {}, tlvs: NO_TLVS });
    await until(() => smsc.count('unbind_resp') === 1 && log.of('carrier.disconnected').length === 1);
  });

  it('takes what is delivered in the same breath as the answer to the bind', async () => {
    const smsc = await Smsc.start();
    smsc.isAlive = false;
    const { replies } = await bench({ smsc });
    await until(() => smsc.count('bind_transceiver') === 1);
    const [session] = smsc.sessions;
    const bind = session?.got[0]?.sequence ?? 0;
    const answer: Pdu = {
      ...{ command: 'bind_transceiver_resp', status: 0, sequence: bind, body: { systemId: 's' }, tlvs: NO_TLVS },
    };
    session?.raw(Buffer.concat([encodePdu(answer), encodePdu(deliverSm({ message: 'STOP' }, 1))]));
    await until(() => replies.length === 1 && smsc.count('deliver_sm_resp') === 1);
  });

  it('speaks TLS, and only to who can prove its name', async () => {
    const read = (name: string): string =>
      readFileSync(new URL(`../../../fixtures/tls/${name}`, import.meta.url), 'utf8');
    const [key, cert] = [read('localhost.key.pem'), read('localhost.cert.pem')];
    const smsc = await Smsc.start({ key, cert });
    const wrong = await bench({ smsc, settings: { tls: true, host: 'localhost' } });
    await until(() => wrong.log.of('carrier.not-connected').length === 1);
    const right = await bench({ smsc, settings: { tls: true, host: 'localhost', ca: cert } });
    await right.bound();
    expect((await right.submit()).kind).toBe('accepted');
  });
});

describe('a hostile peer', () => {
  it.each([
    ['a length of nothing', '00000000'],
    ['a length above the limit', '7fffffff00000005'],
    ['text', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n').toString('hex')],
  ])('%s: a nack, the end of the connection, and a new one', async (_name, octets) => {
    const { smsc, clock, bound, log } = await bench();
    const session = await bound();
    session.raw(Buffer.from(octets, 'hex'));
    await until(() => log.of('carrier.disconnected').length === 1);
    await until(() => smsc.count('generic_nack') === 1);
    await clock.advance(10_000);
    await until(() => log.of('carrier.connected').length === 2);
  });

  it('unknown and malformed requests are nacked, and the rest goes on', async () => {
    const { smsc, bound, submit } = await bench();
    const session = await bound();
    session.raw(Buffer.from('00000010000009990000000000000007', 'hex'));
    session.raw(Buffer.from('00000012000000050000000000000008aaaa', 'hex'));
    session.raw(Buffer.from('00000010000000210000000000000009', 'hex'));
    await until(() => smsc.count('generic_nack') === 3);
    const nacks = session.got.filter(({ command }) => command === 'generic_nack');
    expect(nacks.map(({ status, sequence }) => [status, sequence])).toEqual([
      [3, 7],
      [2, 8],
      [3, 9],
    ]);
    expect((await submit()).kind).toBe('accepted');
  });

  it('answers to nothing change nothing; too much junk ends the connection', async () => {
    const { smsc, bound, submit, log } = await bench();
    const session = await bound();
    session.send(submitResp(12_345, 'x'));
    session.raw(Buffer.from('00000010800009990000000000000007', 'hex'));
    expect((await submit()).kind).toBe('accepted');
    expect(smsc.count('generic_nack')).toBe(0);
    for (let index = 0; index < 30; index += 1) session.raw(Buffer.from('00000010000009990000000000000007', 'hex'));
    await until(() => log.of('carrier.disconnected').length === 1);
  });

  it('what could not be taken is asked for again, and nobody has to remember it', async () => {
    let isDown = true;
    const { bound, replies } = await bench({
      take: () => (isDown ? Promise.reject(new Error('the store is busy')) : Promise.resolve()),
    });
    const session = await bound();
    expect(await session.deliver({ message: 'STOP' })).toBe(0x64);
    isDown = false;
    expect(await session.deliver({ message: 'STOP' })).toBe(0);
    expect(replies).toHaveLength(1);
  });

  it('a flood of deliveries waits in the socket, not in memory', async () => {
    let under = 0;
    let most = 0;
    const releases: (() => void)[] = [];
    const { smsc, bound } = await bench({
      take: () => {
        most = Math.max(most, ++under);
        return new Promise((resolve) =>
          releases.push(() => {
            under -= 1;
            resolve();
          }),
        );
      },
    });
    const session = await bound();
    // More than one read of the socket takes in.
    const padding = 'x'.repeat(250);
    for (let sequence = 1; sequence <= 2_000; sequence += 1) {
      session.send(deliverSm({ message: padding }, sequence));
    }
    await until(() => {
      releases.shift()?.();
      return smsc.count('deliver_sm_resp') === 2_000;
    }, 20_000);
    expect(most).toBeLessThan(500);
  });
});
