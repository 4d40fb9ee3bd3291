// How far each kind of forgetting has got: an instant or the id of a row. What lies before a mark is done, and is not
// looked at again; `records` is what tells a check of the ledger which orders have gone on purpose. And how far the clock
// was believed (clock-marks.ts).

import { query, type Session } from './query.js';

type Mark = 'orders.text' | 'receipts.raw' | 'replies.raw' | 'records' | 'clock' | 'clock.leapt';

const get = query<{ what: string }>()((db, p) => db.selectFrom('retention').where('what', '=', p.what).select('mark'));
const put = query<{ what: string; mark: number }>()((db, p) =>
  db
    .insertInto('retention')
    .values({ what: p.what, mark: p.mark })
    .onConflict((conflict) => conflict.column('what').doUpdateSet({ mark: p.mark })),
);

export async function markOf(session: Session, what: Mark): Promise<number> {
  return (await session.get(get, { what }))?.mark ?? 0;
}

export async function setMark(session: Session, what: Mark, mark: number): Promise<void> {
  await session.run(put, { what, mark });
}
