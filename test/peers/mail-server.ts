// Real mail servers in front of the daemon: Postfix and Exim, each with a configuration and a spool of its own in a
// temporary folder, on a loopback port. Nothing of the machine's own mail is read or touched.

import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { eventually } from '../support/eventually.js';
import { ROOT, run } from '../support/program.js';

/** As .ci/run unpacks it beside Postfix: Debian lets only one of them be installed. */
const UNPACKED_EXIM = path.join(ROOT, 'test/peers/.programs/usr/sbin/exim4');

export interface MailServerProcess {
  readonly port: number;
  /** Its configuration, its queue and its log. */
  readonly folder: string;
  /** All that it logged. */
  readonly log: string;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Reachable by the users that mail servers run as. */
function openFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'petitbleu-mta-'));
  chmodSync(folder, 0o755);
  return folder;
}

function contentOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/**
 * `transport` is a line of Postfix's transport table; `services` are further lines of master.cf, `settings` such of
 * main.cf.
 */
export async function startPostfix(transport: string, services = '', settings = ''): Promise<MailServerProcess> {
  const folder = openFolder();
  const port = await freePort();
  const log = path.join(folder, 'log');
  for (const name of ['conf', 'queue', 'data']) mkdirSync(path.join(folder, name), { mode: 0o755 });
  await run('chown', ['postfix', path.join(folder, 'data')]);
  writeFileSync(path.join(folder, 'conf/main.cf'), mainCf(folder, transport, log) + settings);
  writeFileSync(path.join(folder, 'conf/master.cf'), masterCf(port) + services);
  const postfix = (...words: readonly string[]) => run('postfix', ['-c', path.join(folder, 'conf'), ...words]);
  const started = await postfix('start');
  if (started.code !== 0) throw new Error(`postfix: ${started.stderr}${started.stdout}${contentOf(log)}`);
  return {
    port,
    folder,
    get log() {
      return contentOf(log);
    },
    stop: async () => {
      await postfix('stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function mainCf(folder: string, transport: string, log: string): string {
  return `compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
maillog_file = ${log}
maillog_file_prefixes = ${folder}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.fr
mydestination =
alias_maps =
relay_domains = sms.example.fr
transport_maps = inline:{ { sms.example.fr = ${transport} } }
smtpd_relay_restrictions = reject_unauth_destination
minimal_backoff_time = 1s
queue_run_delay = 1s
`;
}

function masterCf(port: number): string {
  const service = (line: string) => line.trim().split(/\s+/).join(' ');
  const lines = [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    'pickup unix n - n 60 1 pickup',
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 1 1 qmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'flush unix n - n 1000? 0 flush',
    'proxymap unix - - n - - proxymap',
    'anvil unix - - n - 1 anvil',
    'smtp unix - - n - - smtp',
    'lmtp unix - - n - - lmtp',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'discard unix - - n - - discard',
    'scache unix - - n - 1 scache',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'postlog unix-dgram n - n - 1 postlogd',
  ];
  return `${lines.map(service).join('\n')}\n`;
}

/** `transport` is the body of an Exim transport. */
export async function startExim(transport: string): Promise<MailServerProcess> {
  const folder = openFolder();
  const port = await freePort();
  const config = path.join(folder, 'exim.conf');
  for (const name of ['spool', 'log']) mkdirSync(path.join(folder, name), { mode: 0o755 });
  await run('chown', ['-R', 'Debian-exim', folder]);
  const program = existsSync(UNPACKED_EXIM) ? UNPACKED_EXIM : '/usr/sbin/exim4';
  writeFileSync(config, eximConf(folder, port, program) + transport + EXIM_RETRY);
  const child = spawn(program, ['-C', config, '-bdf', '-q5s'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  await eventually('exim listens', async () => {
    if (child.exitCode !== null) throw new Error(`exim: ${said}`);
    return (
      (await run('swaks', ['--server', '127.0.0.1', '--port', String(port), '--quit-after', 'CONNECT'])).code === 0
    );
  });
  return {
    port,
    folder,
    get log() {
      return contentOf(path.join(folder, 'log/mainlog'));
    },
    stop: async () => {
      await ended(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

const EXIM_RETRY = '\nbegin retry\n* * F,1h,5s\n';

function eximConf(folder: string, port: number, program: string): string {
  return `exim_path = ${program}
deliver_drop_privilege = true
keep_environment =
primary_hostname = mx.example.fr
domainlist relay_to_domains = sms.example.fr
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%slog
daemon_smtp_ports = ${port}
local_interfaces = 127.0.0.1
tls_advertise_hosts =
acl_smtp_rcpt = relayed
begin acl
relayed:
  accept domains = +relay_to_domains
  deny message = no relaying
begin routers
sms_gateway:
  driver = accept
  domains = +relay_to_domains
  transport = sms_gateway
begin transports
sms_gateway:
`;
}
