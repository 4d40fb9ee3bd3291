// THE table of the configuration: key, type, default, help, and whether a reload is enough. The typed `Config`, the
// checks, the JSON schema, `config show` and docs/config.md all come from it. Sections stand in the order of the data
// path. A key is here only when it has an effect.

import path from 'node:path';

import { formatRoute, parseRoute, type Route } from '../core/routing.js';
import { SETTING_KEYS, type SettingKey, type Settings } from '../core/settings.js';
import { CARRIER_ROWS, type CarrierType, type ROWS_BY_TYPE } from './carrier-rows.js';
import {
  formatEndpoint,
  formatPlace,
  parseAddress,
  parseBaseUrl,
  parseDomain,
  parseEndpoint,
  parseNetwork,
  parsePlace,
  type Endpoint,
  type SocketPath,
} from './names.js';
import { QUEUE_ROWS, SMTP_LIMIT_ROWS } from './limit-rows.js';
import { RETENTION_ROWS } from './retention-rows.js';
import { UNANSWERED_ROWS } from './unanswered-rows.js';
import { choice, count, file, flag, list, permissions, serverUrl, setting, size, text, type Row } from './rows.js';

/** The name of a carrier stands in the database and in environment variables. */
export const CARRIER_NAME = /^[a-z][a-z0-9-]{0,31}$/;

function endpoints(common: { readonly default: readonly Endpoint[]; readonly help: string; readonly least: 0 | 1 }) {
  return list<Endpoint>({
    ...common,
    allowed: 'HOST:PORT or "[IPV6]:PORT" (in quotes)',
    parse: parseEndpoint,
    formatItem: formatEndpoint,
  });
}

function tlsPair(help: { readonly key: string; readonly cert: string }) {
  return {
    key: file<string | null>('input', { default: null, reload: 'when-set', help: help.key }),
    cert: file<string | null>('input', { default: null, reload: 'when-set', help: help.cert }),
  };
}

export const TABLE = {
  mail: {
    domains: list<string>({
      default: ['localhost', 'sms.localhost'],
      least: 1,
      allowed: 'a domain name such as sms.example.fr',
      help: 'domains whose mail becomes SMS; mail to all others is refused, nothing is relayed',
      reload: true,
      parse: parseDomain,
      formatItem: String,
    }),
    smtp: {
      listen: endpoints({
        default: [{ host: '127.0.0.1', port: 2525 }],
        least: 1,
        help: 'where SMTP is served; port 0 takes any free one',
      }),
      tls: tlsPair({
        key: 'private key (PEM) for STARTTLS, together with `cert`; without both there is no STARTTLS',
        cert: 'certificate and its chain (PEM), together with `key`; a renewed pair is found by itself',
      }),
      size: size({
        default: 10e6,
        min: 1000,
        max: 100e6,
        help: 'largest mail, announced with SIZE; a larger one is refused with 552 5.3.4',
      }),
      limits: SMTP_LIMIT_ROWS,
    },
    submission: {
      listen: endpoints({
        default: [],
        least: 0,
        help: 'where mail clients submit, with STARTTLS and AUTH (usually port 587); size and limits are those of `mail.smtp`',
      }),
      listenTls: endpoints({
        default: [],
        least: 0,
        help: 'the same with TLS from the first byte on (usually port 465)',
      }),
      tls: tlsPair({
        key: 'private key (PEM), together with `cert`; without both those of `mail.smtp.tls` are used',
        cert: 'certificate and its chain (PEM), together with `key`; a renewed pair is found by itself',
      }),
    },
    lmtp: {
      listen: list<Endpoint | SocketPath>({
        default: [],
        least: 0,
        allowed: 'unix:PATH (relative to the folder of the data), HOST:PORT or "[IPV6]:PORT" (in quotes)',
        help: 'where a mail server of this machine delivers by LMTP; it speaks for others, so nobody else may get there',
        parse: parsePlace,
        formatItem: formatPlace,
      }),
      mode: permissions({
        default: 0o660,
        help: 'permissions of the unix sockets of `listen`: the mail server must be their owner or in their group',
      }),
    },
    sendmail: {
      socket: file<string>('runtime', {
        default: 'sendmail/lmtp.sock',
        help: 'unix socket of `petitbleu sendmail`; every user of this machine may connect, the code in the mail proves who sends',
      }),
    },
    trustedNetworks: list<string>({
      default: [],
      least: 0,
      allowed: 'an IP address or a network such as 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32',
      help: 'relays and machines of your own: not limited by address, and the senders of their mails are not verified; what is tried against an account counts all the same',
      reload: true,
      parse: parseNetwork,
      formatItem: String,
    }),
    verify: {
      timeoutMs: count({
        default: 5000,
        min: 100,
        max: 60_000,
        reload: true,
        help: 'for all questions to the DNS about one mail, where an account has `verify` on; no answer is 451 4.4.3 with `required`',
      }),
    },
    maxReceived: count({
      default: 30,
      min: 1,
      max: 1000,
      reload: true,
      help: 'Received fields of one mail; one with more is in a loop and refused with 554 5.4.6',
    }),
    parse: {
      workers: count({ default: 2, min: 1, max: 64, help: 'threads that take mails apart' }),
      deadlineMs: count({
        default: 2000,
        min: 100,
        max: 60_000,
        help: 'a mail that takes longer is refused and its thread replaced',
      }),
    },
    subjectTags: list<string>({
      default: [],
      least: 0,
      allowed: 'a text of 1 to 60 characters such as [EXTERNE]',
      help: 'tags that mail systems put before subjects, dropped besides [EXT], [EXTERNAL] and ***SPAM***',
      reload: true,
      parse: (tag) => (tag.length >= 1 && tag.length <= 60 ? tag : undefined),
      formatItem: String,
    }),
    from: text<string>({
      default: '',
      derived: {
        text: '`petitbleu@` and the first of `mail.domains`',
        value: ({ domains }) => `petitbleu@${domains[0] ?? 'localhost'}`,
      },
      allowed: 'a plain mail address such as petitbleu@example.fr',
      help: 'From field of the outcome mails; their envelope sender is always <>',
      reload: true,
      parse: parseAddress,
    }),
    noticesPerHour: count({
      default: 60,
      min: 0,
      max: 100_000,
      reload: true,
      help: 'outcome mails to one address in an hour; further ones are dropped, so that two robots stop by themselves',
    }),
    out: {
      folder: file<string>('runtime', {
        default: 'outbox',
        help: 'outcome mails are written here as .eml files while there is no `url`',
      }),
      url: serverUrl({
        default: null,
        protocols: ['smtp:', 'smtps:'],
        help: 'smarthost for outcome mails: smtp:// uses STARTTLS where it is offered, smtps:// is TLS from the start',
      }),
      requireTls: flag({
        default: false,
        help: 'an smtp:// smarthost must offer STARTTLS; with a user name it must in any case, unless it is this machine',
      }),
    },
  },
  store: {
    file: file<string>('runtime', { default: 'petitbleu.db', help: 'the SQLite database' }),
  },
  queue: QUEUE_ROWS,
  zonesFile: file<string>('input', {
    default: '',
    derived: {
      text: "the package's own `data/zones.yaml`",
      value: ({ packageDir }) => path.join(packageDir, 'data/zones.yaml'),
    },
    help: 'prefixes, zones and prices',
    reload: true,
  }),
  domainsDir: file<string>('input-folder', {
    default: '',
    derived: {
      text: '`domains.d` beside this file; without a file, in the data folder',
      value: ({ homeDir }) => path.join(homeDir, 'domains.d'),
    },
    help: 'the folder of the domain shares, one .yaml file each; it need not exist, and a change in it takes effect at once',
    reload: true,
  }),
  defaults: Object.fromEntries(SETTING_KEYS.map((key) => [key, setting(key)])) as {
    readonly [K in SettingKey]: Row<Settings[K]>;
  },
  routes: list<Route>({
    default: [],
    least: 0,
    allowed: 'MATCH via CARRIER then CARRIER, where MATCH is +PREFIX, FR, overseas, a country code or default',
    help: 'which carriers may take a message, in order; the longest prefix wins, then the zone, then `default`; without a rule all of them, in the order of `carriers`',
    parse: (rule) => {
      const route = parseRoute(rule);
      return route.ok ? route.value : undefined;
    },
    formatItem: formatRoute,
    reload: true,
  }),
  carriers: {
    NAME: CARRIER_ROWS,
  },
  unknown: UNANSWERED_ROWS,
  retention: RETENTION_ROWS,
  http: {
    listen: endpoints({
      default: [],
      least: 0,
      help: 'where providers report receipts and replies (carriers of the type http); behind a proxy with TLS, or in a network of your own',
    }),
    url: text<string | null>({
      default: null,
      derived: { text: '`http://` and the first of `listen`', value: () => null },
      allowed: 'an http:// or https:// URL such as https://sms.example.fr',
      help: 'how providers reach `listen`; the path of the callback is added to it',
      parse: parseBaseUrl,
    }),
  },
  log: {
    level: choice(['debug', 'info', 'warn', 'error'], {
      default: 'info',
      reload: true,
      help: 'the least that is logged',
    }),
    format: choice(['auto', 'pretty', 'json'], {
      default: 'auto',
      help: '`auto`: pretty on a terminal, else JSON; the log goes to stderr',
    }),
  },
};

type Values<T> = { readonly [K in keyof T]: T[K] extends Row<infer V> ? V : Values<T[K]> };
type Table = Values<typeof TABLE>;

/** What a carrier of each type is told; `type` tells them apart. */
type CarrierConfig = {
  [T in CarrierType]: Omit<Values<(typeof ROWS_BY_TYPE)[T]>, 'type'> & { readonly type: T };
}[CarrierType];

/** Everything checked, every path absolute, every default filled in. */
export type Config = Omit<Table, 'carriers'> & {
  /** By name, in the order of the file. */
  readonly carriers: Readonly<Record<string, CarrierConfig>>;
  /** Where runtime files live (`--data`). */
  readonly dataDir: string;
  /** The file that was read; null: none, all defaults. */
  readonly file: string | null;
};
