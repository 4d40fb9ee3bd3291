// Checked values and the defaults of the table into one `Config`. Takes typed values, gives them back with where each came
// from; nothing can be wrong any more.

import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { carrierTypeOf, DEFAULT_CARRIER, type CarrierType } from './carrier-rows.js';
import type { Checked, ConfigSource } from './check.js';
import { presetValue } from './preset-values.js';
import { buildSections, keysWith, rowOf, valuesOf } from './keys.js';
import { TABLE, type Config } from './schema.js';

export interface AssembledConfig {
  readonly config: Config;
  /** Where the value of each key comes from. */
  readonly sources: ReadonlyMap<string, ConfigSource>;
}

const PACKAGE_DIR = fileURLToPath(new URL('../..', import.meta.url));

type Origin = Pick<Config, 'dataDir' | 'file'>;

export function assemble(checked: Checked, named: readonly string[], origin: Origin): AssembledConfig {
  const names = named.length === 0 ? [DEFAULT_CARRIER] : named;
  const carriers = new Map(names.map((name) => [name, typeOf(name, checked)] as const));
  const domains = (checked.values.get('mail.domains') ?? TABLE.mail.domains.default) as readonly string[];
  const presetOf = (key: string): unknown => checked.values.get(key);
  const unwritten = (key: string): unknown => presetValue(key, presetOf) ?? defaultOf(key, domains, origin);
  const valueOf = (key: string): unknown => (checked.values.has(key) ? checked.values.get(key) : unwritten(key));
  const config: Config = { ...buildSections(carriers, valueOf), dataDir: origin.dataDir, file: origin.file };
  const sources = keysWith(carriers).map((key) => [key, checked.sources.get(key) ?? 'default'] as const);
  return { config, sources: new Map(sources) };
}

function typeOf(name: string, { values }: Checked): CarrierType {
  const written = values.get(`carriers.${name}.type`) as CarrierType | undefined;
  return written ?? carrierTypeOf(name) ?? DEFAULT_CARRIER;
}

/** Where the domain shares lie, also while other keys are wrong. */
export function domainsDirOf({ values }: Checked, origin: Origin): string {
  return (values.get('domainsDir') ?? defaultOf('domainsDir', [], origin)) as string;
}

function defaultOf(key: string, domains: readonly string[], { dataDir, file }: Origin): unknown {
  const row = rowOf(key);
  if (!row) throw new Error(`no row for ${key}`);
  const carrier = /^carriers\.([^.]+)\./.exec(key)?.[1] ?? '';
  const homeDir = file === null ? dataDir : path.dirname(file);
  if (row.derived) return row.derived.value({ domains, packageDir: PACKAGE_DIR, carrier, homeDir });
  return row.file === 'runtime' && typeof row.default === 'string' ? path.resolve(dataDir, row.default) : row.default;
}

/** The values that the same configuration would have without its file and its environment, by key. */
export function defaultsOf(config: Config): Map<string, unknown> {
  const values = valuesOf(config);
  const presetOf = (key: string): unknown => values.get(key);
  const defaults = [...values.keys()].map(
    (key) => [key, presetValue(key, presetOf) ?? defaultOf(key, config.mail.domains, config)] as const,
  );
  return new Map(defaults);
}
