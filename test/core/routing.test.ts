import { describe, expect, test } from 'vitest';

import { carriersFor, formatRoute, nextCarrier, parseRoute, type RoutingTable } from '../../src/core/routing.js';

function table(...rules: string[]): RoutingTable {
  const routes = rules.map((rule) => {
    const route = parseRoute(rule);
    if (!route.ok) throw new Error(route.error);
    return route.value;
  });
  return { routes, carriers: ['main', 'backup'] };
}

describe('routes', () => {
  const routes = table(
    'default via main',
    'overseas via island then main',
    '+33 via paris',
    '+336 via mobile then paris',
    'GB via london',
  );

  test.each([
    ['+33612345678', 'FR', ['mobile', 'paris']],
    ['+33712345678', 'FR', ['paris']],
    ['+590690123456', 'overseas', ['island', 'main']],
    ['+447400123456', 'GB', ['london']],
    ['+32470111222', 'BE', ['main']],
  ])('%s goes by its longest prefix, its zone, or the default', (number, zone, carriers) => {
    expect(carriersFor(routes, number, zone)).toEqual(carriers);
  });

  test('without a rule every carrier may take it, in the order of the file', () => {
    expect(carriersFor(table(), '+33612345678', 'FR')).toEqual(['main', 'backup']);
  });

  test('the next carrier, none after the last, the first for one that is not in the list', () => {
    expect(nextCarrier(['main', 'backup'], 'main')).toBe('backup');
    expect(nextCarrier(['main', 'backup'], 'backup')).toBeNull();
    expect(nextCarrier(['main', 'backup'], 'gone')).toBe('main');
  });

  test.each(['+33 main', '+33 via', '33 via main', '+33 via Main', '+33 via main, backup', 'nowhere via main', ''])(
    '%j is no rule',
    (rule) => expect(parseRoute(rule).ok).toBe(false),
  );

  test('a rule is written as it is read', () => {
    for (const rule of ['+336 via main then backup', 'overseas via main', 'default via main', 'FR via main']) {
      const route = parseRoute(rule);
      expect(route.ok && formatRoute(route.value)).toBe(rule);
    }
  });
});
