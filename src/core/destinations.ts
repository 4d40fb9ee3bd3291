// The numbers field of a subject, an address or a command → what each piece of it is: a number, a group, neither.
// Reads only; whether a number exists is for phone.ts to say. Never throws, linear in the field.
// Source: spec §3. `-` separates numbers, in every form that a mail client may turn it into.

import { foldSpaces } from './normalise.js';
import { looksLikeNumber } from './phone.js';

export type Destination =
  /** Without the spaces, dots and parentheses between its digits. */
  | { readonly kind: 'number'; readonly text: string }
  /** The name as the account has it. */
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'unknown'; readonly text: string };

const DASH = '\\p{Pd}\\u2212';
const SEPARATOR = new RegExp(`[${DASH},;\\uFF0C\\uFF1B]`, 'gu');
const DASH_IN_NAME = new RegExp(`\\s*[${DASH}]\\s*`, 'gu');

/** Longer names are equal where their beginnings are: more than anyone types, and little enough to normalise. */
const MAX_NAME = 300;

/** A piece of the field between two separators, by its place in the field. */
interface Piece {
  readonly start: number;
  readonly end: number;
}

/**
 * The name of a group as names are compared: without case and accents, dashes and apostrophes in their plain forms,
 * white space around and between words once or not at all.
 */
export function foldName(name: string): string {
  const plain = name
    .slice(0, MAX_NAME)
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .replace(/[\u2018\u2019\u02BC]/g, "'")
    .replace(DASH_IN_NAME, '-');
  return foldSpaces(plain).toLowerCase();
}

/**
 * Each destination in the order of the field; empty pieces are none. The whole field is tried as a group first, then the
 * longest run of pieces, since names may hold separators. What is a number is never taken for a group of that name.
 */
export function splitDestinations(field: string, groupNames: readonly string[]): readonly Destination[] {
  const groups = new Map(groupNames.map((name) => [foldName(name), name] as const).reverse());
  const longestRun = groupNames.reduce((most, name) => Math.max(most, piecesOf(name).length), 0);
  const pieces = piecesOf(field);
  const destinations: Destination[] = [];
  for (let at = 0; at < pieces.length;) {
    const run = groupRun(field, pieces.slice(at, at + longestRun), groups);
    const destination = run ? { kind: 'group' as const, name: run.name } : readPiece(field, pieces[at]);
    if (destination) destinations.push(destination);
    at += run?.length ?? 1;
  }
  return destinations;
}

function piecesOf(field: string): readonly Piece[] {
  const ends = [...field.matchAll(SEPARATOR)].map(({ index }) => index);
  return [...ends, field.length].map((end, at) => ({ start: at === 0 ? 0 : (ends[at - 1] ?? 0) + 1, end }));
}

/** The longest run from the first piece on that is the name of a group. */
function groupRun(
  field: string,
  pieces: readonly Piece[],
  groups: ReadonlyMap<string, string>,
): { name: string; length: number } | null {
  const start = pieces[0]?.start ?? 0;
  for (let length = pieces.length; length > 0; length -= 1) {
    const text = field.slice(start, pieces[length - 1]?.end);
    const name = text.length > MAX_NAME ? undefined : groups.get(foldName(text));
    if (name !== undefined && !looksLikeNumber(text)) return { name, length };
  }
  return null;
}

function readPiece(field: string, piece: Piece | undefined): Destination | null {
  const text = field.slice(piece?.start, piece?.end).trim();
  const bare = text.replace(/\p{Cf}/gu, '');
  if (bare === '') return null;
  if (!looksLikeNumber(bare)) return { kind: 'unknown', text };
  // +33 (0)6…: that zero is dialled in France only.
  return { kind: 'number', text: bare.replace(/^(\s*\+[\s\d.]*)\(0\)/, '$1').replace(/[\s.()]/g, '') };
}
