// The kinds of row that the table of the configuration is made of: text, number, size, list, file, choice, setting.
// Each takes a value as YAML or the environment give it and makes the typed value; never a file read, never a default
// that depends on another key except through `derived`.

import { z } from 'zod';

import { formatCredits, parseCredits } from '../core/ledger.js';
import { SETTINGS, formatSetting, type SettingKey, type Settings } from '../core/settings.js';

/** What a derived default may look at. */
interface Basis {
  readonly domains: readonly string[];
  readonly packageDir: string;
  /** The name of the carrier that the key belongs to; empty for other keys. */
  readonly carrier: string;
  /** The folder of the configuration file; without a file, that of the data. */
  readonly homeDir: string;
}

export interface Row<T> {
  /** From the value in the file to the typed value; its input side becomes the JSON schema. */
  readonly schema: z.ZodType<T>;
  /** In the typed form; relative paths are resolved after this. */
  readonly default: T;
  /** For a default that hangs on something else: `text` stands in the reference. */
  readonly derived?: { readonly text: string; value(basis: Basis): T };
  /** There is no default: who has the section must write the key. */
  readonly required?: boolean;
  /** What may be written, for mistakes and the reference; of a list: one item. */
  readonly allowed: string;
  readonly help: string;
  readonly kind: 'scalar' | 'number' | 'list';
  /** True: `reload` is enough. False: a restart. `when-set`: a restart only from none to some or back. */
  readonly reload: boolean | 'when-set';
  /** Never shown; can come from a file named in `…_FILE`. */
  readonly secret: boolean;
  /**
   * A path: the folder that a relative one starts from. `input` files must exist when they are named, an `input-folder`
   * need not.
   */
  readonly file?: 'input' | 'input-folder' | 'runtime';
  /** The value as it is written in YAML, secrets masked. Methods, so that a row of any type fits the table. */
  format(value: T): unknown;
}

type Common<T> = Pick<Row<T>, 'default' | 'help'> & Partial<Pick<Row<T>, 'reload' | 'derived' | 'required'>>;

const same = (value: unknown): unknown => value;

/** A text that `parse` understands; undefined where it does not. */
function parsedText<T>(parse: (text: string) => T | undefined): z.ZodType<T, string> {
  return z.string().transform((text, context) => given(parse(text.trim()), context));
}

function given<T>(value: T | undefined, context: z.core.$RefinementCtx): T {
  if (value !== undefined) return value;
  context.issues.push({ code: 'custom', input: undefined, message: 'not allowed' });
  return z.NEVER;
}

function row<T>(common: Common<T>, rest: Pick<Row<T>, 'schema' | 'allowed'> & Partial<Row<T>>): Row<T> {
  return { kind: 'scalar', reload: false, secret: false, format: same, ...common, ...rest };
}

type TextForm<T> = { readonly allowed: string; parse(text: string): T | undefined } & Partial<Pick<Row<T>, 'format'>>;

export function text<T>(common: Common<T> & TextForm<T>): Row<T> {
  const { allowed, format = same } = common;
  return row(common, { schema: parsedText((one) => common.parse(one)), allowed, format });
}

/** A text that is never shown. */
export function secretText(common: Common<string> & TextForm<string>): Row<string> {
  const format = (value: string): string => (value === '' ? '' : '••••');
  return { ...text({ ...common, format }), secret: true };
}

/** A list, or one text with commas between the items (the only form that the environment has). */
export function list<T>(
  common: Common<readonly T[]> & {
    readonly allowed: string;
    readonly least: 0 | 1;
    parse(text: string): T | undefined;
    formatItem(item: T): string;
  },
): Row<readonly T[]> {
  const items = z.array(parsedText((one) => common.parse(one))).min(common.least);
  return row<readonly T[]>(common, {
    schema: z.union([z.string().transform(splitList).pipe(items), items]),
    allowed: common.allowed,
    kind: 'list',
    format: (value) => value.map((item) => common.formatItem(item)),
  });
}

export function splitList(written: string): string[] {
  const items = written.split(',').map((item) => item.trim());
  return items.filter((item) => item !== '');
}

export function count(common: Common<number> & { readonly min: number; readonly max: number }): Row<number> {
  const { min, max } = common;
  return row(common, {
    schema: z.number().int().min(min).max(max),
    allowed: `a whole number from ${min} to ${max}`,
    kind: 'number',
  });
}

export function choice<const T extends string>(choices: readonly [T, ...T[]], common: Common<NoInfer<T>>): Row<T> {
  return row<T>(common, { schema: z.enum(choices), allowed: choices.join(' | ') });
}

/** Permissions of a file. */
export function permissions(common: Common<number>): Row<number> {
  const parse = (written: string): number | undefined =>
    /^0?[0-7]{3}$/.test(written) ? Number.parseInt(written, 8) : undefined;
  return row<number>(common, {
    schema: parsedText(parse),
    // Without them YAML reads 0660 as the decimal number 660.
    allowed: 'permissions such as "0660", in quotes',
    format: (value) => `0${value.toString(8)}`,
  });
}

/** YAML's booleans, and on and off as the account settings are typed. */
export function flag(common: Common<boolean>): Row<boolean> {
  const words = new Map(Object.entries({ on: true, true: true, off: false, false: false }));
  return row<boolean>(common, {
    schema: z.union([z.boolean(), parsedText((one) => words.get(one.toLowerCase()))]),
    allowed: 'on | off',
    format: (value) => (value ? 'on' : 'off'),
  });
}

const SIZE_UNITS = new Map(Object.entries({ '': 1, b: 1, kb: 1e3, kib: 1024, mb: 1e6, mib: 1024 ** 2 }));

function parseSize(written: string): number | undefined {
  const match = /^(\d{1,12})\s*([a-z]*)$/i.exec(written);
  const unit = SIZE_UNITS.get((match?.[2] ?? '').toLowerCase());
  return match && unit !== undefined ? Number(match[1]) * unit : undefined;
}

function formatSize(bytes: number): string | number {
  if (bytes % 1e6 === 0) return `${bytes / 1e6}MB`;
  return bytes % 1000 === 0 ? `${bytes / 1000}kB` : bytes;
}

/** Bytes. */
export function size(common: Common<number> & { readonly min: number; readonly max: number }): Row<number> {
  const { min, max } = common;
  return row(common, {
    schema: z.union([z.number(), parsedText(parseSize)]).pipe(z.number().int().min(min).max(max)),
    allowed: `bytes, or a number with kB, KiB, MB or MiB, from ${formatSize(min)} to ${formatSize(max)}`,
    kind: 'number',
    format: formatSize,
  });
}

/** Thousandths of a credit, written in credits; null: none. */
export function credits(common: Common<number | null>): Row<number | null> {
  const parse = (written: string): number | null | undefined => {
    const amountMilli = written === 'off' ? null : parseCredits(written);
    return amountMilli === 0 ? undefined : amountMilli;
  };
  return row<number | null>(common, {
    schema: z
      .union([z.string(), z.number(), z.literal(false)])
      .transform((value, context) => given(parse(value === false ? 'off' : String(value).trim()), context)),
    allowed: 'off | credits such as 500 or 12.5',
    format: (value) => (value === null ? 'off' : formatCredits(value)),
  });
}

/** `input…`: beside the configuration file. `runtime`: in the data folder. */
export function file<T extends string | null>(kind: NonNullable<Row<T>['file']>, common: Common<T>): Row<T> {
  return row<T>(common, {
    schema: z
      .string()
      .min(1)
      .refine((name) => !name.includes('\0')) as unknown as z.ZodType<T>,
    allowed: `a path, absolute or relative to the folder of ${kind === 'runtime' ? 'the data (--data)' : 'this file'}`,
    file: kind,
  });
}

/** A URL of a mail server; its password is the secret and is masked where the URL is shown. */
export function serverUrl(
  common: Common<string | null> & { readonly protocols: readonly string[] },
): Row<string | null> {
  const known = (written: string): string | undefined => {
    const url = URL.canParse(written) ? new URL(written) : null;
    const right =
      url !== null && common.protocols.includes(url.protocol) && url.hostname !== '' && url.search + url.hash === '';
    return right && !/\s/.test(written) && (url.pathname === '' || url.pathname === '/') ? written : undefined;
  };
  return row<string | null>(common, {
    schema: parsedText(known),
    allowed: common.protocols.map((one) => `${one}//USER:PASSWORD@HOST:PORT`).join(' | '),
    secret: true,
    format: (value) => (value === null ? null : maskPassword(value)),
  });
}

function maskPassword(url: string): string {
  const { protocol, username, password, host } = new URL(url);
  const user = username + (password === '' ? '' : ':••••');
  return `${protocol}//${user === '' ? '' : `${user}@`}${host}`;
}

/** One account setting: the table of core/settings.ts is where its form and default are written. */
export function setting<K extends SettingKey>(key: K): Row<Settings[K]> {
  const { default: byDefault, allowed, help, parse } = SETTINGS[key];
  const scalar = z.union([z.string(), z.number(), z.boolean()]);
  const asTyped = (value: string | number | boolean): string =>
    typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value).trim();
  return row<Settings[K]>(
    { default: byDefault, help, reload: true },
    {
      schema: scalar.transform((value, context): Settings[K] => given(parse(asTyped(value)), context)),
      allowed,
      format: (value) => formatSetting(key, value),
    },
  );
}
