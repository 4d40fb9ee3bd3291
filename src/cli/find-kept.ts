// Goes through everything that is kept about a person, page by page, and shows how far it is.

import type { Told } from '../control/protocol.js';
import { ok } from '../core/result.js';
import type { Cli } from './cli.js';
import type { AnswerOf, ParamsOf } from './operations/registry.js';
import type { Call } from './session.js';

type Page = AnswerOf<'subject.find'>;
export type Kept = Page['kept'][number];

export async function findAll(
  cli: Cli,
  call: Call,
  request: ParamsOf<'subject'>,
  use: (kept: Kept) => void,
): Promise<Told<void>> {
  const found = await call('subject', request);
  if (!found.ok) return found;
  const subject = { ...found.value, identifiers: [...found.value.identifiers] };
  let count = 0;
  for (let cursor: ParamsOf<'subject.find'>['cursor'] | undefined; cursor !== null;) {
    const page: Told<Page> = await call('subject.find', { subject, cursor: cursor ?? null });
    if (!page.ok) return page;
    const { kept, next } = page.value;
    for (const one of kept) use(one);
    count += kept.length;
    cli.terminal.progress(`${count} found`);
    cursor = next && { ...next, after: [...next.after] };
  }
  cli.terminal.progress('');
  return ok(undefined);
}
