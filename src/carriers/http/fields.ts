// A callback of a provider (query, form or JSON) → receipts and replies, by the configured names of fields. Takes what came
// over the wire, gives plain data with capped texts; never throws, and makes nothing up: without an id or a number it is
// no event. Query parameters count where the body has no field of that name.

import { stateOf, valuesAt } from '../../core/provider-rules.js';
import { messageIdOf } from '../../core/provider-template.js';
import type { Receipt } from '../../core/carriage.js';
import type { Reply } from '../../core/types.js';
import { parseJson } from './answer.js';
import { decodeText, parseForm, wellFormed } from './escape.js';
import type { ReceiptFields, ReplyFields } from './options.js';

export interface CallbackData {
  /** Without its question mark. */
  readonly query: string;
  readonly body: Uint8Array;
  readonly contentType: string;
}

/** What a field is looked up in, in this order. */
type Sources = readonly unknown[];
type Path = readonly string[] | null;

const MOST_FIELDS = 200;
const MOST_ITEMS = 1000;
const MOST = { id: 200, state: 60, reason: 200, number: 40, text: 5000, raw: 8000 } as const;

/** Null: something that has to be there is not; nothing of it counts then. */
export function receiptsIn(data: CallbackData, fields: ReceiptFields, carrier: string): Receipt[] | null {
  const raw = rawOf(data);
  return each(data, fields.items, (sources) => {
    const get = (path: Path, most: number): string | null => fieldAt(sources, path, most);
    const carrierId = get(fields.id, MOST.id);
    if (carrierId === null) return null;
    const said = get(fields.state, MOST.state) ?? '';
    const state = stateOf(fields.meanings, said);
    const reason = get(fields.reason, MOST.reason) ?? said;
    const messageId = messageIdOf(get(fields.message, MOST.id) ?? '');
    return {
      carrier,
      carrierId,
      ...(messageId === undefined || messageId === '' ? {} : { messageId }),
      to: internationalOf(get(fields.to, MOST.number)),
      state,
      reason: state === 'delivered' || reason === '' ? null : reason,
      raw,
    };
  });
}

export function repliesIn(
  data: CallbackData,
  fields: ReplyFields,
  { carrier, nowMs }: { readonly carrier: string; readonly nowMs: number },
): Reply[] | null {
  const raw = Buffer.from(rawOf(data), 'utf8').toString('hex');
  return each(data, fields.items, (sources) => {
    const get = (path: Path, most: number): string | null => fieldAt(sources, path, most);
    const from = get(fields.from, MOST.number);
    const text = get(fields.text, MOST.text);
    if (from === null || text === null) return null;
    const reference = messageIdOf(get(fields.message, MOST.id) ?? '');
    return {
      carrier,
      from: internationalOf(from) ?? from,
      to: get(fields.to, MOST.number) ?? '',
      text,
      atMs: nowMs,
      raw,
      ...(reference === undefined || reference === '' ? {} : { reference }),
    };
  });
}

function each<T>(data: CallbackData, items: Path, make: (sources: Sources) => T | null): T[] | null {
  const events: T[] = [];
  for (const sources of sourcesIn(data, items)) {
    const event = make(sources);
    if (event === null) return null;
    events.push(event);
  }
  return events.length > 0 ? events : null;
}

function sourcesIn({ query, body, contentType }: CallbackData, items: Path): Sources[] {
  const parameters = Object.fromEntries(parseForm(query, MOST_FIELDS));
  const text = decodeText(body);
  const json = /[/+]json\b/i.test(contentType) ? parseJson(text) : undefined;
  if (json === undefined)
    return [[Object.fromEntries(parseForm(body.length === 0 ? '' : formText(body), MOST_FIELDS)), parameters]];
  const found = items ? stepsInto(json, items) : json;
  const list = Array.isArray(found) ? (found as unknown[]).slice(0, MOST_ITEMS) : [found];
  return list.map((item) => [item, parameters]);
}

/** Octets of any charset as characters, for the percent decoding that judges each value. */
function formText(body: Uint8Array): string {
  const octets = Buffer.from(body);
  return Array.from(octets, (octet) =>
    octet < 0x80 ? String.fromCharCode(octet) : `%${octet.toString(16).padStart(2, '0')}`,
  ).join('');
}

/** The node at that path; a body without the wrapping is taken as it is. */
function stepsInto(json: unknown, path: readonly string[]): unknown {
  let node = json;
  for (const step of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, step)) return json;
    node = (node as Readonly<Record<string, unknown>>)[step];
  }
  return node;
}

/** The name as it stands (a form has `status.code`), else the way into the JSON. Null: not there, empty or too long. */
function fieldAt(sources: Sources, path: Path, most: number): string | null {
  if (!path) return null;
  for (const source of sources) {
    const [value] = [...valuesAt(source, [path.join('.')]), ...valuesAt(source, path)];
    const text = wellFormed(value ?? '').trim();
    if (text !== '') return text.length <= most ? text : null;
  }
  return null;
}

/** E.164 with `+`, or null where it is no such number. */
function internationalOf(number: string | null): string | null {
  const digits = (number ?? '').replace(/^(\+|00)/, '').replace(/[\s.-]/g, '');
  return /^[1-9]\d{8,14}$/.test(digits) ? `+${digits}` : null;
}

function rawOf({ query, body }: CallbackData): string {
  const parts = [query, decodeText(body)].filter((part) => part !== '');
  return wellFormed(parts.join('\n').replaceAll('\0', '').slice(0, MOST.raw));
}
