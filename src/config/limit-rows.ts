// How much may come in and wait: the rows of the limits that an operator can change; those that are fixed stand where they
// are held, and docs/limits.md has both. Limits of a session: RFC 5321 §4.5.3 (100 recipients at least).

import { count, size } from './rows.js';

export const SMTP_LIMIT_ROWS = {
  connections: count({
    default: 200,
    min: 1,
    max: 10_000,
    help: 'open at once; a further one is answered 421, unless an address that holds more gives up a place to it',
  }),
  perIp: count({ default: 20, min: 1, max: 10_000, help: 'open at once from one IP address (IPv6: one /64)' }),
  recipients: count({ default: 100, min: 1, max: 1000, help: 'in one mail; further ones are answered 452 4.5.3' }),
  sessionSeconds: count({
    default: 300,
    min: 10,
    max: 3600,
    help: 'a session ends after this, however busy: a client that drips bytes holds nothing for ever',
  }),
  idleSeconds: count({
    default: 60,
    min: 5,
    max: 600,
    help: 'a session in which no command is finished ends after this, though bytes may drip',
  }),
  bytesPerSecond: count({
    default: 100,
    min: 0,
    max: 100_000,
    help: 'at which a mail comes in at least; one that is slower for `idleSeconds` is idle and answered 421 (0: no limit)',
  }),
  memory: size({
    default: 256e6,
    min: 1e6,
    max: 100e9,
    help: 'of the mails that all sessions hold together; a further one of more than 64 KiB is answered 452 4.3.1',
  }),
  errors: count({
    default: 10,
    min: 1,
    max: 1000,
    help: 'refused commands and recipients since the last accepted mail of a session, then 421',
  }),
  mailsPerMinute: count({
    default: 300,
    min: 1,
    max: 1_000_000,
    reload: true,
    help: 'from one IP address (IPv6: one /64) outside `mail.trustedNetworks`; further ones are answered 451 4.7.1',
  }),
  accountMailsPerMinute: count({
    default: 300,
    min: 1,
    max: 1_000_000,
    reload: true,
    help: 'of one account, wherever they come from; further ones are answered 451 4.7.1',
  }),
  accountMessagesPerMinute: count({
    default: 3000,
    min: 1,
    max: 1_000_000,
    reload: true,
    help: 'SMS that mails of one account may make; one mail may go beyond, the next ones then wait with 451 4.7.1',
  }),
};

export const QUEUE_ROWS = {
  messages: count({
    default: 2_000_000,
    min: 1,
    max: 100_000_000,
    reload: true,
    help: 'SMS that wait to be sent, of all accounts, deferred ones included; a mail beyond is answered 452 4.3.1',
  }),
  accountMessages: count({
    default: 200_000,
    min: 1,
    max: 100_000_000,
    reload: true,
    help: 'the same of one account: a stolen code cannot fill the queue; a mail beyond is answered 452 4.2.2',
  }),
};
