// THE table of what is kept of people: for each table of the database whose a row is (a number, an account, an address),
// in which columns anybody may be mentioned, what is never exported, and what becomes of a row when its subject is erased.
// Erasure, export and docs/privacy.md come from it; a test holds it against the schema. Children stand before parents,
// because whose a child is hangs on its parent. Movements keep their money; only words about a payment can go.

import type { Relation, Subject } from '../core/erasure.js';
import type { Mention } from '../core/mention.js';
import type { Pseudonyms } from './pseudonyms.js';

export type Row = Readonly<Record<string, string | number | null>>;
type Change = 'delete' | Row | null;

/** Everything that a rule may look at. */
interface Erasing {
  readonly subject: Subject;
  readonly mention: Mention;
  readonly pseudonyms: Pseudonyms;
}

export interface Holding {
  readonly table: string;
  /** Of the primary key, with what is smaller than any value. */
  readonly key: Readonly<Record<string, '' | -1>>;
  /** SQL over the row `t`: whose it is. */
  readonly number?: string;
  readonly account?: string;
  readonly address?: string;
  /** SQL: it is still to be sent, and must not change. */
  readonly open?: string;
  /** Columns in which anybody may be mentioned. */
  readonly words: readonly string[];
  /** Columns that are never shown to anybody. */
  readonly secret?: readonly string[];
  readonly change: (row: Row, relation: Relation, erasing: Erasing) => Change;
}

/** What stands where a number stood. */
export const ERASED_NUMBER = 'erased';
const OPEN = `IN ('scheduled', 'queued', 'submitting')`;
const ofMessage = (column: string): string => `(SELECT ${column} FROM messages WHERE id = t.message_id)`;
const ofReply = (column: string): string => `(SELECT ${column} FROM replies WHERE id = t.reply_id)`;
const onlyNumber = (from: string): string =>
  `(SELECT CASE WHEN count(DISTINCT m.number) = 1 THEN max(m.number) END FROM ${from} AND m.number != '${ERASED_NUMBER}')`;

/** Its owner's rows go; a mention is masked in place. */
const goes = (words: readonly string[]): Pick<Holding, 'words' | 'change'> => ({
  words,
  change: (row, relation, { mention }) => (relation === 'owned' ? 'delete' : masked(row, words, mention)),
});

function masked(row: Row, words: readonly string[], mention: Mention): Row {
  const texts = words.flatMap((column) => {
    const text = row[column];
    return typeof text === 'string' ? [[column, mention.maskIn(text)]] : [];
  });
  return Object.fromEntries(texts) as Row;
}

export const HOLDINGS: readonly Holding[] = [
  {
    table: 'follow_ups',
    key: { id: -1 },
    number: ofReply('number'),
    account: ofReply('account_id'),
    words: ['follow_up', 'detail'],
    change: () => 'delete',
  },
  {
    table: 'replies',
    key: { id: -1 },
    number: 't.number',
    account: 't.account_id',
    words: ['text', 'raw', 'sent_to'],
    change: (row, relation, { mention }) =>
      relation === 'owned' ? 'delete' : { ...masked(row, ['text', 'sent_to'], mention), raw: '' },
  },
  {
    table: 'notices',
    key: { id: -1 },
    account: 't.account_id',
    address: 't.address',
    words: ['notice', 'detail'],
    change: () => 'delete',
  },
  {
    table: 'seen_mails',
    key: { dedupe_key: '' },
    number: onlyNumber('json_each(t.order_ids) AS j JOIN messages AS m ON m.order_id = j.value WHERE true'),
    account: `(SELECT account_id FROM orders WHERE id = json_extract(t.order_ids, '$[0]'))`,
    words: [],
    change: () => 'delete',
  },
  {
    table: 'receipts',
    key: { id: -1 },
    number: ofMessage('number'),
    account: ofMessage('account_id'),
    words: ['raw', 'reason'],
    // A parked one may yet find its message: without it nobody would know how that ended, but it names the person.
    change: (row, relation, { mention }) =>
      relation === 'mentioned' && row['message_id'] === null
        ? 'delete'
        : { ...masked(row, ['reason'], mention), raw: '', carrier_id: ERASED_NUMBER },
  },
  {
    table: 'parts',
    key: { message_id: '', part: -1 },
    number: ofMessage('number'),
    account: ofMessage('account_id'),
    words: [],
    // A receipt that comes later still finds it: receipts.ts.
    change: ({ carrier, carrier_id }, _, { pseudonyms }) =>
      String(carrier_id).startsWith('erased-')
        ? null
        : { carrier_id: pseudonyms.of('part', String(carrier), String(carrier_id)) },
  },
  {
    table: 'orders',
    key: { id: '' },
    number: onlyNumber('messages AS m WHERE m.order_id = t.id'),
    account: 't.account_id',
    address: 't.requester',
    open: `EXISTS (SELECT 1 FROM messages WHERE order_id = t.id AND state ${OPEN})`,
    words: ['text', 'thread', 'sender'],
    change: (row, relation, { subject, mention }) => {
      if (relation === 'mentioned') return masked(row, ['text', 'thread', 'sender'], mention);
      const content = { text: '', thread: null };
      return subject.kind === 'number' ? content : { ...content, sender: null, requester: subject.pseudonym };
    },
  },
  {
    table: 'members',
    key: { group_id: -1, number: '' },
    number: 't.number',
    account: '(SELECT account_id FROM groups WHERE id = t.group_id)',
    ...goes(['name', 'variables']),
  },
  {
    table: 'groups',
    key: { id: -1 },
    account: 't.account_id',
    words: ['name'],
    change: (row, relation, { mention }) => {
      const name = mention.maskIn(String(row['name']));
      // Two groups of an account never have one name.
      return relation === 'owned' ? 'delete' : { name, folded: `${name} ${String(row['id'])}` };
    },
  },
  {
    table: 'blacklist',
    key: { number: '', account_id: -1 },
    number: 't.number',
    account: 't.account_id',
    words: [],
    // STOP holds for ever: the list goes on to know the number by its hash.
    change: ({ number }, _, { subject, pseudonyms }) =>
      subject.kind === 'number' ? { number: pseudonyms.of('number', String(number)) } : 'delete',
  },
  { table: 'reply_rules', key: { id: -1 }, account: 't.account_id', ...goes(['pattern', 'answer', 'group_name']) },
  { table: 'api_keys', key: { id: -1 }, account: 't.account_id', secret: ['key_hash'], ...goes(['name']) },
  { table: 'balance_looks', key: { account_id: -1 }, account: 't.account_id', ...goes([]) },
  {
    table: 'movements',
    key: { id: -1 },
    account: 't.account_id',
    words: ['method', 'reference'],
    change: (row, _, { mention, subject }) => {
      const named = ['method', 'reference'].filter((column) => {
        const words = row[column];
        return typeof words === 'string' && mention.isIn(words);
      });
      return named.length === 0 ? null : Object.fromEntries(named.map((column) => [column, subject.pseudonym]));
    },
  },
  // The last ones: what breaks off before can be begun again, because the names still stand here.
  {
    table: 'senders',
    key: { address: '' },
    account: 't.account_id',
    address: 't.address',
    words: [],
    change: ({ address }, _, { subject }) =>
      subject.kind === 'account' && address === subject.identifiers[0] ? { address: subject.pseudonym } : 'delete',
  },
  {
    table: 'accounts',
    key: { id: -1 },
    account: 't.id',
    words: ['settings'],
    secret: ['code_hash'],
    change: (row, relation, { subject, mention }) =>
      relation === 'owned'
        ? { email: subject.pseudonym, settings: '{}' }
        : { settings: withoutMentions(String(row['settings']), mention) },
  },
  {
    table: 'messages',
    key: { id: '' },
    number: 't.number',
    account: 't.account_id',
    open: `t.state ${OPEN}`,
    words: [],
    change: () => ({ number: ERASED_NUMBER }),
  },
];

/** A setting that is the number or address itself goes back to its default; in a text it is masked. */
function withoutMentions(settings: string, mention: Mention): string {
  const own = Object.entries(JSON.parse(settings) as Record<string, unknown>);
  const kept = own.flatMap(([key, value]) => {
    if (typeof value !== 'string' || !mention.isIn(value)) return [[key, value]];
    const rest = mention.maskIn(value);
    return /^\W*$/.test(rest) ? [] : [[key, rest]];
  });
  return JSON.stringify(Object.fromEntries(kept));
}
