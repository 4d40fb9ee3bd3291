// Entry of the thread that owns the writing connection. Calls that arrive while a commit runs wait in the message port
// and share the next one.

import { parentPort } from 'node:worker_threads';

import { Unavailable } from '../core/unavailable.js';
import { Writer } from './writer.js';
import type { Fault, FromWriter, ToWriter } from './writer-protocol.js';

const port = parentPort;
if (!port) throw new Error('this file runs as a worker thread');

const answer = (message: FromWriter) => port.postMessage(message);

function faultOf(thrown: unknown): Fault {
  // What SQLite said is worth more to the reader of a log than our name for it.
  const cause = thrown instanceof Unavailable ? thrown.cause : thrown;
  const error = cause instanceof Error ? cause : new Error(String(cause));
  return {
    message: error.message,
    stack: error.stack,
    rejection: thrown instanceof Unavailable ? thrown.rejection : null,
  };
}

function answerWith(id: number, outcome: Promise<unknown>): void {
  outcome.then(
    (value) => answer({ kind: 'done', id, value }),
    (thrown: unknown) => answer({ kind: 'fault', id, fault: faultOf(thrown) }),
  );
}

function serve(writer: Writer, message: Exclude<ToWriter, { kind: 'open' }>): void {
  switch (message.kind) {
    case 'call':
      answerWith(message.id, writer.call(message.name, message.args));
      return;
    case 'giveBack':
      answerWith(message.id, writer.giveBack(message.how));
      return;
    case 'configure':
      writer.configure(message.options);
      return;
    case 'stop':
      void writer.stop().then(() => {
        answer({ kind: 'stopped' });
        port?.close();
      });
      return;
  }
}

port.once('message', (first: ToWriter) => {
  if (first.kind !== 'open') throw new Error(`the first message to the writing thread is ${first.kind}`);
  try {
    const writer = new Writer(first.file, first.options);
    port.on('message', (message: Exclude<ToWriter, { kind: 'open' }>) => serve(writer, message));
    answer({ kind: 'ready' });
  } catch (thrown) {
    answer({ kind: 'failed', fault: faultOf(thrown) });
  }
});
