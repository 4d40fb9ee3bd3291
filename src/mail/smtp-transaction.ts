// One mail through SMTP: sender, recipients, DATA, reply. Takes smtp-server's callbacks, calls `receive` with a whole
// mail, and turns refusals into replies. A thrown error stops here: 451 with a fixed text, the places in the log.
// Never logs a local part or a subject, never keeps more than the size limit of a mail.

import { domainToASCII } from 'node:url';

import type { SMTPServerAddress, SMTPServerDataStream, SMTPServerSession } from 'smtp-server';

import { rejection, type Rejection } from '../core/rejection.js';
import type { Result } from '../core/result.js';
import type { Envelope } from '../core/types.js';
import type { Log } from '../ports.js';
import { collect } from './collect.js';
import { describeFault, maskAddress } from './redact.js';
import { RefusedError } from './smtp-reply.js';
import type { Session } from './smtp-session.js';

export interface InboundMail {
  readonly envelope: Envelope;
  readonly raw: Uint8Array;
  readonly sessionId: string;
}

/** `text` follows the 250; the refusal becomes the reply. */
export type MailReply =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly rejection: Rejection };

export interface TransactionOptions {
  readonly sizeBytes: number;
  readonly recipients: number;
  readonly log: Log;
  /** At RCPT; must not say whether an account or a code exists. */
  readonly checkRecipient: (address: string) => Result<void, Rejection>;
  readonly receive: (inbound: InboundMail) => Promise<MailReply>;
}

type Answer = (error?: Error | null, text?: string) => void;
type Stage = 'rcpt' | 'data';

export class Transactions {
  readonly #options: TransactionOptions;
  readonly #sessions: ReadonlyMap<string, Session>;
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: TransactionOptions, sessions: ReadonlyMap<string, Session>) {
    this.#options = options;
    this.#sessions = sessions;
  }

  recipient(address: SMTPServerAddress, session: SMTPServerSession, answer: Answer): void {
    try {
      const refused = this.#refusedRecipient(address, session);
      if (refused) this.#refuse('rcpt', refused, session, answer);
      else answer();
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
    const envelope = envelopeOf(session);
    connection?.mailStarted();
    try {
      const mail = await collect(stream, this.#options.sizeBytes);
      if (mail.kind === 'gone') {
        this.#options.log.info('mail.interrupted', { session: session.id, remote: envelope.remoteAddress });
        return;
      }
      connection?.mailComplete();
      const reply: MailReply =
        mail.kind === 'too-large'
          ? { ok: false, rejection: rejection('mail-too-large', { maxBytes: this.#options.sizeBytes }) }
          : await this.#options.receive({ envelope, raw: mail.raw, sessionId: session.id });
      if (reply.ok) answer(null, reply.text);
      else this.#refuse('data', reply.rejection, session, answer);
    } catch (thrown) {
      this.#fault('data', thrown, session, answer);
    }
  }

  #refusedRecipient(address: SMTPServerAddress, session: SMTPServerSession): Rejection | null {
    const { mailFrom, rcptTo } = session.envelope;
    if (mailFrom === false || mailFrom.address === '') return rejection('automatic-mail', { what: 'null sender' });
    const max = this.#options.recipients;
    if (rcptTo.length >= max) return rejection('too-many-recipients', { max });
    const checked = this.#options.checkRecipient(withAsciiDomain(address.address));
    return checked.ok ? null : checked.error;
  }

  #refuse(stage: Stage, rejected: Rejection, session: SMTPServerSession, answer: Answer): void {
    const sender = session.envelope.mailFrom;
    this.#options.log.info('mail.refused', {
      session: session.id,
      stage,
      reason: rejected.reason,
      remote: session.remoteAddress,
      from: sender === false ? '' : maskAddress(sender.address),
    });
    answer(new RefusedError(rejected));
  }

  #fault(stage: Stage, thrown: unknown, session: SMTPServerSession, answer: Answer): void {
    this.#options.log.error('mail.fault', { session: session.id, stage, ...describeFault(thrown) });
    answer(new RefusedError(rejection('internal-error')));
  }
}

function envelopeOf(session: SMTPServerSession): Envelope {
  const { mailFrom, rcptTo } = session.envelope;
  return {
    mailFrom: mailFrom === false ? '' : withAsciiDomain(mailFrom.address),
    rcptTo: rcptTo.map((recipient) => withAsciiDomain(recipient.address)),
    remoteAddress: session.remoteAddress,
    authenticatedAs: null,
    channel: 'smtp',
  };
}

/** smtp-server shows `xn--` domains decoded; what compares and logs them wants one form, without look-alikes. */
function withAsciiDomain(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  const domain = address.slice(at);
  if (at === 0 || /^[\x20-\x7e]*$/.test(domain)) return address;
  return address.slice(0, at) + (domainToASCII(domain) || domain);
}
