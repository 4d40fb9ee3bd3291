// The rows of a carrier of the type `http`: the request, what its answer means, and the callbacks of the provider.
// Takes nothing, gives rows; the grammars are in core/provider-template.ts and core/provider-rules.ts.
// A preset (http-presets.ts) gives other defaults to the same rows.

import {
  parseLocator,
  parseOutcomeRule,
  parsePath,
  parseStateRule,
  type Locator,
  type OutcomeRule,
  type StateRule,
} from '../core/provider-rules.js';
import {
  parseField,
  parseJsonTemplate,
  parseTemplate,
  type FieldTemplate,
  type JsonTemplate,
  type Template,
} from '../core/provider-template.js';
import { HTTP_PRESETS } from './http-presets.js';
import { parseNetwork } from './names.js';
import { choice, count, flag, list, secretText, text, type Row } from './rows.js';

/** Something that is kept together with how it was written. */
interface Written {
  readonly written: string;
}
const written = (value: Written): string => value.written;

function fields(separator: '=' | ':', help: string): Row<readonly FieldTemplate[]> {
  const allowed = separator === '=' ? 'NAME=TEMPLATE' : '"NAME: TEMPLATE" (in quotes)';
  const parse = (line: string): FieldTemplate | undefined => parseField(line, separator);
  return list<FieldTemplate>({ default: [], least: 0, allowed, help, parse, formatItem: written });
}

function path(help: string, byDefault: string | null = null): Row<readonly string[] | null> {
  return text<readonly string[] | null>({
    default: byDefault === null ? null : (parsePath(byDefault) ?? null),
    allowed: 'the name of a field, or a path such as status.code',
    help,
    parse: parsePath,
    format: (steps) => steps?.join('.') ?? null,
  });
}

function plain(help: string, most = 200): Row<string> {
  const form = new RegExp(`^[ -~]{0,${most}}$`);
  return text<string>({
    default: '',
    allowed: `up to ${most} characters of ASCII`,
    help,
    parse: (word) => (form.test(word) ? word : undefined),
  });
}

function secret(help: string, least: number): Row<string> {
  const form = new RegExp(`^[!-~]{${least},200}$`);
  return secretText({
    default: '',
    allowed: `${least} to 200 characters of ASCII without spaces`,
    help,
    parse: (word) => (word === '' || form.test(word) ? word : undefined),
  });
}

/** The URL is a template; what it stands for is checked as far as it can be. */
function parseUrl(line: string): Template | undefined {
  const template = parseTemplate(line);
  const sample = template?.pieces.map((piece) => (piece.kind === 'literal' ? piece.text : 'x')).join('') ?? '';
  const url = URL.canParse(sample) && !/[\s#]/.test(sample) ? new URL(sample) : null;
  const right = url !== null && /^https?:$/.test(url.protocol) && url.username + url.password === '';
  return right ? template : undefined;
}

const REQUEST = {
  preset: choice(['none', ...(Object.keys(HTTP_PRESETS) as (keyof typeof HTTP_PRESETS)[])], {
    default: 'none',
    help: 'a provider that is known: all keys below have its values as their defaults (docs/carriers.md)',
  }),
  // Somebody may write a password into it: a mistake does not show it.
  url: {
    ...text<Template | null>({
      default: null,
      required: true,
      allowed: 'an http:// or https:// URL without user name and password; placeholders in its path such as {account}',
      help: 'where each message is sent',
      parse: parseUrl,
      format: (template) => template?.written ?? null,
    }),
    secret: true,
  },
  username: plain('the user name, for `auth` and as the placeholder {username}'),
  password: secret('the password, token or key, for `auth` and as the placeholder {password}', 1),
  account: plain('a further name that the provider gave, as the placeholder {account}'),
  auth: choice(['none', 'basic', 'bearer'], {
    default: 'none',
    help: '`basic`: user name and password; `bearer`: the password is the token. Else put the placeholders where they belong',
  }),
  method: choice(['auto', 'GET', 'POST', 'PUT'], { default: 'auto', help: '`auto`: POST with a body, else GET' }),
  headers: fields(':', 'further header fields of the request'),
  query: fields('=', 'parameters in the URL, percent-encoded; one whose placeholder has no value is left out'),
  form: fields('=', 'the same as a form in the body (application/x-www-form-urlencoded)'),
  json: text<JsonTemplate | null>({
    default: null,
    allowed: 'JSON with placeholders in its texts; "={parts}" is a number, without quotes',
    help: 'the body as JSON, in the place of `form`',
    parse: parseJsonTemplate,
    format: (template) => template?.written ?? null,
  }),
  charset: choice(['utf-8', 'iso-8859-15', 'iso-8859-1'], {
    default: 'utf-8',
    help: 'of query and form; messages in Unicode are always UTF-8',
  }),
  split: choice(['provider', 'udh'], {
    default: 'provider',
    help: 'long texts: the provider cuts them, or each part is a request of its own with {udh}',
  }),
  unicode: flag({ default: true, help: 'the provider takes texts outside the GSM alphabet; else they are refused' }),
  longest: count({ default: 20, min: 1, max: 255, help: 'parts of a message at most; a longer one is refused' }),
};

const ANSWER = {
  id: text<Locator>({
    default: { written: 'reference', at: 'reference' },
    allowed: 'json PATH | text PATTERN | header NAME | reference',
    help: 'where the id of the message stands in the answer; `reference`: the provider gives {reference} back in its receipts',
    parse: parseLocator,
    format: written,
  }),
  code: text<Locator | null>({
    default: null,
    allowed: 'json PATH | text PATTERN | header NAME',
    help: "where the provider's code of an answer that is not good stands; else the HTTP status is shown",
    parse: parseLocator,
    format: (locator) => locator?.written ?? null,
  }),
  outcomes: list<OutcomeRule>({
    default: [],
    least: 0,
    allowed:
      'STATUSES [json PATH is A|B or text PATTERN or header NAME is A|B] -> accepted | refused | deferred message | deferred carrier | lasting | unknown, with STATUSES such as 2xx, 400|422 or *',
    help: 'what an answer means; the first rule that fits counts, then the status alone (docs/carriers.md); with rules a 2xx that none fits is unknown',
    parse: parseOutcomeRule,
    formatItem: written,
  }),
};

const CALLBACKS = {
  token: secret(
    'the last part of the URL that the provider calls; without it and `hmacSecret` no callback is taken',
    16,
  ),
  allow: list<string>({
    default: [],
    least: 0,
    allowed: 'an IP address or a network such as 192.0.2.0/24',
    help: 'where callbacks may come from; empty: from anywhere. Behind a proxy it is the address of the proxy',
    parse: parseNetwork,
    formatItem: String,
  }),
  hmacSecret: secret('key of a signature over the body; with it, a callback without the right one is not taken', 16),
  hmacHeader: plain('the header field that holds the signature', 60),
  hmacAlgorithm: choice(['sha256', 'sha1', 'sha512'], { default: 'sha256', help: 'of the signature' }),
  hmacEncoding: choice(['hex', 'base64'], { default: 'hex', help: 'of the signature' }),
  hmacPrefix: plain('what stands before the signature, such as sha256=', 20),
  answerStatus: count({ default: 200, min: 200, max: 299, help: 'the answer to a callback that was taken' }),
  answerText: plain('its text'),
  answerType: plain('its content type; without it text/plain', 60),
};

const stateRules = list<StateRule>({
  default: ['delivered', 'undelivered', 'expired', 'refused'].map((state) => ({
    written: `${state} -> ${state}`,
    values: [state],
    state: state as StateRule['state'],
  })),
  least: 0,
  allowed:
    'VALUE|VALUE -> delivered | undelivered | expired | refused | pending; a * at the end of a value is any rest',
  help: 'what the states mean; one that is not named is pending',
  parse: parseStateRule,
  formatItem: written,
});

const RECEIPT_FIELDS = {
  items: path('where the receipts stand in a JSON body that has several or wraps them'),
  id: path('the id of the message', 'id'),
  state: path('its state', 'state'),
  reason: path('the reason', 'reason'),
  to: path('the number'),
  message: path('our {messageId}; a message whose answer never came is settled by it'),
  meanings: stateRules,
};

const REPLY_FIELDS = {
  items: path('where the replies stand in a JSON body that has several or wraps them'),
  from: path('the number that answers', 'from'),
  to: path('the number, short code or name that was answered', 'to'),
  text: path('the text', 'text'),
  message: path('our {messageId} of the message that is answered'),
};

export const HTTP_ROWS = {
  ...REQUEST,
  answer: ANSWER,
  callbacks: CALLBACKS,
  receiptFields: RECEIPT_FIELDS,
  replyFields: REPLY_FIELDS,
};
