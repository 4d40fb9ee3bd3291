// What is sent to an HTTP provider, as a person describes it: `{to:digits}`, `{unicode?2:0}` → texts for one message.
// Takes templates and values, gives plain texts or JSON data; escaping for the place where they stand (URL, form, header)
// is left to who writes there, so that no value can end the place it is in.
// A value that is not there leaves out the whole field: a message without a sender has no `from`.

const NAMES = [
  'to',
  'text',
  'sender',
  'messageId',
  'reference',
  'parts',
  'part',
  'unicode',
  'flash',
  'udh',
  'validityMinutes',
  'validitySeconds',
  'validityMs',
  'username',
  'password',
  'account',
  'receiptUrl',
  'replyUrl',
] as const;
type PlaceholderName = (typeof NAMES)[number];

/** Null: this message has none. */
export type TemplateValues = Readonly<Record<PlaceholderName, string | null>>;

type Piece =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'value'; readonly name: PlaceholderName; readonly format: string }
  /** `{name?yes:no}`; without `no` and without the value there is nothing. */
  | { readonly kind: 'choice'; readonly name: PlaceholderName; readonly yes: string; readonly no: string | null };

export interface Template {
  /** As a person wrote it. */
  readonly written: string;
  readonly pieces: readonly Piece[];
}

/** `NAME=TEMPLATE` of a query or a form, `NAME: TEMPLATE` of a header. */
export interface FieldTemplate {
  readonly written: string;
  readonly name: string;
  readonly value: Template;
}

const FORMAT = /^(?:|digits|00|max\d{1,12})$/;

/** `digits`: a number without its `+`. `00`: as it is dialled in most of Europe. `max36000`: no more than that. */
function formatted(value: string, format: string): string {
  if (format === 'digits') return value.replace(/\D/g, '');
  if (format === '00') return `00${value.replace(/\D/g, '')}`;
  return format === '' ? value : String(Math.min(Number(value), Number(format.slice('max'.length))));
}

const PLACEHOLDER = /\{([A-Za-z]+)(?:([:?])([^{}]*))?\}/g;

/** Undefined where a placeholder has no meaning. */
export function parseTemplate(written: string): Template | undefined {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of written.matchAll(PLACEHOLDER)) {
    if (match.index > end) pieces.push({ kind: 'literal', text: written.slice(end, match.index) });
    const piece = parsePlaceholder(match[1] ?? '', match[2] ?? '', match[3] ?? '');
    if (!piece) return undefined;
    pieces.push(piece);
    end = match.index + match[0].length;
  }
  if (end < written.length) pieces.push({ kind: 'literal', text: written.slice(end) });
  return { written, pieces };
}

function parsePlaceholder(word: string, sign: string, rest: string): Piece | undefined {
  const name = NAMES.find((one) => one === word);
  if (!name) return undefined;
  if (sign === '?') {
    const [yes = '', no = null, more] = rest.split(':');
    return more === undefined ? { kind: 'choice', name, yes, no } : undefined;
  }
  return FORMAT.test(rest) ? { kind: 'value', name, format: rest } : undefined;
}

/** Null: a value is not there, and what the template stands in is left out. */
export function fill({ pieces }: Template, values: TemplateValues): string | null {
  const texts = pieces.map((piece) => {
    if (piece.kind === 'literal') return piece.text;
    const value = values[piece.name];
    if (piece.kind === 'choice') return value === null ? piece.no : piece.yes;
    return value === null ? null : formatted(value, piece.format);
  });
  return texts.includes(null) ? null : texts.join('');
}

export function parseField(written: string, separator: '=' | ':'): FieldTemplate | undefined {
  const at = written.indexOf(separator);
  const name = written.slice(0, Math.max(at, 0)).trim();
  const form = separator === '=' ? /^[^\s&=]{1,100}$/ : /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
  const value = parseTemplate(written.slice(at + 1).trim());
  return form.test(name) && value ? { written, name, value } : undefined;
}

type JsonNode =
  | { readonly kind: 'fixed'; readonly value: unknown }
  | { readonly kind: 'text'; readonly template: Template; readonly raw: boolean }
  | { readonly kind: 'list'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, JsonNode])[] };

export interface JsonTemplate {
  readonly written: string;
  readonly root: JsonNode;
}

/**
 * JSON whose texts are templates. A text that begins with `=` becomes the number, true or false that follows:
 * `"={validityMinutes}"`. Undefined: not JSON, or a placeholder without a meaning.
 */
export function parseJsonTemplate(written: string): JsonTemplate | undefined {
  try {
    const root = parseNode(JSON.parse(written));
    return root && { written, root };
  } catch {
    return undefined;
  }
}

function parseNode(value: unknown): JsonNode | undefined {
  if (typeof value === 'string') {
    const raw = value.startsWith('=');
    const template = parseTemplate(raw ? value.slice(1) : value);
    return template && { kind: 'text', template, raw };
  }
  if (Array.isArray(value)) {
    const items = value.map(parseNode);
    return items.every((item) => item !== undefined) ? { kind: 'list', items } : undefined;
  }
  if (typeof value !== 'object' || value === null) return { kind: 'fixed', value };
  const entries: (readonly [string, JsonNode])[] = [];
  for (const [name, child] of Object.entries(value)) {
    const node = parseNode(child);
    if (!node) return undefined;
    entries.push([name, node]);
  }
  return { kind: 'object', entries };
}

/** Data for `JSON.stringify`, which does the escaping. Undefined: left out. */
export function fillJson(node: JsonNode, values: TemplateValues): unknown {
  switch (node.kind) {
    case 'fixed':
      return node.value;
    case 'list':
      return node.items.map((item) => fillJson(item, values)).filter((item) => item !== undefined);
    case 'object': {
      const entries = node.entries.map(([name, child]) => [name, fillJson(child, values)] as const);
      return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
    }
    case 'text': {
      const text = fill(node.template, values);
      if (text === null) return undefined;
      return node.raw ? scalarOf(text) : text;
    }
  }
}

function scalarOf(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

/** Order ids have no `i`, `l`, `o`, `u`: the letters that a reference is put together with. */
const MESSAGE_ID = /^([0-9a-hjkmnp-tv-z]+)-(\d+)$/;
const REFERENCE = /^([0-9a-hjkmnp-tv-z]+)o(\d+)$/;

/** Our id for a provider, letters and digits only. `part` from 1; null: the message is one request. */
export function referenceOf(messageId: string, part: number | null): string {
  return messageId.replace(MESSAGE_ID, '$1o$2') + (part === null ? '' : `u${part}`);
}

/** The message that a reference or a message id names; undefined for one part of several, which says too little. */
export function messageIdOf(said: string): string | undefined {
  if (/^[0-9a-hjkmnp-tv-z]+o\d+u\d+$/.test(said)) return undefined;
  return said.replace(REFERENCE, '$1-$2');
}
