import { describe, expect, test } from 'vitest';

import { foldName, splitDestinations } from '../../src/core/destinations.js';

const GROUPS = ['Equipe Nord', 'Sud', 'Sud-Ouest', 'Paris, Lyon; Nice', 'Nord', "L'été", '2026-2027', '0699999999'];

/** `group:Nord`, `0684843556`, `?what` */
function read(field: string, groups: readonly string[] = GROUPS): string[] {
  return splitDestinations(field, groups).map((one) => {
    if (one.kind === 'group') return `group:${one.name}`;
    return one.kind === 'number' ? one.text : `?${one.text}`;
  });
}

describe('splitDestinations', () => {
  test.each([
    ['06 84 84 35 56', ['0684843556']],
    ['06.84\u00A084\u202F35.56', ['0684843556']],
    ['\u202A+33 6 84 84 35 56\u202C', ['+33684843556']],
    ['+33 (0)6 84 84 35 56', ['+33684843556']],
    ['(06) 84843556', ['0684843556']],
    ['0684843556-0660919010', ['0684843556', '0660919010']],
    ['0684843556–0660919010—0612345678‑0712345678', ['0684843556', '0660919010', '0612345678', '0712345678']],
    ['0684843556 − 0660919010，0612345678；0712345678', ['0684843556', '0660919010', '0612345678', '0712345678']],
    ['-0684843556--,; 0660919010-', ['0684843556', '0660919010']],
    ['06848 rue', ['?06848 rue']],
    ['nobody', ['?nobody']],
    ['  ', []],
    ['', []],
    ['-', []],
  ])('%j', (field, expected) => {
    expect(read(field)).toEqual(expected);
  });

  test.each([
    ['EQUIPE  NORD', ['group:Equipe Nord']],
    ['équipe nord', ['group:Equipe Nord']],
    ['sud-ouest', ['group:Sud-Ouest']],
    ['Sud – Ouest', ['group:Sud-Ouest']],
    ['paris, lyon; nice', ['group:Paris, Lyon; Nice']],
    ['l’ete', ["group:L'été"]],
    ['nord-sud-ouest-0684843556', ['group:Nord', 'group:Sud-Ouest', '0684843556']],
    ['0684843556-Sud-Ouest-nord', ['0684843556', 'group:Sud-Ouest', 'group:Nord']],
    ['sud-nord-ouest', ['group:Sud', 'group:Nord', '?ouest']],
    ['2026-2027', ['group:2026-2027']],
    ['0699999999', ['0699999999']],
  ])('groups: %j', (field, expected) => {
    expect(read(field)).toEqual(expected);
  });

  test('of two names that read the same, the first', () => {
    expect(read('ETE', ['Été', 'ete'])).toEqual(['group:Été']);
  });

  test('an account with a hundred thousand groups', () => {
    const names = Array.from({ length: 200_000 }, (_, at) => `g${at}`);
    expect(read('G199999-0684843556', names)).toEqual(['group:g199999', '0684843556']);
  });
});

test.each([
  ['  Équipe\u00A0 Nord ', 'equipe nord'],
  ['SUD – OUEST', 'sud-ouest'],
  ['L’été', "l'ete"],
  ['E\u0301te\u200B', 'ete'],
])('foldName %j', (name, folded) => {
  expect(foldName(name)).toBe(folded);
});
