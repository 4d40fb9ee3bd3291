// The folder of the domain shares: every .yaml file of it into one table, or every mistake of every file at once.
// Takes a folder, which need not exist; reads, and never writes. Other files (`.bak`, `~`, `.yaml.off`) are not looked at.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { reasonOf } from './environment.js';
import { mistake, type ConfigMistake, type Place } from './mistakes.js';
import { readShare, type ShareFile, type ShareReading } from './share-file.js';

export interface Domains {
  /** By domain; those that could be read. */
  readonly shares: ReadonlyMap<string, ShareFile>;
  /** With any, none of the shares may be used. */
  readonly mistakes: readonly ConfigMistake[];
}

/** Not the hidden files in which editors keep what is not saved yet. */
const SHARE_FILE = /^[^.#].*\.ya?ml$/i;

/** Files are named in mistakes from `workingDir` where they lie under it, else in full. */
export function readDomains(folder: string, workingDir: string): Domains {
  const shares = new Map<string, ShareFile>();
  const mistakes: ConfigMistake[] = [];
  const first = new Map<string, Place>();
  const names = namesIn(folder);
  if (typeof names === 'string') {
    return { shares, mistakes: [mistake(fileOnly(shown(folder, workingDir)), 'domainsDir', names)] };
  }
  for (const name of names) {
    const reading = readFile(path.join(folder, name), shown(path.join(folder, name), workingDir));
    mistakes.push(...reading.mistakes);
    const { domain, share } = reading;
    const taken = domain && first.get(domain.name);
    if (domain && taken) {
      const text = `found ${domain.name}, which ${taken.source}:${taken.line ?? 1} has already; one file for each domain`;
      mistakes.push(mistake(domain.place, 'domain', text));
    } else if (domain) first.set(domain.name, domain.place);
    if (share) shares.set(share.domain, share);
  }
  return { shares, mistakes };
}

/** In the order of their names, or why they cannot be told. */
function namesIn(folder: string): readonly string[] | string {
  try {
    return readdirSync(folder)
      .filter((name) => SHARE_FILE.test(name))
      .sort();
  } catch (error) {
    return reasonOf(error) === 'ENOENT' ? [] : `the folder cannot be read (${reasonOf(error)})`;
  }
}

function readFile(file: string, name: string): ShareReading {
  try {
    return readShare(name, new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file)));
  } catch (error) {
    const text = error instanceof TypeError ? 'not UTF-8' : `cannot be read (${reasonOf(error)})`;
    return { share: null, domain: null, mistakes: [mistake(fileOnly(name), '', text)] };
  }
}

function fileOnly(source: string): Place {
  return { source, line: null, column: null };
}

function shown(file: string, workingDir: string): string {
  const relative = path.relative(workingDir, file);
  return relative === '' || relative.startsWith('..') ? file : relative;
}
