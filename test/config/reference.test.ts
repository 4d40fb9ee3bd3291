import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { ROWS } from '../../src/config/keys.js';
import { configReference, configSchema } from '../../src/config/reference.js';
import { SETTING_KEYS } from '../../src/core/settings.js';

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly description?: string;
}

describe('docs/config.md', () => {
  it('says what the table says (UPDATE_GOLDENS=1 writes it)', () => {
    const file = new URL('../../docs/config.md', import.meta.url);
    const reference = configReference();
    if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(file, reference);
    expect(readFileSync(file, 'utf8')).toBe(reference);
  });

  it('has a line for every key', () => {
    const reference = configReference();
    for (const key of ROWS.keys()) expect(reference).toContain(`| \`${key}\` |`);
  });
});

describe('config schema', () => {
  const schema = configSchema() as JsonSchema;
  const at = (key: string): JsonSchema | undefined => {
    const [section = '', ...rest] = key.split('.');
    const name = section === 'defaults' ? [section, rest.join('.')] : [section, ...rest];
    return name.reduce<JsonSchema | undefined>((node, step) => {
      const each = typeof node?.additionalProperties === 'object' ? node.additionalProperties : undefined;
      const branches = node?.anyOf ?? (node ? [node] : []);
      return branches.map(({ properties }) => properties?.[step]).find((found) => found !== undefined) ?? each;
    }, schema);
  };

  it('has every key, with its help', () => {
    for (const [key, row] of ROWS) expect(at(key)?.description, key).toContain(row.help);
  });

  it('has the defaults as they are written', () => {
    expect(at('mail.smtp.size')?.default).toBe('10MB');
    expect(at('mail.smtp.listen')?.default).toEqual(['127.0.0.1:2525']);
    expect(at('defaults.lifetime')?.default).toBe('48h');
    expect(at('mail.from')).not.toHaveProperty('default');
  });

  it('has for each type of carrier its own keys and no other', () => {
    const types = Object.fromEntries(
      (at('carriers.NAME')?.anyOf ?? []).map((one) => [String(one.properties?.['type']?.const), one]),
    );
    const smpp = Object.keys(types['smpp']?.properties ?? {});
    expect(smpp).toEqual(expect.arrayContaining(['type', 'window', 'host', 'addressing']));
    expect(smpp).not.toContain('latencyMs');
    expect(Object.keys(types['simulator']?.properties ?? {})).not.toContain('host');
    expect(Object.values(types).every((one) => one.additionalProperties === false)).toBe(true);
  });

  it('allows no other keys, and settings both dotted and nested', () => {
    expect(schema.additionalProperties).toBe(false);
    expect(schema.properties?.['mail']?.additionalProperties).toBe(false);
    const settings = Object.keys(schema.properties?.['defaults']?.properties ?? {});
    expect(settings).toEqual(expect.arrayContaining([...SETTING_KEYS, 'notify']));
  });
});
