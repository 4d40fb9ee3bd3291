// A store in trouble: every command gets its refusal, nothing hangs, and the operator is told once.

import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';

import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';

import { Unavailable } from '../../src/core/unavailable.js';
import { Recorder } from '../../src/recorder.js';
import { lookForDamage, watchStore } from '../../src/store-watch.js';
import { Batcher } from '../../src/store/batch.js';
import { openWriter, type Connection } from '../../src/store/sqlite.js';
import { FakeClock } from '../support/fake-clock.js';
import { RecordingLog } from '../support/recording-log.js';
import { newAccount, temporaryFolder, temporaryStore } from '../support/store.js';

function reasonOf(fault: unknown): string {
  return fault instanceof Unavailable ? fault.rejection.reason : String(fault);
}

/** A connection that fails where it is told to, once each. */
function failing(real: Connection, names: readonly ('commit' | 'rollback')[]): Connection {
  const left = new Set(names);
  const call = (name: 'commit' | 'rollback') => () => {
    if (left.delete(name)) throw new Unavailable('store-busy', new Error(`${name} failed`));
    real[name]();
  };
  const broken = Object.create(real) as Connection;
  return Object.defineProperties(broken, {
    commit: { value: call('commit') },
    rollback: { value: call('rollback') },
    inTransaction: { get: () => real.inTransaction },
  });
}

describe('a commit that fails', () => {
  test('is told to all who wait, also where the rollback fails too; the next commits again', async () => {
    const connection = openWriter(path.join(temporaryFolder(), 'test.db'), 'none');
    onTestFinished(() => connection.close());
    const batcher = new Batcher(failing(connection, ['commit', 'rollback']));
    const settled = await Promise.allSettled(
      [1, 2].map((value) => batcher.submit('test', () => Promise.resolve(value))),
    );
    expect(settled.map((one) => one.status === 'rejected' && reasonOf(one.reason))).toEqual([
      'store-busy',
      'store-busy',
    ]);
    expect(await batcher.submit('test', () => Promise.resolve(3))).toBe(3);
  });
});

describe('a damaged file', () => {
  async function databaseFile(): Promise<string> {
    const file = path.join(temporaryFolder(), 'test.db');
    const store = await temporaryStore(file);
    for (let index = 0; index < 200; index += 1) await newAccount(store, `a${index}@example.fr`, 10);
    await store.stop();
    return file;
  }

  test('is damage, not a fault of the program: the header', async () => {
    const file = await databaseFile();
    const handle = openSync(file, 'r+');
    writeSync(handle, Buffer.alloc(16, 0xff), 0, 16, 0);
    closeSync(handle);
    await expect(
      temporaryStore(file).catch((fault: unknown) => Promise.reject(new Error(reasonOf(fault)))),
    ).rejects.toThrow('store-damaged');
  });

  test('and pages in the middle, when they are looked at', async () => {
    const file = await databaseFile();
    const octets = readFileSync(file);
    const page = new Database(file, { readonly: true });
    const root = page.prepare(`select rootpage from sqlite_schema where name = 'accounts'`).pluck().get() as number;
    page.close();
    octets.fill(0x5a, (root - 1) * 4096, root * 4096);
    writeFileSync(file, octets);
    const store = await temporaryStore(file);
    const fault = await store.listAccounts('', 100).then(
      () => null,
      (one: unknown) => one,
    );
    expect(reasonOf(fault)).toBe('store-damaged');
    expect(await store.damage()).toEqual(['accounts: it cannot be read']);
  });

  test('a whole file has none', async () => {
    const store = await temporaryStore(await databaseFile());
    expect(await store.damage()).toEqual([]);
  });
});

describe('the watch', () => {
  const full = new Unavailable('disk-full', new Error('database or disk is full'));

  function watched() {
    const [clock, log] = [new FakeClock(), new RecordingLog()];
    return { clock, log, watch: watchStore({ file: '/data/petitbleu.db', clock, log }) };
  }

  test('tells a trouble once, and once that it is over', async () => {
    const { clock, log, watch } = watched();
    for (let mail = 0; mail < 100; mail += 1) watch.failed(full);
    watch.wrote();
    watch.failed(full);
    expect(log.entries.map(({ event }) => event)).toEqual(['store.unavailable']);
    await clock.advance(5000);
    watch.wrote();
    watch.wrote();
    expect(log.entries.map(({ event }) => event)).toEqual(['store.unavailable', 'store.available']);
    watch.failed(full);
    expect(log.entries).toHaveLength(3);
  });

  test('says what to do; what is damaged stays so; refusals that are none of the store say nothing', async () => {
    const { clock, log, watch } = watched();
    watch.failed(new Unavailable('shutting-down', null));
    watch.failed(new Error('a fault of ours'));
    expect(log.entries).toEqual([]);
    watch.failed(new Unavailable('store-damaged', new Error('malformed')));
    await clock.advance(60_000);
    watch.wrote();
    expect(log.entries).toHaveLength(1);
    expect(JSON.stringify(log.entries[0])).toContain('petitbleu restore');
  });
});

describe('the look at the whole file', () => {
  const watchOf = (damage: () => Promise<readonly string[]>) => {
    const log = new RecordingLog();
    const watch = watchStore({ file: '/data/petitbleu.db', clock: new FakeClock(), log });
    return lookForDamage({ damage }, watch).then(() => log.entries.map(({ event, level }) => [level, event]));
  };

  test('tells what it finds, once', async () => {
    expect(await watchOf(() => Promise.resolve(['a: page 3', 'b: page 4']))).toEqual([['error', 'store.unavailable']]);
  });

  test('says nothing of a whole file, nor when it cannot look', async () => {
    expect(await watchOf(() => Promise.resolve([]))).toEqual([]);
    expect(await watchOf(() => Promise.reject(new Error('given up')))).toEqual([]);
  });
});

describe('what happened outside', () => {
  test('is written down when the store can again, and tried once more at the end', async () => {
    const clock = new FakeClock();
    const recorder = new Recorder(clock);
    let tries = 0;
    const write = (): Promise<void> => {
      tries += 1;
      return tries < 4 ? Promise.reject(new Unavailable('disk-full', null)) : Promise.resolve();
    };
    const recording = recorder.record(write);
    await clock.advance(2000);
    expect(tries).toBe(3);
    recorder.stop();
    await recording;
    expect([tries, clock.pending]).toEqual([4, 0]);
  });

  test('is given up with a fault of ours, which does not pass by itself', async () => {
    const recorder = new Recorder(new FakeClock());
    await expect(recorder.record(() => Promise.reject(new Error('ours')))).rejects.toThrow('ours');
  });
});
