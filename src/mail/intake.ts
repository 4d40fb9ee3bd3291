// From a mail to its reply: parse it in a thread, read the requests out of it, have them accepted, and say in one line
// what became of them. The 250 is given when an order or the mail that tells its refusal is on the disk, never before.

import { requestsOf, type InboundOptions } from '../core/inbound.js';
import { parseRecipient } from '../core/address.js';
import { rejection, rejectionText, type Rejection } from '../core/rejection.js';
import { ok, type Result } from '../core/result.js';
import type { Envelope } from '../core/types.js';
import { rejectionOf } from '../core/unavailable.js';
import type { Accept, Acceptance, Intake, IntakeResult, Log, MailParser, Secrets } from '../ports.js';
import { clientOf, mayCome, type ClientWorld } from './client.js';
import type { InboundMail, MailReply } from './smtp-transaction.js';

export interface MailIntakeWorld extends ClientWorld {
  readonly parser: MailParser;
  readonly secrets: Pick<Secrets, 'digest'>;
  readonly accept: Accept;
  readonly log: Log;
  /** The settings of the moment: a reload changes them. */
  readonly options: () => InboundOptions;
}

export interface MailIntake {
  checkRecipient(address: string): Result<void, Rejection>;
  receive(mail: InboundMail): Promise<MailReply>;
}

export function createMailIntake(world: MailIntakeWorld): MailIntake {
  return {
    checkRecipient: (address) => {
      const forms = parseRecipient(address, world.options().domains);
      return forms.ok ? ok(undefined) : forms;
    },
    receive: async (mail) => {
      const { envelope, raw, sessionId } = mail;
      if (!mayCome(mail, world)) return refusal(rejection('rate-limited'));
      const intake = await readMail(world, envelope, raw);
      if (!intake.ok) return intake;
      try {
        return replyOf(await world.accept({ ...intake.value, client: clientOf(mail, world), dryRun: false }));
      } catch (fault) {
        world.log.error('mail.fault', { err: fault, session: sessionId });
        return refusal(rejectionOf(fault));
      }
    },
  };
}

/** The requests of a mail and what is needed to answer it. */
export async function readMail(
  { parser, secrets, options }: Pick<MailIntakeWorld, 'parser' | 'secrets' | 'options'>,
  envelope: Envelope,
  raw: Uint8Array,
): Promise<{ ok: true; value: Omit<Intake, 'client' | 'dryRun'> } | { ok: false; rejection: Rejection }> {
  const parsed = await parser.parse(raw);
  if (!parsed.ok) return refusal(parsed.error);
  const inbound = requestsOf(envelope, parsed.value, options());
  if (!inbound.ok) return refusal(inbound.error);
  const { dedupeText, ...mail } = inbound.value.mail;
  return {
    ok: true,
    value: {
      requests: inbound.value.requests,
      mail: { ...mail, dedupeKey: dedupeText === null ? null : secrets.digest(dedupeText) },
    },
  };
}

function refusal(rejected: Rejection): { ok: false; rejection: Rejection } {
  return { ok: false, rejection: rejected };
}

/**
 * 250 where anything was recorded or is told by mail; what is not told by mail then stands in the reply beside it.
 * Else the first refusal is the reply.
 */
function replyOf({ seenBefore, outcomes }: IntakeResult): MailReply {
  if (seenBefore) return { ok: true, text: `2.0.0 Recorded before as ${seenBefore.join(', ')}; not recorded again` };
  const refused = outcomes.filter((outcome) => !outcome.accepted);
  const untold = refused.filter((outcome) => !outcome.mailed);
  const first = untold[0];
  if (untold.length === outcomes.length && first) return refusal(first.rejection);
  const accepted = outcomes.flatMap((outcome) => (outcome.accepted ? [recorded(outcome)] : []));
  const notes = [
    ...accepted,
    ...(refused.length > untold.length ? [`${refused.length - untold.length} refused, a mail says why`] : []),
    ...untold.map((outcome) => `refused: ${rejectionText(outcome.rejection, 'en')}`),
  ];
  return { ok: true, text: `2.0.0 ${notes.join('; ')}` };
}

function recorded({ orderId, decision }: Extract<Acceptance, { accepted: true }>): string {
  const { messages, refused } = decision;
  const without = refused.length > 0 ? `, ${refused.length} refused` : '';
  return `Recorded as ${orderId}: ${messages.length} SMS${without}`;
}
