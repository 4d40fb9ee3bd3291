// One mail through SMTP: sender, recipients, DATA, reply. Takes smtp-server's callbacks, calls `receive` with a whole
// mail, and turns refusals into replies. A thrown error stops here: 451 with a fixed text, the places in the log.
// Never logs a local part or a subject, never keeps more than the size limit of a mail.

import { channel } from 'node:diagnostics_channel';
import { domainToASCII } from 'node:url';

import type { SMTPServerAddress, SMTPServerDataStream, SMTPServerSession } from 'smtp-server';

import { rejection, type Rejection } from '../core/rejection.js';
import type { Result } from '../core/result.js';
import type { Envelope, MailPieces } from '../core/types.js';
import type { Log } from '../ports.js';
import { collect } from './collect.js';
import type { ModeRules } from './modes.js';
import { describeFault, maskAddress } from './redact.js';
import type { SessionMemory } from './session-memory.js';
import { RefusedError } from './smtp-reply.js';
import type { Session } from './smtp-session.js';

export interface InboundMail {
  readonly envelope: Envelope;
  readonly raw: MailPieces;
  /** As the client named itself in HELO, EHLO or LHLO. */
  readonly helo: string;
  readonly sessionId: string;
}

/** `text` follows the 250; the refusal becomes the reply. */
export type MailReply =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly rejection: Rejection };

/** One to all; or for LMTP one for each recipient of the envelope, in its order. */
export type Replies = MailReply | readonly MailReply[];

export interface TransactionOptions {
  readonly rules: ModeRules;
  readonly sizeBytes: number;
  readonly recipients: number;
  readonly memory: SessionMemory;
  readonly log: Log;
  /** At RCPT; must not say whether an account or a code exists. `proven`: the session has proved who sends. */
  readonly checkRecipient: (address: string, proven: boolean) => Result<void, Rejection>;
  readonly receive: (inbound: InboundMail) => Promise<Replies>;
}

/** Tracing points (docs/tracing.md): the mail is whole, and nobody has looked at it; its replies are decided, none is sent. */
const received = channel('petitbleu.mail.received');
const answering = channel('petitbleu.mail.answering');

type Answer = (error?: Error | null, text?: string | (string | Error)[]) => void;
type Stage = 'mail' | 'rcpt' | 'data';

export class Transactions {
  readonly #options: TransactionOptions;
  readonly #sessions: ReadonlyMap<string, Session>;
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: TransactionOptions, sessions: ReadonlyMap<string, Session>) {
    this.#options = options;
    this.#sessions = sessions;
  }

  sender(session: SMTPServerSession, answer: Answer): void {
    if (this.#options.rules.auth && provenUser(session) === null) {
      this.#refuse('mail', rejection('auth-required'), session, answer);
      return;
    }
    this.#sessions.get(session.id)?.recipients.splice(0);
    answer();
  }

  recipient(address: SMTPServerAddress, session: SMTPServerSession, answer: Answer): void {
    try {
      const refused = this.#refusedRecipient(address, session);
      if (refused) {
        this.#refuse('rcpt', refused, session, answer);
        return;
      }
      this.#sessions.get(session.id)?.recipients.push(withAsciiDomain(address.address));
      answer();
    } catch (thrown) {
      this.#fault('rcpt', thrown, session, answer);
    }
  }

  mail(stream: SMTPServerDataStream, session: SMTPServerSession, answer: Answer): void {
    const done = this.#mail(stream, session, answer).finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
  }

  /** When the mails of this moment have their answers, also those whose clients have left. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #mail(stream: SMTPServerDataStream, session: SMTPServerSession, answer: Answer): Promise<void> {
    const connection = this.#sessions.get(session.id);
    const envelope = this.#envelopeOf(session);
    const replyWith = (replies: Replies): void => this.#reply(replies, envelope, session, answer);
    const memory = this.#options.memory.forMail();
    connection?.mailStarted(stream);
    try {
      const mail = await collect(stream, this.#options.sizeBytes, memory);
      if (mail.kind === 'gone') {
        this.#options.log.info('mail.interrupted', { session: session.id, remote: envelope.remoteAddress });
        return;
      }
      received.publish({ session: session.id });
      connection?.mailComplete(this.#options.rules.lmtp ? connection.recipients.length : 1);
      replyWith(
        mail.kind === 'whole'
          ? await this.#options.receive({
              envelope,
              raw: mail.raw,
              helo: session.hostNameAppearsAs,
              sessionId: session.id,
            })
          : { ok: false, rejection: this.#tooMuch(mail.kind) },
      );
    } catch (thrown) {
      this.#options.log.error('mail.fault', { session: session.id, stage: 'data', ...describeFault(thrown) });
      replyWith({ ok: false, rejection: rejection('internal-error') });
    } finally {
      memory.free();
    }
  }

  #tooMuch(kind: 'too-large' | 'no-room'): Rejection {
    const { sizeBytes, memory } = this.#options;
    return kind === 'too-large'
      ? rejection('mail-too-large', { maxBytes: sizeBytes })
      : rejection('no-room', { maxBytes: memory.maxBytes });
  }

  /** One reply; or, in LMTP, one for each RCPT that was accepted, in their order. */
  #reply(replies: Replies, { rcptTo }: Envelope, session: SMTPServerSession, answer: Answer): void {
    const list = 'ok' in replies ? rcptTo.map(() => replies) : replies;
    const connection = this.#sessions.get(session.id);
    const asked = this.#options.rules.lmtp ? (connection?.recipients ?? rcptTo) : rcptTo.slice(0, 1);
    const lines = asked.map((address) => {
      const reply = list[rcptTo.findIndex((one) => one.toLowerCase() === address.toLowerCase())];
      if (!reply) throw new Error('a recipient got no reply');
      if (reply.ok) return reply.text;
      this.#logRefusal('data', reply.rejection, session);
      return new RefusedError(reply.rejection);
    });
    answering.publish({ session: session.id });
    const send = (): void => answer(null, lines);
    if (connection) connection.answer(send);
    else send();
  }

  #refusedRecipient(address: SMTPServerAddress, session: SMTPServerSession): Rejection | null {
    const { mailFrom, rcptTo } = session.envelope;
    if (mailFrom === false || mailFrom.address === '') return rejection('automatic-mail', { what: 'null sender' });
    const max = this.#options.recipients;
    if (rcptTo.length >= max) return rejection('too-many-recipients', { max });
    const proven = provenUser(session) !== null;
    const checked = this.#options.checkRecipient(withAsciiDomain(address.address), proven);
    return checked.ok ? null : checked.error;
  }

  #refuse(stage: Stage, rejected: Rejection, session: SMTPServerSession, answer: Answer): void {
    this.#logRefusal(stage, rejected, session);
    answer(new RefusedError(rejected));
  }

  #logRefusal(stage: Stage, rejected: Rejection, session: SMTPServerSession): void {
    const sender = session.envelope.mailFrom;
    this.#options.log.info('mail.refused', {
      session: session.id,
      stage,
      reason: rejected.reason,
      remote: session.remoteAddress,
      from: sender === false ? '' : maskAddress(sender.address),
    });
  }

  #fault(stage: Stage, thrown: unknown, session: SMTPServerSession, answer: Answer): void {
    this.#options.log.error('mail.fault', { session: session.id, stage, ...describeFault(thrown) });
    answer(new RefusedError(rejection('internal-error')));
  }

  #envelopeOf(session: SMTPServerSession): Envelope {
    const { mailFrom, rcptTo } = session.envelope;
    return {
      mailFrom: mailFrom === false ? '' : withAsciiDomain(mailFrom.address),
      rcptTo: rcptTo.map((recipient) => withAsciiDomain(recipient.address)),
      remoteAddress: session.remoteAddress,
      authenticatedAs: provenUser(session),
      channel: this.#options.rules.channel,
    };
  }
}

/** What smtp-auth.ts has put there; false or nothing without AUTH. */
function provenUser({ user }: SMTPServerSession): string | null {
  return typeof user === 'string' ? user : null;
}

/** smtp-server shows `xn--` domains decoded; what compares and logs them wants one form, without look-alikes. */
function withAsciiDomain(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  const domain = address.slice(at);
  if (at === 0 || /^[\x20-\x7e]*$/.test(domain)) return address;
  return address.slice(0, at) + (domainToASCII(domain) || domain);
}
