// A file named on the command line, or the sentence why it cannot be read. `-` is standard input.

import { readFile } from 'node:fs/promises';

import { mistake, type Told } from '../control/protocol.js';
import { ok } from '../core/result.js';

/** Above anything that the commands read: contacts, mails. */
const MAX_BYTES = 100 * 1024 * 1024;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'no permission to read it',
  EISDIR: 'it is a folder',
};

export async function readInput(file: string): Promise<Told<Uint8Array>> {
  try {
    const bytes = file === '-' ? await readAll() : await readFile(file);
    return bytes.length <= MAX_BYTES ? ok(bytes) : mistake('data', `${file}: larger than ${MAX_BYTES} bytes`);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return mistake('no-input', `${file}: ${REASONS[code] ?? `cannot be read (${code || String(error)})`}`);
  }
}

async function readAll(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    chunks.push(chunk);
    if (size > MAX_BYTES) break;
  }
  return Buffer.concat(chunks);
}
