// The operations over the real parts (store, parser, mailer to a folder) in a temporary folder, with a clock that stands.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach } from 'vitest';

import type { OperationContext } from '../../src/cli/operations/context.js';
import { perform, type AnswerOf, type OperationName, type ParamsOf } from '../../src/cli/operations/registry.js';
import { loadConfig } from '../../src/config/load.js';
import type { Told } from '../../src/control/protocol.js';
import { startLog } from '../../src/log.js';
import { openParts } from '../../src/parts.js';
import { FakeClock } from '../support/fake-clock.js';

export const ALICE = 'alice@example.fr';
export const BOB = 'bob@example.fr';

export interface World {
  readonly dataDir: string;
  readonly clock: FakeClock;
  readonly context: OperationContext;
  /** Every line that was logged. */
  readonly logged: string[];
  call<Name extends OperationName>(name: Name, params: ParamsOf<Name>): Promise<Told<AnswerOf<Name>>>;
  /** The answer, where a mistake would be a failure of the test. */
  get<Name extends OperationName>(name: Name, params: ParamsOf<Name>): Promise<AnswerOf<Name>>;
  /** Makes one, and mails nothing. */
  account(
    email?: string,
    creditsMilli?: number,
    settings?: Record<string, string>,
  ): Promise<AnswerOf<'account.create'>>;
  /** The mails in the outbox, as they stand in the files. */
  mails(): string[];
  stop(): Promise<void>;
}

/** A fresh one for each test of the file, given to `use` before it. */
export function worldOfEach(use: (world: World) => void): void {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
    use(world);
  });
  afterEach(() => world.stop());
}

export async function openWorld(): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), 'pb-cli-'));
  const loaded = loadConfig({ dataDir, env: {}, workingDir: dataDir });
  if (!loaded.ok) throw new Error(loaded.error.map(({ text }) => text).join());
  const { config } = loaded.value;
  const clock = new FakeClock();
  const logged: string[] = [];
  const destination = { write: (line: string) => void logged.push(line) };
  const log = startLog({ level: 'debug', format: 'json', isTerminal: false, destination });
  const opened = await openParts({ config, threads: false, clock, log });
  if (!opened.ok) throw new Error(opened.error.text);
  const context: OperationContext = { ...opened.value, config, carriers: null, listening: null, reload: null };
  const call: World['call'] = async (name, params) =>
    // Through JSON, as over the socket.
    JSON.parse(JSON.stringify(await perform(context, name, JSON.parse(JSON.stringify(params))))) as Told<
      AnswerOf<typeof name>
    >;
  const get: World['get'] = async (name, params) => {
    const answer = await call(name, params);
    if (!answer.ok) throw new Error(`${name}: ${answer.error.kind}: ${answer.error.text}`);
    return answer.value;
  };
  return {
    ...{ dataDir, clock, context, logged, call, get },
    account: (email = ALICE, creditsMilli = 10_000, settings = {}) =>
      get('account.create', { email, creditsMilli, settings, mail: false }),
    mails: () => {
      const { folder } = config.mail.out;
      return readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith('.eml'))
        .map(({ name }) => readFileSync(join(folder, name), 'utf8'));
    },
    stop: async () => {
      await opened.value.stop();
      rmSync(dataDir, { recursive: true });
    },
  };
}
