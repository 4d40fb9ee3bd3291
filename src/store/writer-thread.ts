// Entry of the thread that owns the writing connection. Calls that arrive while a commit runs wait in the message port
// and share the next one.

import { parentPort } from 'node:worker_threads';

import { Unavailable } from '../core/unavailable.js';
import { together } from './together.js';
import { Writer } from './writer.js';
import type { Fault, FromWriter, ToWriter, WriterData } from './writer-protocol.js';

if (!parentPort) throw new Error('this file runs as a worker thread');
const port = parentPort;

/** After all that a commit has settled, before the next one begins. */
const answer = together(
  (messages: readonly FromWriter[]) => port.postMessage(messages),
  (callback) => process.nextTick(callback),
);

/** What was answered leaves before. */
function closeAfterwards(): void {
  process.nextTick(() => port.close());
}

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
        closeAfterwards();
      });
      return;
  }
}

function open({ file, options }: WriterData): Writer | null {
  try {
    const writer = new Writer(file, options);
    answer({ kind: 'ready' });
    return writer;
  } catch (thrown) {
    answer({ kind: 'failed', fault: faultOf(thrown) });
    closeAfterwards();
    return null;
  }
}

let writer: Writer | null = null;

port.on('message', (messages: readonly ToWriter[]) => {
  for (const message of messages) {
    if (message.kind === 'open') writer = open(message);
    else if (writer) serve(writer, message);
  }
});
