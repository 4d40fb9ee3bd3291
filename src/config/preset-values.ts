// What the preset of a carrier gives to its keys. Takes a key of the file (`carriers.NAME.answer.id`) and what is known of
// other keys, gives the typed value as its row reads it; undefined where there is no preset or it says nothing.

import { HTTP_PRESETS, type Preset } from './http-presets.js';
import { rowOf } from './keys.js';

export function presetValue(key: string, valueOf: (key: string) => unknown): unknown {
  const [, section = '', name = ''] = /^(carriers\.[^.]+)\.(.+)$/.exec(key) ?? [];
  if (section === '') return undefined;
  const preset = presetNamed(valueOf(`${section}.preset`));
  if (!preset || !Object.hasOwn(preset, name)) return undefined;
  // A body of one kind is written in the place of the preset's, not beside it.
  const other = name === 'json' ? 'form' : name === 'form' ? 'json' : null;
  if (other !== null && hasBody(valueOf(`${section}.${other}`))) return undefined;
  return rowOf(key)?.schema.parse(preset[name]);
}

function presetNamed(name: unknown): Preset | undefined {
  const named: Readonly<Record<string, Preset>> = HTTP_PRESETS;
  return typeof name === 'string' && Object.hasOwn(named, name) ? named[name] : undefined;
}

function hasBody(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null;
}
