// The examples in docs/outcome-mails.md are the goldens, and its kinds and settings are those of the code.
// UPDATE_GOLDENS=1 writes the examples.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { NOTICE_LIST_LIMIT } from '../../src/core/notice.js';
import { NOTICE_WORDS } from '../../src/core/notice-texts.js';
import { SETTINGS, SETTING_KEYS, formatSetting } from '../../src/core/settings.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FILE = `${ROOT}docs/outcome-mails.md`;
const EXAMPLE = /<!-- (fixtures\/\S+) -->\n```\n([\s\S]*?)```/g;

const golden = (file: string): string => readFileSync(ROOT + file, 'utf8').replaceAll('\r\n', '\n');

if (process.env['UPDATE_GOLDENS'] === '1') {
  const filled = readFileSync(FILE, 'utf8').replace(EXAMPLE, (_all, file: string) => {
    return `<!-- ${file} -->\n\`\`\`\n${golden(file)}\`\`\``;
  });
  writeFileSync(FILE, filled);
}

const page = readFileSync(FILE, 'utf8').replaceAll('\r\n', '\n');

test('the examples are the goldens', () => {
  const examples = Array.from(page.matchAll(EXAMPLE), ([, file, text]) => ({ file: file ?? '', text }));
  expect(examples.length).toBeGreaterThan(0);
  for (const { file, text } of examples) expect(text, file).toBe(golden(file));
});

test('every kind has a row, and no other', () => {
  const kinds = Array.from(page.matchAll(/^\| (?:\([abcd]\))? ?\| `([\w-]+)` \|/gm), ([, kind]) => kind);
  expect(kinds.toSorted()).toEqual(Object.keys(NOTICE_WORDS.en.subject).toSorted());
});

test('the settings and their defaults are right', () => {
  const named = Array.from(page.matchAll(/`(notify\.\w+)` \((\w+)\)/g), ([, key, value]) => `${key}=${value}`);
  const switches = SETTING_KEYS.filter((key) => key.startsWith('notify.'));
  const defaults = switches.map((key) => `${key}=${formatSetting(key, SETTINGS[key].default)}`);
  expect([...new Set(named)].toSorted()).toEqual(defaults.toSorted());
});

test('the length of the lists is right', () => {
  expect(page).toContain(`At most ${NOTICE_LIST_LIMIT} numbers are listed`);
});
