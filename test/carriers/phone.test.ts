import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { PhoneFile, readPhone, type PhoneEntry } from '../../src/carriers/phone.js';
import { FakeClock, until } from '../support/fake-clock.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'phone-'));
  file = path.join(folder, 'run', 'phone.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

function entry(text: string): PhoneEntry {
  const at = '2026-11-23T09:00:00.000Z';
  return { at, to: '+33639980100', from: 'sim', text, encoding: 'ucs2', parts: 1, flash: false, messageId: 'm' };
}

const line = (text: string): string => `${JSON.stringify(entry(text))}\n`;

async function readAll(): Promise<string[]> {
  const texts: string[] = [];
  for await (const { text } of readPhone(file, { follow: false, clock: new FakeClock() })) texts.push(text);
  return texts;
}

/** Follows in the background; `texts` grows as entries come. */
function follow(): { texts: string[]; clock: FakeClock; stop: () => Promise<void> } {
  const clock = new FakeClock();
  const texts: string[] = [];
  const abort = new AbortController();
  const done = (async () => {
    for await (const { text } of readPhone(file, { follow: true, signal: abort.signal, clock })) texts.push(text);
  })();
  const stop = (): Promise<void> => {
    abort.abort();
    return done;
  };
  return { texts, clock, stop };
}

/** The reader looks again only when its time has come: it waits for the clock first. */
async function look(clock: FakeClock, condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 20 && !condition(); tries += 1) {
    await until(() => clock.pending > 0);
    await clock.advance(250);
  }
  expect(condition()).toBe(true);
}

describe('the phone file', () => {
  it('holds what was appended at the same time, whole and in order', async () => {
    const phone = new PhoneFile(file);
    const texts = Array.from({ length: 200 }, (_, i) => `n° ${i} 😀\nsecond line`);
    await Promise.all(texts.map((text) => phone.append(entry(text))));
    expect(await readAll()).toEqual(texts);
  });

  it('goes on after a write that failed, which its caller hears of', async () => {
    const blocked = path.join(folder, 'blocked');
    writeFileSync(blocked, '');
    const phone = new PhoneFile(path.join(blocked, 'phone.jsonl'));
    await expect(phone.append(entry('lost'))).rejects.toThrow();
    rmSync(blocked);
    await phone.append(entry('kept'));
    file = path.join(blocked, 'phone.jsonl');
    expect(await readAll()).toEqual(['kept']);
  });
});

describe('reading', () => {
  it('ends at once where there is no file', async () => {
    expect(await readAll()).toEqual([]);
  });

  it('skips what is no entry, and reads on across chunks', async () => {
    await new PhoneFile(file).append(entry('one'));
    const long = 'é'.repeat(50_000);
    appendFileSync(file, `{"half":\nnull\n42\n${line(long)}${line('two')}{"at":"unfinished`);
    expect(await readAll()).toEqual(['one', long, 'two']);
  });

  it('follows: waits for the file, for more, and for the end of a line', async () => {
    const { texts, clock, stop } = follow();
    await new PhoneFile(file).append(entry('one'));
    await look(clock, () => texts.length === 1);
    const two = Buffer.from(line('é two'));
    const middle = two.indexOf(0xa9);
    appendFileSync(file, two.subarray(0, middle));
    await until(() => clock.pending > 0);
    await clock.advance(250);
    expect(texts).toEqual(['one']);
    appendFileSync(file, two.subarray(middle));
    await look(clock, () => texts.length === 2);
    expect(texts).toEqual(['one', 'é two']);
    await until(() => clock.pending > 0);
    await stop();
    expect(clock.pending).toBe(0);
  });

  it('follows a file that was emptied', async () => {
    await new PhoneFile(file).append(entry('a long entry of yesterday'));
    const { texts, clock, stop } = follow();
    await until(() => texts.length === 1);
    writeFileSync(file, line('new'));
    await look(clock, () => texts.length === 2);
    expect(texts[1]).toBe('new');
    await stop();
  });
});
