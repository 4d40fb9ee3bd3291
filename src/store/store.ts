// Opens the SQLite store: writes go to one writer (in its own thread, or in this one), reads to a connection of this
// thread that never waits for a commit. What is read is what the last commit left.

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

import type { Store, StoreOptions } from '../store-port.js';
import { LOOKS, Looks } from './looks.js';
import { READS, WRITES, type WriteName } from './methods.js';
import { openPseudonyms } from './pseudonyms.js';
import { openReader } from './sqlite.js';
import { verifyFile } from './verify.js';
import { Writer } from './writer.js';
import { WriterClient } from './writer-client.js';

export interface OpenStore extends StoreOptions {
  readonly file: string;
  /** True: SQLite is written in a thread of its own, and looked through in others. */
  readonly threads: boolean;
  /** Hears of what went wrong, and of every commit. */
  readonly watch?: StoreWatch;
  /** The writing thread has died: nothing more can be accepted. Only with `threads`. */
  readonly onDeath?: (fault: Error) => void;
}

interface StoreWatch {
  failed(fault: unknown): void;
  wrote(): void;
}

type AnyRead = (context: object, ...args: readonly unknown[]) => Promise<unknown>;

export async function openStore({ file, threads, onDeath, watch, ...given }: OpenStore): Promise<Store> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const writer = threads ? await startThread(file, given, onDeath) : new Writer(file, given);
  const reader = openReader(file);
  const pseudonyms = openPseudonyms(file);
  let options: StoreOptions = given;
  const readContext = () => ({ session: reader, options, pseudonyms, rotation: new Map<string, number>() });

  const told = (call: Promise<unknown>, wrote?: () => void): Promise<unknown> => {
    call.then(wrote, (fault: unknown) => watch?.failed(fault));
    return call;
  };
  const writes = Object.fromEntries(
    (Object.keys(WRITES) as WriteName[]).map((name) => [
      name,
      (...args: unknown[]) => told(writer.call(name, args), () => watch?.wrote()),
    ]),
  );
  const reads = Object.fromEntries(
    Object.entries(READS).map(([name, read]) => [
      name,
      (...args: unknown[]) => told((read as unknown as AnyRead)(readContext(), ...args)),
    ]),
  );
  const looks = new Looks(file);
  const inThreads = Object.fromEntries(
    (threads ? LOOKS : []).map((name) => [name, (...args: unknown[]) => looks.take({ options, name, args })]),
  );
  const store = { ...writes, ...reads, ...inThreads } as unknown as Store;
  return {
    ...store,
    // Looks and writes nothing: it must not wait for a commit, nor make one.
    acceptOrders: (command) =>
      command.dryRun ? WRITES.acceptOrders(readContext(), command) : store.acceptOrders(command),
    giveBack: (how) => writer.giveBack(how),
    configure: (changed) => {
      options = changed;
      writer.configure(changed);
      return Promise.resolve();
    },
    verify: () => Promise.resolve(verifyFile(file)),
    stop: async () => {
      // The last connection to close brings the WAL into the file: that must be the one that may write.
      await looks.stop();
      reader.close();
      await writer.stop();
    },
  };
}

async function startThread(file: string, options: StoreOptions, onDeath?: (fault: Error) => void) {
  const client = new WriterClient({ file, options }, (fault) => onDeath?.(fault));
  await client.ready();
  return client;
}
