// An account as `account show --json` prints it: the names that scripts rely on, settings as a person types them.
// Never the hash of the code.

import { formatSetting, SETTING_KEYS } from '../../core/settings.js';
import type { Account } from '../../core/types.js';

export interface AccountView {
  readonly id: number;
  readonly email: string;
  readonly senders: readonly string[];
  readonly balanceMilli: number;
  readonly reservedMilli: number;
  readonly lang: string;
  readonly zone: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly closed: boolean;
}

export function viewAccount(account: Account): AccountView {
  const { id, email, senders, balanceMilli, reservedMilli, closed, settings } = account;
  return {
    id,
    email,
    senders,
    balanceMilli,
    reservedMilli,
    lang: settings.lang,
    zone: settings.zone,
    settings: Object.fromEntries(SETTING_KEYS.map((key) => [key, formatSetting(key, settings[key])])),
    closed,
  };
}
