// A folder of its own for each test that reads configuration files.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach } from 'vitest';

import { loadConfig, type LoadedConfig, type LoadOptions } from '../../src/config/load.js';
import { formatMistakes } from '../../src/config/mistakes.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A new folder with these files. */
export function workspace(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'petitbleu-config-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
  return folder;
}

/** Loads `yaml` as the petitbleu.yaml of a new folder. */
export function load(yaml: string | Uint8Array, options: Partial<LoadOptions> = {}): ReturnType<typeof loadConfig> {
  return loadConfig({ env: {}, workingDir: workspace({ 'petitbleu.yaml': yaml }), ...options });
}

export function loaded(result: ReturnType<typeof loadConfig>): LoadedConfig {
  if (!result.ok) throw new Error(formatMistakes(result.error));
  return result.value;
}

/** The lines that a person would see. */
export function mistakesIn(result: ReturnType<typeof loadConfig>): string[] {
  return result.ok ? [] : formatMistakes(result.error).trimEnd().split('\n');
}
