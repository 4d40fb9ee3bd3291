// The key of the reply addresses in a real folder.

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { signingKey } from '../src/signing-key.js';
import { temporaryFolder } from './support/store.js';

test('made once, whole, for its owner alone, and nothing else is left', () => {
  const folder = temporaryFolder();
  const key = signingKey(folder);
  expect(key).toHaveLength(32);
  expect(signingKey(folder)).toEqual(key);
  expect(readdirSync(folder)).toEqual(['reply.key']);
  expect(statSync(path.join(folder, 'reply.key')).mode & 0o777).toBe(0o600);
});

test.each(['', 'abc', '0'.repeat(63)])('“%s”, as a power cut may leave it, is no key: a new one is made', (broken) => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'reply.key');
  writeFileSync(file, broken);
  const key = signingKey(folder);
  expect(key).toHaveLength(32);
  expect(readFileSync(file, 'utf8')).toBe(Buffer.from(key).toString('hex'));
  expect(readdirSync(folder)).toEqual(['reply.key']);
});
