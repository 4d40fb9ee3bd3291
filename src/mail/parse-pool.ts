// The MailParser port over worker threads that can be killed: a mail made to stop us costs one thread, not the daemon.
// A mail that takes too long, too much memory, or brings its thread down is refused; the pool goes on with a new thread.
// The caller's bytes are copied, never taken: it may hash them afterwards; a piece at a time, when the thread asks for it.
// A small mail of one text needs no thread: there is nothing in it that could stop us, and handing it over costs more than
// reading it.

import { MessageChannel, type MessagePort } from 'node:worker_threads';

import { Piscina } from 'piscina';

import { rejection, type Rejection } from '../core/rejection.js';
import { err, ok, type Result } from '../core/result.js';
import type { MailPieces, ParsedMail } from '../core/types.js';
import type { MailParser } from '../ports.js';
import type { ParseTask } from './parse-worker.js';
import { parseSimple } from './simple.js';
import { turnstile } from '../core/turnstile.js';

export interface ParsePoolOptions {
  readonly threads?: number;
  /**
   * From the moment that a thread begins with the mail, at least, and hardly longer. Waiting for a thread, and its start,
   * do not count.
   */
  readonly deadlineMs?: number;
  /** JavaScript heap of one thread; the mail's own bytes come on top. */
  readonly heapMb?: number;
}

/** A thread that has not begun after so many deadlines does not come; that is no fault of the mail. */
const MOST_DEADLINES = 30;
/** In a deadline: whether the thread has begun. */
const LOOKS = 8;
const DEFAULTS = { threads: 2, deadlineMs: 2_000, heapMb: 256 };

export function startParsePool(options: ParsePoolOptions = {}): MailParser {
  const { threads, deadlineMs, heapMb } = { ...DEFAULTS, ...options };
  const pool = new Piscina<ParseTask, Result<ParsedMail, Rejection>>({
    filename: new URL('./parse-worker.js', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
  });
  // The fault of a thread reaches the mail that it worked on; an idle one is replaced without a word.
  pool.on('error', () => undefined);
  const atOnce = turnstile(threads);
  let stopped = false;
  return {
    parse: async (raw) => {
      if (stopped) throw new Error('the parse pool has stopped');
      const simple = parseAtOnce(raw);
      if (simple) return ok(simple);
      return atOnce(() => {
        // A closed piscina would start a new thread for it.
        if (stopped) return Promise.reject(new Error('the parse pool has stopped'));
        return parseInPool(pool, raw, deadlineMs);
      });
    },
    stop: () => {
      stopped = true;
      return pool.close();
    },
  };
}

/** The parser on the caller's own thread, without a deadline: for tests and tools. */
export function directParser(): MailParser {
  return {
    // Loaded when used: the daemon's main thread has no need of the parser.
    parse: async (raw) => {
      const { default: parse } = await import('./parse-worker.js');
      return parse({ raw: Buffer.concat(raw), more: null, begun: notBegun() });
    },
    stop: () => Promise.resolve(),
  };
}

function notBegun(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
}

/** What is too strange for it is a case for the threads. */
function parseAtOnce([first, ...more]: MailPieces): ParsedMail | null {
  try {
    return first && more.length === 0 ? parseSimple(first) : null;
  } catch {
    return null;
  }
}

async function parseInPool(
  pool: Piscina<ParseTask, Result<ParsedMail, Rejection>>,
  [first, ...others]: MailPieces,
  deadlineMs: number,
): Promise<Result<ParsedMail, Rejection>> {
  const channel = others.length > 0 ? morePieces(others) : null;
  const task = { raw: copyOf(first), more: channel?.port2 ?? null, begun: notBegun() };
  const hasBegun = (): boolean => Atomics.load(task.begun, 0) === 1;
  const stop = new AbortController();
  let [waited, worked] = [0, 0];
  const timer = setInterval(() => {
    if (hasBegun()) worked += 1;
    else waited += 1;
    if (worked > LOOKS || waited > LOOKS * MOST_DEADLINES) stop.abort();
  }, deadlineMs / LOOKS);
  try {
    return await pool.run(task, {
      signal: stop.signal,
      transferList: [task.raw.buffer, ...(channel ? [channel.port2] : [])],
    });
  } catch (error) {
    // A thread that cannot even start (no memory, no descriptors) says nothing about the mail.
    if (!hasBegun()) throw error;
    const why = stop.signal.aborted ? 'it takes too long' : whyLost(error);
    if (why === null) throw error;
    return err(rejection('mail-unreadable', { why }));
  } finally {
    clearInterval(timer);
    channel?.port1.close();
  }
}

function morePieces(pieces: MailPieces): MessageChannel {
  const channel = new MessageChannel();
  const left = pieces.values();
  channel.port1.on('message', () => {
    const { value: piece } = left.next();
    if (piece === undefined) channel.port1.postMessage(null);
    else postPiece(channel.port1, copyOf(piece));
  });
  return channel;
}

function postPiece(port: MessagePort, piece: Uint8Array<ArrayBuffer>): void {
  port.postMessage(piece, [piece.buffer]);
}

/** The given bytes may be a view into Node's shared buffer pool, which must not move to a thread. */
function copyOf(piece: Uint8Array = new Uint8Array()): Uint8Array<ArrayBuffer> {
  return new Uint8Array(piece);
}

/** Null where the fault is none of the mail's (a missing file, a pool that stops): the client shall keep the mail. */
function whyLost(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') return 'it takes too much memory';
  return error.message.includes('exit') ? 'its thread ended' : null;
}
