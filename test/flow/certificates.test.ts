// Certificates without a restart: by a reload, and by themselves when their files change.

import { copyFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from 'vitest';

import { SmtpClient } from '../support/smtp-client.js';
import { temporaryFolder } from '../support/store.js';
import { LOCALHOST, RENEWED } from '../support/tls.js';
import { Gateway } from './gateway.js';

type Pair = typeof LOCALHOST;

interface Files {
  readonly key: string;
  readonly cert: string;
}

function put({ files }: Pair, to: Files, what: readonly (keyof Files)[] = ['key', 'cert']): void {
  for (const kind of what) copyFileSync(files[kind], to[kind]);
}

async function start(): Promise<{ gateway: Gateway; files: Files }> {
  const folder = temporaryFolder();
  const files = { key: path.join(folder, 'key.pem'), cert: path.join(folder, 'cert.pem') };
  put(LOCALHOST, files);
  const gateway = await Gateway.start('', {
    env: {
      PETITBLEU__mail__smtp__tls__key: files.key,
      PETITBLEU__mail__smtp__tls__cert: files.cert,
      PETITBLEU__mail__submission__listen: '127.0.0.1:0',
      PETITBLEU__mail__submission__listenTls: '127.0.0.1:0',
    },
  });
  return { gateway, files };
}

/** What each way in shows: SMTP and submission by STARTTLS, and TLS from the first byte on. */
async function certificates(gateway: Gateway, ca: string): Promise<(string | null)[]> {
  const port = (name: string): number =>
    gateway.daemon.waysIn.find((way) => way.name === name)?.addresses[0]?.port ?? 0;
  const seen: (string | null)[] = [];
  for (const name of ['SMTP', 'submission']) {
    const client = await SmtpClient.greeted(port(name));
    await client.ask('STARTTLS');
    await client.startTls(ca);
    seen.push(client.certificate);
    client.end();
  }
  const client = SmtpClient.openTls(port('submission (TLS)'), ca);
  await client.reply();
  seen.push(client.certificate);
  client.end();
  return seen;
}

const everywhere = ({ fingerprint }: Pair): string[] => [fingerprint, fingerprint, fingerprint];

test('submission falls back to the pair of SMTP', async () => {
  const { gateway } = await start();
  expect(await certificates(gateway, LOCALHOST.cert)).toEqual(everywhere(LOCALHOST));
});

test('a renewed pair is in use after a reload', async () => {
  const { gateway, files } = await start();
  put(RENEWED, files);
  expect(await certificates(gateway, LOCALHOST.cert)).toEqual(everywhere(LOCALHOST));
  const reloaded = await gateway.daemon.reload();
  expect(reloaded).toMatchObject({ ok: true, value: { restartNeeded: [] } });
  expect(await certificates(gateway, RENEWED.cert)).toEqual(everywhere(RENEWED));
});

test('a renewed pair is found by itself, once it is whole', async () => {
  const { gateway, files } = await start();
  put(RENEWED, files, ['key']);
  await gateway.pass(60_000);
  // The new key does not fit the old certificate: the old pair goes on.
  expect(await certificates(gateway, LOCALHOST.cert)).toEqual(everywhere(LOCALHOST));
  put(RENEWED, files, ['cert']);
  await gateway.pass(60_000);
  expect(await certificates(gateway, RENEWED.cert)).toEqual(everywhere(RENEWED));
});

test('a reload with a pair that does not fit changes nothing', async () => {
  const { gateway, files } = await start();
  put(RENEWED, files, ['cert']);
  const reloaded = await gateway.daemon.reload();
  expect(reloaded).toMatchObject({ ok: false, error: expect.stringContaining('cannot be used') as string });
  expect(await certificates(gateway, LOCALHOST.cert)).toEqual(everywhere(LOCALHOST));
});

test('a start with a pair that does not fit is a mistake of the configuration', async () => {
  const { gateway, files } = await start();
  await gateway.stop();
  put(RENEWED, files, ['cert']);
  await expect(gateway.start()).rejects.toThrow(/TLS: .*cert\.pem cannot be used: .*mail\.smtp\.listen/);
});
