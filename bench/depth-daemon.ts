// The built daemon on a filled data folder, sending to a local SMSC: how soon it is ready, what memory it takes, how much it
// sends, how long commands keep its clients waiting, and how soon it is back after a kill with a large WAL.

import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import Database from 'better-sqlite3';

import { cleanEnvironment } from '../test/support/program.js';
import { PROGRAM } from './root.js';
import { CARRIER } from './smpp-senders.js';

export interface DaemonFigures {
  readonly readyMs: number;
  /** Null: the database is too small for a large WAL. */
  readonly readyAfterKillMs: number | null;
  readonly walMegabytes: number;
  readonly peakMegabytes: number;
  readonly sentPerSecond: number;
  readonly inDoubt: number;
  /** The longest that a client waited for the answer to NOOP, without a command and while each ran. */
  readonly waits: Readonly<Record<string, number>>;
}

export const WINDOW = 100;
const DISPATCH_MS = 8_000;
const NOOPS = 50;
const LARGE_WAL_BYTES = 100 * 1024 * 1024;
const READY_WITHIN_MS = 60_000;
const COMMANDS = [['queue'], ['messages'], ['account', 'list'], ['carriers']];
const READY = /^SMTP +127\.0\.0\.1:(\d+)$/m;

export async function measureDaemon(folder: string, smscPort: number, isDeep: boolean): Promise<DaemonFigures> {
  writeFileSync(path.join(folder, 'petitbleu.yaml'), configuration(smscPort));
  const file = path.join(folder, 'petitbleu.db');
  const first = await startProgram(folder);
  const before = sentOf(file);
  await pause(DISPATCH_MS);
  const sentPerSecond = ((sentOf(file) - before) * 1000) / DISPATCH_MS;
  const waits = await waitsOf(folder, first.port);
  const peak = peakMegabytes(first.child);
  await ended(first.child, 'SIGKILL');
  const inDoubt = countOf(file, `SELECT count(*) FROM messages WHERE state = 'submitting'`);
  const common = { readyMs: first.readyMs, sentPerSecond, waits, inDoubt };
  if (!isDeep) return { ...common, readyAfterKillMs: null, walMegabytes: 0, peakMegabytes: peak };
  const walMegabytes = await growWal(file);
  const second = await startProgram(folder);
  await pause(1_000);
  const peakMegabytesOfBoth = Math.max(peak, peakMegabytes(second.child));
  await ended(second.child, 'SIGTERM');
  return { ...common, readyAfterKillMs: second.readyMs, walMegabytes, peakMegabytes: peakMegabytesOfBoth };
}

function configuration(port: number): string {
  return `mail: { domains: [sms.example.fr], smtp: { listen: ['127.0.0.1:0'] } }
carriers:
  ${CARRIER}: { type: smpp, host: 127.0.0.1, port: ${port}, systemId: bench, password: k4n4ry, window: ${WINDOW} }
queue: { messages: 10000000, accountMessages: 10000000 }
log: { level: warn }
`;
}

const running = new Set<ChildProcess>();

/** Whatever went wrong. */
export function killDaemons(): void {
  for (const child of running) child.kill('SIGKILL');
}

interface Program {
  readonly child: ChildProcess;
  readonly port: number;
  readonly readyMs: number;
}

function words(folder: string, ...more: readonly string[]): string[] {
  return [PROGRAM, ...more, '--data', folder, '--config', path.join(folder, 'petitbleu.yaml')];
}

function startProgram(folder: string): Promise<Program> {
  const beginMs = performance.now();
  const child = spawn(process.execPath, words(folder, 'start'), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: cleanEnvironment(),
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let [out, errors] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-2000)));
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => child.kill('SIGKILL'), READY_WITHIN_MS);
    child.once('exit', () => reject(new Error(`the daemon ended:\n${errors}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const port = Number(READY.exec(out)?.[1]);
      if (!port) return;
      clearTimeout(late);
      resolve({ child, port, readyMs: performance.now() - beginMs });
    });
  });
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const over = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await over;
}

function peakMegabytes({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

function sentOf(file: string): number {
  return countOf(file, 'SELECT count(*) FROM parts');
}

function countOf(file: string, sql: string): number {
  const database = new Database(file, { readonly: true });
  try {
    return database.prepare(sql).pluck().get() as number;
  } finally {
    database.close();
  }
}

async function waitsOf(folder: string, port: number): Promise<Record<string, number>> {
  const waits: Record<string, number> = { none: await longestNoop(port, pause(2_000)) };
  for (const command of COMMANDS) {
    const child = spawn(process.execPath, words(folder, ...command), { stdio: 'ignore', env: cleanEnvironment() });
    const over = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    waits[command.join(' ')] = await longestNoop(port, over);
  }
  return waits;
}

async function longestNoop(port: number, until: Promise<unknown>): Promise<number> {
  const state = { isOver: false };
  void until.then(() => (state.isOver = true));
  let longestMs = 0;
  do longestMs = Math.max(longestMs, await longestOfSession(port, state));
  while (!state.isOver);
  return longestMs;
}

/** The daemon takes a hundred of them in a session for an attack. */
async function longestOfSession(port: number, state: { readonly isOver: boolean }): Promise<number> {
  const socket = net.connect(port, '127.0.0.1');
  const answer = () =>
    new Promise((resolve, reject) => {
      socket.once('data', resolve).once('close', () => reject(new Error('the daemon has closed a session')));
    });
  let longestMs = 0;
  await answer();
  for (let noops = 0; noops < NOOPS && !state.isOver; noops += 1) {
    const beginMs = performance.now();
    socket.write('NOOP\r\n');
    await answer();
    longestMs = Math.max(longestMs, performance.now() - beginMs);
    socket.removeAllListeners('close');
    await pause(2);
  }
  socket.destroy();
  return longestMs;
}

/** As a reader held open would: another process writes without bringing the WAL into the file, and is killed. */
async function growWal(file: string): Promise<number> {
  const program = fileURLToPath(new URL('depth-wal.js', import.meta.url));
  const child = spawn(process.execPath, [program, file, String(LARGE_WAL_BYTES)], { stdio: 'inherit' });
  await new Promise((resolve) => child.once('exit', resolve));
  return statSync(`${file}-wal`).size / 1024 / 1024;
}
