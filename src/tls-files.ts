// Certificates from their files: read and checked as a pair before anything uses them, and looked at again each minute, so
// that a renewed one is in use without a restart. Looking beats watching: renewals swap links, rename and copy over networks.
// Never takes a pair that does not fit together; the one in use stays.

import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

import { err, ok, type Result } from './core/result.js';
import type { TlsPair } from './mail/smtp-listener.js';
import type { Cancel, Clock, Log } from './ports.js';

export interface TlsFiles {
  readonly key: string;
  readonly cert: string;
}

const LOOK_EVERY_MS = 60_000;

/** The error is a sentence without the content of any file. */
export function readPair(files: TlsFiles): Result<TlsPair, string> {
  try {
    const pair = { key: readFileSync(files.key, 'utf8'), cert: readFileSync(files.cert, 'utf8') };
    createSecureContext(pair);
    return ok(pair);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return err(`${files.key} and ${files.cert} cannot be used: ${why}`);
  }
}

interface Followed {
  readonly clock: Clock;
  readonly log: Log;
  /** The files of the moment: a reload may name others. */
  readonly files: () => readonly TlsFiles[];
  readonly replace: (files: TlsFiles, pair: TlsPair) => void;
}

/** Calls `replace` with each pair that has changed on the disk; the returned function ends it. Without files: nothing. */
export function followPairs({ clock, log, files, replace }: Followed): Cancel {
  const seen = new Map(files().map((pair) => [nameOf(pair), stamp(pair)]));
  if (seen.size === 0) return () => undefined;
  let cancel = clock.after(LOOK_EVERY_MS, look);
  function look(): void {
    cancel = clock.after(LOOK_EVERY_MS, look);
    for (const one of files()) {
      const now = stamp(one);
      if (seen.get(nameOf(one)) === now) continue;
      seen.set(nameOf(one), now);
      const pair = readPair(one);
      if (!pair.ok) {
        log.warn('tls.unusable', { why: pair.error });
        continue;
      }
      replace(one, pair.value);
      log.info('tls.replaced', { cert: one.cert });
    }
  }
  return () => cancel();
}

function nameOf({ key, cert }: TlsFiles): string {
  return `${key}\0${cert}`;
}

/** What is different after any change that a renewal makes. */
function stamp({ key, cert }: TlsFiles): string {
  return [key, cert]
    .map((file) => statSync(file, { throwIfNoEntry: false }))
    .map((found) => (found ? `${found.ino} ${found.size} ${found.mtimeMs}` : 'gone'))
    .join(' ');
}
