// The bytes of an SMS: takes a text, gives the user data of each part, header and packing included; and back.
// Throws for a text outside its alphabet: that was decided at acceptance, so it is a fault by now.
// Source: 3GPP TS 23.040 §9.2.3.24.1 and .8 (header of a part, 8 or 16 bit reference), TS 23.038 §6.1.2 (packing).

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

/** Octets of the header with a 16 bit reference. */
const WIDE_HEADER_OCTETS = 7;

/** How the parts of one message are tied together: by a header of ours, or by the network that writes one itself. */
export type Tie = 'header8' | 'header16' | 'network';

export interface CutPart {
  /** With its length octet; empty for a text that stands alone. */
  readonly header: Uint8Array;
  /** Septets, one an octet, or the octets of UCS-2. */
  readonly body: Uint8Array;
}

const NO_HEADER = new Uint8Array();

/** `reference` ties the parts of one message together; 8 or 16 bits of it are used. */
export function cutUserData(text: string, encoding: Encoding, tie: Tie, reference: number): CutPart[] {
  const alone = splitText(text, encoding, CAPACITY[encoding].single).length === 1;
  if (alone) return [{ header: NO_HEADER, body: encodeBody(text, encoding) }];
  const pieces = splitText(text, encoding, roomOf(encoding, tie));
  return pieces.map((piece, index) => {
    const place = [pieces.length, index + 1];
    const headers = {
      header8: [5, 0, 3, reference & 0xff, ...place],
      header16: [6, 8, 4, (reference >> 8) & 0xff, reference & 0xff, ...place],
      network: [],
    };
    return { header: Uint8Array.from(headers[tie]), body: encodeBody(piece, encoding) };
  });
}

/** What fits beside the header, whoever writes it; the longer one takes one septet more, or one UCS-2 character. */
function roomOf(encoding: Encoding, tie: Tie): number {
  const { part } = CAPACITY[encoding];
  return tie === 'header16' ? part - (WIDE_HEADER_OCTETS - CONCATENATION_HEADER_OCTETS) : part;
}

function encodeBody(text: string, encoding: Encoding): Uint8Array {
  return encoding === 'ucs2' ? Buffer.from(text, 'utf16le').swap16() : encodeGsm7(text);
}

/** Zero bits between a header and the first septet after it. */
export function fillBitsAfter(headerOctets: number): number {
  return (7 - ((headerOctets * 8) % 7)) % 7;
}

/** As the handset gets it: septets packed. `reference` (0 to 255) ties the parts of one message together. */
export function encodeUserData(text: string, encoding: Encoding, reference: number): UserData[] {
  return cutUserData(text, encoding, 'header8', reference).map(({ header, body }) => {
    const hasHeader = header.length > 0;
    if (encoding === 'ucs2') {
      const octets = Buffer.concat([header, body]);
      return { encoding, hasHeader, length: octets.length, octets };
    }
    const octets = Buffer.concat([header, packSeptets(body, fillBitsAfter(header.length))]);
    return { encoding, hasHeader, length: body.length + (hasHeader ? HEADER_SEPTETS : 0), octets };
  });
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
