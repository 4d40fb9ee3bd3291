// Sending codes: made, hashed (scrypt, RFC 7914) and checked; API keys; and digests.
// A right code costs the slow hash once, then a keyed digest: what was verified is remembered under a key that dies with
// the process, together with the stored hash, so that changing the code forgets it by construction.
// Codes are never kept, and a wrong code costs the same whether the account exists or not.

import { createHmac, hash as hashOnce, randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';

import { API_KEY_PREFIX, MAX_CODE_LENGTH } from './core/code.js';
import { turnstile } from './core/turnstile.js';
import type { Secrets } from './ports.js';

/** Read aloud, or from a bad printout: no 0 o, 1 i l, 2 z, 5 s, 9 g q pairs. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz';
const DIGITS = '34678';
const CODE_LENGTH = 10;
/** 192 bits. */
const KEY_LENGTH = 40;

const BLOCK_SIZE = 8;
const PARALLELISM = 1;
const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** 80 bits: nobody guesses one over SMTP. */
const SIGNATURE_DIGITS = 20;

export interface SecretsOptions {
  /** Base-2 logarithm of scrypt's N; 15 takes 32 MiB and about 80 ms. */
  readonly costLog2?: number;
  /** Slow hashes at a time: fewer than libuv's four threads, which file and DNS work share. */
  readonly concurrency?: number;
  /** Verified codes remembered. */
  readonly cacheSize?: number;
  /** Of `sign`; without it a new one that dies with the process. */
  readonly signingKey?: Uint8Array;
  /** An integer from 0 to below - 1, unbiased and unpredictable. */
  readonly random?: (below: number) => number;
}

interface SlowHash {
  readonly costLog2: number;
  readonly blockSize: number;
  readonly parallelism: number;
  readonly salt: Buffer;
  readonly key: Buffer;
}

export function createSecrets(options: SecretsOptions = {}): Secrets {
  const { costLog2 = 15, concurrency = 2, cacheSize = 10_000, random = randomInt } = options;
  const inTurn = turnstile(concurrency);
  const remembered = new RecentSet(cacheSize);
  const underWay = new Map<string, Promise<boolean>>();
  const cacheKey = randomBytes(32).toString('base64');
  const fresh = (): Omit<SlowHash, 'key'> => ({
    costLog2,
    blockSize: BLOCK_SIZE,
    parallelism: PARALLELISM,
    salt: randomBytes(SALT_BYTES),
  });
  // Stands in for an account that does not exist: no code gives this key.
  const nobody = format({ ...fresh(), key: randomBytes(KEY_BYTES) });

  async function compare(code: string, stored: string): Promise<boolean> {
    const expected = parse(stored);
    const actual = await inTurn(() => derive(code, expected));
    return timingSafeEqual(actual, expected.key);
  }

  async function verify(code: string, codeHash: string | null): Promise<boolean> {
    const stored = codeHash ?? nobody;
    // One character too many keeps a long code wrong, however long it is.
    const bounded = code.slice(0, MAX_CODE_LENGTH + 1).toLowerCase();
    // Nobody sees an entry: a key in front is enough, and a quarter of the price of an HMAC.
    const entry = hashOnce('sha256', `${cacheKey}\0${stored}\0${bounded}`, 'base64');
    if (remembered.has(entry)) return true;
    const running = underWay.get(entry) ?? compare(bounded, stored).finally(() => underWay.delete(entry));
    underWay.set(entry, running);
    const right = await running;
    if (right) remembered.add(entry);
    return right;
  }

  async function hash(code: string): Promise<string> {
    if (code.length > MAX_CODE_LENGTH) throw new RangeError('the code is too long to be hashed');
    const parameters = fresh();
    return format({ ...parameters, key: await inTurn(() => derive(code.toLowerCase(), parameters)) });
  }

  const signingKey = options.signingKey ?? randomBytes(32);
  const sign = (text: string): string =>
    createHmac('sha256', signingKey).update(text).digest('hex').slice(0, SIGNATURE_DIGITS);
  const isSigned = (text: string, signature: string): boolean =>
    signature.length === SIGNATURE_DIGITS &&
    timingSafeEqual(Buffer.from(sign(text)), Buffer.from(signature.toLowerCase()));

  return { newCode: () => newCode(random), newApiKey: () => newApiKey(random), hash, verify, digest, sign, isSigned };
}

function digest(data: string | Uint8Array): string {
  return hashOnce('sha256', data, 'hex');
}

function newApiKey(random: (below: number) => number): string {
  return API_KEY_PREFIX + drawn(KEY_LENGTH, random);
}

function drawn(length: number, random: (below: number) => number): string {
  const alphabet = LETTERS + DIGITS;
  return Array.from({ length }, () => alphabet.charAt(random(alphabet.length))).join('');
}

/** Drawn again as a whole until it has a letter: every such code is equally likely. */
function newCode(random: (below: number) => number): string {
  for (;;) {
    const code = drawn(CODE_LENGTH, random);
    if (/[a-z]/.test(code)) return code;
  }
}

function derive(code: string, parameters: Omit<SlowHash, 'key'>): Promise<Buffer> {
  const { costLog2, blockSize: r, parallelism: p, salt } = parameters;
  const N = 2 ** costLog2;
  return new Promise((resolve, reject) => {
    // 128·N·r is what scrypt needs, the rest its small change.
    scrypt(code, salt, KEY_BYTES, { N, r, p, maxmem: 130 * N * r + 2 ** 20 }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}

function format(slow: SlowHash): string {
  const texts = [slow.salt, slow.key].map((bytes) => bytes.toString('base64url'));
  return ['scrypt', slow.costLog2, slow.blockSize, slow.parallelism, ...texts].join('$');
}

/** Throws for what `format` never wrote: a damaged row is a fault, not a wrong code. */
function parse(stored: string): SlowHash {
  const match = /^scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([\w-]{22})\$([\w-]{43})$/.exec(stored);
  const [, cost, block, parallel, salt, key] = match ?? [];
  if (salt === undefined || key === undefined) throw new Error('a stored code hash cannot be read');
  return {
    costLog2: Number(cost),
    blockSize: Number(block),
    parallelism: Number(parallel),
    salt: Buffer.from(salt, 'base64url'),
    key: Buffer.from(key, 'base64url'),
  };
}

/** A set that forgets what was not asked for in the longest time. */
class RecentSet {
  readonly #entries = new Set<string>();

  constructor(readonly limit: number) {}

  has(entry: string): boolean {
    if (!this.#entries.delete(entry)) return false;
    this.#entries.add(entry);
    return true;
  }

  add(entry: string): void {
    this.#entries.add(entry);
    if (this.#entries.size <= this.limit) return;
    for (const oldest of this.#entries) {
      this.#entries.delete(oldest);
      return;
    }
  }
}
