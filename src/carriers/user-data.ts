// The bytes of an SMS: takes a text, gives the user data of each part, header and packing included; and back.
// Throws for a text outside its alphabet: that was decided at acceptance, so it is a fault by now.
// Source: 3GPP TS 23.040 §9.2.3.24 (user data header, concatenation with an 8 bit reference), TS 23.038 §6.1.2 (packing).

import { decodeGsm7, encodeGsm7, packSeptets, unpackSeptets } from '../core/gsm7.js';
import { CAPACITY, CONCATENATION_HEADER_OCTETS, splitText } from '../core/segment.js';
import type { Encoding } from '../core/types.js';

export interface UserData {
  readonly encoding: Encoding;
  /** TP-UDHI: the octets begin with a header. */
  readonly hasHeader: boolean;
  /** TP-UDL: septets for GSM 7 bit, octets for UCS-2, the header counted in. */
  readonly length: number;
  readonly octets: Uint8Array;
}

export interface ReceivedPart {
  readonly text: string;
  readonly reference: number;
  readonly total: number;
  /** From 1. */
  readonly number: number;
}

/** The header in septets, and the bits that bring it to a septet border. */
const HEADER_SEPTETS = Math.ceil((CONCATENATION_HEADER_OCTETS * 8) / 7);
const FILL_BITS = HEADER_SEPTETS * 7 - CONCATENATION_HEADER_OCTETS * 8;

/** `reference` (0 to 255) ties the parts of one message together. */
export function encodeUserData(text: string, encoding: Encoding, reference: number): UserData[] {
  const { single, part } = CAPACITY[encoding];
  const alone = splitText(text, encoding, single).length === 1;
  if (alone) return [encodePart(text, encoding, new Uint8Array())];
  const pieces = splitText(text, encoding, part);
  return pieces.map((piece, index) => {
    const header = Uint8Array.of(5, 0, 3, reference, pieces.length, index + 1);
    return encodePart(piece, encoding, header);
  });
}

function encodePart(text: string, encoding: Encoding, header: Uint8Array): UserData {
  const hasHeader = header.length > 0;
  if (encoding === 'ucs2') {
    const octets = Buffer.concat([header, Buffer.from(text, 'utf16le').swap16()]);
    return { encoding, hasHeader, length: octets.length, octets };
  }
  const septets = encodeGsm7(text);
  const octets = Buffer.concat([header, packSeptets(septets, hasHeader ? FILL_BITS : 0)]);
  return { encoding, hasHeader, length: septets.length + (hasHeader ? HEADER_SEPTETS : 0), octets };
}

export function decodeUserData({ encoding, hasHeader, length, octets }: UserData): ReceivedPart {
  const headerOctets = hasHeader ? CONCATENATION_HEADER_OCTETS : 0;
  const [, , , reference = 0, total = 1, number = 1] = hasHeader ? octets : [];
  const body = octets.subarray(headerOctets);
  if (encoding === 'ucs2') {
    return { text: Buffer.from(body).swap16().toString('utf16le'), reference, total, number };
  }
  const septets = unpackSeptets(body, length - (hasHeader ? HEADER_SEPTETS : 0), hasHeader ? FILL_BITS : 0);
  return { text: decodeGsm7(septets), reference, total, number };
}
