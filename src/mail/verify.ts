// Does a mail come from where it says? SPF, DKIM and DMARC by mailauth, for one address: the one that was proved by a code.
// A pass is an SPF or DKIM pass of a domain aligned with that address: as its DMARC record says, relaxed without one.
// Questions to the DNS end with the deadline; no answer is `trouble`, never a pass. Source: RFC 7208, 6376, 8301, 7489.

import { Resolver } from 'node:dns/promises';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { MailPieces, SenderFinding } from '../core/types.js';
import type { Clock, MailToVerify, SenderVerifier } from '../ports.js';
import { signedFields } from './signed-fields.js';

/** Records of a name, in the forms of node:dns; rejects with its codes (`ENOTFOUND`, `ENODATA`, `ETIMEOUT`). */
export type Resolve = (name: string, type: string) => Promise<string[] | string[][]>;

export interface VerifierOptions {
  readonly clock: Clock;
  /** For everything about one mail; of the moment. */
  readonly timeoutMs: () => number;
  /** Of this gateway, for SPF macros. */
  readonly hostname: string;
  /** Else the DNS servers of the system. */
  readonly resolve?: Resolve;
}

const UNANSWERED: SenderFinding = { result: 'trouble', spf: 'temperror', dkim: 'temperror', dmarc: 'temperror' };
/** What a domain without a record is held to: relaxed alignment. */
const NO_POLICY: Resolve = () => Promise.resolve([['v=DMARC1; p=none']]);

export function createSenderVerifier(options: VerifierOptions): SenderVerifier {
  return {
    verify: async (mail, address) => {
      const timeoutMs = options.timeoutMs();
      const dns = options.resolve ? null : new Resolver({ timeout: Math.ceil(timeoutMs / 2), tries: 2 });
      const resolve = options.resolve ?? (async (name, type) => (await dns?.resolve(name, type)) as string[]);
      let cancel = (): void => undefined;
      const deadline = new Promise<SenderFinding>((settle) => {
        cancel = options.clock.after(timeoutMs, () => settle(UNANSWERED));
      });
      try {
        // A mail that breaks the library proves nothing.
        const found = findingOf(mail, address, { ...options, resolve }).catch(() => UNANSWERED);
        return await Promise.race([found, deadline]);
      } finally {
        cancel();
        dns?.cancel();
      }
    },
  };
}

/** Loaded when the first mail is to be checked: the start does not wait for them. */
async function checks() {
  const [{ dmarc }, { dkimVerify }, { spf }] = await Promise.all([
    import('mailauth/lib/dmarc/index.js'),
    import('mailauth/lib/dkim/verify.js'),
    import('mailauth/lib/spf/index.js'),
  ]);
  return { dmarc, dkimVerify, spf };
}

interface Asking {
  readonly clock: Clock;
  readonly hostname: string;
  readonly resolve: Resolve;
}

async function findingOf(mail: MailToVerify, address: string, asking: Asking): Promise<SenderFinding> {
  const { remoteAddress, helo, mailFrom } = mail;
  const { clock, hostname, resolve } = asking;
  const { spf, dkimVerify } = await checks();
  const [bySpf, byDkim] = await Promise.all([
    spf({ ip: remoteAddress, helo, sender: mailFrom, mta: hostname, resolver: resolve }),
    dkimVerify(chunksOf(signedFields(mail.raw)), {
      resolver: resolve,
      sender: mailFrom,
      curTime: new Date(clock.now()),
    }),
  ]);
  const signatures = byDkim.results;
  const passed = signatures.filter(({ status }) => status.result === 'pass');
  const found = {
    spf: bySpf.status.result,
    dkim: passed.length > 0 ? 'pass' : (signatures[0]?.status.result ?? 'none'),
  };
  // Which of several addresses a reader shows is anybody's guess: none of them is proved.
  if (byDkim.headerFrom.length !== 1) return { ...found, result: 'fail', dmarc: 'fail' };
  const domains = { spf: found.spf === 'pass' ? [bySpf.domain] : [], dkim: passed.map((one) => one.signingDomain) };
  const policy = await aligned(address, domains, resolve);
  const unanswered = [bySpf.status, ...signatures.map(({ status }) => status)].some(({ result }) =>
    result.startsWith('temp'),
  );
  const trouble = unanswered || policy.dmarc === 'temperror';
  return { ...found, dmarc: policy.dmarc, result: policy.passes ? 'pass' : trouble ? 'trouble' : 'fail' };
}

async function aligned(
  address: string,
  domains: { readonly spf: readonly string[]; readonly dkim: readonly string[] },
  resolve: Resolve,
): Promise<{ passes: boolean; dmarc: string }> {
  const asked = {
    headerFrom: [address],
    spfDomains: [...domains.spf],
    dkimDomains: domains.dkim.map((domain) => ({ domain })),
  };
  const { dmarc } = await checks();
  const own = await dmarc({ ...asked, resolver: resolve });
  if (own === false) return { passes: false, dmarc: 'fail' };
  if (own.status.result === 'temperror') return { passes: false, dmarc: 'temperror' };
  const held = own.status.result === 'none' ? await dmarc({ ...asked, resolver: NO_POLICY }) : own;
  const alignment = held === false ? undefined : held.alignment;
  const domain = address.slice(address.lastIndexOf('@') + 1);
  const passes = (['spf', 'dkim'] as const).some((way) => {
    // The library finds strict alignment where there is only a relaxed one.
    const exact = alignment?.[way].strict !== true || domains[way].some((one) => one.toLowerCase() === domain);
    return exact && Boolean(alignment?.[way].result);
  });
  return { passes, dmarc: own.status.result === 'none' ? 'none' : passes ? 'pass' : 'fail' };
}

/** With a turn for everyone else between them: hashing a large mail takes a while. */
function chunksOf(raw: MailPieces): Readable {
  async function* chunks(): AsyncGenerator<Buffer> {
    for (const { buffer, byteOffset, byteLength } of raw) {
      yield Buffer.from(buffer, byteOffset, byteLength);
      await nextTurn();
    }
  }
  return Readable.from(chunks());
}
