// The play: makes the account, sends the example mails by SMTP as a mail program would, waits for the receipts, moves the
// clock to the day of the deferred ones, waits again. Gives what came of each mail; judges nothing (judge.ts does).

import { createTransport } from 'nodemailer';

import type { PhoneEntry } from '../carriers/phone.js';
import type { MessageView } from '../cli/operations/message-view.js';
import { formatTime } from '../cli/table.js';
import { directParser } from '../mail/parse-pool.js';
import { DEMO, examples, type Example } from './examples.js';
import type { Stage } from './stage.js';

interface Reply {
  readonly code: number;
  readonly text: string;
}

export interface Act {
  readonly example: Example;
  readonly reply: Reply;
  /** As they were before the clock was moved. */
  readonly before: readonly MessageView[];
  readonly messages: readonly MessageView[];
  /** What arrived. */
  readonly shown: readonly PhoneEntry[];
}

export interface OutcomeMail {
  readonly subject: string;
  readonly text: string;
}

export interface Played {
  readonly acts: readonly Act[];
  readonly balanceMilli: number;
  readonly mails: readonly OutcomeMail[];
}

const WAIT_MS = 20_000;
const LOOK_EVERY_MS = 50;

/** `tell` hears, in sentences, what is being done. */
export async function play(stage: Stage, tell: (line: string) => void): Promise<Played> {
  await makeAccount(stage);
  const sent: { readonly example: Example; readonly reply: Reply }[] = [];
  const mails = examples(stage.clock.now());
  tell(`${mails.length} mails go to the gateway by SMTP (127.0.0.1:${stage.port}).`);
  for (const example of mails) sent.push({ example, reply: await sendMail(stage.port, example) });

  tell('Those without a date leave at once; their receipts are waited for.');
  const before = await settled(stage, ({ state }) => state === 'delivered' || state === 'scheduled');
  const dueMs = Math.max(...before.map(({ dueAt }) => Date.parse(dueAt)));
  tell(`The clock is moved to ${formatTime(dueMs, DEMO.zone)} (${DEMO.zone}): the deferred ones leave.`);
  await stage.moveClock(Math.max(0, dueMs - stage.clock.now()));
  const after = await settled(stage, ({ state }) => state === 'delivered');

  const phone = await stage.phone();
  const acts = sent.map(({ example, reply }) => {
    const isOfIt = ({ text }: MessageView): boolean => text === example.expected.text;
    const messages = after.filter(isOfIt);
    const shown = phone.filter(({ messageId }) => messages.some(({ id }) => id === messageId));
    return { example, reply, before: before.filter(isOfIt), messages, shown };
  });
  return { acts, balanceMilli: await balance(stage), mails: await outcomeMails(stage) };
}

async function makeAccount({ call }: Stage): Promise<void> {
  const { email, code, creditsMilli } = DEMO;
  const made = await call('account.create', { email, code, creditsMilli, mail: false });
  if (!made.ok) throw new Error(made.error.text);
}

/** Refusals are answers as well. */
async function sendMail(port: number, { to, subject, body }: Example): Promise<Reply> {
  const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true });
  const from = DEMO.email;
  try {
    const { response } = await transport.sendMail({ envelope: { from, to }, from, to, subject, text: body });
    return { code: Number(response.slice(0, 3)), text: response };
  } catch (error) {
    const { responseCode = 0, response } = error as { responseCode?: number; response?: string };
    return { code: responseCode, text: response ?? String(error) };
  } finally {
    transport.close();
  }
}

/** All messages in the order of their ids, once every one is as wanted; or as they are when that takes too long. */
async function settled({ call }: Stage, isWanted: (message: MessageView) => boolean): Promise<MessageView[]> {
  const end = performance.now() + WAIT_MS;
  for (;;) {
    const found = await call('messages', {});
    if (!found.ok) throw new Error(found.error.text);
    const { messages } = found.value;
    if (messages.every(isWanted) || performance.now() > end)
      return messages.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    await pause();
  }
}

async function balance({ call }: Stage): Promise<number> {
  const account = await call('account.show', { email: DEMO.email });
  if (!account.ok) throw new Error(account.error.text);
  return account.value.balanceMilli;
}

/** Once none is waiting to leave any more. */
async function outcomeMails({ call, outbox }: Stage): Promise<OutcomeMail[]> {
  const end = performance.now() + WAIT_MS;
  for (;;) {
    const queue = await call('queue.list', {});
    if (!queue.ok) throw new Error(queue.error.text);
    if (queue.value.noticesWaiting === 0 || performance.now() > end) break;
    await pause();
  }
  return Promise.all((await outbox()).map(readMail));
}

async function readMail(raw: Buffer): Promise<OutcomeMail> {
  const parsed = await directParser().parse([raw]);
  if (!parsed.ok || parsed.value.body.kind !== 'text') throw new Error('an outcome mail cannot be read');
  return { subject: parsed.value.subject, text: parsed.value.body.text };
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
}
