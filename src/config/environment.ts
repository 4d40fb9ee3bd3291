// `PETITBLEU__mail__smtp__listen=…`: the environment as values of the table. Lists are separated by commas; a secret can
// be given as `…_FILE`, the name of a file that holds it. Other variables are not looked at; an unknown one that begins
// with PETITBLEU__ is a mistake.

import { readFileSync } from 'node:fs';

import { ROWS, rowOf } from './keys.js';
import { mistake, nearest, type ConfigMistake, type Place } from './mistakes.js';
import { CARRIER_NAME } from './schema.js';
import { CARRIER_NAME_ALLOWED, type Found, type Reading } from './yaml-file.js';

const PREFIX = 'PETITBLEU__';
const FILE_SUFFIX = '_FILE';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The variable of a key. */
export function variableOf(key: string): string {
  return PREFIX + key.replaceAll('.', '__');
}

export function readEnvironment(environment: Environment): Reading {
  const found: Found[] = [];
  const mistakes: ConfigMistake[] = [];
  const carriers = new Map<string, Place>();
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith(PREFIX) || text === undefined) continue;
    const one = readVariable(variable, text, environment);
    if ('text' in one) {
      mistakes.push(one);
      continue;
    }
    found.push(one);
    const carrier = /^carriers\.([^.]+)\./.exec(one.key)?.[1];
    if (carrier !== undefined) carriers.set(carrier, one.place);
  }
  return { found, carriers, mistakes };
}

function readVariable(variable: string, text: string, environment: Environment): Found | ConfigMistake {
  const place: Place = { source: variable, line: null, column: null };
  const key = variable.slice(PREFIX.length).replaceAll('__', '.');
  const carrier = /^carriers\.([^.]*)/.exec(key)?.[1];
  if (carrier !== undefined && !CARRIER_NAME.test(carrier)) return mistake(place, key, CARRIER_NAME_ALLOWED);
  const row = rowOf(key);
  if (row) return { key, value: typed(row.kind, text), place, itemPlaces: [] };
  const secretKey = key.endsWith(FILE_SUFFIX) ? key.slice(0, -FILE_SUFFIX.length) : '';
  if (rowOf(secretKey) === undefined) return mistake(place, '', unknownVariable(variable));
  if (environment[variableOf(secretKey)] !== undefined) {
    return mistake(place, secretKey, `given twice; also as ${variableOf(secretKey)}`);
  }
  return readSecret(secretKey, text, place);
}

/** A number stays a text where it is none, and its row says what is allowed. */
function typed(kind: 'scalar' | 'number' | 'list', text: string): unknown {
  return kind === 'number' && /^-?\d{1,15}$/.test(text.trim()) ? Number(text) : text;
}

function readSecret(key: string, file: string, place: Place): Found | ConfigMistake {
  if (rowOf(key)?.secret !== true) {
    const secrets = [...ROWS].filter(([, row]) => row.secret).map(([one]) => variableOf(one) + FILE_SUFFIX);
    return mistake(place, key, `only a secret is read from a file: ${secrets.join(', ')}`);
  }
  try {
    return { key, value: readFileSync(file, 'utf8'), place, itemPlaces: [] };
  } catch (error) {
    // Not the name: somebody may have put the secret itself there.
    return mistake(place, key, `the file that it names cannot be read (${reasonOf(error)})`);
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}

function unknownVariable(variable: string): string {
  const near = nearest(variable, [...ROWS.keys()].map(variableOf));
  return `there is no such key${near === undefined ? '' : `; the nearest is ${near}`}`;
}
