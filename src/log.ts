// The log: named events with ids, on stderr, one line each: JSON, or a short form for terminals. Takes events and fields.
// Never writes a code, a password, a token, a text or a subject, at any level, nor a whole phone number at info and above.
// Source: ARCHITECTURE.md, promise 8 (secrets never reach logs).

import { pino, type DestinationStream } from 'pino';

import type { Log } from './ports.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LogOptions {
  readonly level: LogLevel;
  /** `auto`: pretty where `isTerminal`, else JSON. */
  readonly format: 'auto' | 'pretty' | 'json';
  readonly isTerminal: boolean;
  /** Without it: stderr; stdout belongs to the answers of commands. */
  readonly destination?: DestinationStream;
}

export interface AdjustableLog extends Log {
  setLevel(level: LogLevel): void;
}

/** What somebody without any right can cause as often as they like. */
const BY_STRANGERS = new Set([
  ...['session.refused', 'session.displaced', 'session.broken', 'session.opened', 'mail.refused', 'mail.interrupted'],
  ...['guard.refused', 'guard.failure', 'rate.refused', 'auth.refused', 'callback.not-understood'],
  ...['control.connection-failed', 'spool.unfit'],
]);
const MOST_A_SECOND = 100;

/** Lets so many of each of these events through in a second, and tells how many it did not. */
class Sparing {
  readonly #tell: (event: string, leftOut: number) => void;
  readonly #counts = new Map<string, number>();

  constructor(tell: (event: string, leftOut: number) => void) {
    this.#tell = tell;
  }

  mayTell(event: string): boolean {
    if (!BY_STRANGERS.has(event)) return true;
    if (this.#counts.size === 0) setTimeout(() => this.#nextSecond(), 1000).unref();
    const count = (this.#counts.get(event) ?? 0) + 1;
    this.#counts.set(event, count);
    return count <= MOST_A_SECOND;
  }

  #nextSecond(): void {
    for (const [event, count] of this.#counts) if (count > MOST_A_SECOND) this.#tell(event, count - MOST_A_SECOND);
    this.#counts.clear();
  }
}

type Fields = Readonly<Record<string, unknown>>;

export function startLog(options: LogOptions): AdjustableLog {
  // Synchronous: the last line before a crash is the one that is needed.
  const destination = options.destination ?? stderrStream();
  const isPretty = options.format === 'pretty' || (options.format === 'auto' && options.isTerminal);
  const logger = pino(
    {
      level: options.level,
      base: null,
      messageKey: 'event',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // pino's own would take our description of an error for an error.
      serializers: { err: (described: unknown) => described },
    },
    isPretty ? { write: (line) => destination.write(prettyLine(line)) } : destination,
  );
  const write = (level: LogLevel, event: string, fields: Fields = {}): void => {
    if (!logger.isLevelEnabled(level) || !strangers.mayTell(event)) return;
    logger[level](redact(fields, level === 'debug'), event);
  };
  const strangers = new Sparing((of, count) => logger.warn({ of, count }, 'log.left-out'));
  return {
    debug: (event, fields) => write('debug', event, fields),
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, fields) => write('error', event, fields),
    setLevel: (level) => {
      logger.level = level;
    },
  };
}

/** What cannot be written (a full disk) is kept up to this, and written when there is room; what is more is dropped. */
const KEPT_OCTETS = 1024 * 1024;

/** The daemon does not end because its log does. */
function stderrStream(): DestinationStream {
  const stream = pino.destination({ fd: 2, sync: true, maxLength: KEPT_OCTETS });
  stream.on('error', () => undefined);
  return stream;
}

// ---------------------------------------------------------------- what must not be read

const MASK = '••••';
const SECRET_FIELDS = /^(code|pass|password|pwd|secret|token|authorization|auth|text|subject|body|raw)$/i;
const NUMBER_FIELDS = /^(to|numbers?|destinations?)$/i;
/** Local parts may hold a code: `sms.CODE@…`. */
const RECIPIENT_FIELDS = /^(rcpt|rcptTo|recipients?)$/i;
/** What others said, word for word: SMTP replies and libraries quote addresses and numbers. */
const QUOTING_FIELDS = /^(detail|error|message|response|reason)$/i;
/** Names that the line itself uses. */
const OWN_FIELDS = /^(level|time|event)$/;
const MAX_DEPTH = 6;
const MAX_LENGTH = 2000;
const MAX_ITEMS = 50;

function redact(fields: Fields, wholeNumbers: boolean): Record<string, unknown> {
  const entries = Object.entries(fields).map(([name, value]): [string, unknown] => [
    fieldName(name, value),
    redactField(name, value, { wholeNumbers, depth: 0 }),
  ]);
  return Object.fromEntries(entries);
}

function fieldName(name: string, value: unknown): string {
  if (value instanceof Error) return 'err';
  return OWN_FIELDS.test(name) ? `${name}_` : name;
}

interface Rule {
  readonly wholeNumbers: boolean;
  readonly depth: number;
}

function redactField(name: string, value: unknown, rule: Rule): unknown {
  if (SECRET_FIELDS.test(name)) return value === null || value === undefined ? value : MASK;
  if (value instanceof Error) return describeError(value);
  if (typeof value === 'string') return redactText(name, value, rule).slice(0, MAX_LENGTH);
  if (typeof value === 'number' && NUMBER_FIELDS.test(name)) return redactText(name, String(value), rule);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  return redactObject(name, value, { ...rule, depth: rule.depth + 1 });
}

function redactObject(name: string, value: object, rule: Rule): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  // Also ends what contains itself.
  if (rule.depth > MAX_DEPTH) return '…';
  // Items are judged by the name of the field that holds them.
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item: unknown) => redactField(name, item, rule));
  if (value instanceof Map || value instanceof Set) return `${value.size} items`;
  const children = Object.entries(value).slice(0, MAX_ITEMS);
  return Object.fromEntries(children.map(([key, child]) => [key, redactField(key, child, rule)]));
}

function redactText(name: string, text: string, { wholeNumbers }: Rule): string {
  if (QUOTING_FIELDS.test(name)) return clean(text);
  if (RECIPIENT_FIELDS.test(name)) return maskLocalParts(text);
  return NUMBER_FIELDS.test(name) && !wholeNumbers ? shortenNumbers(text) : text;
}

function maskLocalParts(text: string): string {
  return text.replace(/(?:"[^"]*"|[^\s<>,;:"@]+)@/g, `${MASK}@`);
}

/** `+33612343556` → `+336••••3556`. Five digits or fewer are no subscriber's number. */
function shortenNumbers(text: string): string {
  return text.replace(/\+?\d(?:[ .\u00a0]?\d){5,14}/g, (number) => {
    const digits = number.replace(/[^+\d]/g, '');
    return digits.length < 10 ? `${MASK}${digits.slice(-2)}` : `${digits.slice(0, 4)}${MASK}${digits.slice(-4)}`;
  });
}

/** At every level: nobody chose what stands in these. */
function clean(text: string): string {
  return shortenNumbers(maskLocalParts(text)).slice(0, MAX_LENGTH);
}

function describeError(error: Error): Record<string, unknown> {
  const reason = 'code' in error && typeof error.code === 'string' ? { reason: error.code } : {};
  const cause = error.cause instanceof Error ? { cause: clean(error.cause.message) } : {};
  return { type: error.name, message: clean(error.message), ...reason, stack: clean(error.stack ?? ''), ...cause };
}

// ---------------------------------------------------------------- for eyes

/** `12:03:41 order.accepted order=01k… to=+336••••3556`; the level is named from warn on. */
function prettyLine(line: string): string {
  const { level, time, event, err, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const clock = new Date(String(time)).toTimeString().slice(0, 8);
  const loud = level === 'warn' || level === 'error' ? `${level.toUpperCase()} ` : '';
  const shown = Object.entries(fields).map(([name, value]) => ` ${name}=${prettyValue(value)}`);
  return `${clock} ${loud}${printable(String(event))}${shown.join('')}${prettyError(err)}\n`;
}

function prettyValue(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[^\s"=]+$/.test(text) || typeof value !== 'string' ? printable(text) : printable(JSON.stringify(text));
}

function prettyError(error: unknown): string {
  if (error === undefined) return '';
  if (typeof error !== 'object' || error === null || !('stack' in error)) return ` err=${prettyValue(error)}`;
  const lines = String(error.stack).split('\n');
  return lines.map((line) => `\n    ${printable(line.trim())}`).join('');
}

/** Nothing that moves the cursor, starts a line or turns the direction of writing. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`);
}
