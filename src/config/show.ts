// A configuration as YAML that could be a configuration file again (secrets masked), and what a change of it asks for.
// Takes a checked `Config`, gives text and keys; reads nothing.

import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';

import { defaultsOf } from './assemble.js';
import { DEFAULT_CARRIER } from './carrier-rows.js';
import { rowOf, valuesOf } from './keys.js';
import type { Config } from './schema.js';

/** `changed`: only what differs from the defaults. */
export function showConfig(config: Config, options: { readonly changed: boolean }): string {
  const defaults = defaultsOf(config);
  const shown = new Map<string, unknown>();
  for (const [key, value] of valuesOf(config)) {
    if (options.changed && isDefault(key, value, defaults)) continue;
    // Mails go to one of the two, and the server comes first.
    if (key === 'mail.out.folder' && config.mail.out.url !== null) continue;
    shown.set(key, rowOf(key)?.format(value));
  }
  if (shown.size === 0) return '# all defaults\n';
  return stringify(nested(shown), { lineWidth: 0 });
}

function isDefault(key: string, value: unknown, defaults: ReadonlyMap<string, unknown>): boolean {
  // The type makes a carrier: without it a carrier of another name would not be a carrier at all.
  if (/^carriers\..*\.type$/.test(key)) return key === `carriers.${DEFAULT_CARRIER}.type`;
  return isDeepStrictEqual(value, defaults.get(key));
}

type Tree = Map<string, unknown>;

function nested(values: ReadonlyMap<string, unknown>): Tree {
  const root: Tree = new Map();
  for (const [key, value] of values) {
    // What is not set cannot be written: YAML's null is not among the allowed values.
    if (value === null) continue;
    const names = key.split('.');
    const last = names.pop() ?? key;
    sectionAt(root, names).set(last, value);
  }
  return root;
}

function sectionAt(root: Tree, names: readonly string[]): Tree {
  let section = root;
  for (const name of names) {
    const next = section.get(name);
    const child: Tree = next instanceof Map ? (next as Tree) : new Map<string, unknown>();
    section.set(name, child);
    section = child;
  }
  return section;
}

/** The keys that differ and for which `reload` is not enough, in the order of the table. */
export function changesThatNeedRestart(before: Config, after: Config): string[] {
  const old = valuesOf(before);
  const now = valuesOf(after);
  const keys = new Set([...old.keys(), ...now.keys()]);
  return [...keys].filter((key) => {
    const [from, to] = [old.get(key), now.get(key)];
    const reload = rowOf(key)?.reload === 'when-set' ? (from === null) === (to === null) : rowOf(key)?.reload === true;
    return !reload && !isDeepStrictEqual(from, to);
  });
}
