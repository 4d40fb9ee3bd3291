// The settings that say who may send: `ips` and `verify`.

import { describe, expect, test } from 'vitest';

import { DEFAULT_SETTINGS, formatSetting, parseSetting } from '../../src/core/settings.js';

describe('ips', () => {
  test.each([
    ['192.0.2.1', ['192.0.2.1']],
    ['192.0.2.1,10.1.2.3/8', ['192.0.2.1', '10.0.0.0/8']],
    [' 2001:DB8::/32 ,, 192.0.2.1 ', ['2001:db8::/32', '192.0.2.1']],
    ['192.0.2.1 ::ffff:192.0.2.1', ['192.0.2.1']],
    ['off', null],
  ])('%j', (text, value) => {
    expect(parseSetting('ips', text)).toEqual({ ok: true, value });
    const shown = formatSetting('ips', value);
    expect(parseSetting('ips', shown)).toEqual({ ok: true, value });
  });

  test.each(['localhost', '192.0.2.1;192.0.2.2', '192.0.2.1/33', '192.0.2', '192.0.2.1,here', ','])(
    'not %j',
    (text) => {
      expect(parseSetting('ips', text).ok).toBe(false);
    },
  );

  test('not more than a hundred', () => {
    const list = (count: number) => Array.from({ length: count }, (_, at) => `10.0.0.${at}`).join(',');
    expect(parseSetting('ips', list(100)).ok).toBe(true);
    expect(parseSetting('ips', list(101)).ok).toBe(false);
  });

  test('a mistake says what is allowed', () => {
    expect(parseSetting('ips', 'here')).toEqual({
      ok: false,
      error: 'ips=here: allowed is off | IP addresses and networks such as 192.0.2.1,10.0.0.0/8,2001:db8::/32',
    });
  });
});

test.each(['off', 'report', 'REQUIRED'])('verify=%s', (text) => {
  expect(parseSetting('verify', text)).toEqual({ ok: true, value: text.toLowerCase() });
});

test('both are off by default', () => {
  expect([DEFAULT_SETTINGS.ips, DEFAULT_SETTINGS.verify]).toEqual([null, 'off']);
});
