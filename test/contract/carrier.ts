// What every carrier does, whatever it speaks. `describeCarrier` runs the suite over one; its far side has to treat a
// number by its last three digits as the simulator does (docs/simulator.md), so that the same story has the same end.

import { setTimeout as breathe } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import type { Outcome, Receipt, Submission } from '../../src/core/carriage.js';
import type { Reply } from '../../src/core/types.js';
import type { Carrier } from '../../src/ports.js';
import type { FakeClock } from '../support/fake-clock.js';
import { submission } from '../support/submission.js';

export interface CarrierUnderTest {
  readonly carrier: Carrier;
  readonly clock: FakeClock;
}

const TO = '+33639980';
const LONG = 'Une phrase un peu longue, [avec] des accents é è à. '.repeat(8);
const STEP_MS = 20;
const DEADLINE_MS = 10_000;

class Story {
  readonly carrier: Carrier;
  readonly clock: FakeClock;
  readonly receipts: Receipt[] = [];
  readonly replies: Reply[] = [];
  /** What came out, in order: `accepted`, `receipt delivered`, … */
  readonly events: string[] = [];
  /** So many receipts and replies are not taken. */
  refusals = 0;
  #messages = 0;

  constructor({ carrier, clock }: CarrierUnderTest) {
    this.carrier = carrier;
    this.clock = clock;
  }

  async start(): Promise<void> {
    await this.carrier.start({
      onReceipt: (receipt) => this.#take(`receipt ${receipt.state}`, () => this.receipts.push(receipt)),
      onReply: (reply) => this.#take('reply', () => this.replies.push(reply)),
    });
  }

  /** Again, while the carrier has no connection yet. */
  async submit(digits: string, changes: Partial<Submission> = {}): Promise<Outcome> {
    this.#messages += 1;
    const message = submission({ to: `${TO}${digits}`, messageId: `o1-${this.#messages}`, ...changes });
    for (;;) {
      const outcome = await this.settled(this.carrier.submit(message));
      if (outcome.kind !== 'deferred' || outcome.code !== 'not-connected') {
        this.events.push(outcome.kind);
        return outcome;
      }
      await this.pass(outcome.afterMs ?? 1_000);
    }
  }

  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) await this.#step();
  }

  /** Lets time pass till it is so; sockets need a little of the real one. */
  async until(condition: () => boolean): Promise<void> {
    const end = performance.now() + DEADLINE_MS;
    while (!condition()) {
      if (performance.now() > end) throw new Error(`it did not come true; there was ${this.events.join(', ')}`);
      await this.#step();
    }
  }

  async settled<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = (): void => void (isSettled = true);
    promise.then(settle, settle);
    await this.until(() => isSettled);
    return promise;
  }

  async #step(): Promise<void> {
    await this.clock.advance(STEP_MS);
    await breathe(1);
  }

  #take(event: string, keep: () => void): Promise<void> {
    this.refusals -= 1;
    if (this.refusals >= 0) return Promise.reject(new Error('not now'));
    this.events.push(event);
    keep();
    return Promise.resolve();
  }
}

/** `open` makes a carrier that was never started, and its far side; both go when the test ends. */
export function describeCarrier(name: string, open: () => Promise<CarrierUnderTest>): void {
  const begin = async (): Promise<Story> => {
    const story = new Story(await open());
    await story.start();
    return story;
  };

  describe(`${name} as a carrier: answers`, () => {
    it('accepted: an id for each part, and a receipt for each id', async () => {
      const story = await begin();
      const outcome = await story.submit('100', { text: LONG });
      const ids = outcome.kind === 'accepted' ? outcome.carrierIds : [];
      expect(ids).toHaveLength(3);
      expect(new Set(ids).size).toBe(3);
      await story.until(() => story.receipts.length === 3);
      expect(story.receipts.map(({ carrierId }) => carrierId)).toEqual(ids);
      for (const receipt of story.receipts) {
        expect(receipt).toMatchObject({
          carrier: story.carrier.name,
          to: `${TO}100`,
          state: 'delivered',
          reason: null,
        });
        expect(receipt.raw).not.toBe('');
      }
    });

    it('deferred by message: the others go on, the same is accepted later', async () => {
      const story = await begin();
      const message = { messageId: 'o9-1' };
      expect(await story.submit('005', message)).toMatchObject({
        kind: 'deferred',
        scope: 'message',
        code: 'message-queue-full',
      });
      expect((await story.submit('100')).kind).toBe('accepted');
      expect((await story.submit('005', message)).kind).toBe('accepted');
    });

    it('throttled: deferred by the carrier, and for how long; accepted after that', async () => {
      const story = await begin();
      const message = { messageId: 'o9-1' };
      const outcome = await story.submit('006', message);
      expect(outcome).toMatchObject({ kind: 'deferred', scope: 'carrier', code: 'throttled' });
      const afterMs = outcome.kind === 'deferred' ? (outcome.afterMs ?? 0) : 0;
      expect(afterMs).toBeGreaterThan(0);
      await story.pass(afterMs);
      expect((await story.submit('006', message)).kind).toBe('accepted');
    });

    it('refused for good', async () => {
      const story = await begin();
      expect(await story.submit('004')).toEqual({ kind: 'refused', code: 'invalid-destination' });
    });

    it('refused, when it is not what acceptance lets through', async () => {
      const story = await begin();
      expect(await story.submit('100', { text: 'Ж', encoding: 'gsm7', parts: 1 })).toMatchObject({
        kind: 'refused',
        code: 'not-encodable',
      });
      expect(await story.submit('100', { parts: 2 })).toMatchObject({ kind: 'refused', code: 'not-encodable' });
    });

    it('silence: unknown, never deferred', async () => {
      const story = await begin();
      expect(await story.submit('008')).toMatchObject({ kind: 'unknown' });
      expect((await story.submit('100')).kind).toBe('accepted');
    });
  });

  describe(`${name} as a carrier: receipts and replies`, () => {
    it('a receipt before the answer has the id of the answer', async () => {
      const story = await begin();
      const outcome = await story.submit('009');
      expect(story.events.slice(0, 2)).toEqual(['receipt delivered', 'accepted']);
      expect(outcome).toEqual({ kind: 'accepted', carrierIds: [story.receipts[0]?.carrierId] });
    });

    it('a double receipt is handed on twice, with the same id', async () => {
      const story = await begin();
      await story.submit('010');
      await story.until(() => story.receipts.length === 2);
      expect(story.receipts[0]).toEqual(story.receipts[1]);
    });

    it('a late receipt of a message in doubt says which message it means', async () => {
      const story = await begin();
      const outcome = await story.submit('012', { messageId: 'o9-1' });
      expect(outcome.kind).toBe('unknown');
      await story.until(() => story.receipts.length === 1);
      expect(story.receipts[0]).toMatchObject({ messageId: 'o9-1', state: 'delivered' });
    });

    it('a failure has its reason', async () => {
      const story = await begin();
      await story.submit('001');
      await story.until(() => story.receipts.length === 1);
      expect(story.receipts[0]).toMatchObject({ state: 'undelivered' });
      expect(story.receipts[0]?.reason).toMatch(/./);
    });

    it('what was not taken comes again', async () => {
      const story = await begin();
      story.refusals = 2;
      await story.submit('100');
      await story.until(() => story.receipts.length === 1);
    });

    it('a reply comes from the number in E.164, whole', async () => {
      const story = await begin();
      await story.submit('023', { sender: '36111' });
      await story.until(() => story.replies.length === 1);
      const expected = { carrier: story.carrier.name, from: `${TO}023`, to: '36111', text: 'Merci, bien reçu 👍' };
      expect(story.replies[0]).toMatchObject(expected);
      expect(Math.abs((story.replies[0]?.atMs ?? 0) - story.clock.now())).toBeLessThan(DEADLINE_MS);
    });

    it('a reply that was not taken comes again', async () => {
      const story = await begin();
      story.refusals = 2;
      await story.submit('021');
      await story.until(() => story.replies.length === 1 && story.receipts.length === 1);
      expect(story.replies[0]?.text).toBe('STOP');
    });
  });

  describe(`${name} as a carrier: stop and start`, () => {
    it('ends each submission under way, none as deferred, and leaves no timer', async () => {
      const story = await begin();
      await story.submit('100');
      await story.until(() => story.receipts.length === 1);
      const underWay = [story.submit('008'), story.submit('008', { text: LONG }), story.submit('007')];
      await story.pass(100);
      await story.settled(story.carrier.stop());
      for (const outcome of await Promise.all(underWay)) expect(['accepted', 'unknown']).toContain(outcome.kind);
      expect(story.clock.pending).toBe(0);
    });

    it('defers what comes after, and a second stop does nothing', async () => {
      const story = await begin();
      await story.settled(story.carrier.stop());
      await story.settled(story.carrier.stop());
      expect(await story.carrier.submit(submission())).toMatchObject({
        kind: 'deferred',
        scope: 'carrier',
        code: 'not-connected',
      });
      expect(story.clock.pending).toBe(0);
    });

    it('goes on after a new start', async () => {
      const story = await begin();
      const before = await story.submit('100');
      await story.settled(story.carrier.stop());
      await story.start();
      const after = await story.submit('100');
      expect([before.kind, after.kind]).toEqual(['accepted', 'accepted']);
      expect(after).not.toEqual(before);
    });
  });
}
