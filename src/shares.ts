// The domain shares of a running daemon: put in force together with the rest of the configuration, and by themselves
// when a file of theirs changes. A mistake in any file leaves all shares as they were, and is logged once.

import { isDeepStrictEqual } from 'node:util';

import { readDomains } from './config/domains.js';
import { watchFolder } from './config/folder-watch.js';
import { formatMistakes } from './config/mistakes.js';
import type { Config } from './config/schema.js';
import { storeOptions, type Live, type Parts } from './parts.js';
import { shareWarnings, type ShareWarning } from './share-warnings.js';

export interface Shares {
  /** With the configuration that they were read with. Gives what keeps some of them from serving anybody. */
  adopt(config: Config, shares: Live['shares']): Promise<readonly ShareWarning[]>;
  stop(): void;
}

export function followShares(parts: Parts, workingDir: string): Shares {
  const { live, store, log, clock } = parts;
  let told = '';

  async function adopt(config: Config, shares: Live['shares']): Promise<readonly ShareWarning[]> {
    live.config = config;
    live.shares = shares;
    told = '';
    await store.configure(storeOptions(config, shares));
    folder.follow(config.domainsDir);
    const warnings = await shareWarnings(store, shares.values());
    for (const { domain, text } of warnings) log.warn('domains.warning', { domain, why: text });
    return warnings;
  }

  async function readAgain(): Promise<void> {
    const { shares, mistakes } = readDomains(live.config.domainsDir, workingDir);
    const found = formatMistakes(mistakes);
    if (found !== '' && found !== told) log.error('domains.mistakes', { mistakes: found.trimEnd().split('\n') });
    told = found;
    if (found !== '' || isDeepStrictEqual(shares, live.shares)) return;
    await adopt(live.config, shares);
    log.info('domains.reloaded', { shares: shares.size });
  }

  const folder = watchFolder({
    clock,
    log,
    onChange: () => void readAgain().catch((fault: unknown) => log.error('domains.fault', { err: fault })),
  });
  return { adopt, stop: () => folder.stop() };
}
