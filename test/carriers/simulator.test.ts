import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { BEHAVIOURS } from '../../src/carriers/behaviours.js';
import type { PhoneEntry } from '../../src/carriers/phone.js';
import { createSimulator, type SimulatorOptions } from '../../src/carriers/simulator.js';
import { segment } from '../../src/core/segment.js';
import type { Outcome, Receipt, Submission } from '../../src/core/carriage.js';
import type { Carrier } from '../../src/ports.js';
import { FakeClock, settle } from '../support/fake-clock.js';
import { RecordingLog } from '../support/recording-log.js';
import { submission } from '../support/submission.js';

const folder = mkdtempSync(path.join(tmpdir(), 'simulator-'));
afterAll(() => rmSync(folder, { recursive: true }));

const LATENCY_MS = 50;
const RECEIPT_DELAY_MS = 500;
const ANSWER_TIMEOUT_MS = 10_000;

interface Bench {
  readonly carrier: Carrier;
  readonly clock: FakeClock;
  readonly log: RecordingLog;
  /** What came out, in order: `accepted`, `receipt delivered`, … */
  readonly events: string[];
  readonly receipts: Receipt[];
  readonly submit: (message: Partial<Submission>) => Promise<Outcome>;
  readonly phone: () => PhoneEntry[];
}

let benches = 0;

async function bench(changes: Partial<SimulatorOptions> = {}, onReceipt?: () => Promise<void>): Promise<Bench> {
  const clock = new FakeClock();
  const log = new RecordingLog();
  const phoneFile = path.join(folder, `${benches++}`, 'phone.jsonl');
  const delays = { latencyMs: LATENCY_MS, receiptDelayMs: RECEIPT_DELAY_MS, answerTimeoutMs: ANSWER_TIMEOUT_MS };
  const carrier = createSimulator({ name: 'sim', window: 10, ...delays, phoneFile, clock, log, ...changes });
  const events: string[] = [];
  const receipts: Receipt[] = [];
  await carrier.start({
    onReceipt: (receipt) => {
      events.push(`receipt ${receipt.state}`);
      receipts.push(receipt);
      return onReceipt?.() ?? Promise.resolve();
    },
  });
  return {
    ...{ carrier, clock, log, events, receipts },
    async submit(message) {
      const outcome = await carrier.submit(submission(message));
      events.push(outcome.kind);
      return outcome;
    },
    phone: () =>
      readFileSync(phoneFile, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as PhoneEntry),
  };
}

const to = (digits: string): Partial<Submission> => ({ to: `+33639980${digits}` });
const LONG = 'Ça va — {été} '.replaceAll(/[Ç—]/g, 'C').repeat(30);

/** Submits, lets an hour pass, and says what came out in which order. */
async function story(message: Partial<Submission>): Promise<{ events: string[]; outcome: Outcome; bench: Bench }> {
  const it = await bench();
  const answered = it.submit(message);
  await it.clock.advance(3_600_000);
  return { events: it.events, outcome: await answered, bench: it };
}

describe('a number of no special ending', () => {
  it('gets its SMS: answer after the latency, receipt after its delay, text on the phone', async () => {
    const { carrier, clock, events, receipts, submit, phone } = await bench();
    const answered = submit({ text: 'été 5 €', sender: 'MAIRIE', flash: true });
    await clock.advance(LATENCY_MS - 1);
    expect(events).toEqual([]);
    await clock.advance(1);
    expect(events).toEqual(['accepted']);
    await clock.advance(RECEIPT_DELAY_MS - 1);
    expect(events).toEqual(['accepted']);
    await clock.advance(1);
    expect(events).toEqual(['accepted', 'receipt delivered']);
    const outcome = await answered;
    expect(outcome).toEqual({ kind: 'accepted', carrierIds: [receipts[0]?.carrierId] });
    expect(receipts[0]).toMatchObject({ carrier: 'sim', to: '+33639980100', reason: null });
    await carrier.stop();
    expect(phone()).toEqual([
      {
        at: new Date(clock.now()).toISOString(),
        to: '+33639980100',
        from: 'MAIRIE',
        text: 'été 5 €',
        encoding: 'gsm7',
        parts: 1,
        flash: true,
        messageId: 'o1-1',
      },
    ]);
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['gsm7', LONG],
    ['ucs2', 'Привет 😀 '.repeat(20)],
  ])('gets a long text (%s) in parts, each with its id and receipt, joined on the phone', async (encoding, text) => {
    const { outcome, bench: it } = await story({ text });
    const ids = outcome.kind === 'accepted' ? outcome.carrierIds : [];
    expect(ids.length).toBe(segment(text).parts.length);
    expect(new Set(ids).size).toBe(ids.length);
    expect(it.receipts.map(({ carrierId }) => carrierId)).toEqual(ids);
    await it.carrier.stop();
    expect(it.phone()).toMatchObject([{ text, encoding, parts: ids.length }]);
  });
});

describe('the endings', () => {
  it.each([
    ['001', ['accepted', 'receipt undelivered'], 'absent-subscriber'],
    ['002', ['accepted', 'receipt undelivered'], 'unknown-subscriber'],
    ['003', ['accepted', 'receipt expired'], 'validity-expired'],
    ['004', ['refused'], null],
    ['008', ['unknown'], null],
    ['009', ['receipt delivered', 'accepted'], null],
    ['010', ['accepted', 'receipt delivered', 'receipt delivered'], null],
    ['011', ['accepted'], null],
    ['012', ['receipt delivered', 'unknown'], null],
    ['014', ['accepted', 'receipt pending', 'receipt pending', 'receipt delivered'], null],
    ['016', ['refused'], null],
    ['017', ['accepted', 'receipt undelivered'], 'memory-full'],
    ['018', ['accepted', 'receipt undelivered'], 'barred'],
    ['019', ['accepted', 'receipt refused'], 'rejected-by-network'],
    ['020', ['accepted', 'receipt delivered', 'receipt undelivered'], 'absent-subscriber'],
  ])('%s', async (digits, expected, reason) => {
    const { events, bench: it } = await story(to(digits));
    expect(events).toEqual(expected);
    expect(it.receipts.at(-1)?.reason ?? null).toBe(reason);
    const arrives = events.includes('receipt delivered') || digits === '011';
    expect(arrives ? it.phone().length : 0).toBe(arrives ? 1 : 0);
    if (!arrives) expect(() => it.phone()).toThrow('ENOENT');
  });

  it.each([
    ['005', { kind: 'deferred', code: 'message-queue-full', scope: 'message' }],
    ['006', { kind: 'deferred', code: 'throttled', scope: 'carrier', afterMs: 1_000 }],
  ])('%s defers a message once and takes it the second time', async (digits, deferred) => {
    const { clock, submit } = await bench();
    for (const [messageId, expected] of [
      ['m1', deferred],
      ['m2', deferred],
      ['m1', { kind: 'accepted' }],
      ['m1', deferred],
    ] as const) {
      const answered = submit({ ...to(digits), messageId });
      await clock.advance(LATENCY_MS);
      expect(await answered).toMatchObject(expected);
    }
  });

  it('007 takes twenty times as long; beyond the time-out the answer is unknown and the receipt comes', async () => {
    const slow = await bench();
    void slow.submit(to('007'));
    await slow.clock.advance(LATENCY_MS * 20 - 1);
    expect(slow.events).toEqual([]);
    await slow.clock.advance(1);
    expect(slow.events).toEqual(['accepted']);
    const slower = await bench({ latencyMs: 1_000 });
    void slower.submit(to('007'));
    await slower.clock.advance(30_000);
    expect(slower.events).toEqual(['unknown', 'receipt delivered']);
  });

  it('008 and 012 are unknown exactly at the time-out; only 012 says later whose receipt it is', async () => {
    const { clock, events, receipts, submit } = await bench({ answerTimeoutMs: 300 });
    void submit(to('008'));
    void submit({ ...to('012'), messageId: 'late' });
    await clock.advance(299);
    expect(events).toEqual([]);
    await clock.advance(1);
    expect(events).toEqual(['unknown', 'unknown']);
    await clock.advance(1_000);
    expect(receipts).toMatchObject([{ state: 'delivered', messageId: 'late' }]);
    expect((await story({})).bench.receipts[0]).not.toHaveProperty('messageId');
  });

  it('013 reports the last part first', async () => {
    const { outcome, bench: it } = await story({ ...to('013'), text: LONG });
    const ids = outcome.kind === 'accepted' ? [...outcome.carrierIds] : [];
    expect(ids.length).toBeGreaterThan(1);
    expect(it.receipts.map(({ carrierId }) => carrierId)).toEqual(ids.reverse());
    expect(it.phone()[0]?.text).toBe(LONG);
  });

  it('015 loses the last part of a long message, and nothing of a short one', async () => {
    const long = await story({ ...to('015'), text: LONG });
    expect(long.bench.receipts.map(({ state }) => state)).toEqual([
      'delivered',
      'delivered',
      'delivered',
      'undelivered',
    ]);
    expect(() => long.bench.phone()).toThrow('ENOENT');
    expect((await story(to('015'))).events).toEqual(['accepted', 'receipt delivered']);
  });

  it('016 takes flash', async () => {
    expect((await story({ ...to('016'), flash: true })).events).toEqual(['accepted', 'receipt delivered']);
  });

  it('are those of the documentation', () => {
    const page = readFileSync(new URL('../../docs/simulator.md', import.meta.url), 'utf8');
    const documented = [...page.matchAll(/^\| …(\d{3}) \| `([\w-]+)`/gm)].map(([, digits, name]) => [digits, name]);
    expect(documented).toEqual([...BEHAVIOURS].map(([digits, { name }]) => [digits, name]));
  });
});

describe('the simulator as a carrier', () => {
  it('lets nothing arrive after its validity', async () => {
    const { clock, receipts, submit } = await bench();
    void submit({ validityMs: 100 });
    await clock.advance(LATENCY_MS + 100);
    expect(receipts).toMatchObject([{ state: 'expired', reason: 'validity-expired' }]);
  });

  it('throttles who exceeds the window', async () => {
    const { clock, log, submit } = await bench({ window: 2 });
    const answers = [submit({}), submit({}), submit({})];
    await clock.advance(LATENCY_MS);
    expect((await Promise.all(answers)).map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'deferred']);
    expect(log.of('simulator.window-exceeded')).toHaveLength(1);
    const again = submit({});
    await clock.advance(LATENCY_MS);
    expect((await again).kind).toBe('accepted');
  });

  it('refuses what does not fit its encoding or its parts, and logs no text', async () => {
    const { log, submit } = await bench();
    expect(await submit({ text: 'Ж CANARY', encoding: 'gsm7', parts: 1 })).toMatchObject({ kind: 'refused' });
    expect(await submit({ text: 'CANARY', parts: 2 })).toMatchObject({ kind: 'refused', code: 'not-encodable' });
    expect(log.of('simulator.not-encodable')).toHaveLength(2);
    expect(log.text).not.toContain('CANARY');
  });

  it('repeats a receipt that was not taken', async () => {
    let refusals = 2;
    const { clock, receipts, submit } = await bench({}, () =>
      refusals-- > 0 ? Promise.reject(new Error('the store is busy')) : Promise.resolve(),
    );
    void submit({});
    await clock.advance(60_000);
    expect(receipts).toHaveLength(3);
    expect(new Set(receipts.map(({ carrierId }) => carrierId)).size).toBe(1);
  });

  it('answers and delivers everything when it stops, and takes nothing more', async () => {
    const { carrier, clock, events, submit, phone } = await bench();
    const answers = [submit({}), submit(to('007')), submit(to('008')), submit(to('012'))];
    await settle();
    await carrier.stop();
    expect((await Promise.all(answers)).map(({ kind }) => kind)).toEqual([
      'accepted',
      'accepted',
      'unknown',
      'unknown',
    ]);
    expect(events.filter((event) => event === 'receipt delivered')).toHaveLength(3);
    expect(phone()).toHaveLength(3);
    expect(clock.pending).toBe(0);
    expect(await submit({})).toEqual({ kind: 'deferred', code: 'not-connected', scope: 'carrier' });
  });

  it('keeps the order of what was due when it stops', async () => {
    const { carrier, submit } = await bench();
    const order: string[] = [];
    for (const digits of ['007', '008', '100']) void submit(to(digits)).then(() => order.push(digits));
    await carrier.stop();
    expect(order).toEqual(['100', '007', '008']);
  });

  it('gives no id twice, not even after a restart', async () => {
    const ids: string[] = [];
    for (let start = 0; start < 2; start += 1) {
      const { receipts } = (await story({ text: LONG })).bench;
      ids.push(...receipts.map(({ carrierId }) => carrierId));
    }
    expect(new Set(ids).size).toBe(8);
  });
});
