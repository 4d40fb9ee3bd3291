// Can a carrier be reached, and does it know us? Takes its settings, gives a sentence; never submits a message. An SMSC is
// bound to as a transmitter, so that nothing is delivered to a connection that only looks; a provider is connected to and its
// certificate checked, no request is made.

import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';

import { err, ok, type Result } from '../core/result.js';
import type { Clock, Log } from '../ports.js';
import { smppSettings, type CarrierSettings } from './create.js';
import { Session } from './smpp/session.js';
import { STATUS, statusRow } from './smpp/statuses.js';

const WITHIN_MS = 4000;
const UNBIND_MS = 500;

type Settings = CarrierSettings['carriers'][string];

export function probeCarrier(
  name: string,
  settings: Settings,
  world: { clock: Clock; log: Log },
): Promise<Result<string, string>> {
  switch (settings.type) {
    case 'simulator':
      return Promise.resolve(ok('the simulator: it delivers to nobody'));
    case 'smpp':
      return probeSmsc(name, smppSettings(settings), world);
    case 'http':
      return probeProvider(settings);
  }
}

async function probeSmsc(
  carrier: string,
  settings: ReturnType<typeof smppSettings>,
  world: { clock: Clock; log: Log },
): Promise<Result<string, string>> {
  const place = `${settings.host}:${settings.port}`;
  const session = new Session({
    ...{ carrier, ...world, command: 'bind_transmitter', options: { ...settings, bindMs: WITHIN_MS } },
    onDelivery: () => Promise.resolve(STATUS.temporaryFailure),
    onClosed: () => undefined,
  });
  const result = await session.bound;
  await session.stop(UNBIND_MS);
  if (result.kind === 'bound') return ok(`${place}: bound as ${settings.systemId}`);
  return result.kind === 'refused'
    ? err(`${place} refuses the bind: ${statusRow(result.status).code}`)
    : err(`${place} cannot be reached: ${result.code}`);
}

function probeProvider({ url, ca }: Extract<Settings, { type: 'http' }>): Promise<Result<string, string>> {
  if (url === null) return Promise.resolve(err('it has no url'));
  // The host has no placeholders.
  const { protocol, hostname, port } = new URL(url.written.replaceAll(/[{}]/g, ''));
  const secure = protocol === 'https:';
  const host = hostname.replace(/^\[|\]$/g, '');
  const at = { host, port: port === '' ? (secure ? 443 : 80) : Number(port) };
  const place = `${host}:${at.port}`;
  return new Promise((resolve) => {
    const end = (result: Result<string, string>): void => {
      socket.destroy();
      resolve(result);
    };
    const connected = (): void =>
      end(ok(`${place}: connected${secure ? ', its certificate is right' : ''}; the login is not tried`));
    const trusted = ca === null ? {} : { ca: readFileSync(ca, 'utf8') };
    const name = net.isIP(host) === 0 ? { servername: host } : {};
    const socket = secure ? tls.connect({ ...at, ...name, ...trusted }, connected) : net.connect(at, connected);
    socket.setTimeout(WITHIN_MS, () => end(err(`${place} does not answer`)));
    socket.on('error', (error: Error) => end(err(`${place} cannot be reached: ${error.message}`)));
  });
}
