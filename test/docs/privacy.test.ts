// docs/privacy.md against what is kept and for how long.

import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { RETENTION_ROWS } from '../../src/config/retention-rows.js';
import { HOLDINGS } from '../../src/store/holdings.js';

const page = readFileSync(new URL('../../docs/privacy.md', import.meta.url), 'utf8');

test('names every table that holds something of people', () => {
  for (const { table } of HOLDINGS) expect(page).toContain(`\`${table}\``);
});

test('says each time as it is by default', () => {
  for (const [key, { default: days }] of Object.entries(RETENTION_ROWS)) {
    expect(page).toMatch(new RegExp(`\`retention\\.${key}\`[^|]*\\(${days}\\)`));
  }
});
