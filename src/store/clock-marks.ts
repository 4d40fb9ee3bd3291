// When the wall clock was last believed, kept with the marks of retention; where there is none yet, the newest movement
// of the ledger tells it, which every order makes.

import { believe, lookAtClock, type ClockVerdict } from '../core/clock-leap.js';
import type { StoreContext } from './context.js';
import { query } from './query.js';
import { markOf, setMark } from './retention-marks.js';

const newestMovement = query()((db) => db.selectFrom('movements').orderBy('id', 'desc').limit(1).select('at'));

export async function believeClock({ session }: StoreContext, nowMs: number, isTold: boolean): Promise<ClockVerdict> {
  const believedMs = (await markOf(session, 'clock')) || ((await session.get(newestMovement, {}))?.at ?? null);
  const leaptMs = (await markOf(session, 'clock.leapt')) || null;
  const { verdict, marks } = isTold ? believe(nowMs) : lookAtClock(nowMs, { believedMs, leaptMs });
  if (verdict.believed) await setMark(session, 'clock', nowMs);
  await setMark(session, 'clock.leapt', marks.leaptMs ?? 0);
  return verdict;
}
