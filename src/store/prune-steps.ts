// The steps of forgetting, each a bounded piece: it looks at no more rows than it is given, and never at the same ones
// again for nothing (either they are deleted, or a mark says how far it has got). Orders go last, in prune-records.ts.

import { sql } from 'kysely';

import type { ForgottenCounts, RetentionRule } from '../core/retention.js';
import type { StoreContext } from './context.js';
import { countRecords, forgetRecords, type Done } from './prune-records.js';
import { query, type Query, type Session } from './query.js';
import { markOf, setMark } from './retention-marks.js';

interface Step {
  forget(context: StoreContext, rule: RetentionRule, limit: number): Promise<Done>;
  count(session: Session, rule: RetentionRule): Promise<ForgottenCounts>;
}

type Bounded = Query<{ before: number; limit: number }, unknown>;
type Counted = Query<{ before: number }, { n: number }>;
const howMany = sql<number>`count(*)`.as('n');

/** Rows that simply go when they are old. */
function removal(
  what: 'mailKeys' | 'notices' | 'followUps' | 'parkedReceipts' | 'receipts' | 'replies',
  before: (rule: RetentionRule) => number,
  queries: { readonly remove: readonly Bounded[]; readonly count: Counted },
): Step {
  return {
    async forget({ session }, rule, limit) {
      let removed = 0;
      for (const one of queries.remove) removed = await session.run(one, { before: before(rule), limit });
      return { counts: { [what]: removed }, looked: removed };
    },
    async count(session, rule) {
      const counted = await session.get(queries.count, { before: before(rule) });
      return { [what]: counted?.n ?? 0 };
    },
  };
}

const mailKeys = removal('mailKeys', ({ mailKeysBeforeMs }) => mailKeysBeforeMs, {
  remove: [
    query<{ before: number; limit: number }>()((db, p) =>
      db
        .deleteFrom('seen_mails')
        .where('dedupe_key', 'in', (from) =>
          from.selectFrom('seen_mails').where('at', '<', p.before).orderBy('at').limit(p.limit).select('dedupe_key'),
        ),
    ),
  ],
  count: query<{ before: number }>()((db, p) => db.selectFrom('seen_mails').where('at', '<', p.before).select(howMany)),
});

/** Ids grow with time: the first `limit` that could go are the oldest, and no others are looked at. */
const notices = removal('notices', ({ noticesBeforeMs }) => noticesBeforeMs, {
  remove: [
    query<{ before: number; limit: number }>()((db, p) =>
      db
        .with('oldest', (from) =>
          from
            .selectFrom('notices')
            .where('state', '!=', sql.lit('waiting'))
            .orderBy('id')
            .limit(p.limit)
            .select(['id', 'created_at']),
        )
        .deleteFrom('notices')
        .where('id', 'in', (from) => from.selectFrom('oldest').where('created_at', '<', p.before).select('id')),
    ),
  ],
  count: query<{ before: number }>()((db, p) =>
    db.selectFrom('notices').where('created_at', '<', p.before).where('state', '!=', 'waiting').select(howMany),
  ),
});

const followUps = removal('followUps', ({ textsBeforeMs }) => textsBeforeMs, {
  remove: [
    query<{ before: number; limit: number }>()((db, p) =>
      db
        .with('oldest', (from) =>
          from
            .selectFrom('follow_ups')
            .where('state', '!=', 'waiting')
            .orderBy('id')
            .limit(p.limit)
            .select(['id', 'created_at']),
        )
        .deleteFrom('follow_ups')
        .where('id', 'in', (from) => from.selectFrom('oldest').where('created_at', '<', p.before).select('id')),
    ),
  ],
  count: query<{ before: number }>()((db, p) =>
    db.selectFrom('follow_ups').where('created_at', '<', p.before).where('state', '!=', 'waiting').select(howMany),
  ),
});

const parkedReceipts = removal('parkedReceipts', ({ parkedBeforeMs }) => parkedBeforeMs, {
  remove: [
    query<{ before: number; limit: number }>()((db, p) =>
      db
        .deleteFrom('receipts')
        .where('id', 'in', (from) =>
          from
            .selectFrom('receipts')
            .where('message_id', 'is', null)
            .where('at', '<', p.before)
            .orderBy('at')
            .limit(p.limit)
            .select('id'),
        ),
    ),
  ],
  count: query<{ before: number }>()((db, p) =>
    db.selectFrom('receipts').where('message_id', 'is', null).where('at', '<', p.before).select(howMany),
  ),
});

const oldestOf = (table: 'receipts' | 'replies') =>
  query<{ before: number; limit: number }>()((db, p) =>
    db
      .with('oldest', (from) => from.selectFrom(table).orderBy('id').limit(p.limit).select(['id', 'at']))
      .deleteFrom(table)
      .where('id', 'in', (from) => from.selectFrom('oldest').where('at', '<', p.before).select('id')),
  );
const olderOf = (table: 'receipts' | 'replies') =>
  query<{ before: number }>()((db, p) => db.selectFrom(table).where('at', '<', p.before).select(howMany));

const receipts = removal('receipts', ({ recordsBeforeMs }) => recordsBeforeMs, {
  remove: [oldestOf('receipts')],
  count: olderOf('receipts'),
});

const replies = removal('replies', ({ recordsBeforeMs }) => recordsBeforeMs, {
  remove: [
    query<{ before: number; limit: number }>()((db, p) =>
      db
        .with('oldest', (from) => from.selectFrom('replies').orderBy('id').limit(p.limit).select(['id', 'at']))
        .deleteFrom('follow_ups')
        .where('reply_id', 'in', (from) => from.selectFrom('oldest').where('at', '<', p.before).select('id')),
    ),
    oldestOf('replies'),
  ],
  count: olderOf('replies'),
});

// ---------------------------------------------------------------- texts

const orderTexts: Step = {
  async forget({ session }, { textsBeforeMs }, limit) {
    const from = await markOf(session, 'orders.text');
    const done = await session.all(eraseOrderTexts, { from, before: textsBeforeMs, limit });
    const reached = Math.max(from, ...done.map(({ finished_at }) => finished_at ?? 0));
    if (reached > from) await setMark(session, 'orders.text', reached);
    return { counts: { orderTexts: done.length }, looked: done.length };
  },
  async count(session, { textsBeforeMs }) {
    const from = await markOf(session, 'orders.text');
    return { orderTexts: (await session.get(countOrderTexts, { from, before: textsBeforeMs }))?.n ?? 0 };
  },
};
/** Nothing waits to be sent any more; some receipts may still come. */
const eraseOrderTexts = query<{ from: number; before: number; limit: number }>()((db, p) =>
  db
    .updateTable('orders')
    .set({ text: '', thread: null })
    .where('id', 'in', (old) =>
      old
        .selectFrom('orders')
        .where('finished_at', '>=', p.from)
        .where('finished_at', '<', p.before)
        .where('text', '!=', '')
        .orderBy('finished_at')
        .limit(p.limit)
        .select('id'),
    )
    .returning('finished_at'),
);
const countOrderTexts = query<{ from: number; before: number }>()((db, p) =>
  db
    .selectFrom('orders')
    .where('finished_at', '>=', p.from)
    .where('finished_at', '<', p.before)
    .where('text', '!=', '')
    .select(howMany),
);

/** By id, from the mark on: the next rows in time. */
function texts(what: 'receiptTexts' | 'replyTexts', table: 'receipts' | 'replies'): Step {
  const mark = `${table}.raw` as const;
  const next = query<{ after: number; limit: number }>()((db, p) =>
    db.selectFrom(table).where('id', '>', p.after).orderBy('id').limit(p.limit).select(['id', 'at']),
  );
  const erase = query<{ after: number; upTo: number }>()((db, p) =>
    db
      .updateTable(table)
      .set(table === 'receipts' ? { raw: '' } : { raw: '', text: '' })
      .where('id', '>', p.after)
      .where('id', '<=', p.upTo)
      .where('raw', '!=', ''),
  );
  const count = query<{ after: number; before: number }>()((db, p) =>
    db.selectFrom(table).where('id', '>', p.after).where('at', '<', p.before).where('raw', '!=', '').select(howMany),
  );
  return {
    async forget({ session }, { textsBeforeMs }, limit) {
      const after = await markOf(session, mark);
      const rows = await session.all(next, { after, limit });
      const young = rows.findIndex(({ at }) => at >= textsBeforeMs);
      const old = young < 0 ? rows : rows.slice(0, young);
      const upTo = old.at(-1)?.id;
      if (upTo === undefined) return { counts: {}, looked: 0 };
      await setMark(session, mark, upTo);
      return { counts: { [what]: await session.run(erase, { after, upTo }) }, looked: old.length };
    },
    async count(session, { textsBeforeMs }) {
      const after = await markOf(session, mark);
      return { [what]: (await session.get(count, { after, before: textsBeforeMs }))?.n ?? 0 };
    },
  };
}

export const PRUNE_STEPS: readonly Step[] = [
  mailKeys,
  notices,
  orderTexts,
  texts('receiptTexts', 'receipts'),
  texts('replyTexts', 'replies'),
  followUps,
  parkedReceipts,
  receipts,
  replies,
  { forget: forgetRecords, count: countRecords },
];
