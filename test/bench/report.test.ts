import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { picture } from '../../bench/picture.js';
import { BEGIN, contestTables, END, goalsReport, withResult } from '../../bench/report.js';
import { newestResult, resultOf, resultText, type Result } from '../../bench/result.js';
import { RESULT, series } from './result.js';

const fileOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

test('a contest is a table: medians, extremes, and ratios to who took part', () => {
  expect(contestTables(RESULT)).toContain(`**Mails** (\`accept-50\`)

| peer | per second | × smtp-server, bare |
| --- | --- | --- |
| smtp-server, bare | 9,000 (8,000 – 10,000) | 1 |
| petitbleu | 7,200 (6,000 – 9,000) | 0.80 (0.75 – 0.90) |

**A large mail**`);
});

test('goals are reached, not reached or not measured', () => {
  const report = goalsReport(RESULT);
  expect(report).toContain('2 of 2 measured goals are reached.');
  expect(report).toContain('| × smtp-server, bare | ≥ 0.75 (stretch 1.3) | 0.80 (0.75 – 0.90) | reached |');
  expect(report).toContain('| × Postfix, queue only | ≥ 2 |  | not measured |');
});

test('a document keeps what is written by hand, and has the figures once, however often they are made', () => {
  const document = `# Before\n\n${BEGIN}\nold\n${END}\n\n## After\n`;
  const made = withResult(document, RESULT);
  expect(made).toMatch(/^# Before\n\n<!--[^]*\| petitbleu \|[^]*-->\n\n## After\n$/);
  expect(made).not.toContain('old');
  expect(made).toContain('Left out: Haraka, discarding.');
  expect(withResult(made, RESULT)).toBe(made);
  expect(() => withResult('# Without marks', RESULT)).toThrow(BEGIN);
});

test('a result is kept whole, with four digits, and nothing of why a peer was absent', () => {
  const figures = [series('accept-50', 'petitbleu', 'p99Ms', 1.234567, null)];
  const absences = [{ peer: 'Kannel', contest: 'end-to-end', why: '/home/somebody/file', failed: true }];
  const contests = [{ name: 'accept-50', title: 'Mails', peers: ['petitbleu'], measure: 'not kept' }];
  const kept = resultText(resultOf({ machine: {}, rounds: 2, contests, absences, series: figures }));
  expect(JSON.parse(kept)).toEqual({
    ...{
      measuredAt: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as string,
      machine: {},
      rounds: 2,
      absent: ['Kannel (end-to-end)'],
    },
    contests: [{ name: 'accept-50', title: 'Mails', peers: ['petitbleu'] }],
    series: [{ contest: 'accept-50', peer: 'petitbleu', metric: 'p99Ms', rounds: [1.235, null] }],
  });
});

test('the picture shows each peer that was measured with its median, ours in colour', () => {
  const drawn = picture(RESULT);
  expect(drawn.match(/<rect x=/g)).toHaveLength(2);
  expect(drawn.match(/fill="#2563c9"/g)).toHaveLength(1);
  expect(drawn).toContain('>7,200</text>');
  const odd: Result = { ...RESULT, machine: { node: '<&>' } };
  expect(picture(odd)).toContain('&#60;&#38;&#62;');
});

test('docs/performance.md and .svg are made from the newest result', () => {
  const newest = newestResult(fileOf('bench/results'));
  if (!newest) throw new Error('there is no result');
  const document = readFileSync(fileOf('docs/performance.md'), 'utf8');
  expect(withResult(document, newest), 'run `npm run bench -- --write-docs`').toBe(document);
  expect(picture(newest)).toBe(readFileSync(fileOf('docs/performance.svg'), 'utf8'));
});
