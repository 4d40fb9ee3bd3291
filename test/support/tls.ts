// The pairs of fixtures/tls, and what a client sees of them.

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface TestPair {
  readonly key: string;
  readonly cert: string;
  readonly fingerprint: string;
  readonly files: { readonly key: string; readonly cert: string };
}

export const LOCALHOST = pair('localhost');
/** For the same name, with another key. */
export const RENEWED = pair('renewed');

function pair(name: string): TestPair {
  const file = (kind: string): string =>
    fileURLToPath(new URL(`../../fixtures/tls/${name}.${kind}.pem`, import.meta.url));
  const files = { key: file('key'), cert: file('cert') };
  const cert = readFileSync(files.cert, 'utf8');
  return { key: readFileSync(files.key, 'utf8'), cert, fingerprint: new X509Certificate(cert).fingerprint256, files };
}
