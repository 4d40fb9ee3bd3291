// What keeps a domain share from serving anybody although its file is right: no such account, a closed one, no code.
// Takes the shares and asks the store; gives sentences. Never a reason not to start: the account may be made later.

import type { DomainShare } from './core/share.js';
import type { Store } from './store-port.js';

export interface ShareWarning {
  readonly domain: string;
  readonly text: string;
}

type Asked = Pick<Store, 'findAccount' | 'shareCode'>;

export async function shareWarnings(
  store: Asked,
  shares: Iterable<Pick<DomainShare, 'domain' | 'account'>>,
): Promise<ShareWarning[]> {
  const warnings: ShareWarning[] = [];
  for (const { domain, account } of shares) {
    const found = await store.findAccount([account]);
    const texts = [
      ...(found ? [] : [`there is no account ${account}; petitbleu account create ${account} makes it`]),
      ...(found?.account.closed === true ? [`the account ${account} is closed`] : []),
      ...((await store.shareCode(domain)) === null
        ? [`no code yet; petitbleu domain set-code ${domain} makes one`]
        : []),
    ];
    warnings.push(...texts.map((text) => ({ domain, text })));
  }
  return warnings;
}

/** One line, for a person. */
export function formatWarning({ domain, text }: ShareWarning): string {
  return `domain share ${domain}: nobody can send by it: ${text}`;
}
