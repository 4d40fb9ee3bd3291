// IP addresses and networks as texts → numbers to compare. Takes what a person types or a socket says, gives one normal
// form: IPv4 inside IPv6 (::ffff:192.0.2.1) is the IPv4 address that it is, host bits of a network are dropped.
// Asks nobody: names are not addresses. Source: RFC 4291 §2.2 and §2.5.5.2, RFC 4632 §3.1.

export interface Ip {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

export interface IpNetwork extends Ip {
  /** Leading bits that count: 32 or 128 is one address. */
  readonly prefix: number;
}

const MAPPED = 0xffffn;

/** Null for everything that is no address; a zone (`fe80::1%eth0`) is left out. */
export function parseIp(text: string): Ip | null {
  const value4 = parseIpv4(text);
  if (value4 !== null) return { bits: 32, value: value4 };
  const value6 = parseIpv6(text.replace(/%[\w.-]{1,30}$/, ''));
  if (value6 === null) return null;
  return value6 >> 32n === MAPPED ? { bits: 32, value: value6 & 0xffffffffn } : { bits: 128, value: value6 };
}

/** An address or `ADDRESS/PREFIX`. */
export function parseIpNetwork(text: string): IpNetwork | null {
  const [address = '', length, more] = text.split('/');
  const ip = address.includes('%') ? null : parseIp(address);
  if (!ip || more !== undefined || (length !== undefined && !/^\d{1,3}$/.test(length))) return null;
  const mapped = ip.bits === 32 && address.includes(':') ? 96 : 0;
  const prefix = length === undefined ? ip.bits : Number(length) - mapped;
  if (prefix < 0 || prefix > ip.bits) return null;
  const hostBits = BigInt(ip.bits - prefix);
  return { bits: ip.bits, value: (ip.value >> hostBits) << hostBits, prefix };
}

export function isWithin(ip: Ip, network: IpNetwork): boolean {
  const hostBits = BigInt(network.bits - network.prefix);
  return ip.bits === network.bits && ip.value >> hostBits === network.value >> hostBits;
}

/** False for what is no address. Items that are no network match nothing. */
export function isListed(address: string, networks: readonly string[]): boolean {
  const ip = parseIp(address);
  return ip !== null && networks.some((one) => contains(one, ip));
}

function contains(text: string, ip: Ip): boolean {
  const network = parseIpNetwork(text);
  return network !== null && isWithin(ip, network);
}

/** The network as it is stored and shown; without a prefix where it is one address. */
export function formatIpNetwork({ bits, value, prefix }: IpNetwork): string {
  const address = bits === 32 ? formatIpv4(value) : formatIpv6(value);
  return prefix === bits ? address : `${address}/${prefix}`;
}

/** What one customer has whole: an IPv4 address, or the /64 of an IPv6 address. The text itself where it is neither. */
export function customerOf(address: string): string {
  const ip = parseIp(address);
  if (!ip) return address;
  if (ip.bits === 32) return formatIpv4(ip.value);
  return formatIpNetwork({ bits: 128, value: (ip.value >> 64n) << 64n, prefix: 64 });
}

function parseIpv4(text: string): bigint | null {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return null;
  const octets = text.split('.');
  // A leading zero is octal to some readers and decimal to others.
  if (octets.some((octet) => Number(octet) > 255 || /^0\d/.test(octet))) return null;
  return octets.reduce((value, octet) => (value << 8n) | BigInt(octet), 0n);
}

function parseIpv6(text: string): bigint | null {
  if (text.length > 45 || !text.includes(':')) return null;
  const [head = '', tail, more] = text.split('::');
  if (more !== undefined) return null;
  const front = groupsOf(head, tail === undefined);
  const back = groupsOf(tail ?? '', true);
  if (!front || !back) return null;
  const missing = 8 - front.length - back.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...front, ...Array.from({ length: missing }, () => 0n), ...back];
  return groups.reduce((value, group) => (value << 16n) | group, 0n);
}

/** Groups of 16 bits; the last one may be an IPv4 address, where the text ends the whole address. */
function groupsOf(text: string, atEnd: boolean): bigint[] | null {
  if (text === '') return [];
  const groups: bigint[] = [];
  const words = text.split(':');
  for (const [at, word] of words.entries()) {
    const ipv4 = atEnd && at === words.length - 1 ? parseIpv4(word) : null;
    if (ipv4 !== null) groups.push(ipv4 >> 16n, ipv4 & 0xffffn);
    else if (/^[0-9a-f]{1,4}$/i.test(word)) groups.push(BigInt(`0x${word}`));
    else return null;
  }
  return groups;
}

function formatIpv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.');
}

/** RFC 5952: lower case, the first of the longest runs of two or more zero groups as `::`. */
function formatIpv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, at) => ((value >> BigInt(112 - 16 * at)) & 0xffffn).toString(16));
  const runs = groups.map((_, start) => {
    const end = groups.findIndex((group, at) => at >= start && group !== '0');
    return { start, length: (end === -1 ? 8 : end) - start };
  });
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best));
  if (longest.length < 2) return groups.join(':');
  const after = groups.slice(longest.start + longest.length);
  return `${groups.slice(0, longest.start).join(':')}::${after.join(':')}`;
}
