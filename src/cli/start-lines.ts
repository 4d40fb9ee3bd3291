// What `petitbleu start` says first: where it listens, where mails go, and at the very first start lines to paste that
// really send an SMS with the demo account. Takes the started daemon, gives text.

import { formatEndpoint } from '../config/names.js';
import type { Daemon } from '../main.js';
import { formatFacts } from './table.js';
import { DEFAULT_DATA_DIR, type Globals } from './globals.js';

/** The simulator delivers it; no real carrier is there at the first start. */
const DEMO_NUMBER = '0612345678';

type Started = Pick<Daemon, 'config' | 'addresses' | 'waysIn' | 'mailsTo' | 'demo'>;

export function startLines(daemon: Started, globals: Globals): string {
  const { config, mailsTo } = daemon;
  const facts = formatFacts([
    ...daemon.waysIn.map(
      (way) => [way.name, [...way.addresses.map(formatEndpoint), ...way.sockets].join(', ')] as const,
    ),
    ['domains', config.mail.domains.join(', ')],
    ['data', config.dataDir],
    ['configuration', config.file ?? 'none: all defaults (petitbleu config show)'],
    [
      'carrier',
      Object.entries(config.carriers)
        .map(([name, { type }]) => (name === type ? name : `${name} (${type})`))
        .join(', '),
    ],
    ['outcome mails', config.mail.out.url === null ? `files in ${mailsTo}` : mailsTo],
  ]);
  return `Petit Bleu is ready.\n\n${facts}${firstMinute(daemon, globals)}\n`;
}

function firstMinute({ demo, addresses, config }: Started, globals: Globals): string {
  const [address] = addresses;
  if (demo === null || !address) return '';
  const { email, code } = demo;
  const domain = config.mail.domains[0] ?? 'localhost';
  const server = address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
  const rcpt = `${code}.${DEMO_NUMBER}@${domain}`;
  const more = globals.data === DEFAULT_DATA_DIR ? '' : ` --data ${shellQuoted(globals.data)}`;
  const mail = `printf 'From: ${email}\\r\\nTo: ${rcpt}\\r\\n\\r\\nHello from curl\\r\\n'`;
  return `
The demo account ${email} has 100 credits. Its sending code, shown this once: ${code}
Paste one of these into another terminal; each sends an SMS:

  ${mail} | curl -sS smtp://${server} --mail-from ${email} --mail-rcpt ${rcpt} -T -
  swaks --server ${server} --from ${email} --to sms.${code}@${domain} --header 'Subject: ${DEMO_NUMBER}' --body 'Hello from swaks'
  npx petitbleu send --from ${email} --to ${DEMO_NUMBER} --text 'Hello from the command line'${more}

See it arrive on the (simulated) phone, and what became of it:

  npx petitbleu phone --follow${more}
  npx petitbleu messages${more}
`;
}

function shellQuoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
