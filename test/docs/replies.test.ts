// docs/replies.md: its words and settings are those of the code.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { BAD_NUMBERS_GROUP } from '../../src/core/bad-number.js';
import { isStop } from '../../src/core/reply.js';
import { formatSetting, SETTING_KEYS, SETTINGS } from '../../src/core/settings.js';

const page = readFileSync(fileURLToPath(new URL('../../docs/replies.md', import.meta.url)), 'utf8');

test('every setting about replies has a row with its default, and no other', () => {
  const rows = Array.from(page.matchAll(/^\| `([\w.]+)` \| (\w+) \|/gm), ([, key, value]) => [key, value]);
  const keys = SETTING_KEYS.filter((key) => /^(?:replies\.|stopText|contactText|badNumbers)/.test(key));
  const defaults = keys.map((key) => [key, formatSetting(key, SETTINGS[key].default as never)]);
  expect(rows.toSorted()).toEqual(defaults.toSorted());
});

test('the words that mean STOP do', () => {
  const [, words = ''] = /^\| is one of ([A-Z, ]+), whatever/m.exec(page) ?? [];
  expect(words.split(', ')).toHaveLength(7);
  expect(words.split(', ').filter((word) => !isStop(word))).toEqual([]);
});

test('the group of the bad numbers is named right', () => expect(page).toContain(`\`${BAD_NUMBERS_GROUP}\``));
