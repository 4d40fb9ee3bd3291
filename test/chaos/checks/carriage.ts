// Story 2: what the carrier itself has written down, against the states of the messages. A part may be taken once; what is
// called sent was taken whole; what is called unsent was not taken at all; in doubt is anything. Nothing leaves early.

import type { Taken } from '../carrier.js';
import type { DaemonClock } from '../clock.js';
import type { Sent } from '../stream.js';
import { tagOf } from './acceptance.js';
import { groupBy, type Books, type MessageRow } from './books.js';
import { lost, twice, wrong, type Finding } from './finding.js';

const SENT = ['submitted', 'delivered', 'undelivered'];
const UNSENT = ['scheduled', 'queued', 'refused', 'cancelled'];

export interface Carriage {
  readonly sent: readonly Sent[];
  readonly taken: readonly Taken[];
  readonly clock: Pick<DaemonClock, 'latestAt'>;
  /** Nothing may wait for its time any more. */
  readonly final: boolean;
}

export function carriageFindings(books: Books, { sent, taken, clock, final }: Carriage): Finding[] {
  const asked = new Map(sent.map(({ mail }) => [mail.tag, mail]));
  const byMessage = groupByMessage(taken);
  const strangers = taken.filter(({ to, text }) => asked.get(tagOf(text))?.numbers.includes(to) !== true);
  return [
    ...strangers.map(({ to, text }) => wrong(`the carrier got what no client asked for: ${to} ${text.slice(0, 40)}`)),
    ...taken.flatMap(({ to, text, atMs }) => {
      const earlyMs = (asked.get(tagOf(text))?.dueMs ?? 0) - clock.latestAt(atMs);
      return earlyMs > 0 ? [wrong(`${tagOf(text)} to ${to} left ${earlyMs} ms early`)] : [];
    }),
    ...repeatedFindings(taken),
    ...books.messages.flatMap((message) => {
      const key = `${tagOf(message.text)} ${message.number}`;
      return contradictions(message, byMessage.get(key)?.length ?? 0, final);
    }),
  ];
}

/** Whatever the database says of it. */
export function repeatedFindings(taken: readonly Taken[]): Finding[] {
  return [...groupByMessage(taken)].flatMap(([key, parts]) => repeated(key, parts));
}

function groupByMessage(taken: readonly Taken[]): Map<string, Taken[]> {
  return groupBy(taken, ({ to, text }) => `${tagOf(text)} ${to}`);
}

function repeated(key: string, parts: readonly Taken[]): Finding[] {
  return [...groupBy(parts, ({ part }) => String(part))].flatMap(([part, times]) =>
    times.length > 1 ? [twice(`the carrier took part ${part} of ${key} ${times.length} times`)] : [],
  );
}

function contradictions({ id, number, state, parts }: MessageRow, taken: number, final: boolean): Finding[] {
  const message = `${id} to ${number}`;
  if (SENT.includes(state) && taken < parts) {
    return [lost(`${message} is ${state}, and the carrier has ${taken} of its ${parts} parts`)];
  }
  if (UNSENT.includes(state) && taken > 0) return [wrong(`${message} is ${state}, and the carrier took it`)];
  const isOpen = ['scheduled', 'queued', 'submitting', 'submitted'].includes(state);
  if (isOpen && final) return [{ kind: 'stuck', text: `${message} is still ${state}` }];
  return state === 'expired' ? [lost(`${message} has expired`)] : [];
}
