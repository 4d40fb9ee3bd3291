// docs/guide-admin.md, tried: its commands in order, in a folder with its files; its table of settings is that of the code.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { runCli } from '../../src/cli/program.js';
import { formatSetting, SETTING_KEYS, SETTINGS } from '../../src/core/settings.js';

const page = readFileSync(fileURLToPath(new URL('../../docs/guide-admin.md', import.meta.url)), 'utf8').replaceAll(
  '\r\n',
  '\n',
);

interface Block {
  /** A file to write, commands to run, or what they print. */
  readonly kind: string;
  readonly file: string | undefined;
  readonly lines: readonly string[];
}

const blocks: Block[] = Array.from(
  page.matchAll(/(?:<!-- file: (\S+) -->\n)?```(\w+)\n([\s\S]*?)```/g),
  ([, file, kind = '', text = '']) => ({ kind, file, lines: text.trimEnd().split('\n') }),
);

/** Words of a shell line without anything but double quotes. */
function words(line: string): string[] {
  return Array.from(line.matchAll(/"([^"]*)"|(\S+)/g), ([, quoted, bare]) => quoted ?? bare ?? '');
}

async function run(folder: string, line: string): Promise<{ code: number; out: string }> {
  let out = '';
  const terminal = {
    write: (text: string) => void (out += text),
    warn: (text: string) => void (out += text),
    progress: () => undefined,
    closed: new AbortController().signal,
  };
  const [, ...rest] = words(line);
  const inFolder = rest.map((word) => (word.endsWith('.csv') ? path.join(folder, word) : word));
  const options = ['--config', path.join(folder, 'petitbleu.yaml'), '--data', path.join(folder, 'run')];
  return { code: await runCli([...options, ...inFolder], terminal), out };
}

/** What is another one at each run. */
function alike(text: string): string {
  return text
    .replace(/(shown this once: )\w+/g, '$1CODE')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'WHEN')
    .replace(/\(\/\S+petitbleu\.yaml\)/g, '(petitbleu.yaml)');
}

test('every command works, in order, and prints what the page shows', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'petitbleu-guide-'));
  writeFileSync(path.join(folder, 'petitbleu.yaml'), 'mail: {domains: [sms.example.fr]}\n');
  let printed: string[] = [];
  let commands = 0;
  try {
    for (const { kind, file, lines } of blocks) {
      if (file !== undefined) {
        mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
        writeFileSync(path.join(folder, file), `${lines.join('\n')}\n`);
      } else if (kind === 'sh') {
        printed = [];
        for (const line of lines) {
          const { code, out } = await run(folder, line);
          expect(code, `${line}\n${out}`).toBe(0);
          printed.push(alike(out));
          commands += 1;
        }
      } else {
        expect(kind).toBe('text');
        expect(printed).toContain(alike(`${lines.join('\n')}\n`));
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(commands).toBeGreaterThan(20);
}, 30_000);

test('the table of settings has them all, with their defaults', () => {
  const rows = Array.from(page.matchAll(/^\| ((?:`[\w.]+`(?:, )?)+) \|[^|]*\| ([^|]*) \|$/gm));
  const named = rows.flatMap(([, names = '', values = '']) => {
    const keys = Array.from(names.matchAll(/`([\w.]+)`/g), ([, key = '']) => key);
    const first = values.split(', ');
    return keys.map((key, at) => [key, (keys.length === 1 ? first[0] : first[at]) ?? first.at(-1)] as const);
  });
  const known = SETTING_KEYS.filter((key) => !/^(?:replies\.|stopText|contactText|badNumbers)/.test(key));
  expect(named.map(([key]) => key).toSorted()).toEqual([...known].toSorted());
  for (const key of known) {
    expect(new Map(named).get(key), key).toBe(formatSetting(key, SETTINGS[key].default as never));
  }
});
