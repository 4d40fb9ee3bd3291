import { describe, expect, test } from 'vitest';
import { encodeText, MAX_PARTS } from '../../src/core/encode.js';
import { rejectionText, type Rejection } from '../../src/core/rejection.js';
import type { Settings } from '../../src/core/settings.js';
import type { EncodedText } from '../../src/core/types.js';

type TextSettings = Pick<Settings, 'unicode' | 'euro' | 'long'>;

const DEFAULTS: TextSettings = { unicode: 'when-needed', euro: true, long: 'off' };

function encoded(text: string, settings: Partial<TextSettings> = {}): EncodedText {
  const result = encodeText(text, { ...DEFAULTS, ...settings });
  if (!result.ok) throw new Error(`refused: ${rejectionText(result.error, 'en')}`);
  return result.value;
}

function refused(text: string, settings: Partial<TextSettings> = {}): Rejection {
  const result = encodeText(text, { ...DEFAULTS, ...settings });
  if (result.ok) throw new Error('not refused');
  return result.error;
}

describe('one part', () => {
  test('a text of the alphabet goes as it is', () => {
    expect(encoded('Réunion à 14h')).toEqual({
      text: 'Réunion à 14h',
      encoding: 'gsm7',
      parts: 1,
      replaced: [],
      savedParts: 0,
      truncated: false,
    });
  });

  test('replacements and what they saved', () => {
    const text = 'ç'.repeat(100);
    expect(encoded(text)).toMatchObject({
      text: 'c'.repeat(100),
      encoding: 'gsm7',
      parts: 1,
      replaced: [{ from: 'ç', to: 'c', count: 100 }],
      savedParts: 1,
    });
    expect(encoded('ç')).toMatchObject({ text: 'c', savedParts: 0 });
  });

  test('an emoji sends all of it unchanged', () => {
    expect(encoded('C’est prêt 🎉')).toMatchObject({ text: 'C’est prêt 🎉', encoding: 'ucs2', replaced: [] });
  });

  test('a replacement that costs parts saves less than nothing: 0', () => {
    expect(encoded('…'.repeat(70), { unicode: 'never', long: 'on' })).toMatchObject({ parts: 2, savedParts: 0 });
  });
});

describe('what is made sound first, without a word', () => {
  test('a lone surrogate is U+FFFD', () => {
    expect(encoded('a\ud83c').text).toBe('a\ufffd');
    expect(encoded('\udf89a', { unicode: 'never' }).text).toBe('?a');
  });

  test('control characters go, a tab is a space where that is asked', () => {
    expect(encoded('a\0\x1b[1mb\tc')).toMatchObject({ text: 'a[1mb c', replaced: [{ from: '\t', to: ' ', count: 1 }] });
    expect(encoded('b\tc', { unicode: 'prefer' })).toMatchObject({ text: 'b\tc', encoding: 'ucs2' });
  });

  test('NFC', () => {
    expect(encoded('e\u0301te\u0301', { unicode: 'prefer' })).toMatchObject({
      text: 'été',
      encoding: 'gsm7',
      replaced: [],
    });
  });
});

describe('€ for E', () => {
  const almost = 'a'.repeat(159);

  test('where that saves a part', () => {
    expect(encoded(`${almost}€`)).toMatchObject({
      text: `${almost}E`,
      parts: 1,
      replaced: [{ from: '€', to: 'E', count: 1 }],
      savedParts: 1,
    });
  });

  test('all of them, counted', () => {
    expect(encoded('€€€'.padEnd(160, 'a')).replaced).toEqual([{ from: '€', to: 'E', count: 3 }]);
  });

  test('nowhere else', () => {
    expect(encoded('10 €')).toMatchObject({ text: '10 €', replaced: [] });
    expect(encoded(`${almost}€${almost}`, { long: 'on' })).toMatchObject({ parts: 3, text: `${almost}€${almost}` });
    expect(encoded(`€ ${'я'.repeat(100)}`, { long: 'on' })).toMatchObject({ encoding: 'ucs2', replaced: [] });
  });

  test('between the parts of a long text too', () => {
    const text = `${'a'.repeat(305)}€${'a'.repeat(152)}`;
    expect(encoded(text, { long: 'on', euro: false }).parts).toBe(4);
    expect(encoded(text, { long: 'on' })).toMatchObject({ parts: 3, savedParts: 1 });
  });

  test('not where the account says no', () => {
    expect(refused(`${almost}€`, { euro: false }).params).toMatchObject({ length: 161, parts: 2 });
  });

  test('with `prefer` also: it is a setting of its own', () => {
    expect(encoded(`${almost}€`, { unicode: 'prefer' }).text).toBe(`${almost}E`);
  });

  test('listed where it stands in the text', () => {
    expect(encoded(`ç€ê${'a'.repeat(157)}`).replaced.map(({ from }) => from)).toEqual(['ç', '€', 'ê']);
  });
});

describe('long=off', () => {
  test('says how long it is and where an SMS ends', () => {
    const text = `${'x'.repeat(140)}the end of the first and more`;
    const rejected = refused(text);
    expect(rejected).toEqual({
      reason: 'text-too-long',
      params: { length: 169, parts: 2, maxParts: 1, maxLength: 160, firstPartEnd: 'the end of the first' },
    });
    expect(rejectionText(rejected, 'en')).not.toMatch(/[{}]/);
    expect(rejectionText(rejected, 'fr')).not.toMatch(/[{}]/);
  });

  test('in characters of the alphabet that the text needs', () => {
    expect(refused(`${'я'.repeat(60)}12345678🎉🎉`).params).toEqual({
      length: 72,
      parts: 2,
      maxParts: 1,
      maxLength: 70,
      firstPartEnd: 'яяяяяяяяяяя12345678🎉',
    });
    expect(refused('[€]'.repeat(30), { euro: false }).params).toMatchObject({ length: 180, maxLength: 160 });
  });

  test('the end of the first part stands on one line', () => {
    expect(refused(`${'x'.repeat(150)}\r\n250 ok\r\n${'x'.repeat(50)}`).params['firstPartEnd']).toBe(
      'xxxxxxxxxxxx 250 ok',
    );
  });
});

describe('long=on', () => {
  test('up to eight parts', () => {
    expect(encoded('a'.repeat(1224), { long: 'on' }).parts).toBe(MAX_PARTS);
    expect(refused('a'.repeat(1225), { long: 'on' }).params).toMatchObject({
      length: 1225,
      parts: 9,
      maxParts: 8,
      maxLength: 1224,
      firstPartEnd: 'a'.repeat(20),
    });
    expect(encoded('я'.repeat(536), { long: 'on' }).parts).toBe(MAX_PARTS);
    expect(refused('я'.repeat(537), { long: 'on' }).params).toMatchObject({ parts: 9, maxLength: 536 });
  });

  test('the first part ends where the carrier cuts it', () => {
    const text = `${'x'.repeat(133)}the end of the first${'y'.repeat(1200)}`;
    expect(refused(text, { long: 'on' }).params['firstPartEnd']).toBe('the end of the first');
  });
});

describe('long=truncate', () => {
  const truncate = { long: 'truncate' } as const;

  test('cuts to one part, and only what is longer', () => {
    expect(encoded('a'.repeat(160), truncate)).toMatchObject({ text: 'a'.repeat(160), truncated: false });
    expect(encoded('a'.repeat(161), truncate)).toMatchObject({ text: 'a'.repeat(160), parts: 1, truncated: true });
    expect(encoded('я'.repeat(71), truncate)).toMatchObject({ text: 'я'.repeat(70), parts: 1, truncated: true });
  });

  test('never within an escape pair or a grapheme', () => {
    const family = '👨‍👩‍👧‍👦';
    expect(encoded(`${'a'.repeat(159)}[b`, truncate).text).toBe('a'.repeat(159));
    expect(encoded(`${'я'.repeat(65)}${family}`, truncate).text).toBe('я'.repeat(65));
    expect(encoded(family.repeat(10), truncate).text).toBe(family.repeat(6));
  });

  test('within the first grapheme where that alone is larger than a part', () => {
    const monster = `я${'\u0301'.repeat(100)}`;
    expect(encoded(monster, truncate)).toMatchObject({ text: `я${'\u0301'.repeat(69)}`, parts: 1, truncated: true });
  });

  test('what comes after the cut does not choose the alphabet', () => {
    const text = `C’est prêt ${'a'.repeat(160)}🎉`;
    expect(encoded(text, truncate)).toMatchObject({
      text: `C'est pret ${'a'.repeat(149)}`,
      encoding: 'gsm7',
      savedParts: 2,
      truncated: true,
    });
  });

  test('saves parts of what is kept, not of what is cut', () => {
    expect(encoded('ç'.repeat(1000), truncate)).toMatchObject({ text: 'c'.repeat(160), savedParts: 2 });
    expect(encoded('a'.repeat(1000), truncate)).toMatchObject({ savedParts: 0 });
  });

  test('of the two alphabets the one that keeps more', () => {
    expect(encoded(`ça ${'a'.repeat(50)}🎉${'b'.repeat(100)}`, truncate).text).toBe(
      `ça ${'a'.repeat(50)}🎉${'b'.repeat(15)}`,
    );
    expect(encoded(`ça ${'a'.repeat(80)}🎉${'b'.repeat(100)}`, truncate).text).toBe(`ca ${'a'.repeat(80)}`);
  });

  test('`never` keeps 160 characters of any script', () => {
    expect(encoded('я'.repeat(200), { ...truncate, unicode: 'never' }).text).toBe('?'.repeat(160));
  });
});

describe('a whole book', () => {
  const book = 'Ceci n’est pas un SMS. '.repeat(50_000);

  test('is refused without spelling it out', () => {
    expect(refused(book, { long: 'on' })).toMatchObject({
      reason: 'text-too-long',
      params: { length: book.length, maxParts: 8, maxLength: 536 },
    });
  });

  test('is cut', () => {
    expect(encoded(book, { long: 'truncate' }).text).toBe(book.replaceAll('’', "'").slice(0, 160));
  });
});
