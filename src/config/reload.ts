// The configuration of a running daemon, read again. Takes what is in force; gives what the file says now, or why it must
// not be taken. An editor may empty a file before it writes it: a file that says nothing takes nothing away.

import { isDeepStrictEqual } from 'node:util';

import { err, type Result } from '../core/result.js';
import { loadConfig, type LoadedConfig, type LoadOptions } from './load.js';
import { formatMistakes } from './mistakes.js';
import type { Config } from './schema.js';

export function reloadConfig(options: LoadOptions, inForce: Config): Result<LoadedConfig, string> {
  const loaded = loadConfig({ ...options, file: inForce.file ?? options.file });
  if (!loaded.ok) return err(formatMistakes(loaded.error));
  const { config, sources } = loaded.value;
  const saysNothing = config.file !== null && ![...sources.values()].includes('file');
  // Where the environment says all of it, an empty file is as good as none.
  if (!saysNothing || isDeepStrictEqual(config, inForce)) return loaded;
  return err(
    `${config.file}: empty, or all of it is comments; if the defaults are meant, restart the daemon, else save the file again`,
  );
}
