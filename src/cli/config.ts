// petitbleu check-config, config show, config schema, reload: the configuration, looked at and read again.

import type { LoadedConfig } from '../config/load.js';
import type { Told } from '../control/protocol.js';
import { ok } from '../core/result.js';
import type { Cli } from './cli.js';
import type { AnswerOf } from './operations/registry.js';
import { readConfig } from './read-config.js';
import type { Globals } from './globals.js';
import { formatWarning } from '../share-warnings.js';
import { withOperations } from './session.js';

export function addConfigCommands(cli: Cli): void {
  cli.program
    .command('reload')
    .description('let the daemon read its configuration again; a mistake anywhere changes nothing')
    .addHelpText('after', '\nExample:\n  petitbleu check-config && petitbleu reload\n')
    .action(() => cli.ask({ operation: 'reload', params: {}, show: showReload }));
  cli.program
    .command('check-config')
    .description('tell every mistake of the configuration, with file, line and column')
    .addHelpText('after', '\nExample:\n  petitbleu check-config --config /etc/petitbleu.yaml\n')
    .action(() => cli.act((globals) => checkConfig(cli, globals)));
  const config = cli.program.command('config').description('the configuration');
  config
    .command('show')
    .description('every key with its value, as YAML; secrets are masked')
    .option('--changed', 'only what differs from the defaults')
    .addHelpText('after', '\nExample:\n  petitbleu config show --changed\n')
    .action(({ changed }: { readonly changed?: boolean }) =>
      cli.act((globals) => showConfiguration(cli, globals, changed === true)),
    );
  config
    .command('schema')
    .description('the JSON schema of the file, for editors')
    .addHelpText('after', '\nExample:\n  petitbleu config schema > petitbleu.schema.json\n')
    .action(() =>
      cli.act(async () => {
        const { configSchema } = await import('../config/reference.js');
        cli.terminal.write(`${JSON.stringify(configSchema(), null, 2)}\n`);
        return ok(undefined);
      }),
    );
}

async function checkConfig(cli: Cli, globals: Globals): Promise<Told<void>> {
  const loaded = readConfig(globals);
  if (!loaded.ok) return loaded;
  const { config } = loaded.value;
  // A price table with a mistake would stop the daemon as well.
  const { readZones } = await import('../parts.js');
  const zones = readZones(config.zonesFile);
  if (!zones.ok) return zones;
  const warnings = await warningsAbout(globals, loaded.value.shares);
  const file = config.file ?? 'no file, all defaults';
  if (globals.json === true) cli.printJson([{ ok: true, file: config.file, warnings }]);
  else {
    const lines = warnings.map((warning) => `Warning: ${warning}\n`);
    cli.terminal.write(`The configuration is right (${file}).\n${lines.join('')}`);
  }
  return ok(undefined);
}

/** What a right file cannot say: whether the accounts are there that it names. */
async function warningsAbout(globals: Globals, shares: LoadedConfig['shares']): Promise<readonly string[]> {
  if (shares.size === 0) return [];
  const warnings: string[] = [];
  const asked = await withOperations(globals, false, async (call) => {
    const params = { shares: [...shares.values()].map(({ domain, account }) => ({ domain, account })) };
    const answer = await call('domain.check', params);
    if (answer.ok) warnings.push(...answer.value.map(formatWarning));
    return answer.ok ? ok(undefined) : answer;
  });
  if (!asked.ok) warnings.push(`the accounts of the domain shares were not looked up: ${asked.error.text}`);
  return warnings;
}

async function showConfiguration(cli: Cli, globals: Globals, changed: boolean): Promise<Told<void>> {
  const loaded = readConfig(globals);
  if (!loaded.ok) return loaded;
  const { showConfig } = await import('../config/show.js');
  const text = showConfig(loaded.value.config, { changed });
  if (globals.json !== true) cli.terminal.write(text);
  else cli.printJson([await fromYaml(text)]);
  return ok(undefined);
}

/** What is shown has its secrets masked; the plain configuration has not. */
async function fromYaml(text: string): Promise<unknown> {
  const { parse } = await import('yaml');
  return parse(text) ?? {};
}

function showReload({ file, restartNeeded, warnings }: AnswerOf<'reload'>): string {
  return [
    file === null ? 'The environment was read again (there is no file).' : `${file} was read again.`,
    ...(restartNeeded.length === 0 ? [] : [`These changes wait for a restart: ${restartNeeded.join(', ')}`]),
    ...warnings.map((warning) => `Warning: ${warning}`),
    '',
  ].join('\n');
}
