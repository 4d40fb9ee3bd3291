// The answer to a mail, for whatever it made: the facts that every outcome mail has, and the mail that tells a refusal.

import type { Account, MailContext, Thread } from '../core/types.js';
import type { AcceptCommand } from '../store-port.js';
import type { StoreContext } from './context.js';
import { queueNotice } from './notices.js';

export function threadOf(mail: MailContext | null): Thread | null {
  return mail && { subject: mail.subject, messageId: mail.messageId, references: mail.references };
}

export function circumstances(command: AcceptCommand, orderId: string, account: Account) {
  return { orderId, thread: threadOf(command.mail), balanceMilli: account.balanceMilli, settings: account.settings };
}

/** False: the refusal has to be the SMTP reply itself (spec §9). */
export async function mailRefusal(
  context: StoreContext,
  { mail, nowMs, dryRun }: AcceptCommand,
  told: { account: Account; requester: string; notice: Parameters<typeof queueNotice>[2] },
): Promise<boolean> {
  if (!mail || mail.silent || mail.refusalByReply || dryRun) return false;
  return queueNotice(context, { accountId: told.account.id, address: told.requester }, told.notice, nowMs);
}
