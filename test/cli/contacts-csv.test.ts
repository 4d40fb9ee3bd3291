// CSV files as spreadsheets and address books write them.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readContacts } from '../../src/cli/contacts-csv.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(bytes: Uint8Array | string, country = 'FR') {
  const result = readContacts(typeof bytes === 'string' ? utf8(bytes) : bytes, country);
  if (!result.ok) throw new Error(result.error.text);
  return result.value;
}

const ZOE = { name: 'Zoé', number: '+33612345678', values: ['6e B', 'Lyon'] };

describe('separators and charsets', () => {
  it.each([
    ['semicolons', 'Zoé;0612345678;6e B;Lyon\r\n'],
    ['commas', 'Zoé,0612345678,6e B,Lyon\n'],
    ['tabs', 'Zoé\t0612345678\t6e B\tLyon'],
    ['old line ends', 'Zoé;0612345678;6e B;Lyon\r'],
    ['quotes', '"Zoé";"0612345678";"6e B";"Lyon"\n'],
    ['spaces and a stray quote', ' Zoé ; 06 12 34 56 78 ; 6e B ; Lyon \nBob "the" B;0687654321\n'],
    ['commas inside quotes', '"Zoé";0612345678;6e B;Lyon\n"Curie, Marie";0687654321\n'],
    ['blank lines', '\n\n;;;\nZoé;0612345678;6e B;Lyon\n\n'],
  ])('%s', (_what, text) => {
    expect(read(text).contacts[0]).toEqual(ZOE);
  });

  it('UTF-8 with a BOM, windows-1252, UTF-16', () => {
    const text = 'Zoé;0612345678;6e B;Lyon\r\nPrix € “œ”;0687654321\r\n';
    const windows1252 = Uint8Array.from(
      text,
      (c) => ({ '€': 0x80, '“': 0x93, '”': 0x94, œ: 0x9c })[c] ?? c.charCodeAt(0),
    );
    const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le');
    for (const bytes of [utf8(text), utf8(`\uFEFF${text}`), windows1252, utf16, Buffer.from(utf16).swap16()]) {
      expect(read(bytes).contacts).toEqual([ZOE, { name: 'Prix € “œ”', number: '+33687654321', values: [] }]);
    }
  });

  it('a separator in a quoted name does not decide', () => {
    expect(read('"a,b,c,d";0612345678\n').contacts).toEqual([{ name: 'a,b,c,d', number: '+33612345678', values: [] }]);
  });
});

describe('columns', () => {
  it.each([
    ['Nom;Téléphone;v1;v2', 'Zoé;0612345678;6e B;Lyon'],
    ['TELEPHONE,NOM,V1,V2', '0612345678,Zoé,6e B,Lyon'],
    ['name,number,value1,value2', 'Zoé,0612345678,6e B,Lyon'],
    ['Nom complet;N° de tél.;Tél. fixe;Mobile;variable1;Variable 2', 'Zoé;x;0145678901;06.12.34.56.78;6e B;Lyon'],
    ['V2;V1;Portable;Contact', 'Lyon;6e B;0612345678;Zoé'],
  ])('by header: %s', (header, line) => {
    const { contacts, refused } = read(`${header}\n${line}\n`);
    expect(contacts).toEqual([ZOE]);
    expect(refused).toEqual([]);
  });

  it('first and last names are joined, unknown columns named, gaps kept', () => {
    const file = read('NOM;Prénom;Ville;Numéro;v3\nCurie;Marie;Paris;0612345678;third\n');
    expect(file.contacts).toEqual([{ name: 'Marie Curie', number: '+33612345678', values: ['', '', 'third'] }]);
    expect(file.ignored).toEqual(['Ville']);
  });

  it('without a header: name and number, or numbers alone', () => {
    expect(read('Bob;0612345678\n').contacts).toEqual([{ name: 'Bob', number: '+33612345678', values: [] }]);
    expect(read('0612345678\n+32 470 12 34 56\n').contacts.map(({ number }) => number)).toEqual([
      '+33612345678',
      '+32470123456',
    ]);
  });

  it('a name that looks like a header word is a contact all the same', () => {
    expect(read('Mobile;0612345678\n').contacts).toEqual([{ name: 'Mobile', number: '+33612345678', values: [] }]);
  });
});

describe('lines', () => {
  it('refused ones come with their number and the reason', () => {
    const { contacts, refused } = read('nom;numéro\nA;0612345678\nB;12\n\nC;\n"D\nd";0899123456\nE;0687654321\n');
    expect(contacts.map(({ name }) => name)).toEqual(['A', 'E']);
    expect(refused.map(({ line, number }) => [line, number])).toEqual([
      [3, '12'],
      [5, ''],
      [7, '0899123456'],
    ]);
    expect(refused[0]?.reason).toContain('"12" is not a number');
    expect(refused[2]?.reason).toContain('premium');
  });

  it('a number that comes again, however written, completes the first', () => {
    const file = read('Zoé;0612345678;;Lyon\n;+33 6 12 34 56 78;6e B;Paris\nX;0033612345678\n');
    expect(file.contacts).toEqual([ZOE]);
    expect(file.merged).toBe(2);
  });

  it('national numbers are read in the country of the account', () => {
    expect(read('Jan;0470123456', 'BE').contacts[0]?.number).toBe('+32470123456');
  });

  it('too long names and values are refused, control characters are not taken', () => {
    const file = read(`${'n'.repeat(201)};0612345678\nN;0612345679;${'v'.repeat(501)}\n"a\u0007\n b";0687654321\n`);
    expect(file.refused).toHaveLength(2);
    expect(file.contacts).toEqual([{ name: 'a b', number: '+33687654321', values: [] }]);
  });

  it.each([
    ['nothing', ''],
    ['blank lines', '\n \n'],
    ['an open quote', 'a;b\n"c;0612345678\n'],
  ])('%s is told', (_what, text) => {
    const result = readContacts(utf8(text), 'FR');
    expect(result).toMatchObject({ ok: false, error: { kind: 'data' } });
  });

  it('any bytes give contacts or a told mistake', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const result = readContacts(bytes, 'FR');
        return result.ok
          ? result.value.contacts.every(({ number }) => /^\+\d+$/.test(number))
          : result.error.text !== '';
      }),
    );
  });
});
