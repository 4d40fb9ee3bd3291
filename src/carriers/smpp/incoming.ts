// What an SMSC delivers (deliver_sm and data_sm alike): says whether it is a receipt or a message of a person, and reads
// the text of either. Pure; never throws, whatever the octets. Source: SMPP 3.4 §5.2.12 (esm_class), §5.2.19
// (data_coding); 3GPP TS 23.038 §4, TS 23.040 §9.2.3.24.

import { decodeGsm7, unpackSeptets } from '../../core/gsm7.js';
import { fillBitsAfter } from '../user-data.js';
import { readAddress } from './addresses.js';
import type { SmppSettings } from './options.js';
import { MESSAGE_OCTETS, type PduOf } from './pdu.js';
import { readInt, TAG, type Tlvs } from './tlvs.js';

export type DeliveryPdu = PduOf<'deliver_sm'> | PduOf<'data_sm'>;
export type IncomingOptions = Pick<SmppSettings, 'incomingAlphabet' | 'septets' | 'idFormat' | 'unknownSubscriber'>;

export interface Delivery {
  readonly kind: 'receipt' | 'message';
  /** Of a receipt, the handset that the message went to. */
  readonly from: string;
  readonly to: string;
  readonly hasHeader: boolean;
  readonly dataCoding: number;
  /** short_message, or message_payload. */
  readonly octets: Uint8Array;
  readonly tlvs: Tlvs;
}

const TYPE_BITS = 0x3c;
const SMSC_RECEIPT = 0x04;
const INTERMEDIATE_NOTICE = 0x20;
const HAS_HEADER = 0x40;

export function readDelivery({ command, body, tlvs }: DeliveryPdu): Delivery {
  const type = body.esmClass & TYPE_BITS;
  const message = command === 'deliver_sm' ? body.message : new Uint8Array();
  const isReceipt = type === SMSC_RECEIPT || type === INTERMEDIATE_NOTICE || isUntypedReceipt(message, tlvs);
  return {
    kind: isReceipt ? 'receipt' : 'message',
    from: readAddress({ ton: body.sourceTon, digits: body.source }),
    to: readAddress({ ton: body.destinationTon, digits: body.destination }),
    hasHeader: (body.esmClass & HAS_HEADER) !== 0,
    dataCoding: body.dataCoding,
    octets: message.length > 0 ? message : (tlvs.get(TAG.messagePayload) ?? message),
    tlvs,
  };
}

/**
 * Some forget the type. The text alone proves nothing: anybody can write "id:1 stat:DELIVRD". Nor does the parameter
 * alone: Kannel's drive_smpp puts it on what people write, and a reply must not be lost for it.
 */
function isUntypedReceipt(message: Uint8Array, tlvs: Tlvs): boolean {
  if (!tlvs.has(TAG.receiptedMessageId)) return false;
  return tlvs.has(TAG.messageState) || /\bstat:/i.test(Buffer.from(message).toString('latin1'));
}

/** One part of a message. */
export interface Piece {
  readonly text: string;
  /** Null: it stands alone. */
  readonly place: { readonly reference: string; readonly total: number; readonly number: number } | null;
}

export function readPiece(delivery: Delivery, options: IncomingOptions): Piece {
  const headerOctets = headerLength(delivery);
  const header = delivery.octets.subarray(0, headerOctets);
  const text = decodeText(delivery.octets.subarray(headerOctets), delivery.dataCoding, { ...options, headerOctets });
  // A part that no network carries is not kept waiting for others.
  if (delivery.octets.length > MESSAGE_OCTETS) return { text, place: null };
  return { text, place: placeInHeader(header) ?? placeInTlvs(delivery.tlvs) };
}

/** With its length octet; 0 where there is none, or where it claims more than there is. */
function headerLength({ hasHeader, octets }: Delivery): number {
  const length = hasHeader ? (octets[0] ?? 0) + 1 : 0;
  return length <= octets.length ? length : 0;
}

function placeInHeader(header: Uint8Array): Piece['place'] {
  for (let at = 1; at + 1 < header.length;) {
    const [id = 0, length = 0] = header.subarray(at, at + 2);
    const data = header.subarray(at + 2, at + 2 + length);
    if (id === 0 && data.length === 3) return placeOf(`8/${data[0] ?? 0}`, data[1], data[2]);
    if (id === 8 && data.length === 4) return placeOf(`16/${(data[0] ?? 0) * 256 + (data[1] ?? 0)}`, data[2], data[3]);
    at += 2 + length;
  }
  return null;
}

function placeInTlvs(tlvs: Tlvs): Piece['place'] {
  const reference = readInt(tlvs, TAG.sarReference, 2);
  const [total, number] = [readInt(tlvs, TAG.sarTotal, 1), readInt(tlvs, TAG.sarNumber, 1)];
  return reference === undefined ? null : placeOf(`sar/${reference}`, total, number);
}

function placeOf(reference: string, total = 0, number = 0): Piece['place'] {
  return total > 1 && number >= 1 && number <= total ? { reference, total, number } : null;
}

interface TextOptions extends Pick<IncomingOptions, 'incomingAlphabet' | 'septets'> {
  readonly headerOctets: number;
}

export function decodeText(octets: Uint8Array, dataCoding: number, options: TextOptions): string {
  switch (alphabetOf(dataCoding)) {
    case 'ucs2':
      // Half a surrogate pair is kept: the other half may be the beginning of the next part.
      return Buffer.from(octets.subarray(0, octets.length & ~1))
        .swap16()
        .toString('utf16le');
    case 'gsm7':
      return options.incomingAlphabet === 'latin1' && dataCoding === 0
        ? latin1(octets)
        : decodeSeptets(octets, options);
    case 'cyrillic':
      return new TextDecoder('iso-8859-5').decode(octets);
    case 'hebrew':
      return new TextDecoder('iso-8859-8').decode(octets);
    case 'latin1':
      return latin1(octets);
  }
}

function latin1(octets: Uint8Array): string {
  return Buffer.from(octets).toString('latin1');
}

function decodeSeptets(octets: Uint8Array, { septets, headerOctets }: TextOptions): string {
  if (septets === 'unpacked') return decodeGsm7(octets);
  const fillBits = fillBitsAfter(headerOctets);
  const bits = octets.length * 8 - fillBits;
  const text = decodeGsm7(unpackSeptets(octets, Math.max(0, Math.floor(bits / 7)), fillBits));
  // Seven bits too many are filled with CR, or with zeros that read as `@`.
  return bits % 7 === 0 ? text.replace(/[\r@]$/, '') : text;
}

type Alphabet = 'gsm7' | 'ucs2' | 'latin1' | 'cyrillic' | 'hebrew';

/** The values of SMPP first, then the groups of TS 23.038 with a message class. */
function alphabetOf(dataCoding: number): Alphabet {
  const named = new Map<number, Alphabet>([
    [0, 'gsm7'],
    [6, 'cyrillic'],
    [7, 'hebrew'],
    [8, 'ucs2'],
  ]).get(dataCoding);
  if (named) return named;
  if ((dataCoding & 0xf0) === 0xf0) return (dataCoding & 0x04) === 0 ? 'gsm7' : 'latin1';
  if ((dataCoding & 0xf0) !== 0x10) return 'latin1';
  const group = (dataCoding >> 2) & 3;
  return group === 2 ? 'ucs2' : group === 0 ? 'gsm7' : 'latin1';
}
