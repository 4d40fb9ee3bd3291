// What leaves: every value escaped for its place, and the provider's answer in all its forms.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { headerValue, parseForm, percentEncode } from '../../../src/carriers/http/escape.js';
import type { Submission } from '../../../src/core/carriage.js';
import { HttpProvider, type Got } from '../../support/http-provider.js';
import { httpRig, type HttpRig } from '../../support/http-carrier.js';
import { submission } from '../../support/submission.js';

const EVENTS = { onReceipt: () => Promise.resolve() };

async function sent(keys: string, changes: Partial<Submission> = {}): Promise<Got> {
  const provider = await HttpProvider.start();
  const { carrier } = await httpRig(`url: ${provider.url}/a/b\n${keys}`);
  await carrier.start(EVENTS);
  await carrier.submit(submission(changes));
  const [got] = provider.got;
  if (!got) throw new Error('nothing was sent');
  return got;
}

const NASTY = `"}, "to": "&x=1#?%41\\ \n+é€`;

describe('the request', () => {
  it('JSON: a text cannot end its string, a number is a number, what has no value is left out', async () => {
    const got = await sent(
      `json: '{"to":"{to:digits}","body":{"text":"{text}"},"from":"{sender}","n":"={parts}","flash":"={flash?true:false}","list":["{to:00}"]}'`,
      { text: NASTY, encoding: 'ucs2', parts: 1, to: '+33639980100' },
    );
    expect(got.headers['content-type']).toBe('application/json');
    expect(JSON.parse(Buffer.from(got.body, 'latin1').toString('utf8'))).toEqual({
      to: '33639980100',
      body: { text: NASTY },
      n: 1,
      flash: false,
      list: ['0033639980100'],
    });
  });

  it('form and query: a value cannot begin another', async () => {
    const keys = `query: ["key={password}", "from={sender}"]\nform: ["text={text}", "coding={unicode?2:0}", "mclass={flash?0}"]\npassword: a&b=c`;
    const got = await sent(keys, { text: NASTY, encoding: 'ucs2', parts: 1, sender: 'Alice & Co' });
    expect(got.method).toBe('POST');
    expect([...got.query]).toEqual([
      ['key', 'a&b=c'],
      ['from', 'Alice & Co'],
    ]);
    expect([...got.form]).toEqual([
      ['text', NASTY],
      ['coding', '2'],
    ]);
  });

  it('ISO 8859-15: the euro is one octet; Unicode messages are UTF-8; what it cannot hold is refused', async () => {
    const keys = 'method: GET\ncharset: iso-8859-15\nquery: ["text={text}"]';
    expect((await sent(keys, { text: 'é 5 €' })).url).toBe('/a/b?text=%E9%205%20%A4');
    expect((await sent(keys, { text: 'Œ€ Ж', encoding: 'ucs2', parts: 1 })).url).toBe(
      '/a/b?text=%C5%92%E2%82%AC%20%D0%96',
    );
    const provider = await HttpProvider.start();
    const { carrier } = await httpRig(`url: ${provider.url}\n${keys}`);
    await carrier.start(EVENTS);
    expect(await carrier.submit(submission({ text: 'ΔΦ' }))).toEqual({ kind: 'refused', code: 'not-encodable' });
    expect(provider.got).toEqual([]);
  });

  it('header fields and URL: a value stays in its place', async () => {
    const got = await sent(
      `username: ab/../c d\npassword: s3cret\nauth: basic\nheaders: ["X-From: {sender}"]\nquery: ["x=1"]`.replace(
        'query',
        'query',
      ),
      { sender: 'Alice' },
    );
    expect(got.headers['x-from']).toBe('Alice');
    expect(got.headers.authorization).toBe(`Basic ${Buffer.from('ab/../c d:s3cret').toString('base64')}`);
    const provider = await HttpProvider.start();
    const rig = await httpRig(`url: "${provider.url}/a/{username}/m"\nusername: "x/../y?z"\nheaders: ["X-T: {text}"]`);
    await rig.carrier.start(EVENTS);
    expect((await rig.carrier.submit(submission({ text: 'Hi' }))).kind).toBe('accepted');
    expect(provider.got[0]?.url).toBe('/a/x%2F..%2Fy%3Fz/m');
    // A line end would begin another field.
    const split = submission({ text: 'a\r\nX-Evil: 1' });
    expect(await rig.carrier.submit(split)).toEqual({ kind: 'refused', code: 'not-encodable' });
  });

  it('bearer', async () => {
    expect((await sent('password: t0ken\nauth: bearer')).headers.authorization).toBe('Bearer t0ken');
  });

  it('percent-encoding and reading it back are one, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const encoded = percentEncode(text, 'utf-8') ?? '';
        expect(encoded).toMatch(/^[A-Za-z0-9._~%-]*$/);
        expect(parseForm(`a=${encoded}`, 9).get('a')).toBe(text);
      }),
    );
  });

  it('no text makes two header fields', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(headerValue(text) ?? '').not.toMatch(/[^ -~]/);
      }),
    );
  });
});

describe('long texts', () => {
  const LONG = `${'a'.repeat(152)}€${'b'.repeat(10)}`;

  async function udhRig(): Promise<{ rig: HttpRig; provider: HttpProvider }> {
    const provider = await HttpProvider.start();
    const rig = await httpRig(`url: ${provider.url}\nsplit: udh\nquery: ["t={text}", "u={udh}", "r={reference}"]`);
    await rig.carrier.start(EVENTS);
    return { rig, provider };
  }

  it('split: udh cuts by our own rules, no escape sequence apart, a reference for each part', async () => {
    const { rig, provider } = await udhRig();
    const outcome = await rig.carrier.submit(submission({ messageId: '0abc-7', text: LONG }));
    expect(outcome).toEqual({ kind: 'accepted', carrierIds: ['0abco7u1', '0abco7u2'] });
    expect(provider.got.map(({ query }) => query.get('t'))).toEqual(['a'.repeat(152), `€${'b'.repeat(10)}`]);
    const headers = provider.got.map(({ query }) => Array.from(query.get('u') ?? '', (one) => one.charCodeAt(0)));
    const tie = headers[0]?.[3];
    expect(headers).toEqual([
      [5, 0, 3, tie, 2, 1],
      [5, 0, 3, tie, 2, 2],
    ]);
  });

  it('a part that was put off: only it is sent again', async () => {
    const { rig, provider } = await udhRig();
    provider.answer = () => ({ status: provider.got.length === 2 ? 429 : 200 });
    const message = submission({ messageId: '0abc-7', text: LONG });
    expect(await rig.carrier.submit(message)).toMatchObject({ kind: 'deferred', scope: 'carrier' });
    expect(await rig.carrier.submit(message)).toMatchObject({ kind: 'accepted' });
    expect(provider.got.map(({ query }) => query.get('r'))).toEqual(['0abco7u1', '0abco7u2', '0abco7u2']);
  });

  it('longer than the provider takes, or in an alphabet it has not: refused, nothing sent', async () => {
    const provider = await HttpProvider.start();
    const { carrier } = await httpRig(`url: ${provider.url}\nlongest: 1\nunicode: off`);
    await carrier.start(EVENTS);
    expect(await carrier.submit(submission({ text: LONG }))).toEqual({ kind: 'refused', code: 'too-long' });
    expect(await carrier.submit(submission({ text: 'Ж' }))).toEqual({ kind: 'refused', code: 'no-unicode' });
    expect(provider.got).toEqual([]);
  });
});

describe('rate', () => {
  it('is kept, on the clock', async () => {
    const provider = await HttpProvider.start();
    const { carrier, clock } = await httpRig(`url: ${provider.url}\nrate: 2`);
    await carrier.start(EVENTS);
    const all = Promise.all([1, 2, 3].map((n) => carrier.submit(submission({ messageId: `o1-${n}` }))));
    await clock.advance(499);
    expect(provider.got.length).toBeLessThanOrEqual(1);
    await clock.advance(501);
    expect((await all).map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted']);
  });
});
