// The GSM 7 bit alphabet: default table and default extension table, and the packing of septets into octets.
// Takes text or septets, gives the other. A text outside the alphabet is a fault of the caller: ask `isGsm7` first.
// Never emits a lone ESC; never guesses a national language table.
// Source: 3GPP TS 23.038 §6.1.2.1 (packing), §6.2.1 (default table), §6.2.1.1 (extension table).

const ESC = 0x1b;

// Sixteen to a line, as the columns of the standard read.
const DEFAULT_TABLE =
  '@£$¥èéùìòÇ\nØø\rÅå' +
  'Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ' +
  ' !"#¤%&\'()*+,-./' +
  '0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNO' +
  'PQRSTUVWXYZÄÖÑÜ§' +
  '¿abcdefghijklmno' +
  'pqrstuvwxyzäöñüà';

const EXTENSION_TABLE: ReadonlyMap<number, string> = new Map([
  [0x0a, '\f'],
  [0x14, '^'],
  [0x28, '{'],
  [0x29, '}'],
  [0x2f, '\\'],
  [0x3c, '['],
  [0x3d, '~'],
  [0x3e, ']'],
  [0x40, '|'],
  [0x65, '€'],
]);

/** Septets by UTF-16 code unit: the code, with ESC in the high octet for the extension table; -1 outside the alphabet. */
const CODES = codesByCharacter();

function codesByCharacter(): Int16Array {
  const codes = new Int16Array('€'.charCodeAt(0) + 1).fill(-1);
  for (let code = 0; code < DEFAULT_TABLE.length; code++) codes[DEFAULT_TABLE.charCodeAt(code)] = code;
  for (const [code, character] of EXTENSION_TABLE) codes[character.charCodeAt(0)] = (ESC << 8) | code;
  // A text that held ESC could turn what follows it into something else.
  codes[ESC] = -1;
  return codes;
}

function codeAt(text: string, index: number): number {
  return CODES[text.charCodeAt(index)] ?? -1;
}

function mustBeInside(text: string, index: number): number {
  const code = codeAt(text, index);
  if (code >= 0) return code;
  // The character itself stays out of the message: it is somebody's text, and errors are logged.
  throw new RangeError(`character ${index} of the text is not in the GSM 7 bit alphabet`);
}

/** True when every character stands in the default or the extension table; ESC, NUL and tab do not. */
export function isGsm7(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (codeAt(text, index) < 0) return false;
  }
  return true;
}

/** Septets that the text takes: two for a character of the extension table. Throws outside the alphabet. */
export function gsm7Length(text: string): number {
  let septets = 0;
  for (let index = 0; index < text.length; index++) septets += mustBeInside(text, index) > 0x7f ? 2 : 1;
  return septets;
}

/** One septet per octet (unpacked). Throws outside the alphabet. */
export function encodeGsm7(text: string): Uint8Array {
  const septets: number[] = [];
  for (let index = 0; index < text.length; index++) {
    const code = mustBeInside(text, index);
    if (code > 0x7f) septets.push(ESC);
    septets.push(code & 0x7f);
  }
  return Uint8Array.from(septets);
}

/**
 * The text of unpacked septets, tolerant as the standard asks of a receiver: an unknown extension code shows as the
 * character of the default table, ESC twice or at the end as a space. An octet above 0x7F is no septet: U+FFFD.
 */
export function decodeGsm7(septets: Uint8Array): string {
  let text = '';
  for (let index = 0; index < septets.length; index++) {
    const code = septets[index] ?? 0;
    if (code !== ESC) {
      text += DEFAULT_TABLE[code] ?? '\uFFFD';
      continue;
    }
    const next = septets[++index] ?? ESC;
    text += next === ESC ? ' ' : (EXTENSION_TABLE.get(next) ?? DEFAULT_TABLE[next] ?? '\uFFFD');
  }
  return text;
}

/**
 * Septets packed eight to seven octets, lowest bits first.
 * @param fillBits zero bits in front (0 to 6): after a user data header, up to the next septet border.
 */
export function packSeptets(septets: Uint8Array, fillBits: number): Uint8Array {
  const octets = new Uint8Array(Math.ceil((septets.length * 7 + fillBits) / 8));
  let bit = fillBits;
  for (const septet of septets) {
    const at = bit >> 3;
    const shifted = (septet & 0x7f) << (bit & 7);
    octets[at] = (octets[at] ?? 0) | (shifted & 0xff);
    if (shifted > 0xff) octets[at + 1] = shifted >> 8;
    bit += 7;
  }
  return octets;
}

/**
 * The inverse of `packSeptets`. The count must be known (UDL): 7 octets hold 7 septets, or 8 of which the last is `@`.
 * Octets that are missing read as zero.
 */
export function unpackSeptets(octets: Uint8Array, count: number, fillBits: number): Uint8Array {
  const septets = new Uint8Array(count);
  for (let index = 0; index < count; index++) {
    const bit = fillBits + index * 7;
    const at = bit >> 3;
    const pair = (octets[at] ?? 0) | ((octets[at + 1] ?? 0) << 8);
    septets[index] = (pair >> (bit & 7)) & 0x7f;
  }
  return septets;
}

/**
 * Text without control characters that no handset shows: C0, DEL and C1 go. Kept are LF, CR and FF, which the alphabet
 * has, and tab, which transliteration turns into a space. VT and NEL are line breaks: LF.
 */
export function cleanControls(text: string): string {
  return text.replace(/[\v\u0085]/g, '\n').replace(/[^\P{Cc}\t\n\f\r]/gu, '');
}
