// docs/limits.md: every limit in one table, its value taken from the configuration's rows or from the constant that holds it.
// UPDATE_GOLDENS=1 writes the page; without, a value that has changed fails here.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { ROWS } from '../../src/config/keys.js';
import { REJECTIONS, type RejectionReason } from '../../src/core/rejection.js';
import { formatSetting, SETTINGS, type SettingKey } from '../../src/core/settings.js';

const root = new URL('../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');

interface Limit {
  readonly what: string;
  /** A key of the configuration, a setting of an account, or `file NAME` for a constant. */
  readonly of: string;
  readonly unit?: string;
  /** The reason in the table of refusals, or what happens. */
  readonly beyond: RejectionReason | `: ${string}`;
  readonly shownBy: string;
}

const smtp = 'mail.smtp.limits';
const STRANGERS = 'test/mail/server-strangers.test.ts';
const LIMITS = 'test/mail/server-limits.test.ts';
const HOSTILE = 'test/mail/parse-hostile.test.ts';
const FLOW = 'test/flow/strangers.test.ts';
const DOOR = 'src/carriers/http/door.ts';

const CHAPTERS: Readonly<Record<string, readonly Limit[]>> = {
  'Sessions: SMTP, submission, LMTP, the socket of sendmail (each way in has its own count)': [
    { what: 'open at once', of: `${smtp}.connections`, beyond: 'too-many-connections', shownBy: STRANGERS },
    { what: 'open from one address', of: `${smtp}.perIp`, beyond: 'too-many-connections', shownBy: LIMITS },
    { what: 'length of a session', of: `${smtp}.sessionSeconds`, unit: 's', beyond: 'session-too-long', shownBy: LIMITS },
    { what: 'without a finished command', of: `${smtp}.idleSeconds`, unit: 's', beyond: 'session-too-long', shownBy: STRANGERS },
    { what: 'speed of a mail, over `idleSeconds`', of: `${smtp}.bytesPerSecond`, unit: 'bytes/s at least', beyond: 'mail-too-slow', shownBy: STRANGERS },
    { what: 'errors since the last accepted mail', of: `${smtp}.errors`, beyond: 'too-many-errors', shownBy: LIMITS },
    { what: 'NOOP, RSET, VRFY since the last accepted mail', of: 'src/mail/smtp-session.ts IDLE_COMMANDS', beyond: ': each further one is an error', shownBy: STRANGERS },
    { what: 'length of a command line', of: 'src/mail/smtp-listener.ts maxCommandLength', unit: 'bytes', beyond: ': 421', shownBy: 'test/chaos/scenarios/attacks.ts' },
    { what: 'TLS handshake', of: 'src/mail/handshakes.ts WITHIN_MS', unit: 'ms', beyond: ': the connection is cut', shownBy: 'test/mail/server-submission.test.ts' },
    { what: 'mails of all sessions together, all ways in', of: `${smtp}.memory`, beyond: 'no-room', shownBy: STRANGERS },
    { what: 'of each mail, let in whatever the others hold', of: 'src/mail/session-memory.ts ALWAYS_LET_IN_BYTES', unit: 'bytes', beyond: ': it counts to `memory`', shownBy: STRANGERS },
  ],
  'One mail': [
    { what: 'size', of: 'mail.smtp.size', beyond: 'mail-too-large', shownBy: 'test/mail/collect.test.ts' },
    { what: 'recipients', of: `${smtp}.recipients`, beyond: 'too-many-recipients', shownBy: LIMITS },
    { what: 'header', of: 'src/mail/parts.ts MAX_HEADER_BYTES', unit: 'bytes', beyond: 'mail-unreadable', shownBy: HOSTILE },
    { what: 'parts', of: 'src/mail/parts.ts MAX_PARTS', beyond: 'mail-unreadable', shownBy: HOSTILE },
    { what: 'parts inside of parts', of: 'src/mail/parts.ts MAX_DEPTH', beyond: 'mail-unreadable', shownBy: HOSTILE },
    { what: 'of a text part that is read', of: 'src/mail/parts.ts MAX_PART_BYTES', unit: 'bytes', beyond: ': the rest is not read', shownBy: HOSTILE },
    { what: 'of a text that is read', of: 'src/mail/plain.ts MAX_TEXT_LENGTH', unit: 'characters', beyond: ': the rest is not read', shownBy: HOSTILE },
    { what: 'of HTML that is read', of: 'src/mail/html.ts MAX_HTML_LENGTH', unit: 'characters', beyond: ': the rest is not read', shownBy: HOSTILE },
    { what: 'elements inside of elements of HTML', of: 'src/mail/html.ts MAX_HTML_DEPTH', beyond: ': the rest is not read', shownBy: HOSTILE },
    { what: 'length of a line', of: 'mail.smtp.size', beyond: ': no limit but that of the mail; a line of 50 MB is read as any other', shownBy: HOSTILE },
    { what: 'Received fields', of: 'mail.maxReceived', beyond: 'mail-loop', shownBy: 'test/core/inbound.test.ts' },
    { what: 'time to take it apart', of: 'mail.parse.deadlineMs', unit: 'ms', beyond: 'mail-unreadable', shownBy: 'test/daemon/parse-pool.test.ts' },
    { what: 'memory to take it apart', of: 'src/mail/parse-pool.ts heapMb', unit: 'MB', beyond: 'mail-unreadable', shownBy: 'test/daemon/parse-pool.test.ts' },
    { what: 'questions to the DNS about it', of: 'mail.verify.timeoutMs', unit: 'ms', beyond: 'verification-unavailable', shownBy: 'test/mail/verify.test.ts' },
  ],
  'Over time': [
    { what: 'mails a minute from one address', of: `${smtp}.mailsPerMinute`, beyond: 'rate-limited', shownBy: FLOW },
    { what: 'mails a minute of one account', of: `${smtp}.accountMailsPerMinute`, beyond: 'rate-limited', shownBy: FLOW },
    { what: 'SMS a minute of one account', of: `${smtp}.accountMessagesPerMinute`, beyond: 'rate-limited', shownBy: FLOW },
    { what: 'credits a day of one account', of: 'setting dailyCap', beyond: 'daily-cap', shownBy: 'test/store/orders.test.ts' },
    { what: 'outcome mails to one address an hour', of: 'mail.noticesPerHour', beyond: ': no mail; a refusal is the reply', shownBy: 'test/flow/robots.test.ts' },
    { what: 'clients, addresses, domains that the guard remembers', of: 'src/guard.ts capacity', beyond: ': the oldest is forgotten', shownBy: 'test/property/guard.test.ts' },
  ],
  'What waits': [
    { what: 'SMS of all accounts', of: 'queue.messages', beyond: 'queue-full', shownBy: 'test/store/queue-length.test.ts' },
    { what: 'SMS of one account', of: 'queue.accountMessages', beyond: 'account-queue-full', shownBy: 'test/store/queue-length.test.ts' },
    { what: 'a mail in the spool of sendmail', of: 'mail.smtp.size', beyond: ': it is put aside, in `refused`', shownBy: 'test/sendmail/pickup.test.ts' },
  ],
  'Other doors': [
    { what: 'connections of the control socket', of: 'src/control/server.ts MAX_CONNECTIONS', beyond: ': cut', shownBy: 'test/cli/control.test.ts' },
    { what: 'a line of the control socket', of: 'src/control/protocol.ts MAX_REQUEST_BYTES', unit: 'bytes', beyond: ': told, and cut', shownBy: 'test/cli/control.test.ts' },
    { what: 'connections of the callback door', of: `${DOOR} MOST_CONNECTIONS`, beyond: ': cut', shownBy: 'test/carriers/http/door-limits.test.ts' },
    { what: 'time of a callback', of: `${DOOR} REQUEST_MS`, unit: 'ms', beyond: ': cut', shownBy: 'test/carriers/http/door-limits.test.ts' },
    { what: 'body of a callback', of: `${DOOR} MOST_BODY_BYTES`, unit: 'bytes', beyond: ': 404', shownBy: 'test/carriers/http/door-limits.test.ts' },
    { what: 'header fields of a callback', of: `${DOOR} MOST_HEADERS`, beyond: ': the rest is not read', shownBy: 'test/carriers/http/door-limits.test.ts' },
  ],
  'The log': [
    { what: 'a text in an event', of: 'src/log.ts MAX_LENGTH', unit: 'characters', beyond: ': cut', shownBy: 'test/log.test.ts' },
    { what: 'items of a list in an event', of: 'src/log.ts MAX_ITEMS', beyond: ': left out', shownBy: 'test/log.test.ts' },
    { what: 'objects inside of objects in an event', of: 'src/log.ts MAX_DEPTH', beyond: ': left out', shownBy: 'test/log.test.ts' },
    { what: 'events of one name a second that strangers can cause', of: 'src/log.ts MOST_A_SECOND', beyond: ': counted, and told in `log.left-out`', shownBy: 'test/log.test.ts' },
  ],
};

const NOTES = `
**Rates** fill up all the time and hold a minute's worth. **The log** goes to stderr: whoever runs the daemon bounds its length
(systemd's journal: \`SystemMaxUse\`; Docker: \`max-size\`; else logrotate). **The spool of sendmail** and **the folder of outcome
mails** are bounded by the disk and by \`retention\` (docs/privacy.md); every user of the machine may put mails in the spool, so give
the data a file system or a quota of its own where you do not trust them. **A mail that is refused for good** is told once and
forgotten; nothing is kept of it.

When the places of a way in are all taken, an address that holds several gives one up to a newcomer that holds fewer; among equals
it is the session that has sent no mail for the longest time, and at least a second. A mail that waits for our answer keeps its place.
`;

function valueOf({ of }: Limit): string {
  const row = ROWS.get(of);
  if (row) return String(row.format(row.default));
  const [place = '', name = ''] = of.split(' ');
  if (place === 'setting') return formatSetting(name as SettingKey, SETTINGS[name as SettingKey].default as never);
  const [, written] = new RegExp(`\\b${name}(?: =|:) ([\\d_* e]+)`).exec(read(place)) ?? [];
  if (written === undefined) throw new Error(`${place} has no ${name}`);
  const value = written.trim().replaceAll('_', '').split('*').reduce((product, factor) => product * Number(factor), 1);
  return value.toLocaleString('en-US');
}

function lineOf(limit: Limit): string {
  const { what, of, unit, beyond, shownBy } = limit;
  const set = ROWS.has(of) ? `\`${of}\`` : of.startsWith('setting ') ? `account setting \`${of.slice(8)}\`` : 'fixed';
  const row = beyond.startsWith(':') ? null : REJECTIONS[beyond as RejectionReason];
  const answer = row ? `${row.smtp} ${row.enhanced} \`${beyond}\`` : beyond.slice(2);
  const value = `${valueOf(limit)}${unit === undefined ? '' : ` ${unit}`}`;
  return `| ${[what, value, set, answer, `\`${shownBy.replace('test/', '')}\``].join(' | ')} |`;
}

function page(): string {
  const chapters = Object.entries(CHAPTERS).map(([title, limits]) =>
    [`## ${title}`, '', '| what | at most | set by | beyond it | shown by (test/) |', '|---|---|---|---|---|', ...limits.map(lineOf), ''].join('\n'),
  );
  const head = `# Limits\n\nMade from the code by \`UPDATE_GOLDENS=1 npx vitest run test/docs/limits.test.ts\`; do not edit. Defaults stand here; the words of\neach refusal are in [codes.md](codes.md), the keys in [config.md](config.md).\n`;
  return [head, ...chapters, `## Notes\n${NOTES}`].join('\n');
}

describe('docs/limits.md', () => {
  test('says what the code holds', () => {
    const file = new URL('docs/limits.md', root);
    if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(file, page());
    expect(readFileSync(file, 'utf8')).toBe(page());
  });

  test('has every limit of the configuration', () => {
    const named = Object.values(CHAPTERS).flatMap((limits) => limits.map(({ of }) => of));
    const keys = [...ROWS.keys()].filter((key) => key.startsWith(`${smtp}.`) || key.startsWith('queue.'));
    expect(keys.filter((key) => !named.includes(key))).toEqual([]);
  });

  test('names tests that exist', () => {
    const files = Object.values(CHAPTERS).flatMap((limits) => limits.map(({ shownBy }) => shownBy));
    expect(files.filter((file) => !existsSync(new URL(file, root)))).toEqual([]);
  });
});
