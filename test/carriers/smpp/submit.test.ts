import { readFileSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { destinationOf, readAddress, sourceOf } from '../../../src/carriers/smpp/addresses.js';
import type { EncodingOptions } from '../../../src/carriers/smpp/options.js';
import { encodePdu } from '../../../src/carriers/smpp/pdu.js';
import { planSubmit, relativeTime, type SubmitDraft } from '../../../src/carriers/smpp/submit.js';
import { TAG } from '../../../src/carriers/smpp/tlvs.js';
import { segment } from '../../../src/core/segment.js';
import type { Submission } from '../../../src/core/carriage.js';
import { SMPP_SETTINGS } from '../../support/smpp-settings.js';
import { submission } from '../../support/submission.js';

const REFERENCES = { concatenation: 0x12ab, user: 0xffff };

function plan(changes: Partial<Submission>, options: Partial<EncodingOptions> = {}): readonly SubmitDraft[] {
  const planned = planSubmit(submission(changes), { ...SMPP_SETTINGS, ...options }, REFERENCES);
  if (!planned.ok) throw new Error(planned.error);
  return planned.value;
}

const hex = (octets: Uint8Array | undefined): string => Buffer.from(octets ?? []).toString('hex');

describe('submit_sm', () => {
  const cases = JSON.parse(readFileSync(new URL('../../../fixtures/cases/segments.json', import.meta.url), 'utf8')) as {
    cases: { name: string; text: string; encoding: string; smLengths: number[] }[];
  };

  it.each(cases.cases)('$name', ({ text, encoding, smLengths }) => {
    const parts = plan({ text });
    expect(parts.map(({ body }) => body.message.length)).toEqual(smLengths);
    for (const { body } of parts) {
      expect(body.dataCoding).toBe(encoding === 'gsm7' ? 0 : 8);
      expect(body.esmClass).toBe(parts.length > 1 ? 0x40 : 0);
    }
  });

  it('is written as a whole like this', () => {
    const [draft] = plan({ text: 'été @', sender: 'MAIRIE', validityMs: 2 * 86_400_000 });
    if (!draft) throw new Error('no part');
    const octets = encodePdu({ command: 'submit_sm', status: 0, sequence: 1, ...draft });
    expect(hex(octets)).toBe(
      '00000047' +
        '00000004' +
        '00000000' +
        '00000001' +
        '00' +
        '0500' +
        '4d414952494500' +
        '0101' +
        '333336333939383031303000' +
        '00' +
        '00' +
        '00' +
        '00' +
        '30303030303230303030303030303052' +
        '00' +
        '01' +
        '00' +
        '00' +
        '00' +
        '05' +
        '0574052000',
    );
  });

  it('ties parts by the setting, never by two ways at once', () => {
    const text = 'a'.repeat(161);
    const first = (options: Partial<EncodingOptions>) => plan({ text }, options)[0];
    expect(hex(first({})?.body.message.subarray(0, 7))).toBe('050003ab020161');
    const wide = plan({ text }, { parts: 'udh16' });
    expect(wide.map(({ body }) => [body.message.length, hex(body.message.subarray(0, 8))])).toEqual([
      [159, '06080412ab020161'],
      [16, '06080412ab020261'],
    ]);
    const sar = plan({ text }, { parts: 'sar' });
    expect(sar.map(({ body, tlvs }) => [body.esmClass, body.message.length, [...tlvs.keys()]])).toEqual([
      [0, 153, [TAG.sarReference, TAG.sarTotal, TAG.sarNumber]],
      [0, 8, [TAG.sarReference, TAG.sarTotal, TAG.sarNumber]],
    ]);
    expect(hex(sar[1]?.tlvs.get(TAG.sarReference))).toBe('12ab');
    const [payload, ...more] = plan({ text }, { parts: 'payload' });
    expect(more).toEqual([]);
    expect([payload?.body.message.length, payload?.tlvs.get(TAG.messagePayload)?.length]).toEqual([0, 161]);
    // What stands alone needs none of it.
    for (const parts of ['udh8', 'udh16', 'sar', 'payload'] as const) {
      const [alone] = plan({ text: 'a' }, { parts });
      expect([alone?.body.esmClass, alone?.body.message.length, alone?.tlvs.size]).toEqual([0, 1, 0]);
    }
  });

  it('does not make a part that nobody paid for, for the sake of a longer header', () => {
    const text = 'a'.repeat(306);
    expect(plan({ text }, { parts: 'udh16' }).map(({ body }) => hex(body.message.subarray(0, 3)))).toEqual([
      '050003',
      '050003',
    ]);
  });

  it('packs by the setting; seven bits that are left over are filled with CR', () => {
    expect(hex(plan({ text: 'hellohello' }, { septets: 'packed' })[0]?.body.message)).toBe('e8329bfd4697d9ec37');
    // Seven characters leave seven bits.
    const [seven] = plan({ text: 'abcdefg' }, { septets: 'packed' });
    expect(hex(seven?.body.message)).toBe(hex(plan({ text: 'abcdefg\r' }, { septets: 'packed' })[0]?.body.message));
    const parts = plan({ text: 'a'.repeat(161) }, { septets: 'packed' });
    expect(parts.map(({ body }) => body.message.length)).toEqual([140, 14]);
  });

  it('has the class of flash, and asks for receipts', () => {
    expect(plan({ flash: true })[0]?.body.dataCoding).toBe(0xf0);
    expect(plan({ flash: true, text: 'Ж' })[0]?.body.dataCoding).toBe(0x18);
    expect(plan({})[0]?.body.registeredDelivery).toBe(1);
    expect(plan({}, { receipts: false })[0]?.body.registeredDelivery).toBe(0);
  });

  it('numbers the parts with references of ours', () => {
    const drafts = plan({ text: 'a'.repeat(161) }, { userReference: true });
    expect(drafts.map(({ tlvs }) => hex(tlvs.get(TAG.userMessageReference)))).toEqual(['ffff', '0000']);
  });

  it.each([
    ['ESC', 'a\u001bb'],
    ['NUL', 'a\0b'],
    ['DEL, in UCS-2', 'Ж\u007f'],
    ['ESC, in UCS-2', 'Ж\u001b'],
    ['NEL, in UCS-2', 'Ж\u0085'],
  ])('is not made of a text with %s', (_name, text) => {
    const message = submission({ text, ...segment(text), parts: 1 });
    expect(planSubmit(message, SMPP_SETTINGS, REFERENCES)).toMatchObject({ ok: false });
  });

  it('never holds more than fits, whatever the text and the settings', () => {
    const gsm = fc.constantFrom('a', '@', '€', '[', '\n', 'é', ' ');
    const texts = fc.array(fc.oneof(gsm, fc.constantFrom('Ж', '😀', 'ç')), { minLength: 1, maxLength: 500 });
    const gsmTexts = fc.array(gsm, { minLength: 1, maxLength: 1_000 });
    const options = fc.record({
      parts: fc.constantFrom('udh8', 'udh16', 'sar', 'payload'),
      septets: fc.constantFrom('packed', 'unpacked'),
    });
    fc.assert(
      fc.property(fc.oneof(texts, gsmTexts), options, (pieces, setting) => {
        const text = pieces.join('');
        const { encoding, parts } = segment(text);
        const drafts = plan({ text }, setting);
        expect(drafts).toHaveLength(setting.parts === 'payload' ? 1 : parts.length);
        const most = encoding === 'ucs2' || setting.septets === 'packed' ? 140 : 160;
        expect(drafts.every(({ body }) => body.message.length <= most)).toBe(true);
      }),
    );
  });
});

describe('addresses', () => {
  const { addressing } = SMPP_SETTINGS;
  it.each([
    [null, { ton: 0, npi: 0, digits: '' }],
    ['MAIRIE', { ton: 5, npi: 0, digits: 'MAIRIE' }],
    ['36111', { ton: 3, npi: 0, digits: '36111' }],
    ['+33612345678', { ton: 1, npi: 1, digits: '33612345678' }],
    ['33612345678', { ton: 1, npi: 1, digits: '33612345678' }],
    ['TWELVE CHARS', null],
    ['é', null],
    ['a\0b', null],
    ['1234567890123456', null],
  ])('sender %s', (sender, address) => {
    expect(sourceOf(sender, addressing)).toEqual(address);
  });

  it.each([
    ['+33612345678', '33612345678'],
    ['0612345678', undefined],
    ['+336123456781234567', undefined],
    ['+33 6', undefined],
  ])('number %s', (to, digits) => {
    expect(destinationOf(to, addressing.destination)?.digits).toBe(digits);
  });

  it.each([
    [1, '33612345678', '+33612345678'],
    [1, '+33612345678', '+33612345678'],
    [0, '0033612345678', '+33612345678'],
    [0, '33612345678', '+33612345678'],
    [0, '0612345678', '0612345678'],
    [2, '612345678', '612345678'],
    [3, '36111', '36111'],
    [5, 'MAIRIE', 'MAIRIE'],
  ])('read with TON %d: %s', (ton, digits, expected) => {
    expect(readAddress({ ton, digits })).toBe(expected);
  });
});

it.each([
  [2 * 86_400_000, '000002000000000R'],
  [1, '000000000001000R'],
  [-5, '000000000001000R'],
  [3_661_000, '000000010101000R'],
  [400 * 86_400_000, '000030000000000R'],
])('a validity of %d ms is %s', (ms, text) => {
  expect(relativeTime(ms)).toBe(text);
});
