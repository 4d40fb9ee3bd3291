import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { valuesOf } from '../../src/config/keys.js';
import { changesThatNeedRestart, showConfig } from '../../src/config/show.js';
import type { Config } from '../../src/config/schema.js';
import { load, loaded, workspace } from './workspace.js';

const configOf = (yaml: string): Config => loaded(load(yaml)).config;

const CHANGED = `mail:
  domains:
    - sms.example.fr
  smtp:
    size: 2MB
defaults:
  notify:
    recorded: off
carriers:
  mine:
    type: simulator
    window: 2
log:
  level: warn
`;

describe('config show', () => {
  it('gives a file that means the same', () => {
    const config = configOf(CHANGED);
    const shown = showConfig(config, { changed: false }).replace(/^zonesFile:.*\n/m, '');
    expect(valuesOf(loaded(load(shown, { dataDir: config.dataDir })).config)).toEqual(valuesOf(config));
  });

  it('with --changed gives back what differs', () => {
    expect(showConfig(configOf(CHANGED), { changed: true })).toBe(CHANGED);
  });

  it('does not call the defaults a change, written or not', () => {
    expect(showConfig(configOf(''), { changed: true })).toBe('# all defaults\n');
    const written = configOf('mail: {from: petitbleu@localhost, maxReceived: 30}\ncarriers: {simulator: {}}');
    expect(showConfig(written, { changed: true })).toBe('# all defaults\n');
  });

  it.each([
    ['smtp://user:k4n4ryB1rd@host:587', 'smtp://user:••••@host:587'],
    ['smtps://user%40a.fr:k4n4ry%2FB1rd@[::1]:465', 'smtps://user%40a.fr:••••@[::1]:465'],
    ['smtp://:k4n4ryB1rd@host', 'smtp://:••••@host'],
    ['smtp://user@host', 'smtp://user@host'],
    ['smtp://host:25', 'smtp://host:25'],
  ])('masks the password: %s', (url, masked) => {
    const config = configOf(`mail: {out: {url: '${url}'}}`);
    expect(config.mail.out.url).toBe(url);
    for (const changed of [true, false]) {
      const shown = showConfig(config, { changed });
      expect(shown).toContain(`url: ${masked}\n`);
      expect(shown).not.toContain('k4n4ry');
      // Beside a url it would be a mistake.
      expect(shown).not.toContain('folder:');
    }
  });
});

describe('a carrier over SMPP', () => {
  const yaml = 'carriers: {smsc: {type: smpp, host: smsc.example, systemId: me, password: k4n4ry}}';

  it('takes three lines; its password is never shown', () => {
    const config = configOf(yaml);
    expect(config.carriers['smsc']).toMatchObject({ type: 'smpp', port: 2775, password: 'k4n4ry', parts: 'udh8' });
    expect(showConfig(config, { changed: true })).toBe(
      'carriers:\n  smsc:\n    type: smpp\n    host: smsc.example\n    systemId: me\n    password: ••••\n',
    );
    expect(showConfig(config, { changed: false })).toContain('destination: 1/1\n');
  });

  it('can have its secret in a file, and its type as its name', () => {
    const folder = workspace({ secret: 'k4n4ry\n' });
    const env = {
      PETITBLEU__carriers__smpp__password_FILE: `${folder}/secret`,
      PETITBLEU__carriers__smpp__host: '10.0.0.1',
      PETITBLEU__carriers__smpp__systemId: 'me',
    };
    expect(loaded(load('', { env })).config.carriers).toMatchObject({ smpp: { type: 'smpp', password: 'k4n4ry' } });
  });
});

describe('what a reload cannot change', () => {
  const data = { dataDir: '/data' };
  const changes = (before: string, after: string): string[] =>
    changesThatNeedRestart(loaded(load(before, data)).config, loaded(load(after, data)).config);

  it('is named, in the order of the table', () => {
    const after =
      'log: {format: json, level: debug}\nmail: {domains: [a.fr], smtp: {listen: "a:1"}}\nstore: {file: b.db}';
    expect(changes('', after)).toEqual(['mail.smtp.listen', 'store.file', 'log.format']);
  });

  it('is nothing when only reloadable keys differ, or the same is written in another way', () => {
    expect(changes('', 'log: {level: debug}\ndefaults: {long: on}\nmail: {subjectTags: [a]}')).toEqual([]);
    expect(changes('', 'mail: {smtp: {size: 10000kB, listen: "127.0.0.1:2525"}}')).toEqual([]);
  });

  it('is STARTTLS beginning, not another pair', () => {
    const tls = (name: string): string => `mail: {smtp: {tls: {key: '${name}', cert: '${name}'}}}`;
    const one = fileURLToPath(import.meta.url);
    const other = fileURLToPath(new URL('workspace.ts', import.meta.url));
    expect(changes('', tls(one))).toEqual(['mail.smtp.tls.key', 'mail.smtp.tls.cert']);
    expect(changes(tls(one), tls(other))).toEqual([]);
  });

  it('is a carrier of another name', () => {
    expect(changes('', 'carriers: {b: {type: simulator}}')).toContain('carriers.b.type');
  });
});
