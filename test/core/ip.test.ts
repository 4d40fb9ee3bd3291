import { isIP } from 'node:net';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { customerOf, formatIpNetwork, isListed, isWithin, parseIp, parseIpNetwork } from '../../src/core/ip.js';

const octets = fc.array(fc.nat(255), { minLength: 4, maxLength: 4 });
const groups = fc.array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 });
const ipv4 = octets.map((parts) => parts.join('.'));
const ipv6 = groups.map((parts) => parts.map((part) => part.toString(16)).join(':'));

/** The network as it is shown after reading; null where it is none. */
function shown(text: string): string | null {
  const network = parseIpNetwork(text);
  return network && formatIpNetwork(network);
}

describe('parseIpNetwork and formatIpNetwork', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1/32', '192.0.2.1'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['255.255.255.255/31', '255.255.255.254/31'],
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8::/32', '2001:db8::/32'],
    ['2001:db8:1:2:3:4:5:6/64', '2001:db8:1:2::/64'],
    ['::', '::'],
    ['::/0', '::/0'],
    ['::1', '::1'],
    ['1:0:3:4:5:6:7:8', '1:0:3:4:5:6:7:8'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
  ])('%s is %s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  test.each([
    '',
    '192.0.2',
    '192.0.2.256',
    '192.0.2.01',
    '192.0.2.1.5',
    '192.0.2.1/33',
    '192.0.2.1/',
    '192.0.2.1/-1',
    '192.0.2.1/8/8',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    ':1',
    '1:',
    '::ffff:10.0.0.0/95',
    '192.0.2.1::',
    '::/129',
    'fe80::1%eth0',
    'localhost',
    ' 192.0.2.1',
  ])('%j is none', (text) => {
    expect(shown(text)).toBeNull();
  });

  test('what it shows, it reads as the same', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6), fc.nat(128), (address, length) => {
        const text = `${address}/${address.includes(':') ? length : length % 33}`;
        const network = parseIpNetwork(text);
        // Networks of IPv6 that begin as mapped IPv4 does have no shorter prefix than that.
        if (!network) return;
        expect(parseIpNetwork(formatIpNetwork(network))).toEqual(network);
        expect(isIP(formatIpNetwork({ ...network, prefix: network.bits }))).toBe(network.bits === 32 ? 4 : 6);
      }),
    );
  });
});

describe('parseIp', () => {
  test('takes what node:net takes, and nothing else', () => {
    const nearly = fc.string({
      unit: fc.constantFrom(...Array.from('0123456789abcdefABF.:%')),
      maxLength: 24,
    });
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6, nearly), (text) => {
        fc.pre(!text.includes('%'));
        expect(parseIp(text) !== null).toBe(isIP(text) !== 0);
      }),
      { numRuns: 2000 },
    );
  });

  test('leaves the zone of a link-local address out', () => {
    expect(parseIp('fe80::1%eth0')).toEqual(parseIp('fe80::1'));
  });
});

describe('isWithin and isListed', () => {
  test('an address is in its own networks, and not in those that differ in a leading bit', () => {
    fc.assert(
      fc.property(octets, fc.integer({ min: 1, max: 32 }), (parts, prefix) => {
        const ip = parseIp(parts.join('.'));
        const network = parseIpNetwork(`${parts.join('.')}/${prefix}`);
        if (!ip || !network) throw new Error('unreadable');
        expect(isWithin(ip, network)).toBe(true);
        const flipped = { ...ip, value: ip.value ^ (1n << BigInt(32 - prefix)) };
        expect(isWithin(flipped, network)).toBe(false);
      }),
    );
  });

  test.each([
    ['192.0.2.7', ['192.0.2.0/29'], true],
    ['192.0.2.8', ['192.0.2.0/29'], false],
    ['::ffff:192.0.2.7', ['192.0.2.0/29'], true],
    ['192.0.2.7', ['::/0'], false],
    ['2001:db8::1', ['0.0.0.0/0', '2001:db8::/32'], true],
    ['', ['0.0.0.0/0'], false],
    ['192.0.2.7', ['garbage'], false],
    ['192.0.2.7', [], false],
  ])('%s in %j: %s', (address, networks, expected) => {
    expect(isListed(address, networks)).toBe(expected);
  });
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::1', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80::/64'],
  ['', ''],
])('customerOf(%j) is %j', (address, customer) => {
  expect(customerOf(address)).toBe(customer);
});
