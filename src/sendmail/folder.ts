// The folder through which the programs of this machine reach the daemon, whoever runs them: its LMTP socket, the spool
// for while it is away, and a file with what a caller must know of it. The daemon makes it; callers only find it.
// Nothing secret lies in it; the data folder above it stays closed but for passing through.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const SPOOL_NAME = 'spool';
/** Within the spool; closed to all but the daemon. */
export const REFUSED_NAME = 'refused';
export const FACTS_NAME = 'gateway.json';
/** Below the data folder. */
const FOLDER_NAME = 'sendmail';

/** What the daemon says of itself, for callers that cannot read its configuration. */
export interface GatewayFacts {
  /** The socket, from the folder. */
  readonly socket: string;
  /** The first one completes recipients without a domain. */
  readonly domains: readonly string[];
  /** Of one mail, bytes. */
  readonly size: number;
  /** For `-bs`. */
  readonly smtp: { readonly host: string; readonly port: number } | null;
}

/** A link (or a folder) at the first, made by whoever installs; else where packages keep their data. */
const PLACES = ['/etc/petitbleu/sendmail', '/var/lib/petitbleu/sendmail'];

/** `--data`, else PETITBLEU_SENDMAIL (the folder itself), else the places of an installation. */
export function findFolder(dataDir: string | null, environment: Readonly<Record<string, string | undefined>>): string {
  if (dataDir !== null) return path.resolve(dataDir, FOLDER_NAME);
  const given = environment['PETITBLEU_SENDMAIL'];
  if (given !== undefined && given !== '') return path.resolve(given);
  return PLACES.find((place) => existsSync(place)) ?? PLACES[1] ?? '';
}

/** Null: no daemon has ever started on this folder, or it cannot be read. */
export function readFacts(folder: string): GatewayFacts | null {
  try {
    const facts = JSON.parse(readFileSync(path.join(folder, FACTS_NAME), 'utf8')) as Partial<GatewayFacts>;
    const { socket, domains, size, smtp = null } = facts;
    if (typeof socket !== 'string' || !Array.isArray(domains) || typeof size !== 'number') return null;
    return { socket, domains, size, smtp };
  } catch {
    return null;
  }
}
