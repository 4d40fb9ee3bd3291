// Mails signed by DKIM with a key of the test's own, and the record that a domain publishes for it.

import { generateKeyPairSync } from 'node:crypto';

import { dkimSign } from 'mailauth/lib/dkim/sign.js';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const published = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

/** For `TXT s1._domainkey.DOMAIN`. */
export const DKIM_RECORD = `v=DKIM1; k=rsa; p=${published}`;

interface Signing {
  readonly domain: string;
  readonly algorithm?: string;
  /** Octets of the body that are signed; all of it without. */
  readonly maxBodyLength?: number;
}

export async function signedMail(
  mail: string,
  { domain, algorithm = 'rsa-sha256', maxBodyLength }: Signing,
): Promise<string> {
  const signature = {
    signingDomain: domain,
    selector: 's1',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    algorithm,
    ...(maxBodyLength !== undefined && { maxBodyLength }),
  };
  const signTime = new Date('2026-11-01T10:00:00Z');
  // The types want the signature in both places; the library reads it from the list.
  const { signatures } = await dkimSign(mail, { ...signature, signTime, signatureData: [signature] });
  return `${signatures}${mail}`;
}
