// How much may come in a minute: mails from one client, mails and messages of one account. Counted in memory; a restart
// begins anew. Clients in trusted networks are not counted, accounts always are: a stolen code is worth little then.

import { customerOf, isListed } from './core/ip.js';
import { bucketAt, taken, type Bucket } from './core/rate.js';
import { Recent } from './core/recent.js';
import type { Clock, Log, Rates } from './ports.js';

interface RateLimits {
  readonly mailsPerMinute: number;
  readonly accountMailsPerMinute: number;
  readonly accountMessagesPerMinute: number;
}

export interface RatesOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Of the moment: a reload changes them. */
  readonly limits: () => RateLimits;
  readonly trustedNetworks: () => readonly string[];
}

/** Clients and accounts remembered: forgetting one gives it a full bucket, which a minute would give it as well. */
const CAPACITY = 50_000;

export function createRates(options: RatesOptions): Rates {
  const { clock, log, limits, trustedNetworks } = options;
  const clients = new Recent<Bucket>(CAPACITY);
  const mails = new Recent<Bucket>(CAPACITY);
  const messages = new Recent<Bucket>(CAPACITY);

  return {
    mailFrom: (remoteAddress) => {
      if (remoteAddress === null || isListed(remoteAddress, trustedNetworks())) return true;
      const client = customerOf(remoteAddress);
      const after = taken(bucketAt(clients.get(client), limits().mailsPerMinute, clock.elapsed()), 1);
      if (after) clients.set(client, after);
      else log.info('rate.refused', { by: 'client', remote: remoteAddress });
      return after !== null;
    },
    orderOf: (accountId, messageCount) => {
      const { accountMailsPerMinute, accountMessagesPerMinute } = limits();
      const key = String(accountId);
      const mail = taken(bucketAt(mails.get(key), accountMailsPerMinute, clock.elapsed()), 1);
      const sms = taken(bucketAt(messages.get(key), accountMessagesPerMinute, clock.elapsed()), messageCount);
      if (mail && sms) {
        mails.set(key, mail);
        messages.set(key, sms);
        return true;
      }
      log.warn('rate.refused', { by: mail ? 'account-messages' : 'account-mails', account: accountId });
      return false;
    },
  };
}
