// The table as documents: the JSON schema for editors (`config schema`) and docs/config.md.
// Takes nothing but the table, gives text and plain data.

import { z } from 'zod';

import { variableOf } from './environment.js';
import { CARRIER_ROWS, CARRIER_TYPES, type CarrierType } from './carrier-rows.js';
import { namesIn, ROWS, step, typesWith } from './keys.js';

import type { Row } from './rows.js';
import { CARRIER_NAME } from './schema.js';

type Defaults = Map<unknown, unknown>;

/** JSON Schema 2020-12 of the file as a person writes it. */
export function configSchema(): Record<string, unknown> {
  const defaults: Defaults = new Map();
  return z.toJSONSchema(sectionSchema('', defaults), {
    io: 'input',
    // zod leaves out the defaults of what it transforms.
    override: ({ zodSchema, jsonSchema }) => {
      const byDefault = defaults.get(zodSchema);
      if (byDefault !== undefined && byDefault !== null) Object.assign(jsonSchema, { default: byDefault });
    },
  });
}

function sectionSchema(pattern: string, defaults: Defaults): z.ZodType {
  const names = namesIn(pattern) ?? [];
  const entry = names.includes('NAME') ? step(pattern, 'NAME') : undefined;
  if (entry !== undefined) {
    const types = CARRIER_TYPES.map((type) => carrierSchema(entry, type, defaults));
    return z.record(z.string().regex(CARRIER_NAME), z.union(types));
  }
  return z.strictObject(shapeOf(pattern, names, defaults));
}

function shapeOf(pattern: string, names: readonly string[], defaults: Defaults): Record<string, z.ZodType> {
  // A dotted name is written as it stands or as a section.
  const all = new Set(names.flatMap((name) => [name, name.split('.')[0] ?? name]));
  const shape = [...all].map((name): [string, z.ZodType] => {
    const key = step(pattern, name) ?? name;
    const row = ROWS.get(key);
    return [name, (row ? rowSchema(row, defaults) : sectionSchema(key, defaults)).optional()];
  });
  return Object.fromEntries(shape);
}

/** A carrier of one type: no other type, no keys of other types. */
function carrierSchema(pattern: string, type: CarrierType, defaults: Defaults): z.ZodType {
  const names = (namesIn(pattern) ?? []).filter((name) => typesWith(name).includes(type));
  const shape = shapeOf(pattern, names, defaults);
  const description = `${CARRIER_ROWS.type.help} (${type})`;
  return z.strictObject({ ...shape, type: z.literal(type).meta({ description }).optional() });
}

function rowSchema(row: Row<unknown>, defaults: Defaults): z.ZodType {
  const schema = row.schema.meta({ description: `${row.help} (${row.allowed})` });
  if (!row.derived) defaults.set(schema, row.format(row.default));
  return schema;
}

const HEAD = `# Configuration reference

Made from \`src/config/schema.ts\` by \`UPDATE_GOLDENS=1 npx vitest run test/config/reference.test.ts\`; do not edit.

- The file is YAML: \`--config FILE\`, else \`petitbleu.yaml\` in the working folder, else no file and all defaults.
- Each key can be given in the environment as well, and then counts before the file: \`${variableOf('mail.smtp.listen')}=127.0.0.1:2525,[::1]:2525\`.
  Lists are separated by commas. A secret (marked so below) can stand in a file of its own: \`${variableOf('mail.out.url')}_FILE=/run/secrets/smarthost\`.
- Relative paths of files that you provide start from the folder of the configuration file (without one: the working folder); relative
  paths of what the daemon writes start from the data folder (\`--data DIR\`, default \`data/run\` in the working folder).
- An unknown key, a key given twice or a value that is not allowed is a mistake; \`petitbleu check-config\` tells all of them at once.
- A list can be written as one text with commas. \`petitbleu config show --changed\` prints what differs from the defaults.
- *Reload*: the change takes effect with \`petitbleu reload\` or SIGHUP; *restart*: after a restart.
`;

const SECTIONS: readonly (readonly [prefix: string, title: string])[] = [
  ['mail', 'mail: the way in, and the mails that go out'],
  ['store', 'store: the database'],
  ['queue', 'queue: what waits to be sent'],
  ['zonesFile', 'zonesFile: prices'],
  ['domainsDir', 'domainsDir: domains that share the credit of an account'],
  ['defaults', 'defaults: settings of the accounts that have none of their own'],
  ['routes', 'routes: which carrier takes what'],
  ['carriers', 'carriers: the way to the handsets'],
  ['unknown', 'unknown: messages that no carrier has answered for'],
  ['retention', 'retention: how long what is kept'],
  ['http', 'http: where providers report receipts and replies'],
  ['log', 'log'],
];

const NOTES: Readonly<Record<string, string>> = {
  mail: 'The limits of a session are stricter than RFC 5321 §4.5.3.2 asks for (an idle time of 5 minutes): a gateway that waits so long is stopped by a few clients that say nothing.',
  defaults:
    'The names are those of `petitbleu account set`. `notify.recorded: off` and `notify: {recorded: off}` are the same.',
  retention:
    'A daemon forgets every hour, `petitbleu prune` at once. Keys of mails seen stay 72 hours; the ledger and the blacklists for ever. The reasons: docs/privacy.md.',
  carriers:
    '`NAME` is a name of your choice: small letters, digits and `-`. Without this section there is one carrier, `simulator`. Examples for providers: docs/carriers.md.',
};

/** docs/config.md. */
export function configReference(): string {
  const sections = SECTIONS.map(([prefix, title]) => {
    const keys = [...ROWS].filter(([key]) => key === prefix || key.startsWith(`${prefix}.`));
    const note = NOTES[prefix];
    const tables = prefix === 'carriers' ? carrierTables(keys) : referenceTable(keys);
    return [`## ${title}`, '', ...(note === undefined ? [] : [note, '']), ...tables].join('\n');
  });
  return [HEAD, ...sections].join('\n');
}

type KeyedRow = readonly [key: string, row: Row<unknown>];

function referenceTable(keys: readonly KeyedRow[]): string[] {
  const lines = keys.map(([key, row]) => referenceLine(key, row));
  return ['| key | what | allowed | default | takes effect |', '|---|---|---|---|---|', ...lines, ''];
}

/** First what all types have, then what belongs to each. */
function carrierTables(keys: readonly KeyedRow[]): string[] {
  const typesOf = ([key]: KeyedRow): string => typesWith(key.split('.').slice(2).join('.')).join(', ');
  return [...new Set(keys.map(typesOf))].flatMap((types) => {
    const all = types === CARRIER_TYPES.join(', ');
    const rows = keys.filter((one) => typesOf(one) === types);
    return [all ? 'Every carrier:' : `Of the type \`${types}\` only:`, '', ...referenceTable(rows)];
  });
}

const TAKES_EFFECT = new Map<Row<unknown>['reload'], string>([
  [true, 'reload'],
  [false, 'restart'],
  ['when-set', 'reload; restart to begin or end it'],
]);

function referenceLine(key: string, row: Row<unknown>): string {
  const secret = row.secret ? ' (secret)' : '';
  const cells = [`\`${key}\``, row.help + secret, row.allowed, defaultText(row), TAKES_EFFECT.get(row.reload) ?? ''];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function defaultText(row: Row<unknown>): string {
  if (row.required) return 'none: must be given';
  if (row.derived) return row.derived.text;
  const value = row.format(row.default);
  const items = (Array.isArray(value) ? value : [value]).filter((item) => item !== null && item !== '').map(String);
  return items.length === 0 ? 'none' : items.map((item) => `\`${item}\``).join(', ');
}
