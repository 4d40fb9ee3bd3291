import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { parsePhone } from '../../src/core/phone.js';
import { recipientZone } from '../../src/core/time-zones.js';
import { parseZones, priceOf, type ZoneTable } from '../../src/core/zones.js';

function tableOf(data: unknown): ZoneTable {
  const parsed = parseZones(data);
  if (!parsed.ok) throw new Error(parsed.error.join('\n'));
  return parsed.value;
}

function mistakesOf(yaml: string): readonly string[] {
  const parsed = parseZones(parse(yaml));
  return parsed.ok ? [] : parsed.error;
}

describe('the table that comes with the program', () => {
  const table = tableOf(parse(readFileSync('data/zones.yaml', 'utf8')));

  test.each([
    ['+33684843556', 1000],
    ['+33144556677', 1000],
    ['+33899123456', null],
    ['+590690123456', 4000],
    ['+594694123456', 4000],
    ['+596696123456', 4000],
    ['+262639201234', 4000],
    ['+508551234', 4000],
    ['+687751234', 4000],
    ['+68987123456', 4000],
    ['+681821234', 4000],
    ['+447400123456', 1100],
    ['+999123456789', null],
    ['', null],
    ['33684843556', null],
    ['+33 6', null],
  ])('%s costs %s', (e164, priceMilli) => {
    expect(priceOf(table, e164)).toBe(priceMilli);
  });

  test('+1 has a price in the United States and Canada and nowhere else', () => {
    const wrong: string[] = [];
    for (let areaCode = 200; areaCode <= 999; areaCode += 1) {
      for (const rest of ['2345678', '5551234', '7123456', '4601234', '2151234', '2661234', '5121234']) {
        const phone = parsePhone(`+1${areaCode}${rest}`, 'FR');
        if (!phone.ok) continue;
        const open = areaCode === 600 || priceOf(table, phone.value.e164) !== null;
        if (open !== ['US', 'CA'].includes(phone.value.zone)) wrong.push(`${phone.value.e164} ${phone.value.zone}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('every country with a price has a clock for landlines, but those with several', () => {
    const withoutClock = [...table.prices]
      .filter(([prefix, price]) => price !== null && recipientZone(`+${prefix}`, 'none') === 'none')
      .map(([prefix]) => prefix);
    expect(withoutClock).toEqual(['1']);
  });
});

describe('prefixes', () => {
  const table = tableOf({ prices: { '+44': 1.1, '+447': 2, '+4470': 'none', 49: 1.005 } });

  test.each([
    ['+441', 1100],
    ['+447400', 2000],
    ['+447000', null],
    ['+4', null],
    ['+49171', 1005],
  ])('%s: the longest one wins', (e164, priceMilli) => {
    expect(priceOf(table, e164)).toBe(priceMilli);
  });
});

describe('mistakes', () => {
  test.each([
    ['', 'zones: a mapping with the key `prices` is expected'],
    ['[1]', 'zones: a mapping with the key `prices` is expected'],
    ['prices:', "prices: a mapping of prefixes to prices is expected, as in '+33': 1"],
    ['prices: {}', "prices: a mapping of prefixes to prices is expected, as in '+33': 1"],
    ["prices: {'+33': 1, FR: 1}", "prices.FR: not a prefix; allowed is + and 1 to 15 digits, as in '+33'"],
    ["prices: {'+33': 1, '33': 1}", 'prices.+33: stands there twice, with and without +'],
    ["prices: {'+33': 1.0001}", 'prices.+33: 1.0001 is no price; allowed is a number of credits'],
    ["prices: {'+33': 0}", 'prices.+33: 0 is no price'],
    ["prices: {'+33': -1}", 'prices.+33: -1 is no price'],
    ["prices: {'+33': .nan}", 'prices.+33: null is no price'],
    ["prices: {'+33': '1'}", 'prices.+33: "1" is no price'],
    ["prices: {'+33': }", 'prices.+33: nothing is no price'],
    ["prices: {'+33': 1001}", 'prices.+33: 1001 is no price'],
  ])('%s', (yaml, mistake) => {
    const mistakes = mistakesOf(yaml);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toContain(mistake);
  });

  test('are all told at once', () => {
    expect(mistakesOf("price: 1\nprices: {'+33': free, '+0': 1, '+x': no}")).toHaveLength(5);
  });
});
