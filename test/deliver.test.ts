// Story 2 against a real store and carriers that answer as a script says.

import { describe, expect, test } from 'vitest';

import type { Outcome, Submission } from '../src/core/carriage.js';
import { Dispatcher } from '../src/deliver.js';
import type { Carrier } from '../src/ports.js';
import type { Store } from '../src/store-port.js';
import { eventually } from './support/eventually.js';
import { FakeClock } from './support/fake-clock.js';
import { RecordingLog } from './support/recording-log.js';
import { accept, newAccount, NOW, planFor, temporaryStore } from './support/store.js';

const OUTAGE_MS = 300_000;

class ScriptedCarrier implements Carrier {
  readonly window = 10;
  readonly submitted: string[] = [];
  readonly name: string;
  readonly #answer: (submission: Submission) => Outcome;

  constructor(name: string, answer: (submission: Submission) => Outcome) {
    this.name = name;
    this.#answer = answer;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  submit(submission: Submission): Promise<Outcome> {
    this.submitted.push(submission.messageId);
    return Promise.resolve(this.#answer(submission));
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

const accepting = (submission: Submission): Outcome => ({
  kind: 'accepted',
  carrierIds: [`id-${submission.messageId}`],
});
const down = (): Outcome => ({ kind: 'deferred', code: 'down', scope: 'carrier', afterMs: 5000 });

interface World {
  readonly store: Store;
  readonly clock: FakeClock;
  readonly send: (text: string, to?: string) => Promise<string>;
}

const queue = { messages: 10_000, accountMessages: 10_000 };

async function world(carriers: readonly Carrier[]): Promise<World> {
  const store = await temporaryStore();
  const account = await newAccount(store, 'alice@example.fr', 100);
  const routing = { routes: [], carriers: carriers.map(({ name }) => name) };
  await store.configure({ defaults: account.settings, noticesPerHour: 10, shareSettings: {}, routing, queue });
  const clock = new FakeClock(NOW);
  const dispatchers: Dispatcher[] = [];
  const wakeAll = () => dispatchers.forEach((dispatcher) => dispatcher.wake());
  for (const carrier of carriers) {
    const more = { random: () => 0, outageMs: OUTAGE_MS, onRecorded: wakeAll, log: new RecordingLog() };
    dispatchers.push(new Dispatcher({ store, carrier, clock, ...more }));
  }
  return {
    store,
    clock,
    send: async (text, to = '+33612345678') => {
      const order = await accept(store, planFor(account, { text, to: [to], nowMs: clock.now() }));
      wakeAll();
      await clock.advance(0);
      return `${order}-1`;
    },
  };
}

async function stateOf(store: Store, id: string) {
  const rows = await store.messages({ limit: 100 });
  const found = rows.find(({ message }) => message.id === id);
  return found && [found.message.state, found.message.carrier];
}

describe('routes', () => {
  test('the first carrier of the route takes it, the second gets nothing', async () => {
    const [main, backup] = [new ScriptedCarrier('main', accepting), new ScriptedCarrier('backup', accepting)];
    const { store, clock, send } = await world([main, backup]);
    const id = await send('one');
    await clock.advance(1000);
    expect(await stateOf(store, id)).toEqual(['submitted', 'main']);
    expect(backup.submitted).toEqual([]);
  });

  test('an outage longer than the setting: the next carrier sends what waits, once', async () => {
    const [main, backup] = [new ScriptedCarrier('main', down), new ScriptedCarrier('backup', accepting)];
    const { store, clock, send } = await world([main, backup]);
    const id = await send('one');
    await clock.advance(OUTAGE_MS - 10_000);
    expect(await stateOf(store, id)).toEqual(['queued', 'main']);
    await clock.advance(20_000);
    expect(await stateOf(store, id)).toEqual(['submitted', 'backup']);
    expect(backup.submitted).toEqual([id]);
  });

  test('a carrier that cannot work before somebody mends it hands over at once', async () => {
    const lasting = (): Outcome => ({ ...down(), lasting: true }) as Outcome;
    const [main, backup] = [new ScriptedCarrier('main', lasting), new ScriptedCarrier('backup', accepting)];
    const { store, clock, send } = await world([main, backup]);
    const id = await send('one');
    await clock.advance(1000);
    expect(await stateOf(store, id)).toEqual(['submitted', 'backup']);
  });

  test('what may have been sent is never handed over', async () => {
    let answers = 0;
    const unsure = (): Outcome => {
      answers += 1;
      return answers === 1 ? { kind: 'unknown', code: 'silence' } : down();
    };
    const [main, backup] = [new ScriptedCarrier('main', unsure), new ScriptedCarrier('backup', accepting)];
    const { store, clock, send } = await world([main, backup]);
    const doubtful = await send('one');
    const waiting = await send('two');
    await clock.advance(OUTAGE_MS + 20_000);
    expect(await stateOf(store, doubtful)).toEqual(['unknown', 'main']);
    expect(await stateOf(store, waiting)).toEqual(['submitted', 'backup']);
  });

  test('after the last carrier of the route it waits there', async () => {
    const [main, backup] = [new ScriptedCarrier('main', down), new ScriptedCarrier('backup', down)];
    const { store, clock, send } = await world([main, backup]);
    const id = await send('one');
    await clock.advance(3 * OUTAGE_MS);
    expect(await stateOf(store, id)).toEqual(['queued', 'backup']);
  });

  test('what waits for a carrier that is not configured any more goes to the first of its route', async () => {
    const gone = new ScriptedCarrier('gone', down);
    const { store, send } = await world([gone]);
    const id = await send('one');
    const routing = { routes: [], carriers: ['main'] };
    const [account] = await store.listAccounts('', 100);
    if (!account) throw new Error('no account');
    await store.configure({ defaults: account.settings, noticesPerHour: 10, shareSettings: {}, routing, queue });
    expect(await store.adoptStranded()).toBe(1);
    expect(await stateOf(store, id)).toEqual(['queued', 'main']);
  });
});

test('a window is written down and claimed anew a half at a time: the carrier has the other half meanwhile', async () => {
  const unanswered: (() => void)[] = [];
  const carrier = new ScriptedCarrier('main', accepting);
  const submit = carrier.submit.bind(carrier);
  carrier.submit = (submission) => new Promise((resolve) => unanswered.push(() => resolve(submit(submission))));
  const { store } = await world([carrier]);
  const account = (await store.findAccount(['alice@example.fr']))?.account ?? expect.fail('no account');
  const halves: number[] = [];
  const exchange: Store['exchange'] = (asked) => {
    halves.push(asked.outcomes.length, asked.limit);
    return store.exchange(asked);
  };
  const clock = new FakeClock(NOW);
  const more = { random: () => 0, outageMs: OUTAGE_MS, onRecorded: () => undefined, log: new RecordingLog() };
  const dispatcher = new Dispatcher({ store: { ...store, exchange }, carrier, clock, ...more });
  const to = Array.from({ length: 25 }, (_, index) => `+336123456${10 + index}`);
  await accept(store, planFor(account, { to }));
  dispatcher.wake();
  const submitting = async () => (await store.messages({ state: 'submitting', limit: 100 })).length;
  for (const left of [10, 10, 5]) {
    await eventually('the window is full', () => unanswered.length === left);
    expect(await submitting()).toBe(left);
    unanswered.splice(0).forEach((answer) => answer());
  }
  await eventually('all are written down', async () => (await submitting()) === 0);
  expect(new Set(carrier.submitted).size).toBe(25);
  expect(Math.max(...halves)).toBe(5);
  await dispatcher.stop(0);
});

test('a clock that is set back by an hour does not make the pause of a carrier an hour longer', async () => {
  let isDown = true;
  const carrier = new ScriptedCarrier('main', (submission) => (isDown ? down() : accepting(submission)));
  const { store, clock, send } = await world([carrier]);
  await send('one');
  isDown = false;
  clock.set(clock.now() - 3_600_000);
  const id = await send('two', '+33612345679');
  await clock.advance(60_000);
  expect(await stateOf(store, id)).toEqual(['submitted', 'main']);
});
