// The control protocol: one JSON object a line over a unix socket in the data folder.
// `{id, operation, params}` is answered by `{id, result}` or `{id, mistake}`, in the order of the requests of a connection.
// Takes and gives plain data; never opens a socket. Whoever may write the socket (mode 0600) may do everything.

import { err, ok, type Result } from '../core/result.js';

/** What went wrong, named after sysexits(3); the command line turns the kind into its exit code. */
const MISTAKE_KINDS = [
  'usage',
  'data',
  'no-input',
  'no-user',
  'unavailable',
  'software',
  'os',
  'cannot-create',
  'temporary',
  'no-permission',
  'config',
] as const;

export type MistakeKind = (typeof MISTAKE_KINDS)[number];

/** A sentence for the person who asked. It may have several lines (one for each mistake of a configuration). */
export interface Mistake {
  readonly kind: MistakeKind;
  readonly text: string;
}

export type Told<T> = Result<T, Mistake>;

export function mistake(kind: MistakeKind, text: string): { readonly ok: false; readonly error: Mistake } {
  return err({ kind, text });
}

export type RequestId = string | number | null;

export interface Request {
  readonly id: RequestId;
  readonly operation: string;
  readonly params: unknown;
}

/** A mail of 100 MB, the largest that can be configured, fits in base64; contacts are sent in packets far below. */
export const MAX_REQUEST_BYTES = 140 * 1024 * 1024;
/** 100,000 messages fit. */
export const MAX_ANSWER_BYTES = 256 * 1024 * 1024;

export interface BadRequest {
  readonly id: RequestId;
  readonly mistake: Mistake;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(line: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line));
  } catch {
    return undefined;
  }
}

/** One request, or what is wrong with the line and the id to answer to, where it has one. */
export function parseRequest(line: Uint8Array): Result<Request, BadRequest> {
  const value = parseJson(line);
  const bad = (id: RequestId, text: string) => err({ id, mistake: { kind: 'usage', text } as const });
  if (!isRecord(value)) return bad(null, 'the line is no JSON object');
  const { id, operation, params } = value;
  if (typeof id !== 'string' && typeof id !== 'number') return bad(null, '"id" must be a text or a number');
  if (typeof operation !== 'string') return bad(id, '"operation" must be a text');
  return ok({ id, operation, params: params ?? {} });
}

export function formatAnswer(id: RequestId, answer: Told<unknown>): string {
  return `${JSON.stringify(answer.ok ? { id, result: answer.value ?? null } : { id, mistake: answer.error })}\n`;
}

function isMistake(value: unknown): value is Mistake {
  return isRecord(value) && typeof value['text'] === 'string' && MISTAKE_KINDS.some((kind) => kind === value['kind']);
}

/** The answer on a line, or undefined where the other side does not speak this protocol. */
export function parseAnswer(line: Uint8Array): { readonly id: RequestId; readonly answer: Told<unknown> } | undefined {
  const value = parseJson(line);
  if (!isRecord(value)) return undefined;
  const id = typeof value['id'] === 'string' || typeof value['id'] === 'number' ? value['id'] : null;
  if (isMistake(value['mistake'])) return { id, answer: err(value['mistake']) };
  return Object.hasOwn(value, 'result') ? { id, answer: ok(value['result']) } : undefined;
}
