// Each mail in fixtures/mail, as its client wrote it, against what the core makes of it. Run with LF and with CRLF.
// UPDATE_GOLDENS=1 rewrites the expectations: read each of them against the spec before it is committed.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { extractText, subjectText } from '../../src/core/body.js';
import { requestsOf, type InboundOptions } from '../../src/core/inbound.js';
import type { Candidate, MailBody, SmsRequest } from '../../src/core/types.js';
import { parseMail } from '../../src/mail/parse.js';

interface Golden {
  readonly about: string;
  readonly rcpt: readonly string[];
  readonly mailFrom: string;
  /** The requests, or the reason why the mail makes none. */
  readonly expect?: unknown;
}

const FIXTURES = fileURLToPath(new URL('../../fixtures/mail/', import.meta.url));
const OPTIONS: InboundOptions = {
  domains: ['gw.example'],
  subjectTags: [],
  maxReceived: 50,
  from: 'petitbleu@gw.example',
};
const UPDATE = process.env['UPDATE_GOLDENS'] === '1';

const names = namesOf('.eml');

/** `family/behaviour` of each fixture file with that ending, sorted. */
function namesOf(ending: '.eml' | '.json'): string[] {
  return readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => path.slice(0, -ending.length).replaceAll('\\', '/'))
    .sort();
}

async function whatComesOf(raw: Buffer, { rcpt, mailFrom }: Golden): Promise<unknown> {
  const parsed = await parseMail(raw);
  if (!parsed.ok) return { refused: parsed.error.reason };
  const envelope = {
    mailFrom,
    rcptTo: rcpt,
    remoteAddress: '192.0.2.1',
    authenticatedAs: null,
    channel: 'smtp' as const,
  };
  const inbound = requestsOf(envelope, parsed.value, OPTIONS);
  return inbound.ok ? inbound.value.requests.map(requestAsShown) : { refused: inbound.error.reason };
}

function requestAsShown({ claim, candidates, body }: SmsRequest): unknown {
  const needsBody = candidates.some(({ form }) => form.ok && form.value.text === null);
  return {
    from: claim.by === 'code' ? claim.addresses : claim.email,
    candidates: candidates.map(candidateAsShown),
    ...(needsBody && { body: bodyAsShown(body) }),
  };
}

function candidateAsShown({ syntax, code, form }: Candidate): unknown {
  if (!form.ok) return { syntax, code, mistake: form.error.reason };
  const { destinations, at, text, cancel } = form.value;
  const own = text === null ? null : subjectText(text);
  return {
    syntax,
    code,
    destinations,
    ...(at !== null && { at }),
    ...(cancel && { cancel }),
    ...(own && (own.ok ? { text: own.value } : { refused: own.error.reason })),
  };
}

function bodyAsShown(body: MailBody): unknown {
  const extracted = extractText(body, 'auto');
  if (!extracted.ok) return { refused: extracted.error.reason };
  const { text, origin } = extracted.value;
  return { text, ...(origin.cut && { cutBy: origin.cut.by }), ...(origin.fromHtml && { fromHtml: true }) };
}

function goldenOf(name: string): Golden {
  return JSON.parse(readFileSync(`${FIXTURES}${name}.json`, 'utf8')) as Golden;
}

function withCrlf(raw: Buffer): Buffer {
  return Buffer.from(raw.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
}

test('there are fixtures, and each has both of its files', () => {
  expect(names.length).toBeGreaterThanOrEqual(65);
  expect(namesOf('.json')).toEqual(names);
});

test('the fixtures are stored with LF', () => {
  expect(names.filter((name) => readFileSync(`${FIXTURES}${name}.eml`).includes('\r'))).toEqual([]);
});

describe.each(names.filter((name) => existsSync(`${FIXTURES}${name}.json`)))('%s', (name) => {
  const raw = readFileSync(`${FIXTURES}${name}.eml`);
  const golden = goldenOf(name);

  test.skipIf(UPDATE)('with LF', async () => {
    expect(await whatComesOf(raw, golden)).toEqual(golden.expect);
  });

  test.skipIf(UPDATE)('with CRLF', async () => {
    expect(await whatComesOf(withCrlf(raw), golden)).toEqual(golden.expect);
  });
});

afterAll(async () => {
  if (!UPDATE) return;
  for (const name of names) {
    const golden = goldenOf(name);
    const found = await whatComesOf(readFileSync(`${FIXTURES}${name}.eml`), golden);
    writeFileSync(`${FIXTURES}${name}.json`, JSON.stringify({ ...golden, expect: found }, null, 2) + '\n');
  }
});
