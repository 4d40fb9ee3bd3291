// The configuration that a command is told to use, or every mistake in it.

import { loadConfig, type LoadedConfig } from '../config/load.js';
import { formatMistakes } from '../config/mistakes.js';
import { mistake, type Told } from '../control/protocol.js';
import type { Globals } from './globals.js';

export function readConfig(globals: Globals): Told<LoadedConfig> {
  const loaded = loadConfig({ file: globals.config, dataDir: globals.data, env: process.env });
  return loaded.ok ? loaded : mistake('config', formatMistakes(loaded.error).trimEnd());
}
