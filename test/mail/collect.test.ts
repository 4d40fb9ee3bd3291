import { Readable } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { collect } from '../../src/mail/collect.js';

describe('collecting a mail', () => {
  it('gives the bytes, up to the limit and not beyond', async () => {
    const of = (...chunks: string[]): Readable => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
    expect(await collect(of('abc', 'de'), 5)).toEqual({ kind: 'whole', raw: Buffer.from('abcde') });
    expect(await collect(of('abc', 'def'), 5)).toEqual({ kind: 'too-large' });
    expect(await collect(of(), 5)).toEqual({ kind: 'whole', raw: Buffer.alloc(0) });
  });

  it('says when the client is gone', async () => {
    const stream = new Readable({ read: () => undefined });
    const collected = collect(stream, 5);
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
    expect(await collect(megabytes, 2 ** 20)).toEqual({ kind: 'too-large' });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(300 * 2 ** 20);
  });
});
