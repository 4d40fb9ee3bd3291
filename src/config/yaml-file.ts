// One YAML 1.2 file into the values that stand in it, each with its key and position (https://yaml.org/spec/1.2.2/).
// Walks the file beside the table: unknown and repeated keys, and values where a section belongs, are mistakes here;
// the values themselves are judged by their rows. Never quotes lines of the file, which may hold secrets.

import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
} from 'yaml';

import { join, type FileKeys } from './file-keys.js';
import { mistake, unknownKey, type ConfigMistake, type Place } from './mistakes.js';
import { CARRIER_NAME } from './schema.js';

/** A value somebody has written. */
export interface Found {
  readonly key: string;
  /** As plain data, not checked. */
  readonly value: unknown;
  readonly place: Place;
  /** Of the items of a list. */
  readonly itemPlaces: readonly Place[];
}

export interface Reading {
  readonly found: readonly Found[];
  /** Where each named carrier begins. */
  readonly carriers: ReadonlyMap<string, Place>;
  readonly mistakes: readonly ConfigMistake[];
}

interface Walk {
  readonly keys: FileKeys;
  readonly document: Document;
  readonly placeOf: (node: unknown) => Place;
  readonly found: Found[];
  readonly carriers: Map<string, Place>;
  readonly mistakes: ConfigMistake[];
  /** Keys seen so far. */
  readonly seen: Map<string, Place>;
}

/** `name` is how the file is called in mistakes, `keys` what may stand in it. */
export function readYaml(name: string, content: string, keys: FileKeys): Reading {
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { source: name, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const walk: Walk = {
    keys,
    document,
    placeOf: (node) => at(hasRange(node) ? node.range[0] : 0),
    found: [],
    carriers: new Map(),
    mistakes: [],
    seen: new Map(),
  };
  // What a broken file means is a guess: its keys are judged once it can be read.
  for (const { pos, message } of [...document.errors, ...document.warnings]) {
    walk.mistakes.push(mistake(at(pos[0]), '', withoutSource(message)));
  }
  visit(document, {
    Alias: (_, alias) => {
      if (!alias.resolve(document)) walk.mistakes.push(mistake(walk.placeOf(alias), '', 'an alias without its anchor'));
    },
  });
  if (walk.mistakes.length === 0) visitSection(walk, document.contents, '', '');
  return walk;
}

/** Some messages of the parser end with the text that it met. */
function withoutSource(message: string): string {
  return `not YAML: ${message.replace(/(?:: | )?["'].*$/s, '').replace(/ in YAML stream$/, '')}`;
}

function hasRange(node: unknown): node is { readonly range: readonly [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

function resolved(walk: Walk, node: unknown): unknown {
  return isAlias(node) ? node.resolve(walk.document) : node;
}

function isEmpty(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

function visitSection(walk: Walk, written: unknown, pattern: string, key: string): void {
  const node = resolved(walk, written);
  // A section whose keys are all commented out.
  if (isEmpty(node)) return;
  if (isMap(node)) {
    for (const pair of node.items) visitPair(walk, pair, pattern, key);
    return;
  }
  // Not the value itself: it may be a secret that stands one level too high.
  const found = isScalar(node) ? 'one value' : 'a list';
  const names = walk.keys.namesIn(pattern) ?? [];
  walk.mistakes.push(mistake(walk.placeOf(written), key, `found ${found}; a section is expected: ${names.join(', ')}`));
}

function visitPair(walk: Walk, pair: Pair, pattern: string, section: string): void {
  const place = walk.placeOf(pair.key);
  if (!isScalar(pair.key)) {
    walk.mistakes.push(mistake(place, section, 'a key is a plain text'));
    return;
  }
  const name = String(pair.key.value);
  const key = join(section, name);
  const next = walk.keys.step(pattern, name);
  if (next === undefined) {
    walk.mistakes.push(mistake(place, key, whyUnknown(walk.keys, pattern, { section, name })));
    return;
  }
  if (isRepeated(walk, key, place)) return;
  if (next === 'carriers.NAME' && !noteCarrier(walk, name, place)) return;
  if (walk.keys.rows.has(next)) noteValue(walk, key, pair.value, place);
  else visitSection(walk, pair.value, next, key);
}

function whyUnknown(
  keys: FileKeys,
  pattern: string,
  { section, name }: { readonly section: string; readonly name: string },
): string {
  const key = join(section, name);
  if (keys.rowOf(key)) return 'found a key with dots; allowed are sections, one inside the other';
  const known = (keys.namesIn(pattern) ?? []).map((one) => join(section, one));
  return unknownKey(key, known, [...keys.rows.keys()]);
}

function isRepeated(walk: Walk, key: string, place: Place): boolean {
  const first = walk.seen.get(key);
  if (first) walk.mistakes.push(mistake(place, key, `given twice; first on line ${first.line ?? 1}`));
  else walk.seen.set(key, place);
  return first !== undefined;
}

function noteCarrier(walk: Walk, name: string, place: Place): boolean {
  const right = CARRIER_NAME.test(name);
  if (right) walk.carriers.set(name, place);
  else walk.mistakes.push(mistake(place, `carriers.${name}`, CARRIER_NAME_ALLOWED));
  return right;
}

export const CARRIER_NAME_ALLOWED =
  'the name of a carrier is 1 to 32 small letters, digits and -, and begins with a letter';

function noteValue(walk: Walk, key: string, written: unknown, keyPlace: Place): void {
  const node = resolved(walk, written);
  const place = isEmpty(node) ? keyPlace : walk.placeOf(written);
  const itemPlaces = isSeq(node) ? node.items.map((item) => walk.placeOf(item)) : [];
  try {
    const value: unknown = isEmpty(node) ? null : (node as Node).toJS(walk.document);
    walk.found.push({ key, value, place, itemPlaces });
  } catch {
    // The parser stops at aliases of aliases that would fill the memory.
    walk.mistakes.push(mistake(place, key, 'too many aliases'));
  }
}
