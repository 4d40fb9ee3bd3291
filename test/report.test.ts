// Story 3 against a real store and a mailer that keeps what it was given.

import { expect, test } from 'vitest';

import { Unavailable } from '../src/core/unavailable.js';
import type { OutgoingMail } from '../src/ports.js';
import { createReporter } from '../src/report.js';
import { FakeClock } from './support/fake-clock.js';
import { RecordingLog } from './support/recording-log.js';
import { accept, mailContext, newAccount, NOW, planFor, temporaryStore } from './support/store.js';

test('a mail that has left while the disk is full is recorded when there is room, and does not leave again', async () => {
  const [clock, log, store] = [new FakeClock(NOW), new RecordingLog(), await temporaryStore()];
  const account = await newAccount(store, 'alice@example.fr', 100);
  await accept(store, planFor(account), mailContext('one'));
  const sent: OutgoingMail[] = [];
  let isFull = true;
  const reporter = createReporter({
    ...{ clock, log, random: () => 0, gateway: () => 'gw.example', replyAddress: () => 'reply@gw.example' },
    store: {
      ...store,
      recordNotice: (record) =>
        isFull ? Promise.reject(new Unavailable('disk-full', new Error('full'))) : store.recordNotice(record),
    },
    mailer: {
      description: 'test',
      send: (mail) => {
        sent.push(mail);
        return Promise.resolve({ kind: 'sent', detail: 'ok' });
      },
      stop: () => Promise.resolve(),
    },
  });
  reporter.wake();
  await clock.advance(120_000);
  expect(sent).toHaveLength(1);
  isFull = false;
  await clock.advance(5000);
  expect(await store.nextNoticeMs()).toBeNull();
  expect(sent).toHaveLength(1);
  expect(log.of('reporter.fault')).toEqual([]);
  await reporter.stop();
});
