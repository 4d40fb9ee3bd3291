// What lies in files beside the database, in folders of any size: the event loop turns on while they are read.

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import type { Config } from '../src/config/schema.js';
import { keptFiles } from '../src/kept-files.js';
import { temporaryFolder } from './support/store.js';

const MAILS = 300;
const PERSON = 'alice@example.fr';

/** Outcome mails of ten years, every third of them to Alice; and a file of somebody else's. */
function outbox() {
  const dataDir = temporaryFolder();
  const folder = path.join(dataDir, 'outbox');
  mkdirSync(folder);
  for (let index = 0; index < MAILS; index += 1) {
    const name = `20${String(20 + (index % 10))}0115T090000000Z-notice-${index}.eml`;
    const to = index % 3 === 0 ? PERSON : 'bob@example.fr';
    writeFileSync(path.join(folder, name), `To: ${to}\r\n\r\nRecorded`);
  }
  writeFileSync(path.join(folder, 'README.txt'), PERSON);
  const config = {
    dataDir,
    mail: { out: { folder }, sendmail: { socket: path.join(dataDir, 'sendmail', 'lmtp.sock') } },
    store: { file: path.join(dataDir, 'petitbleu.db') },
  } as unknown as Config;
  return { files: keptFiles(config), names: () => readdirSync(folder) };
}

/** How often the event loop turned meanwhile. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let goesOn = true;
  const turn = (): void => {
    turns += 1;
    if (goesOn) setImmediate(turn);
  };
  setImmediate(turn);
  await work;
  goesOn = false;
  return turns;
}

const isAbout = (text: string): boolean => text.includes(PERSON);

test('a search reads them one by one, and finds those of the person', async () => {
  const { files } = outbox();
  const found = files.find(isAbout);
  expect(await turnsDuring(found)).toBeGreaterThan(MAILS);
  expect((await found).map(({ kind }) => kind)).toEqual(Array(MAILS / 3).fill('outbox'));
});

test('so does an erasure, and what is none of the folder stays', async () => {
  const { files, names } = outbox();
  const erased = files.erase(isAbout, ['outbox']);
  expect(await turnsDuring(erased)).toBeGreaterThan(MAILS);
  expect(await erased).toBe(MAILS / 3);
  expect(names()).toHaveLength((MAILS * 2) / 3 + 1);
  expect(names()).toContain('README.txt');
});

test('forgetting goes by the names', async () => {
  const { files, names } = outbox();
  const forgotten = files.forget(Date.UTC(2025, 0));
  expect(await turnsDuring(forgotten)).toBeGreaterThan(MAILS / 2);
  expect(await forgotten).toBe(MAILS / 2);
  expect(names().filter((name) => name < '2025')).toEqual([]);
});

test('a folder that is not there holds nothing', async () => {
  const config = {
    dataDir: '/nowhere',
    ...{ mail: { out: { folder: '/nowhere/outbox' }, sendmail: { socket: '/nowhere/sendmail/s' } } },
    store: { file: '/nowhere/petitbleu.db' },
  } as unknown as Config;
  expect(await keptFiles(config).find(() => true)).toEqual([]);
  expect(await keptFiles(config).forget(Infinity)).toBe(0);
});
