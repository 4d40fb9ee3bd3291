// The spool of sendmail in the running daemon: makes its folder, tells callers what they must know, and gives what was put
// in while the daemon was away to the same intake as every other mail. A refusal after the code was right is then a mail:
// nobody waits for the reply any more.

import path from 'node:path';

import { mistake, type Told } from './control/protocol.js';
import { ok } from './core/result.js';
import { rejectionRow, type Rejection } from './core/rejection.js';
import { createMailIntake, type MailIntake } from './mail/intake.js';
import { messageOf, type Parts } from './parts.js';
import { SPOOL_NAME } from './sendmail/folder.js';
import { startPickup, type Taken } from './sendmail/pickup.js';
import { prepareSpool, publishFacts } from './sendmail/publish.js';
import type { SpooledMail } from './sendmail/spool-file.js';
import type { WaysIn } from './ways-in.js';

export interface Spool {
  /** After a reload. */
  publish(): void;
  stop(): Promise<void>;
}

export function openSpool(parts: Parts, ways: WaysIn): Told<Spool> {
  const { live, clock, log } = parts;
  const { socket } = live.config.mail.sendmail;
  const folder = path.dirname(socket);
  const publish = (): void => {
    const { domains, smtp } = live.config.mail;
    const [address = null] = ways.open.find(({ name }) => name === 'SMTP')?.addresses ?? [];
    publishFacts(folder, {
      ...{ socket: path.basename(socket), domains, size: smtp.size },
      smtp: address && { host: reachable(address.host), port: address.port },
    });
  };
  try {
    prepareSpool(folder);
    publish();
  } catch (error) {
    return mistake(
      'cannot-create',
      `${folder}: the spool cannot be made: ${messageOf(error)} (key mail.sendmail.socket)`,
    );
  }
  const intake = createMailIntake({ ...parts, options: parts.inboundOptions });
  const pickup = startPickup({
    ...{ spool: path.join(folder, SPOOL_NAME), clock, log },
    maxBytes: () => live.config.mail.smtp.size,
    deliver: (mail, name) => deliver(intake, mail, { name, most: live.config.mail.smtp.limits.recipients }),
  });
  return ok({ publish, stop: () => pickup.stop() });
}

/** Every address of this machine is as good. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

/** As LMTP would take it: recipient by recipient, and at most so many at once. */
async function deliver(
  intake: MailIntake,
  { mailFrom, rcptTo, raw }: SpooledMail,
  { name, most }: { readonly name: string; readonly most: number },
): Promise<Taken> {
  const refusals: Rejection[] = [];
  const known = rcptTo.filter((address) => {
    const checked = intake.checkRecipient(address, false);
    if (!checked.ok) refusals.push(checked.error);
    return checked.ok;
  });
  for (let at = 0; at < known.length; at += most) {
    const envelope = {
      ...{ mailFrom, rcptTo: known.slice(at, at + most) },
      ...{ remoteAddress: '', authenticatedAs: null, channel: 'spool' as const },
    };
    const replies = [await intake.receive({ envelope, raw: [raw], helo: 'localhost', sessionId: name })].flat();
    refusals.push(...replies.flatMap((reply) => (reply.ok ? [] : [reply.rejection])));
  }
  const later = refusals.find((refusal) => rejectionRow(refusal).smtp < 500);
  if (later) return { kind: 'later', reason: later.reason };
  const [first] = refusals;
  return first ? { kind: 'refused', reason: first.reason } : { kind: 'done' };
}
