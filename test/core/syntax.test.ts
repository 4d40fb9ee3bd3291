// fixtures/cases/syntax.json: address and subject of a mail → what is asked for, as far as no account is needed.
import { readFileSync } from 'node:fs';

import { DateTime } from 'luxon';
import { expect, test } from 'vitest';

import { parseRecipient } from '../../src/core/address.js';
import { subjectText } from '../../src/core/body.js';
import { splitDestinations } from '../../src/core/destinations.js';
import type { Rejection } from '../../src/core/rejection.js';
import { ok } from '../../src/core/result.js';
import { parseDeferred } from '../../src/core/schedule.js';
import { cleanSubject, readCandidate, readSubject } from '../../src/core/subject.js';
import type { Candidate } from '../../src/core/types.js';
import { decodeHeaderText } from '../../src/mail/encoded-words.js';

interface SyntaxCase {
  readonly name: string;
  readonly rcpt: string;
  readonly subject: string;
  readonly expect: object;
}

const { cases } = JSON.parse(readFileSync('fixtures/cases/syntax.json', 'utf8')) as { cases: SyntaxCase[] };
const ZONE = 'Europe/Paris';
const NOW_MS = Date.parse('2026-11-23T10:00:00+01:00');

const refusedAt = (when: 'rcpt' | 'data', { reason }: Rejection): object => ({ refused: reason, when });

function destinationsOf(field: string): string[] {
  return splitDestinations(field, ['Equipe Nord']).map((one) =>
    one.kind === 'group' ? `group:${one.name}` : one.text,
  );
}

function readOne({ syntax, code, form }: Candidate): object {
  if (!form.ok) return refusedAt('data', form.error);
  const { destinations, at } = form.value;
  const text = form.value.text === null ? ok('body') : subjectText(form.value.text);
  if (!text.ok) return refusedAt('data', text.error);
  const instant = at === null ? null : parseDeferred(at, ZONE, NOW_MS);
  if (instant?.ok === false) return refusedAt('data', instant.error);
  const leaves = instant && DateTime.fromMillis(instant.value, { zone: ZONE });
  return {
    syntax,
    code,
    destinations: destinationsOf(destinations),
    at: leaves?.toISO({ suppressMilliseconds: true }) ?? null,
    text: text.value,
  };
}

/** What the address alone says. */
function reading({ syntax, code, form }: Candidate): object {
  return { syntax, code, destinations: form.ok ? destinationsOf(form.value.destinations) : [] };
}

test('there are syntax cases', () => {
  expect(cases.length).toBeGreaterThan(35);
});

test.each(cases)('$name', ({ rcpt, subject, expect: expected }) => {
  const forms = parseRecipient(rcpt, ['gw.example']);
  if (!forms.ok) {
    expect(refusedAt('rcpt', forms.error)).toEqual(expected);
    return;
  }
  const cleaned = cleanSubject(decodeHeaderText(Buffer.from(subject)), []);
  const candidates = forms.value.map((form) => readCandidate(form, readSubject(cleaned)));
  if (candidates.length === 1) expect(candidates.map(readOne)).toEqual([expected]);
  else expect({ candidates: candidates.map(reading) }).toEqual(expected);
});
