// The grammar of what the configuration names outside this machine: endpoints, domains, mail addresses.
// Takes texts and gives their one normal form, or undefined; never asks the DNS.

import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';

import { formatIpNetwork, parseIpNetwork } from '../core/ip.js';

/** Where to listen; `host` is an IP address (IPv6 without brackets) or a name, port 0 is any free one. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export function parseEndpoint(written: string): Endpoint | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+)):(\d{1,5})$/i.exec(written);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) return undefined;
  const [, ipv6, host = ''] = match;
  if (ipv6 !== undefined) return isIP(ipv6) === 6 ? { host: ipv6, port } : undefined;
  // Digits and dots only is meant to be an address: 127.0.0.256 is no name.
  return /^[\d.]+$/.test(host) && isIP(host) !== 4 ? undefined : { host, port };
}

export function formatEndpoint({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A unix socket; a relative path starts from the data folder. */
export interface SocketPath {
  readonly path: string;
}

/** `unix:PATH`, or an endpoint. */
export function parsePlace(written: string): Endpoint | SocketPath | undefined {
  const path = /^unix:([^\0]{1,100})$/.exec(written)?.[1];
  return path === undefined ? parseEndpoint(written) : { path };
}

export function formatPlace(place: Endpoint | SocketPath): string {
  return 'path' in place ? `unix:${place.path}` : formatEndpoint(place);
}

/** RFC 1035 §2.3.1, in lower case; names beyond ASCII become their xn-- form. */
export function parseDomain(written: string): string | undefined {
  const ascii = domainToASCII(written);
  const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
  const named = ascii.length <= 253 && isIP(ascii) === 0;
  return named && new RegExp(`^${label}(?:\\.${label})*$`).test(ascii) ? ascii : undefined;
}

export function parseAddress(written: string): string | undefined {
  const match = /^([\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*)@([^@]+)$/.exec(written);
  const domain = parseDomain(match?.[2] ?? '');
  return match?.[1] !== undefined && match[1].length <= 64 && domain !== undefined
    ? `${match[1]}@${domain}`
    : undefined;
}

/** An address or a network, host bits dropped. */
export function parseNetwork(written: string): string | undefined {
  const network = parseIpNetwork(written);
  return network === null ? undefined : formatIpNetwork(network);
}

/** Without a slash at its end; no query, no user name. */
export function parseBaseUrl(written: string): string | undefined {
  if (!/^https?:\/\/[^\s?#@]+$/.test(written) || !URL.canParse(written)) return undefined;
  return written.replace(/\/+$/, '');
}
