// The certificates of the ways in: readable, of one pair, still valid, for a name of this gateway.

import { X509Certificate } from 'node:crypto';

import { readPair, type TlsFiles } from '../../tls-files.js';
import { bad, doubtful, good, type Finding, type Look } from './finding.js';

const DAY_MS = 86_400_000;
const SOON_DAYS = 14;

export const lookAtTls: Look = ({ config: { mail } }) => {
  const pairs = [
    { key: 'mail.smtp.tls', files: mail.smtp.tls },
    { key: 'mail.submission.tls', files: mail.submission.tls },
  ].flatMap(({ key, files }) =>
    files.key === null || files.cert === null ? [] : [{ key, files: { key: files.key, cert: files.cert } }],
  );
  if (pairs.length > 0) return Promise.resolve(pairs.map(({ key, files }) => lookAtPair(key, files, mail.domains)));
  const local = mail.smtp.listen.every(({ host }) => ['127.0.0.1', '::1', 'localhost'].includes(host));
  if (local) return Promise.resolve([good('TLS', 'none, and SMTP is for this machine only')]);
  return Promise.resolve([
    doubtful(
      'TLS',
      'none: mails and codes come over the network in the clear',
      'set mail.smtp.tls.key and mail.smtp.tls.cert',
    ),
  ]);
};

function lookAtPair(key: string, files: TlsFiles, domains: readonly string[]): Finding {
  const what = `TLS ${key}`;
  const pair = readPair(files);
  if (!pair.ok) return bad(what, pair.error, `correct ${key}.key and ${key}.cert; both must be PEM and of one pair`);
  const certificate = new X509Certificate(pair.value.cert);
  const days = Math.floor((Date.parse(certificate.validTo) - Date.now()) / DAY_MS);
  if (days < 0)
    return bad(what, `it has expired ${-days} days ago`, `renew ${files.cert}; the daemon finds it by itself`);
  if (Date.parse(certificate.validFrom) > Date.now())
    return bad(what, `it is valid from ${certificate.validFrom} only`, 'look at the clock of this machine');
  if (days < SOON_DAYS)
    return doubtful(what, `it expires in ${days} days`, `renew ${files.cert}; the daemon finds it by itself`);
  if (!domains.some((domain) => certificate.checkHost(domain) !== undefined)) {
    const names = certificate.subjectAltName?.replaceAll('DNS:', '') ?? certificate.subject;
    return doubtful(
      what,
      `valid for ${days} days, for ${names}`,
      `mail clients must be told one of these names: none is ${domains[0] ?? ''}`,
    );
  }
  return good(what, `valid for ${days} days`);
}
