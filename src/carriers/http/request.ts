// Submission → the HTTP request that the configuration describes. Takes the checked templates, gives method, URL, header
// fields and body, each value escaped for its place; null for a text that does not fit there. Sends nothing.

import { fill, fillJson, type FieldTemplate, type TemplateValues } from '../../core/provider-template.js';
import type { Submission } from '../../core/carriage.js';
import { headerValue, percentEncode } from './escape.js';
import type { Charset, RequestSettings } from './options.js';

export interface PreparedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** One request's share of a message: the whole, or one of its parts. */
export interface Piece {
  readonly text: string;
  /** From 1; null: the provider cuts the text. */
  readonly part: number | null;
  /** Octets below 128 as characters; null: none. */
  readonly udh: string | null;
  /** Our id for it, which the provider may give back. */
  readonly reference: string;
}

/** Where the provider reports; null: nowhere. */
export interface CallbackUrls {
  readonly receiptUrl: string | null;
  readonly replyUrl: string | null;
}

export function valuesFor(
  submission: Submission,
  piece: Piece,
  settings: RequestSettings,
  urls: CallbackUrls,
): TemplateValues {
  const { validityMs } = submission;
  return {
    to: submission.to,
    text: piece.text,
    sender: submission.sender ?? settings.sender,
    messageId: submission.messageId,
    reference: piece.reference,
    parts: String(submission.parts),
    part: piece.part === null ? null : String(piece.part),
    unicode: submission.encoding === 'ucs2' ? '1' : null,
    flash: submission.flash ? '1' : null,
    udh: piece.udh,
    validityMinutes: String(Math.max(1, Math.floor(validityMs / 60_000))),
    validitySeconds: String(Math.max(1, Math.floor(validityMs / 1000))),
    validityMs: String(validityMs),
    username: settings.username,
    password: settings.password,
    account: settings.account,
    ...urls,
  };
}

export function prepareRequest(settings: RequestSettings, values: TemplateValues): PreparedRequest | null {
  const charset: Charset = values.unicode === null ? settings.charset : 'utf-8';
  const query = encodeFields(settings.query, values, charset);
  const url = urlOf(settings, values);
  const body = bodyOf(settings, values, charset);
  const headers = headersOf(settings, values);
  if (query === null || !url || !body || !headers) return null;
  if (query !== '') url.search += (url.search === '' ? '?' : '&') + query;
  return {
    method: settings.method === 'auto' ? (body.text === null ? 'GET' : 'POST') : settings.method,
    url,
    headers: { accept: '*/*', ...(body.type === '' ? {} : { 'content-type': body.type }), ...headers },
    body: body.text,
  };
}

/** Null: a value has no form in that charset. */
function encodeFields(fields: readonly FieldTemplate[], values: TemplateValues, charset: Charset): string | null {
  const pairs: string[] = [];
  for (const { name, value } of fields) {
    const text = fill(value, values);
    if (text === null) continue;
    const encoded = percentEncode(text, charset);
    if (encoded === null) return null;
    pairs.push(`${percentEncode(name, 'utf-8') ?? ''}=${encoded}`);
  }
  return pairs.join('&');
}

/** Placeholders in the URL are escaped, so that a value stays within its segment. */
function urlOf({ url }: RequestSettings, values: TemplateValues): URL | null {
  if (!url) return null;
  const escaped = Object.entries(values).map(([name, value]) => [
    name,
    value === null ? null : percentEncode(value, 'utf-8'),
  ]);
  const text = fill(url, Object.fromEntries(escaped) as TemplateValues);
  return text !== null && URL.canParse(text) ? new URL(text) : null;
}

interface Body {
  readonly type: string;
  readonly text: string | null;
}

function bodyOf({ json, form }: RequestSettings, values: TemplateValues, charset: Charset): Body | null {
  if (json) return { type: 'application/json', text: JSON.stringify(fillJson(json.root, values)) };
  if (form.length === 0) return { type: '', text: null };
  const text = encodeFields(form, values, charset);
  const parameter = charset === 'utf-8' ? '' : `; charset=${charset}`;
  return text === null ? null : { type: `application/x-www-form-urlencoded${parameter}`, text };
}

function headersOf(settings: RequestSettings, values: TemplateValues): Record<string, string> | null {
  const headers: Record<string, string> = {};
  for (const { name, value } of settings.headers) {
    const text = fill(value, values);
    if (text === null) continue;
    const safe = headerValue(text);
    if (safe === null) return null;
    headers[name.toLowerCase()] = safe;
  }
  const { auth, username, password } = settings;
  const basic = (): string => Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
  if (auth === 'basic') headers['authorization'] = `Basic ${basic()}`;
  if (auth === 'bearer') headers['authorization'] = `Bearer ${password}`;
  return headers;
}
