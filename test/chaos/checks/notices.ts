// Story 3: every outcome mail leaves at least once; again only where the daemon died between the smarthost's 250 and its
// own record of it, and where the smarthost took a mail without being able to say so.

import type { SmarthostRecord } from '../smarthost.js';
import type { Sent } from '../stream.js';
import { groupBy, type Books } from './books.js';
import { lost, twice, wrong, type Finding } from './finding.js';

/** Mails under way at once (src/report.ts): what one death may make leave again. */
const IN_FLIGHT = 10;

export interface Outgoing {
  readonly sent: readonly Sent[];
  readonly mails: readonly SmarthostRecord[];
  readonly deaths: number;
}

export function noticeFindings({ notices }: Books, { sent, mails, deaths }: Outgoing): Finding[] {
  const copies = groupBy(mails, ({ id }) => id);
  const arrived = new Set(mails.map(({ id }) => /notice-(\d+)\./.exec(id)?.[1]));
  const missing = notices.filter(({ id, state }) => state === 'sent' && !arrived.has(String(id)));
  const failed = notices.filter(({ state }) => state === 'failed');
  const again = [...copies.values()].reduce(
    (sum, same) => sum + Math.max(0, same.filter(({ told }) => told).length - 1),
    0,
  );
  const replies = new Set(mails.map(({ inReplyTo }) => inReplyTo));
  const waiting = new Set(notices.flatMap(({ answers, state }) => (state === 'waiting' ? [answers] : [])));
  const unanswered = sent.filter(
    ({ mail, told }) => told.at(-1) === 250 && !replies.has(mail.messageId) && !waiting.has(mail.messageId),
  );
  return [
    ...missing.map(({ id }) => lost(`outcome mail ${id} is called sent, and the smarthost does not have it`)),
    ...failed.map(({ id }) => wrong(`outcome mail ${id} was given up`)),
    ...unanswered.map(({ mail }) => lost(`no outcome mail answers ${mail.kind} ${mail.tag}`)),
    ...(again > deaths * IN_FLIGHT ? [twice(`${again} outcome mails left again after ${deaths} deaths`)] : []),
  ];
}
