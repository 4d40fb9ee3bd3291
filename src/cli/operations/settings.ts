// `key=value` pairs for an account: texts in, typed settings or every mistake at once, each with the nearest key.

import { nearest } from '../../config/mistakes.js';
import { isSettingKey, parseSetting, SETTING_KEYS, type SettingKey, type Settings } from '../../core/settings.js';
import { mistake, type Told } from '../../control/protocol.js';
import { ok } from '../../core/result.js';

function unknownKey(typed: string): string {
  const near = nearest(typed, SETTING_KEYS);
  return `there is no setting "${typed}"${near !== undefined ? `; the nearest is ${near}` : `; allowed are ${SETTING_KEYS.join(', ')}`}`;
}

export function parseSettings(typed: Readonly<Record<string, string>>): Told<Partial<Settings>> {
  const changes: Partial<Record<SettingKey, Settings[SettingKey]>> = {};
  const mistakes: string[] = [];
  for (const [name, text] of Object.entries(typed)) {
    const key = isSettingKey(name) ? name : SETTING_KEYS.find((one) => one.toLowerCase() === name.toLowerCase());
    if (key === undefined) {
      mistakes.push(unknownKey(name));
      continue;
    }
    const value = parseSetting(key, text);
    if (value.ok) changes[key] = value.value;
    else mistakes.push(value.error);
  }
  // Each value came from the parser of its own key.
  return mistakes.length === 0 ? ok(changes as Partial<Settings>) : mistake('usage', mistakes.join('\n'));
}
