// Erases through the store as the command does: begin, every slice, end, and the file written anew.

import { START, type Cursor, type ErasedSlice, type ErasureRequest, type Found } from '../../src/core/erasure.js';
import { addCounts } from '../../src/core/retention.js';
import type { Store } from '../../src/store-port.js';
import { NOW } from './store.js';

type Wish = Partial<ErasureRequest> & Pick<ErasureRequest, 'kind' | 'name'>;

function requestOf(wish: Wish): ErasureRequest {
  return { account: null, cancel: false, forfeit: false, close: false, codeHash: 'void', nowMs: NOW, ...wish };
}

/** Gives the counts and the files, or throws what was told. */
export async function erase(store: Store, wish: Wish): Promise<Omit<ErasedSlice, 'next'>> {
  const begun = await store.beginErasure(requestOf(wish));
  if (!begun.ok) throw new Error(begun.error);
  let done: Omit<ErasedSlice, 'next'> = { counts: {}, mails: [], skipped: 0 };
  for (let cursor: Cursor | null = START; cursor;) {
    const slice: ErasedSlice = await store.eraseSlice(begun.value.subject, cursor);
    done = {
      counts: addCounts(done.counts, slice.counts),
      ...{ mails: [...done.mails, ...slice.mails], skipped: done.skipped + slice.skipped },
    };
    cursor = slice.next;
  }
  await store.endErasure(begun.value.erasure.id, NOW);
  await store.giveBack('whole');
  return done;
}

export async function findAll(store: Store, wish: Pick<Wish, 'kind' | 'name' | 'account'>): Promise<Found[]> {
  const subject = await store.subjectOf({ account: null, ...wish });
  if (!subject.ok) throw new Error(subject.error);
  const found: Found[] = [];
  for (let cursor: Cursor | null = START; cursor;) {
    const page = await store.findSlice(subject.value, cursor);
    found.push(...page.found);
    cursor = page.next;
  }
  return found;
}
