// Story 3: every outcome mail leaves at least once; again only where the daemon died between the smarthost's 250 and its
// own record of it, and where the smarthost took a mail without being able to say so; then with the same bytes. What the
// smarthost refuses for good is given up at once, and nothing else is.

import type { SmarthostRecord } from '../smarthost.js';
import type { Sent } from '../stream.js';
import { groupBy, type Books } from './books.js';
import { lost, twice, wrong, type Finding } from './finding.js';

/** Mails under way at once (src/report.ts): what one death may make leave again. */
const IN_FLIGHT = 10;

export interface Outgoing {
  readonly sent: readonly Sent[];
  /** What the smarthost has written down: of every mail, and of those that it has taken. */
  readonly records: Readonly<Record<'records' | 'mails', readonly SmarthostRecord[]>>;
  readonly deaths: number;
}

export function noticeFindings({ notices }: Books, { sent, records, deaths }: Outgoing): Finding[] {
  const { mails } = records;
  const arrived = new Set(mails.map(({ id }) => noticeOf(id)));
  const missing = notices.filter(({ id, state }) => state === 'sent' && !arrived.has(String(id)));
  const again = [...groupBy(mails, ({ id }) => id).values()].reduce(
    (sum, same) => sum + Math.max(0, same.filter(({ answer }) => answer === 250).length - 1),
    0,
  );
  const replies = new Set(mails.map(({ inReplyTo }) => inReplyTo));
  const open = ['waiting', 'failed'];
  const accounted = new Set(notices.flatMap(({ answers, state }) => (open.includes(state) ? [answers] : [])));
  const unanswered = sent.filter(
    ({ mail, told }) => told.at(-1) === 250 && !replies.has(mail.messageId) && !accounted.has(mail.messageId),
  );
  return [
    ...missing.map(({ id }) => lost(`outcome mail ${id} is called sent, and the smarthost does not have it`)),
    ...unanswered.map(({ mail }) => lost(`no outcome mail answers ${mail.kind} ${mail.tag}`)),
    ...(again > deaths * IN_FLIGHT ? [twice(`${again} outcome mails left again after ${deaths} deaths`)] : []),
    ...refusalFindings(notices, records.records),
    ...byteFindings(mails),
  ];
}

function refusalFindings(notices: Books['notices'], records: readonly SmarthostRecord[]): Finding[] {
  const tries = groupBy(records, ({ id }) => noticeOf(id));
  const refused = [...tries].filter(([, answers]) => answers.some(({ answer }) => (answer ?? 0) >= 500));
  const ids = new Set(refused.map(([id]) => id));
  const failed = notices.filter(({ state }) => state === 'failed').map(({ id }) => String(id));
  return [
    ...failed.filter((id) => !ids.has(id)).map((id) => wrong(`outcome mail ${id} was given up`)),
    ...refused.flatMap(([id, answers]) => {
      const after = answers.length - 1 - answers.findIndex(({ answer }) => (answer ?? 0) >= 500);
      if (after > 0) return [twice(`outcome mail ${id} was refused for good, and came ${after} times again`)];
      return failed.includes(id) ? [] : [wrong(`outcome mail ${id} was refused for good, and is not given up`)];
    }),
  ];
}

/** Mail systems know a copy by its Message-ID, and show one of them: all must say the same. */
function byteFindings(mails: readonly SmarthostRecord[]): Finding[] {
  const differing = [...groupBy(mails, ({ id }) => id)].filter(
    ([, same]) => new Set(same.map(({ raw }) => raw)).size > 1,
  );
  return differing.map(([id]) => wrong(`outcome mail ${id} left twice, and not with the same bytes`));
}

function noticeOf(messageId: string): string {
  return /notice-(\d+)\./.exec(messageId)?.[1] ?? '';
}
