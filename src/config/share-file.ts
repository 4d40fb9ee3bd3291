// One file of a domain share (YAML): its table of keys, and from its text to the share or every mistake in it.
// Takes the name and the text of a file, gives values; whether the account exists is a question for the store.
// Its code is no key: it lies hashed in the store, and a file of a share can be shown to anybody.

import type { DomainShare } from '../core/share.js';
import { SETTING_KEYS, type SettingKey } from '../core/settings.js';
import { checkValue, newChecked, type Checked } from './check.js';
import { fileKeys } from './file-keys.js';
import { mistake, type ConfigMistake, type Place } from './mistakes.js';
import { parseAddress, parseDomain } from './names.js';
import { credits, list, setting, text, type Row } from './rows.js';
import { readYaml, type Found } from './yaml-file.js';

/** A share and the file that it stands in. */
export interface ShareFile extends DomainShare {
  readonly file: string;
}

/** What of the settings of an account is about the account itself means nothing here. */
const SHARE_SETTINGS: readonly SettingKey[] = SETTING_KEYS.filter((key) => !key.startsWith('lowBalance.'));

const REQUIRED = ['domain', 'account'] as const;

const lowerAddress = (written: string): string | undefined => parseAddress(written)?.toLowerCase();

const SHARE_TABLE = {
  domain: text<string>({
    default: '',
    required: true,
    allowed: 'a domain name such as example.fr',
    help: 'whose addresses may send; subdomains are domains of their own',
    parse: parseDomain,
  }),
  account: text<string>({
    default: '',
    required: true,
    allowed: 'a plain mail address such as alice@example.fr',
    help: 'the account that pays',
    parse: lowerAddress,
  }),
  monthlyCap: credits({ default: null, help: 'credits a calendar month for the whole domain' }),
  senderCap: credits({ default: null, help: 'credits a calendar month for each sender' }),
  senders: list<string>({
    default: [],
    least: 1,
    allowed: 'a plain mail address of the domain',
    help: 'the only addresses that may send; without it: every address of the domain',
    parse: lowerAddress,
    formatItem: String,
  }),
  settings: Object.fromEntries(SHARE_SETTINGS.map((key) => [key, setting(key) as Row<unknown>])),
};

const SHARE_KEYS = fileKeys(SHARE_TABLE);
const NO_FOLDERS = { dataDir: '', configDir: '' };
/** What people may take for the place of the code. */
const LIKE_A_CODE = new Set(['code', 'password', 'secret']);

export interface ShareReading {
  /** Null where something is wrong. */
  readonly share: ShareFile | null;
  /** As far as it could be read, to find a second file of the same domain. */
  readonly domain: { readonly name: string; readonly place: Place } | null;
  readonly mistakes: readonly ConfigMistake[];
}

/** `name` is how the file is called in mistakes. */
export function readShare(name: string, content: string): ShareReading {
  const checked = newChecked(SHARE_KEYS);
  const reading = readYaml(name, content, SHARE_KEYS);
  checked.mistakes.push(...reading.mistakes.map(withHint));
  for (const found of reading.found) checkValue(checked, found, 'file', NO_FOLDERS);
  // A file that is not YAML has said nothing yet about what it lacks.
  const isRead = reading.mistakes.every(({ key }) => key !== '');
  if (isRead) requireKeys(checked, name);
  const senders = reading.found.find(({ key }) => key === 'senders');
  if (senders) checkSenders(checked, senders);
  const domain = checked.values.get('domain') as string | undefined;
  const place = checked.places.get('domain');
  return {
    share: checked.mistakes.length > 0 ? null : shareOf(checked, name),
    domain: domain !== undefined && place ? { name: domain, place } : null,
    mistakes: checked.mistakes.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)),
  };
}

function withHint(one: ConfigMistake): ConfigMistake {
  if (!LIKE_A_CODE.has(one.key.toLowerCase())) return one;
  return { ...one, text: 'there is no such key; the code is not written here: petitbleu domain set-code makes it' };
}

function requireKeys({ places, mistakes }: Checked, name: string): void {
  for (const key of REQUIRED) {
    if (places.has(key)) continue;
    const place = { source: name, line: 1, column: 1 };
    mistakes.push(mistake(place, key, `found nothing; allowed is ${SHARE_TABLE[key].allowed}`));
  }
}

function checkSenders({ values, mistakes }: Checked, { itemPlaces, place }: Found): void {
  const domain = values.get('domain') as string | undefined;
  const senders = (values.get('senders') ?? []) as readonly string[];
  if (domain === undefined) return;
  for (const [index, sender] of senders.entries()) {
    if (sender.endsWith(`@${domain}`)) continue;
    mistakes.push(
      mistake(itemPlaces[index] ?? place, 'senders', `found ${sender}; allowed are addresses of ${domain}`),
    );
  }
}

/** Each value came from the row of its own key. */
function shareOf({ values }: Checked, file: string): ShareFile {
  const senders = values.get('senders') as readonly string[] | undefined;
  const settings = SHARE_SETTINGS.flatMap((key) => {
    const full = `settings.${key}`;
    return values.has(full) ? [[key, values.get(full)] as const] : [];
  });
  return {
    file,
    domain: values.get('domain') as string,
    account: values.get('account') as string,
    monthlyCapMilli: (values.get('monthlyCap') ?? null) as number | null,
    senderCapMilli: (values.get('senderCap') ?? null) as number | null,
    senders: senders ? new Set(senders) : null,
    settings: Object.fromEntries(settings),
  };
}
