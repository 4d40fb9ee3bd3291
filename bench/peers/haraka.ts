// Haraka, which takes mails and discards them: another SMTP server in Node that people build on. It is no dependency of
// the project: installed beside the compiled bench when it is first wanted, as of a fixed date, without native modules.

import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { freePort } from '../../test/peers/kannel.js';
import { eventually } from '../../test/support/eventually.js';
import { run } from '../../test/support/program.js';
import { DOMAIN } from '../load/mails.js';
import { ROOT } from '../root.js';
import { pidsOf, type Peer, type Server } from './peer.js';
import { answers } from './port.js';
import { HARAKA } from '../names.js';

const VERSION = '3.3.4';
/** Its dependencies as they were then. */
const AS_OF = '2026-09-06';
const FOLDER = path.join(ROOT, 'bench/.build/haraka');
const PROGRAM = path.join(FOLDER, 'node_modules/Haraka/bin/haraka');
const INSTALL = ['install', `--before=${AS_OF}`, '--omit=dev', '--omit=optional', '--ignore-scripts'];

async function missing(): Promise<string | null> {
  if (existsSync(PROGRAM)) return null;
  mkdirSync(FOLDER, { recursive: true });
  const manifest = { private: true, dependencies: { Haraka: VERSION } };
  writeFileSync(path.join(FOLDER, 'package.json'), JSON.stringify(manifest));
  const { code } = await run('npm', [...INSTALL, '--no-audit', '--no-fund'], { cwd: FOLDER });
  return code === 0 ? null : `npm could not install Haraka ${VERSION} as of ${AS_OF}`;
}

async function start(): Promise<Server> {
  const folder = mkdtempSync(path.join(tmpdir(), 'petitbleu-haraka-'));
  const port = await freePort();
  for (const name of ['config', 'queue']) mkdirSync(path.join(folder, name));
  const files = {
    'smtp.ini': `listen=127.0.0.1:${port}\nnodes=0\n`,
    plugins: 'rcpt_to.in_host_list\nqueue/discard\n',
    host_list: `${DOMAIN}\n`,
    me: 'mx.example.fr\n',
    loglevel: 'LOGERROR\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, 'config', name), text);
  const shipped = path.join(FOLDER, 'node_modules/Haraka/config/connection.ini');
  copyFileSync(shipped, path.join(folder, 'config/connection.ini'));
  const env = { ...process.env, YES_REALLY_DO_DISCARD: '1' };
  const child = spawn(process.execPath, [PROGRAM, '-c', folder], { stdio: 'ignore', env });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await eventually('Haraka listens', () => answers(port));
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, pids: pidsOf(child), stop };
}

export const haraka: Peer = { name: HARAKA, missing, start };
