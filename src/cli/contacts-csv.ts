// A CSV file of contacts, as spreadsheets write it → contacts with E.164 numbers, and every refused line with its reason.
// Takes bytes (UTF-8, UTF-16 with a BOM, else windows-1252); the separator (; , tab) is detected. Columns are found by
// their headers (columns.ts), without one they are name;number[;v1;v2;v3]. A number that comes again completes the first.

import { parse } from 'csv-parse/sync';

import { mistake, type Told } from '../control/protocol.js';
import { parsePhone } from '../core/phone.js';
import { rejectionText } from '../core/rejection.js';
import { ok } from '../core/result.js';
import type { Contact } from '../core/types.js';
import { decodeText } from '../mail/charset.js';
import { DEFAULT_COLUMNS, findColumns, type Columns } from './contacts-columns.js';

interface RefusedLine {
  /** In the file, from 1. */
  readonly line: number;
  readonly number: string;
  readonly reason: string;
}

export interface ContactsFile {
  readonly contacts: readonly Contact[];
  readonly refused: readonly RefusedLine[];
  /** Lines whose number had come before. */
  readonly merged: number;
  /** Headers of columns that are not taken. */
  readonly ignored: readonly string[];
}

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

const SEPARATORS = [';', '\t', ','] as const;
const MAX_NAME = 200;
const MAX_VALUE = 500;

/** `country`: national numbers are read as they are dialled there. */
export function readContacts(bytes: Uint8Array, country: string): Told<ContactsFile> {
  const text = decode(bytes);
  const read = readRows(text, detectSeparator(text));
  if (!read.ok) return read;
  const [first, ...others] = read.value;
  if (!first) return mistake('data', 'the file is empty');
  const header = findColumns(first.cells);
  const columns = header ?? (first.cells.length === 1 ? { ...DEFAULT_COLUMNS, name: [], number: 0 } : DEFAULT_COLUMNS);
  return ok({ ...collect(header ? others : read.value, columns, country), ignored: header?.ignored ?? [] });
}

function decode(bytes: Uint8Array): string {
  const [a, b] = bytes;
  const utf16 = a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : null;
  return decodeText(bytes, utf16);
}

/** The separator that the first line with any has most of; quoted text does not count. */
function detectSeparator(text: string): string {
  for (const line of text.split(/\r\n?|\n/, 20)) {
    const bare = line.replace(/"[^"]*"/g, '');
    const counts = SEPARATORS.map((separator) => ({ separator, count: bare.split(separator).length - 1 }));
    const [most] = counts.sort((x, y) => y.count - x.count);
    if (most && most.count > 0) return most.separator;
  }
  return ';';
}

function readRows(text: string, delimiter: string): Told<Row[]> {
  try {
    const records = parse(text, {
      delimiter,
      info: true,
      trim: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      // Spreadsheets of all ages, also mixed in one file.
      record_delimiter: ['\r\n', '\n', '\r'],
    }) as unknown as readonly { readonly record: string[]; readonly info: { readonly lines: number } }[];
    return ok(records.map(({ record, info }) => ({ line: info.lines, cells: record })));
  } catch (error) {
    return mistake('data', `the file is no CSV: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function collect(rows: readonly Row[], columns: Columns, country: string): Omit<ContactsFile, 'ignored'> {
  const byNumber = new Map<string, Contact>();
  const refused: RefusedLine[] = [];
  let merged = 0;
  for (const { line, cells } of rows) {
    const typed = cells[columns.number] ?? '';
    const read = readContact(cells, columns, country);
    if (!read.ok) {
      refused.push({ line, number: typed, reason: read.error.text });
      continue;
    }
    const before = byNumber.get(read.value.number);
    if (before) merged += 1;
    byNumber.set(read.value.number, before ? complete(before, read.value) : read.value);
  }
  return { contacts: [...byNumber.values()], refused, merged };
}

function readContact(cells: readonly string[], columns: Columns, country: string): Told<Contact> {
  const number = parsePhone(cells[columns.number] ?? '', country);
  if (!number.ok) return mistake('data', rejectionText(number.error, 'en'));
  const at = (index: number): string => (cells[index] ?? '').replace(/[\s\p{Cc}]+/gu, ' ').trim();
  const name = columns.name.map(at).filter(Boolean).join(' ');
  const values = columns.values.map(at);
  while (values.at(-1) === '') values.pop();
  if (name.length > MAX_NAME) return mistake('data', `the name has more than ${MAX_NAME} characters`);
  if (values.some((value) => value.length > MAX_VALUE))
    return mistake('data', `a value has more than ${MAX_VALUE} characters`);
  return ok({ name, number: number.value.e164, values });
}

/** What the first line of a number left empty is taken from the later one. */
function complete(first: Contact, later: Contact): Contact {
  const length = Math.max(first.values.length, later.values.length);
  const values = Array.from({ length }, (_, at) => (first.values[at] ?? '') || (later.values[at] ?? ''));
  return { number: first.number, name: first.name || later.name, values };
}
