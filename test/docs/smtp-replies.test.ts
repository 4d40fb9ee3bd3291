// docs/smtp-replies.md and the table of refusals, held against each other both ways.

import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { REJECTIONS, type RejectionReason } from '../../src/core/rejection.js';

const page = readFileSync(new URL('../../docs/smtp-replies.md', import.meta.url), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => /^\| \d{3} /.test(line))
  .map((line) => line.slice(1, -1).split(' | ').map((cell) => cell.trim()));
const STAGES = new Set(['connect', 'AUTH', 'MAIL', 'RCPT', 'DATA', 'order']);

test('every refusal has one line, and every line is a refusal', () => {
  const documented = rows.map(([, reason = '']) => reason.replaceAll('`', ''));
  expect(documented.toSorted()).toEqual(Object.keys(REJECTIONS).toSorted());
});

test.each(rows.map((cells) => [cells[1], cells] as const))('%s: the reply, a known stage, and a case', (_, cells) => {
  const [reply, reason = '', stages = '', scene = ''] = cells;
  const { smtp, enhanced } = REJECTIONS[reason.replaceAll('`', '') as RejectionReason];
  expect(reply).toBe(`${smtp} ${enhanced}`);
  for (const stage of stages.split(', ')) expect(STAGES).toContain(stage);
  expect(scene.length).toBeGreaterThan(10);
});
