// Postfix that hands each mail to a script through pipe(8), which parses it and writes it into SQLite: the gateway that
// people hand-roll. A mail is done when its rows are committed.

import { chmodSync, chownSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import Database from 'better-sqlite3';

import { startPostfix } from '../../test/peers/mail-server.js';
import { run } from '../../test/support/program.js';
import { ROOT } from '../root.js';
import type { Peer, Server } from './peer.js';
import { masterOf, missingPostfix, UNLIMITED } from './postfix.js';
import { PERL, PYTHON } from '../names.js';

/** Mails come out at the end, not at the 250. */
export interface Pipeline extends Server {
  /** Whose rows are committed, since the start. */
  done(): number;
}

/** `nobody`, as which pipe(8) runs it: never as root. */
const USER = 'nobody';
const USER_ID = 65_534;

interface Script {
  readonly name: string;
  readonly file: string;
  readonly interpreter: string;
  /** Succeeds where everything that the script needs is here. */
  readonly probe: readonly string[];
  readonly packages: string;
}

export const perlPipe = handRolled({
  ...{
    name: PERL,
    file: 'hand-rolled.pl',
    interpreter: '/usr/bin/perl',
    packages: 'libdbd-sqlite3-perl libmime-tools-perl',
  },
  probe: ['-MDBD::SQLite', '-MMIME::Parser', '-e', '1'],
});
export const pythonPipe = handRolled({
  ...{ name: PYTHON, file: 'hand-rolled.py', interpreter: '/usr/bin/python3', packages: 'python3' },
  probe: ['-c', 'import sqlite3, email'],
});

function handRolled(script: Script): Peer<Pipeline> {
  const missing = async (): Promise<string | null> => {
    const { code } = await run(script.interpreter, script.probe).catch(() => ({ code: 1 }));
    return code === 0 ? missingPostfix() : `apt-get install --no-install-recommends postfix ${script.packages}`;
  };
  return { name: script.name, missing, start: () => start(script) };
}

async function start({ file, interpreter }: Script): Promise<Pipeline> {
  const folder = mkdtempSync(path.join(tmpdir(), 'petitbleu-pipe-'));
  chmodSync(folder, 0o755);
  chownSync(folder, USER_ID, USER_ID);
  const [script, name] = [path.join(folder, file), path.join(folder, 'orders.db')];
  copyFileSync(path.join(ROOT, 'bench/peers', file), script);
  const database = openDatabase(name);
  const remove = (): void => {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const service = `script unix - n n - - pipe flags=R user=${USER} argv=${interpreter} ${script} ${name}\n`;
  try {
    const postfix = await startPostfix('script:', service, UNLIMITED);
    const count = database.prepare<[], number>('SELECT count(*) FROM orders').pluck();
    const done = (): number => count.get() ?? 0;
    return { port: postfix.port, pids: [masterOf(postfix.folder)], done, stop: () => postfix.stop().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

/** As a careful author sets it up: readers do not stop writers. */
function openDatabase(file: string): Database.Database {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.exec(`CREATE TABLE orders (id INTEGER PRIMARY KEY, message_id TEXT, text TEXT);
    CREATE TABLE messages (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders, number TEXT);`);
  for (const suffix of ['', '-wal', '-shm']) chownSync(file + suffix, USER_ID, USER_ID);
  return database;
}
