// Who is at the other end of a session, as story 1 sees it. Takes a mail that came in, gives where it came from, whether
// that client speaks for others, and, outside the trusted networks, a way to have its sender verified: at most once a mail.

import { isListed } from '../core/ip.js';
import type { Envelope, SenderFinding } from '../core/types.js';
import type { MailClient, Rates, SenderVerifier } from '../ports.js';
import type { InboundMail } from './smtp-transaction.js';

export interface ClientWorld {
  readonly rates: Rates;
  readonly verifier: SenderVerifier;
  /** Of the moment: a reload changes them. */
  readonly trustedNetworks: () => readonly string[];
}

export function clientOf({ envelope, raw, helo }: InboundMail, world: ClientWorld): MailClient {
  const { channel, mailFrom } = envelope;
  // A unix socket has no address; who may open it is on this machine.
  const remoteAddress = envelope.remoteAddress || '127.0.0.1';
  const found = new Map<string, Promise<SenderFinding>>();
  const verify = (address: string): Promise<SenderFinding> => {
    const finding = found.get(address) ?? world.verifier.verify({ raw, remoteAddress, helo, mailFrom }, address);
    found.set(address, finding);
    return finding;
  };
  const trusted = isListed(remoteAddress, world.trustedNetworks());
  return { remoteAddress, speaksForOthers: isLocal(channel), verify: trusted ? null : verify };
}

/** False: too many mails in the last minute. */
export function mayCome({ envelope }: InboundMail, { rates }: ClientWorld): boolean {
  return rates.mailFrom(isLocal(envelope.channel) ? null : envelope.remoteAddress || null);
}

/** Handed over by a program of this machine, for whoever it runs for. */
function isLocal(channel: Envelope['channel']): boolean {
  return channel === 'lmtp' || channel === 'spool';
}
