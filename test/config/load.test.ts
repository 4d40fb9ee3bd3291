import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, expectTypeOf, it } from 'vitest';

import { loadConfig } from '../../src/config/load.js';
import type { Config } from '../../src/config/schema.js';
import { DEFAULT_SETTINGS, type Settings } from '../../src/core/settings.js';
import { load, loaded, mistakesIn, workspace } from './workspace.js';

const EXAMPLE = fileURLToPath(new URL('../../config/petitbleu.example.yaml', import.meta.url));
const ZONES = fileURLToPath(new URL('../../data/zones.yaml', import.meta.url));

describe('without a file', () => {
  it('has all defaults, runtime files in the data folder', () => {
    const workingDir = workspace();
    const { config, sources } = loaded(loadConfig({ env: {}, workingDir }));
    const dataDir = path.join(workingDir, 'data/run');
    expect(config).toMatchObject({ file: null, dataDir, zonesFile: ZONES });
    expect(config.mail.domains).toEqual(['localhost', 'sms.localhost']);
    expect(config.mail.smtp.listen).toEqual([{ host: '127.0.0.1', port: 2525 }]);
    expect(config.mail.smtp.size).toBe(10_000_000);
    expect(config.mail.smtp.tls).toEqual({ key: null, cert: null });
    expect(config.mail.out).toEqual({ folder: path.join(dataDir, 'outbox'), url: null, requireTls: false });
    expect(config.mail.from).toBe('petitbleu@localhost');
    expect(config.store.file).toBe(path.join(dataDir, 'petitbleu.db'));
    expect(config.defaults).toEqual(DEFAULT_SETTINGS);
    expect(config.carriers).toEqual({
      simulator: { type: 'simulator', window: 10, outageSeconds: 300, latencyMs: 50, receiptDelayMs: 500 },
    });
    expect(new Set(sources.values())).toEqual(new Set(['default']));
  });

  it('is typed by the table', () => {
    expectTypeOf<Config['defaults']>().toEqualTypeOf<Settings>();
    expectTypeOf<Config['mail']['domains']>().toEqualTypeOf<readonly string[]>();
    expectTypeOf<Config['mail']['out']['url']>().toEqualTypeOf<string | null>();
    expectTypeOf<Config['log']['level']>().toEqualTypeOf<'debug' | 'info' | 'warn' | 'error'>();
  });

  it('says so when the file that was named is not there', () => {
    const result = loadConfig({ env: {}, workingDir: workspace(), file: 'my.yaml' });
    expect(mistakesIn(result)).toEqual(['my.yaml: cannot be read (ENOENT)']);
  });
});

describe('a file', () => {
  it('the example is right, and has only keys of the table', () => {
    const { config } = loaded(loadConfig({ env: {}, workingDir: workspace(), file: EXAMPLE }));
    expect(config.mail.domains).toEqual(['sms.example.fr']);
    expect(config.file).toBe(EXAMPLE);
  });

  it('may be empty, or have sections with nothing in them', () => {
    for (const yaml of ['', '# nothing\n', '---\n', 'mail:\n', 'mail:\n  smtp:\ncarriers:\n']) {
      expect(mistakesIn(load(yaml))).toEqual([]);
    }
  });

  it('gives typed values and where they come from', () => {
    const yaml = `
mail:
  domains: [SMS.Example.FR, sms.café.fr]
  smtp: {listen: ['[::1]:25', '0.0.0.0:0', 'mx.example.fr:2525'], size: 10 MiB}
  subjectTags: '[A], [B]'
log: {level: debug}
`;
    const { config, sources } = loaded(load(yaml));
    expect(config.mail.domains).toEqual(['sms.example.fr', 'sms.xn--caf-dma.fr']);
    expect(config.mail.from).toBe('petitbleu@sms.example.fr');
    expect(config.mail.smtp.listen).toEqual([
      { host: '::1', port: 25 },
      { host: '0.0.0.0', port: 0 },
      { host: 'mx.example.fr', port: 2525 },
    ]);
    expect(config.mail.smtp.size).toBe(10 * 1024 ** 2);
    expect(config.mail.subjectTags).toEqual(['[A]', '[B]']);
    expect(sources.get('mail.smtp.size')).toBe('file');
    expect(sources.get('mail.maxReceived')).toBe('default');
  });

  it('starts relative paths of its files from its own folder, of runtime files from the data folder', () => {
    const workingDir = workspace();
    mkdirSync(path.join(workingDir, 'etc'));
    const etc = path.join(workingDir, 'etc');
    const files = workspace({
      'c.yaml':
        'mail: {smtp: {tls: {key: k.pem, cert: c.pem}}, out: {folder: mails}}\nstore: {file: sub/x.db}\nzonesFile: z.yaml',
      'k.pem': '',
      'c.pem': '',
      'z.yaml': '',
    });
    const { config } = loaded(loadConfig({ env: {}, workingDir, file: path.join(files, 'c.yaml'), dataDir: 'etc' }));
    expect(config.mail.smtp.tls).toEqual({ key: path.join(files, 'k.pem'), cert: path.join(files, 'c.pem') });
    expect(config.zonesFile).toBe(path.join(files, 'z.yaml'));
    expect(config.mail.out.folder).toBe(path.join(etc, 'mails'));
    expect(config.store.file).toBe(path.join(etc, 'sub/x.db'));
  });

  it('takes account settings nested or dotted, as text, number or boolean', () => {
    const yaml = `
defaults:
  notify: {recorded: off, refused: false}
  notify.delivered: on
  long: true
  cutoff: 19:00
  quiet: off
  dailyCap: 12.5
  lifetime: 1d
`;
    expect(loaded(load(yaml)).config.defaults).toEqual({
      ...DEFAULT_SETTINGS,
      'notify.recorded': false,
      'notify.refused': false,
      'notify.delivered': true,
      long: 'on',
      cutoff: '19:00',
      dailyCap: 12_500,
      lifetime: 86_400_000,
    });
  });

  it('keeps the name of its one carrier, whose type is the name where that is a type', () => {
    const { config } = loaded(load('carriers: {test-1: {type: simulator, window: 3}}'));
    expect(Object.keys(config.carriers)).toEqual(['test-1']);
    expect(config.carriers['test-1']).toEqual({
      type: 'simulator',
      window: 3,
      outageSeconds: 300,
      latencyMs: 50,
      receiptDelayMs: 500,
    });
    expect(loaded(load('carriers: {simulator: }')).config.carriers['simulator']?.type).toBe('simulator');
  });

  it('may use anchors', () => {
    const yaml = 'mail: {parse: {workers: &n 4}, smtp: {limits: &l {perIp: *n}}}';
    expect(loaded(load(yaml)).config.mail.smtp.limits.perIp).toBe(4);
  });
});
