// From a mail to its reply: parse it in a thread, read the requests out of it, have them accepted, and say in one line
// what became of them. The 250 is given when an order or the mail that tells its refusal is on the disk, never before.

import {
  readRecipient,
  requestsOf,
  type InboundOptions,
  type InboundRecipient,
  type InboundRequests,
} from '../core/inbound.js';
import { rejection, rejectionText, type Rejection } from '../core/rejection.js';
import { err, ok, type Result } from '../core/result.js';
import type { ParsedMail } from '../core/types.js';
import { faultLevel, rejectionOf } from '../core/unavailable.js';
import type { Accept, Acceptance, Cancelled, IntakeResult, Log, MailParser, Secrets } from '../ports.js';
import { clientOf, mayCome, type ClientWorld } from './client.js';
import { refusedShare } from './recipient-share.js';
import type { InboundMail, MailReply, Replies } from './smtp-transaction.js';

export interface MailIntakeWorld extends ClientWorld {
  readonly parser: MailParser;
  readonly secrets: Pick<Secrets, 'digest'>;
  readonly accept: Accept;
  readonly log: Log;
  /** The settings of the moment: a reload changes them. */
  readonly options: () => InboundOptions;
}

export interface MailIntake {
  /** `proven`: the session has proved who sends. */
  checkRecipient(address: string, proven: boolean): Result<void, Rejection>;
  receive(mail: InboundMail): Promise<Replies>;
}

export function createMailIntake(world: MailIntakeWorld): MailIntake {
  return {
    checkRecipient: (address, proven) => {
      const forms = readRecipient(address, world.options(), proven);
      return forms.ok ? ok(undefined) : forms;
    },
    receive: async (mail) => {
      if (!mayCome(mail, world)) return refusal(rejection('rate-limited'));
      const parsed = await world.parser.parse(mail.raw);
      if (!parsed.ok) return refusal(parsed.error);
      // The spool is the second try of what came by LMTP, and what was accepted then must be known again.
      return ['lmtp', 'spool'].includes(mail.envelope.channel)
        ? receiveEach(world, mail, parsed.value)
        : receiveWhole(world, mail, parsed.value);
    },
  };
}

async function receiveWhole(world: MailIntakeWorld, mail: InboundMail, parsed: ParsedMail): Promise<MailReply> {
  const inbound = requestsOf(mail.envelope, parsed, world.options());
  if (!inbound.ok) return refusal(inbound.error);
  const result = await acceptAll(world, mail, inbound.value);
  return result.ok ? replyOf(result.value) : refusal(result.error);
}

/**
 * A reply for each recipient: those that make one order together are accepted by themselves, so that the same delivery
 * again gets, for each of them, what it got before. RFC 2033.
 */
async function receiveEach(world: MailIntakeWorld, mail: InboundMail, parsed: ParsedMail): Promise<Replies> {
  const { envelope } = mail;
  const all = requestsOf(envelope, parsed, world.options());
  if (!all.ok) return refusal(all.error);
  const replies = new Map<string, MailReply>();
  for (const recipients of all.value.recipients) {
    const rcptTo = recipients.map(({ address }) => address);
    const inbound = requestsOf({ ...envelope, rcptTo }, parsed, world.options());
    const result = inbound.ok ? await acceptAll(world, mail, inbound.value) : inbound;
    for (const recipient of recipients) {
      replies.set(recipient.address, result.ok ? replyTo(recipient, result.value) : refusal(result.error));
    }
  }
  return envelope.rcptTo.map((address) => replies.get(address) ?? refusal(rejection('internal-error')));
}

async function acceptAll(
  world: MailIntakeWorld,
  inbound: InboundMail,
  { requests, mail: facts }: InboundRequests,
): Promise<Result<IntakeResult, Rejection>> {
  const { dedupeText, ...mail } = facts;
  const dedupeKey = dedupeText === null ? null : world.secrets.digest(dedupeText);
  const client = clientOf(inbound, world);
  try {
    return ok(await world.accept({ requests, mail: { ...mail, dedupeKey }, client, dryRun: false }));
  } catch (fault) {
    world.log[faultLevel(fault)]('mail.fault', { err: fault, session: inbound.sessionId });
    return err(rejectionOf(fault));
  }
}

function refusal(rejected: Rejection): { ok: false; rejection: Rejection } {
  return { ok: false, rejection: rejected };
}

/** An order that was accepted may have refused all that this recipient asked for. */
function replyTo(recipient: InboundRecipient, result: IntakeResult): MailReply {
  const refused = refusedShare(recipient, result.outcomes);
  return refused ? refusal(refused) : replyOf(result);
}

/**
 * 250 where anything was recorded or is told by mail; what is not told by mail then stands in the reply beside it.
 * Else the first refusal is the reply.
 */
function replyOf({ seenBefore, outcomes, cancelled }: IntakeResult): MailReply {
  if (seenBefore) return { ok: true, text: `2.0.0 Recorded before as ${seenBefore.join(', ')}; not recorded again` };
  const refused = outcomes.filter((outcome) => !outcome.accepted);
  const untold = refused.filter((outcome) => !outcome.mailed);
  const first = untold[0];
  if (cancelled.length === 0 && untold.length === outcomes.length && first) return refusal(first.rejection);
  const accepted = outcomes.flatMap((outcome) => (outcome.accepted ? [recorded(outcome)] : []));
  const notes = [
    ...accepted,
    ...cancelled.map(takenBack),
    ...(refused.length > untold.length ? [`${refused.length - untold.length} refused, a mail says why`] : []),
    ...untold.map((outcome) => `refused: ${rejectionText(outcome.rejection, 'en')}`),
  ];
  return { ok: true, text: `2.0.0 ${notes.join('; ')}` };
}

function takenBack({ numbers, refused }: Cancelled): string {
  const whys = refused.map(({ rejection: why }) => rejectionText(why, 'en'));
  return [`Cancelled: ${numbers.length} SMS`, ...whys].join('; ');
}

function recorded({ orderId, decision }: Extract<Acceptance, { accepted: true }>): string {
  const { messages, refused } = decision;
  const without = refused.length > 0 ? `, ${refused.length} refused` : '';
  return `Recorded as ${orderId}: ${messages.length} SMS${without}`;
}
