import { setImmediate as nextTurn } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { parsePhone } from '../src/core/phone.js';
import { readNumbers } from '../src/read-numbers.js';

const GROUP = Array.from({ length: 1_000 }, (_, at) => `+336${String(at * 79_999).padStart(8, '0')}`);

test('each number is read as it is alone, whatever is written', async () => {
  const written = [...GROUP, '0612345678', '06 12 34 56 78', '12', '', '+1', '0612345678'];
  const read = await readNumbers(written, 'FR');
  expect(read.size).toBe(new Set(written).size);
  for (const text of written) expect(read.get(text)).toEqual(parsePhone(text, 'FR'));
});

test('a large group lets the event loop go round, a few numbers do not wait for it', async () => {
  const seen = { turns: 0, isDone: false };
  const counting = (async () => {
    for (; !seen.isDone; seen.turns += 1) await nextTurn();
  })();
  await readNumbers(GROUP, 'FR');
  seen.isDone = true;
  await counting;
  expect(seen.turns).toBeGreaterThanOrEqual(9);

  let turned = false;
  setImmediate(() => (turned = true));
  await readNumbers(GROUP.slice(0, 50), 'FR');
  expect(turned).toBe(false);
});
