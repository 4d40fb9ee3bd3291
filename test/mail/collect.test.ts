import { Readable } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { collect } from '../../src/mail/collect.js';
import { SessionMemory } from '../../src/mail/session-memory.js';

const memory = new SessionMemory(1e9).forMail();

describe('collecting a mail', () => {
  it('gives the bytes, up to the limit and not beyond', async () => {
    const of = (...chunks: string[]): Readable => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
    expect(await collect(of('abc', 'de'), 5, memory)).toEqual({ kind: 'whole', raw: [Buffer.from('abcde')] });
    expect(await collect(of('abc', 'def'), 5, memory)).toEqual({ kind: 'too-large' });
    expect(await collect(of(), 5, memory)).toEqual({ kind: 'whole', raw: [] });
  });

  it('says when the client is gone', async () => {
    const stream = new Readable({ read: () => undefined });
    const collected = collect(stream, 5, memory);
    stream.push('abc');
    stream.destroy(new Error('reset'));
    expect(await collected).toEqual({ kind: 'gone' });
  });

  it('keeps nothing of what is too large', async () => {
    let left = 600;
    const megabytes = new Readable({
      read() {
        left -= 1;
        this.push(left > 0 ? Buffer.alloc(2 ** 20) : null);
      },
    });
    const before = process.memoryUsage().arrayBuffers;
    expect(await collect(megabytes, 2 ** 20, memory)).toEqual({ kind: 'too-large' });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(300 * 2 ** 20);
  });

  it('holds a large mail in the very pieces that it came in', async () => {
    const pieces = Array.from({ length: 64 * 32 }, (_, index) => Buffer.alloc(2 ** 14, index));
    const collected = await collect(Readable.from(pieces), 2 ** 26, memory);
    if (collected.kind !== 'whole') throw new Error(collected.kind);
    expect(Buffer.concat(collected.raw).equals(Buffer.concat(pieces))).toBe(true);
    const copied = collected.raw.filter((piece) => !pieces.some(({ buffer }) => buffer === piece.buffer));
    expect(copied.map(({ length }) => length)).toEqual([2 ** 16]);
  });

  it('joins small pieces, wherever large ones stand between them', async () => {
    const lengths = [3, 5000, 1, 1, 70_000, 2, 60_000, 4095, 4096, 1];
    const pieces = lengths.map((length, index) => Buffer.alloc(length, index));
    const collected = await collect(Readable.from(pieces), 2 ** 26, memory);
    if (collected.kind !== 'whole') throw new Error(collected.kind);
    expect(Buffer.concat(collected.raw).equals(Buffer.concat(pieces))).toBe(true);
    expect(collected.raw.map(({ length }) => length)).toEqual([5005, 70_000, 2, 60_000, 4095, 4096, 1]);
  });

  it('keeps a mail of many small pieces as small as it is', async () => {
    let left = 1_000_000;
    const piece = Buffer.alloc(64 * 1024, 'x').subarray(0, 3);
    const pieces = new Readable({
      read() {
        for (let more = 1000; more > 0 && left > 0; more -= 1, left -= 1) this.push(piece.subarray(0, 3));
        if (left === 0) this.push(null);
      },
    });
    const before = process.memoryUsage();
    const collecting = collect(pieces, 1e7, memory);
    let most = 0;
    pieces.on('data', () => {
      if (left % 50_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed - before.heapUsed);
    });
    const collected = await collecting;
    if (collected.kind !== 'whole') throw new Error(collected.kind);
    expect(Buffer.concat(collected.raw)).toHaveLength(3_000_000);
    expect(collected.raw.length).toBeLessThan(1100);
    expect(most).toBeLessThan(60e6);
  });
});
