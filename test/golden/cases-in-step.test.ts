// The cases that the tests read are a copy: they must say what the shared ones say, wherever those are at hand.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const OURS = new URL('../../fixtures/cases/', import.meta.url);
const SHARED = new URL('../../../shared/cases/', import.meta.url);

const jsonFiles = (folder: URL): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort();

test('there are cases, each file with some', () => {
  expect(jsonFiles(OURS).length).toBeGreaterThanOrEqual(6);
  for (const name of jsonFiles(OURS)) {
    const { cases } = JSON.parse(readFileSync(new URL(name, OURS), 'utf8')) as { cases: unknown[] };
    expect(cases.length, name).toBeGreaterThan(0);
  }
});

test.skipIf(!existsSync(SHARED))('fixtures/cases is the copy of ../shared/cases', () => {
  expect(jsonFiles(OURS)).toEqual(jsonFiles(SHARED));
  for (const name of jsonFiles(SHARED)) {
    expect(readFileSync(new URL(name, OURS), 'utf8'), `copy ${name} again`).toBe(
      readFileSync(new URL(name, SHARED), 'utf8'),
    );
  }
});
