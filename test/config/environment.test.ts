import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { loadConfig } from '../../src/config/load.js';
import { load, loaded, mistakesIn, workspace } from './workspace.js';

const fromEnv = (env: Record<string, string>): ReturnType<typeof load> => load('', { env });

describe('the environment', () => {
  it('counts before the file', () => {
    const env = { PETITBLEU__log__level: 'warn' };
    const { config, sources } = loaded(load('log: {level: debug, format: json}', { env }));
    expect(config.log).toEqual({ level: 'warn', format: 'json' });
    expect(sources.get('log.level')).toBe('env');
    expect(sources.get('log.format')).toBe('file');
  });

  it('has lists with commas, numbers, sizes, switches and settings', () => {
    const { config } = loaded(
      fromEnv({
        PETITBLEU__mail__smtp__listen: '127.0.0.1:2525, [::1]:2525',
        PETITBLEU__mail__smtp__size: '512kB',
        PETITBLEU__mail__smtp__limits__perIp: '7',
        PETITBLEU__mail__out__url: 'smtp://h:25',
        PETITBLEU__mail__out__requireTls: 'on',
        PETITBLEU__defaults__notify__recorded: 'off',
        PETITBLEU__carriers__simulator__window: '3',
        PATH: '/bin',
        PETITBLEU_OTHER: 'not ours',
      }),
    );
    expect(config.mail.smtp.listen.map(({ host }) => host)).toEqual(['127.0.0.1', '::1']);
    expect(config.mail.smtp.size).toBe(512_000);
    expect(config.mail.smtp.limits.perIp).toBe(7);
    expect(config.mail.out.requireTls).toBe(true);
    expect(config.defaults['notify.recorded']).toBe(false);
    expect(config.carriers).toMatchObject({ simulator: { type: 'simulator', window: 3 } });
  });

  it('starts relative paths where a file would', () => {
    const { config } = loaded(fromEnv({ PETITBLEU__store__file: 'x.db' }));
    expect(config.store.file).toBe(path.join(config.dataDir, 'x.db'));
  });

  it('reads a secret from a file', () => {
    const workingDir = workspace({ secret: 'smtps://u:p@h:465\n' });
    const env = { PETITBLEU__mail__out__url_FILE: path.join(workingDir, 'secret') };
    expect(loaded(loadConfig({ env, workingDir })).config.mail.out.url).toBe('smtps://u:p@h:465');
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'an unknown variable',
      { PETITBLEU__mail__smpt__listen: 'x' },
      'PETITBLEU__mail__smpt__listen: there is no such key; the nearest is PETITBLEU__mail__smtp__listen',
    ],
    ['a section', { PETITBLEU__mail: 'x' }, 'PETITBLEU__mail: there is no such key'],
    ['nothing after the prefix', { PETITBLEU__: 'x' }, 'PETITBLEU__: there is no such key'],
    ['a name that every object has', { PETITBLEU__constructor: 'x' }, 'PETITBLEU__constructor: there is no such key'],
    [
      'a wrong number',
      { PETITBLEU__mail__maxReceived: '3x' },
      'PETITBLEU__mail__maxReceived: mail.maxReceived: found "3x"; allowed is a whole number',
    ],
    [
      'nothing',
      { PETITBLEU__mail__maxReceived: '' },
      'PETITBLEU__mail__maxReceived: mail.maxReceived: found nothing; allowed is',
    ],
    [
      'one item of a list',
      { PETITBLEU__mail__domains: 'a.fr, b_c' },
      'PETITBLEU__mail__domains: mail.domains: found "b_c"; allowed is a domain name',
    ],
    [
      'the name of a carrier',
      { PETITBLEU__carriers__A__window: '1' },
      'PETITBLEU__carriers__A__window: carriers.A.window: the name of a carrier is',
    ],
    [
      'a file for what is no secret',
      { PETITBLEU__mail__from_FILE: '/x' },
      'PETITBLEU__mail__from_FILE: mail.from: only a secret is read from a file: PETITBLEU__mail__out__url_FILE',
    ],
    [
      'a secret twice',
      { PETITBLEU__mail__out__url: 'smtp://h', PETITBLEU__mail__out__url_FILE: '/x' },
      'PETITBLEU__mail__out__url_FILE: mail.out.url: given twice; also as PETITBLEU__mail__out__url',
    ],
    [
      'a secret in the place of its file',
      { PETITBLEU__mail__out__url_FILE: 'smtp://u:k4n4ry@h' },
      'PETITBLEU__mail__out__url_FILE: mail.out.url: the file that it names cannot be read (ENOENT)',
    ],
  ])('tells %s', (_name, env, expected) => {
    expect(mistakesIn(fromEnv(env))).toEqual([expect.stringContaining(expected)]);
  });

  it('never shows a secret', () => {
    for (const env of [
      { PETITBLEU__mail__out__url: 'http://u:k4n4ry@h' },
      { PETITBLEU__mail__out__url_FILE: 'k4n4ry' },
    ]) {
      const mistakes = mistakesIn(fromEnv(env));
      expect(mistakes).toHaveLength(1);
      expect(mistakes.join()).not.toContain('k4n4ry');
    }
  });
});
