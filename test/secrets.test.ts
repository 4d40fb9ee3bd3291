import crypto from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isChosenCodeAllowed } from '../src/core/code.js';
import { createSecrets } from '../src/secrets.js';

/** N = 2^4: nothing to wait for. */
const quick = createSecrets({ costLog2: 4 });

describe('new codes', () => {
  const codes = Array.from({ length: 20_000 }, () => quick.newCode());

  it('have 10 characters, a letter, and no look-alikes', () => {
    for (const code of codes) {
      expect(code).toMatch(/^(?=.*[a-z])[a-hjkmnp-z34678]{10}$/);
    }
    expect(codes.every((code) => isChosenCodeAllowed(code).ok)).toBe(true);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('are drawn again when they are digits alone', () => {
    let drawn = 0;
    const digitsFirst = (below: number): number => (drawn++ < 10 ? below - 1 : 0);
    expect(createSecrets({ costLog2: 4, random: digitsFirst }).newCode()).toBe('aaaaaaaaaa');
  });

  it('draw every character equally often', () => {
    const counts = new Map<string, number>();
    for (const character of codes.join('')) counts.set(character, (counts.get(character) ?? 0) + 1);
    expect(counts.size).toBe(28);
    const expected = (codes.length * 10) / 28;
    // Six standard deviations of a binomial.
    const slack = 6 * Math.sqrt(expected);
    for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(slack);
  });
});

describe('hash and verify', () => {
  it('knows the code again, in any case, and no other', async () => {
    const word = fc.stringMatching(/^[a-zA-Z0-9]{6,64}$/);
    await fc.assert(
      fc.asyncProperty(word, word, async (code, other) => {
        const hash = await quick.hash(code);
        expect(await quick.verify(code.toUpperCase(), hash)).toBe(true);
        expect(await quick.verify(code.toLowerCase(), hash)).toBe(true);
        expect(await quick.verify(other, hash)).toBe(other.toLowerCase() === code.toLowerCase());
        expect(await quick.verify(code, null)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  it('salts, and says its parameters in the hash', async () => {
    const [one, two] = [await quick.hash('secret1'), await quick.hash('secret1')];
    expect(one).toMatch(/^scrypt\$4\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
    expect(one).not.toBe(two);
    expect(one).not.toContain('secret1');
  });

  it('verifies what was hashed with other parameters', async () => {
    const hash = await createSecrets({ costLog2: 5 }).hash('secret1');
    expect(await quick.verify('SECRET1', hash)).toBe(true);
  });

  it('computes scrypt as RFC 7914 says', async () => {
    // The second vector of section 12, cut to 32 bytes: N = 1024, r = 8, p = 16.
    const key = 'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162';
    const salt = Buffer.from('NaCl'.padEnd(16, '\0'));
    const own = crypto.scryptSync('password', salt, 32, { N: 1024, r: 8, p: 16, maxmem: 2 ** 26 });
    expect(crypto.scryptSync('password', 'NaCl', 32, { N: 1024, r: 8, p: 16, maxmem: 2 ** 26 }).toString('hex')).toBe(
      key,
    );
    const stored = `scrypt$10$8$16$${salt.toString('base64url')}$${own.toString('base64url')}`;
    expect(await quick.verify('Password', stored)).toBe(true);
  });

  it('forgets a verified code when the stored hash changes', async () => {
    const before = await quick.hash('before1');
    const after = await quick.hash('after22');
    expect(await quick.verify('before1', before)).toBe(true);
    expect(await quick.verify('before1', after)).toBe(false);
    expect(await quick.verify('after22', after)).toBe(true);
  });

  it('refuses long codes, whatever stands after the limit', async () => {
    const longest = 'a'.repeat(64);
    const hash = await quick.hash(longest);
    expect(await quick.verify(longest, hash)).toBe(true);
    expect(await quick.verify(`${longest}b`, hash)).toBe(false);
    expect(await quick.verify('a'.repeat(1_000_000), hash)).toBe(false);
    await expect(quick.hash(`${longest}b`)).rejects.toThrow(RangeError);
  });

  it('throws for a damaged stored hash', async () => {
    await expect(quick.verify('secret1', 'scrypt$15$8$1$')).rejects.toThrow('cannot be read');
  });
});

describe('the cost', () => {
  /** CPU-bound work, so the best of some runs says what it takes. */
  async function bestMs(run: () => Promise<unknown>, runs = 3): Promise<number> {
    const times: number[] = [];
    for (let i = 0; i < runs; i += 1) {
      const start = performance.now();
      await run();
      times.push(performance.now() - start);
    }
    return Math.min(...times);
  }

  it('is the same for a wrong code and for no account, and small for a code seen before', async () => {
    const secrets = createSecrets({ costLog2: 14 });
    const hash = await secrets.hash('secret1');
    let tries = 0;
    const wrongMs = await bestMs(() => secrets.verify(`wrong${tries++}`, hash));
    const nobodyMs = await bestMs(() => secrets.verify(`wrong${tries++}`, null));
    await secrets.verify('secret1', hash);
    const knownMs = await bestMs(() => secrets.verify('SECRET1', hash));
    expect(nobodyMs).toBeGreaterThan(wrongMs / 3);
    expect(nobodyMs).toBeLessThan(wrongMs * 3);
    expect(knownMs).toBeLessThan(wrongMs / 5);
  });

  it('is not remembered beyond the size of the cache', async () => {
    const secrets = createSecrets({ costLog2: 14, cacheSize: 2 });
    const first = await secrets.hash('code01');
    const second = await secrets.hash('code02');
    const third = await secrets.hash('code03');
    await secrets.verify('code01', first);
    await secrets.verify('code02', second);
    await secrets.verify('code03', third);
    const knownMs = await bestMs(() => secrets.verify('code03', third));
    const forgottenMs = await bestMs(() => secrets.verify('code01', first), 1);
    // Asking for the first again pushed the second out.
    const pushedOutMs = await bestMs(() => secrets.verify('code02', second), 1);
    expect(forgottenMs).toBeGreaterThan(knownMs * 5);
    expect(pushedOutMs).toBeGreaterThan(knownMs * 5);
  });

  it('is paid once by those who ask the same at the same time', async () => {
    const secrets = createSecrets({ costLog2: 14, concurrency: 1 });
    const hash = await secrets.hash('secret1');
    const oneMs = await bestMs(() => secrets.verify('wrong', hash));
    const start = performance.now();
    const all = await Promise.all(Array.from({ length: 40 }, () => secrets.verify('secret1', hash)));
    expect(all.every(Boolean)).toBe(true);
    expect(performance.now() - start).toBeLessThan(oneMs * 20);
  });

  it('leaves threads to others: no more hashes at a time than allowed', async () => {
    const secrets = createSecrets({ costLog2: 14, concurrency: 1 });
    const hash = await secrets.hash('secret1');
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 8 }, async (_, i) => {
        await secrets.verify(`wrong${i}`, hash);
        order.push(i);
      }),
    );
    // One at a time end in the order in which they came.
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('digest', () => {
  it('is SHA-256', () => {
    expect(quick.digest('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(quick.digest(Buffer.from('abc'))).toBe(quick.digest('abc'));
  });
});
