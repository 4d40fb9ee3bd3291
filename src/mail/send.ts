// The two ways out for mails to people: a smarthost by SMTP (pooled), or a folder of `.eml` files.
// Takes an outgoing mail, gives `sent`, `deferred` (try again) or `failed` (this mail will never be taken). Never throws.
// The envelope is always <> and the one recipient; addresses are never taken from a header.
// Sources: RFC 5321 §4.2.1 (4yz, 5yz), RFC 7435 (opportunistic TLS), nodemailer's SMTP pool.

import { channel } from 'node:diagnostics_channel';
import { open, mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { createTransport } from 'nodemailer';

import type { Log, Mailer, MailOutcome, OutgoingMail } from '../ports.js';
import { composeMail } from './compose.js';

interface MailerOptions {
  /** Address of the From field; asked for each mail, because a reload may change it. */
  readonly from: () => string;
  /** Names this host in EHLO and in message ids. */
  readonly hostname: string;
}

export interface SmtpMailerOptions extends MailerOptions {
  /** `smtp://[USER:PASSWORD@]HOST[:PORT]` or `smtps://…` (TLS from the start). */
  readonly url: string;
  /** No mail leaves without TLS, and the certificate must be right. */
  readonly requireTls: boolean;
  /** PEM of a private certificate authority. */
  readonly ca?: string;
  /** No answer for so long: the connection is given up. */
  readonly silenceMs?: number;
  /** The whole delivery, waiting for a free connection included: a server may drip its answers. */
  readonly deadlineMs?: number;
  readonly log: Log;
}

export interface FolderMailerOptions extends MailerOptions {
  readonly folder: string;
}

/** Tracing point (docs/tracing.md): a mail is the smarthost's, or lies in the folder; nobody has written that down yet. */
const sent = channel('petitbleu.mail.sent');

const PORTS: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 };
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/;
const DETAIL_LIMIT = 300;

// ---------------------------------------------------------------- SMTP

export function smtpMailer(options: SmtpMailerOptions): Mailer {
  const url = new URL(options.url);
  const transport = createTransport(poolOptions(url, options));
  const underWay = new Set<Promise<MailOutcome>>();
  let stopping = false;
  transport.on('error', (error: Error) => options.log.warn('mailer.pool', { detail: detailOf(error.message) }));

  const deliver = async (mail: OutgoingMail): Promise<MailOutcome> => {
    try {
      const composed = await composeMail(mail, { from: options.from(), hostname: options.hostname });
      if (!composed.ok) return { kind: 'failed', detail: composed.error };
      const { response } = await transport.sendMail({
        envelope: { from: '', to: { name: '', address: mail.to } },
        raw: composed.value,
        signal: AbortSignal.timeout(options.deadlineMs ?? 300_000),
      });
      sent.publish({ mail: mail.id });
      return { kind: 'sent', detail: detailOf(response) };
    } catch (error) {
      const outcome = outcomeOf(error);
      options.log.warn('mailer.refused', { mail: mail.id, ...outcome });
      return outcome;
    }
  };

  return {
    description: `${url.protocol}//${url.host}`,
    async send(mail) {
      if (stopping) return { kind: 'deferred', detail: 'the mailer is stopping' };
      const delivery = deliver(mail);
      underWay.add(delivery);
      return await delivery.finally(() => underWay.delete(delivery));
    },
    async stop() {
      stopping = true;
      await Promise.allSettled(underWay);
      transport.close();
    },
  };
}

/** Greets, asks for TLS and logs in, and leaves without a mail; rejects with what the smarthost said. */
export async function checkSmarthost(options: Omit<SmtpMailerOptions, 'from' | 'log' | 'deadlineMs'>): Promise<void> {
  const transport = createTransport({ ...poolOptions(new URL(options.url), options), pool: false });
  try {
    await transport.verify();
  } finally {
    transport.close();
  }
}

function poolOptions(url: URL, options: Omit<SmtpMailerOptions, 'from' | 'log'>) {
  const secure = url.protocol === 'smtps:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const user = decodeURIComponent(url.username);
  // A password never travels in the clear, except to this very host.
  const requireTLS = !secure && (options.requireTls || (user !== '' && !LOOPBACK.test(host)));
  const silenceMs = options.silenceMs ?? 60_000;
  return {
    pool: true as const,
    host,
    port: url.port === '' ? (PORTS[url.protocol] ?? 587) : Number(url.port),
    secure,
    requireTLS,
    // TLS that may be left out protects from nobody who could forge a certificate; it is taken as it comes (RFC 7435).
    tls: { rejectUnauthorized: secure || requireTLS, ...(options.ca === undefined ? {} : { ca: options.ca }) },
    ...(user === '' ? {} : { auth: { user, pass: decodeURIComponent(url.password) } }),
    name: options.hostname,
    maxConnections: 2,
    maxMessages: 1000,
    // Once: an idle connection that the server has closed meanwhile. Anything more is for the queue to decide.
    maxRequeues: 1,
    dnsTimeout: Math.min(silenceMs, 15_000),
    connectionTimeout: Math.min(silenceMs, 30_000),
    greetingTimeout: silenceMs,
    socketTimeout: silenceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false as const,
  };
}

/**
 * Only a 5yz to this mail's MAIL, RCPT or DATA condemns the mail. A refused login, a missing STARTTLS or an unwelcoming
 * greeting are faults of the configuration: the mails wait until somebody has mended it. So does 530 (login wanted).
 */
function outcomeOf(error: unknown): MailOutcome {
  const { code, responseCode, message } = error as { code?: string; responseCode?: number; message?: string };
  const aboutThisMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  const permanent = responseCode === undefined || (responseCode >= 500 && ![503, 530].includes(responseCode));
  return { kind: aboutThisMail && permanent ? 'failed' : 'deferred', detail: detailOf(message ?? 'unknown fault') };
}

/** What a server said, on one short line for the log. */
function detailOf(text: string): string {
  return text
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
    .slice(0, DETAIL_LIMIT);
}

// ---------------------------------------------------------------- a folder

/** Files named by instant and id; a mail that is written twice is one file. */
export function folderMailer(options: FolderMailerOptions): Mailer {
  return {
    description: options.folder,
    async send(mail) {
      try {
        const composed = await composeMail(mail, { from: options.from(), hostname: options.hostname });
        if (!composed.ok) return { kind: 'failed', detail: composed.error };
        const name = fileName(mail);
        await writeDurably(options.folder, name, composed.value);
        sent.publish({ mail: mail.id });
        return { kind: 'sent', detail: name };
      } catch (error) {
        return { kind: 'deferred', detail: detailOf(String(error)) };
      }
    },
    stop: () => Promise.resolve(),
  };
}

function fileName(mail: OutgoingMail): string {
  const instant = new Date(mail.createdAtMs).toISOString().replace(/[-:.]/g, '');
  return `${instant}-${mail.id.replace(/[^A-Za-z0-9_-]/g, '_')}.eml`;
}

/** The file is there whole or not at all, also after a power cut; only its owner can read it. */
async function writeDurably(folder: string, name: string, bytes: Buffer): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = path.join(folder, `.${name}.tmp`);
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path.join(folder, name));
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
