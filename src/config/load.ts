// From the file and the environment to a checked `Config`, or every mistake at once. Environment before file before
// defaults. Relative paths: what a person provides (TLS files, zones) starts from the folder of the configuration file,
// what the daemon writes from the data folder. Reads files, writes none.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { err, ok, type Result } from '../core/result.js';
import { assemble, domainsDirOf, type AssembledConfig } from './assemble.js';
import { checkTogether, checkValue, newChecked, type Folders } from './check.js';
import { readDomains } from './domains.js';
import { readEnvironment, reasonOf, type Environment } from './environment.js';
import { CONFIG_KEYS } from './keys.js';
import { mistake, type ConfigMistake, type Place } from './mistakes.js';
import type { ShareFile } from './share-file.js';
import { readYaml, type Reading } from './yaml-file.js';

export interface LoadOptions {
  /** Without it: `petitbleu.yaml` in the working folder, if there is one. */
  readonly file?: string | undefined;
  /** Without it: `data/run` in the working folder. */
  readonly dataDir?: string | undefined;
  readonly env: Environment;
  readonly workingDir?: string;
}

export interface LoadedConfig extends AssembledConfig {
  /** The files of `domainsDir`, by domain. */
  readonly shares: ReadonlyMap<string, ShareFile>;
}

const DEFAULT_FILE = 'petitbleu.yaml';
const DEFAULT_DATA_DIR = 'data/run';
const NOTHING: Reading = { found: [], carriers: new Map(), mistakes: [] };

export function loadConfig(options: LoadOptions): Result<LoadedConfig, readonly ConfigMistake[]> {
  const workingDir = path.resolve(options.workingDir ?? '.');
  const file = fileToRead(options.file, workingDir);
  const folders: Folders = {
    dataDir: path.resolve(workingDir, options.dataDir ?? DEFAULT_DATA_DIR),
    configDir: file === null ? workingDir : path.dirname(file),
  };
  const fromFile = file === null ? NOTHING : readFile(options.file ?? DEFAULT_FILE, file);
  const fromEnv = readEnvironment(options.env);
  const checked = newChecked();
  checked.mistakes.push(...fromFile.mistakes, ...fromEnv.mistakes);
  for (const found of fromFile.found) checkValue(checked, found, 'file', folders);
  for (const found of fromEnv.found) checkValue(checked, found, 'env', folders);
  const carriers = new Map([...fromFile.carriers, ...fromEnv.carriers]);
  checkTogether(checked, carriers);
  const origin = { dataDir: folders.dataDir, file };
  const domains = readDomains(domainsDirOf(checked, origin), workingDir);
  const mistakes = [...checked.mistakes.toSorted(byPlace), ...domains.mistakes];
  if (mistakes.length > 0) return err(mistakes);
  return ok({ ...assemble(checked, [...carriers.keys()], origin), shares: domains.shares });
}

function fileToRead(given: string | undefined, workingDir: string): string | null {
  const file = path.resolve(workingDir, given ?? DEFAULT_FILE);
  return given !== undefined || existsSync(file) ? file : null;
}

function readFile(name: string, file: string): Reading {
  const place: Place = { source: name, line: null, column: null };
  try {
    return readYaml(name, new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file)), CONFIG_KEYS);
  } catch (error) {
    const text = error instanceof TypeError ? 'not UTF-8' : `cannot be read (${reasonOf(error)})`;
    return { ...NOTHING, mistakes: [mistake(place, '', text)] };
  }
}

function byPlace(a: ConfigMistake, b: ConfigMistake): number {
  if (a.source !== b.source) return (a.line === null ? 1 : 0) - (b.line === null ? 1 : 0);
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
