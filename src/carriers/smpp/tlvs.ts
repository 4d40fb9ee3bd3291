// Optional parameters (TLVs): the tags that we write or read, and their values. An unknown tag is kept and ignored; a
// value of the wrong length reads as missing, so that one odd parameter does not cost a receipt. SMPP 3.4 §5.3.

/** Values by tag; of a tag given twice the first counts. */
export type Tlvs = ReadonlyMap<number, Uint8Array>;

export const TAG = {
  receiptedMessageId: 0x001e,
  userMessageReference: 0x0204,
  sarReference: 0x020c,
  sarTotal: 0x020e,
  sarNumber: 0x020f,
  interfaceVersion: 0x0210,
  networkErrorCode: 0x0423,
  messagePayload: 0x0424,
  messageState: 0x0427,
} as const;

export const NO_TLVS: Tlvs = new Map();

export function int8(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff);
}

export function int16(value: number): Uint8Array {
  return Uint8Array.of((value >> 8) & 0xff, value & 0xff);
}

export function readInt(tlvs: Tlvs, tag: number, octets: 1 | 2): number | undefined {
  const value = tlvs.get(tag);
  if (value?.length !== octets) return undefined;
  return value.reduce((sum, octet) => sum * 256 + octet, 0);
}

/** A C-octet string; the terminator may be missing, as it often is. */
export function readText(tlvs: Tlvs, tag: number): string | undefined {
  const value = tlvs.get(tag);
  if (!value) return undefined;
  const end = value.indexOf(0);
  return Buffer.from(end < 0 ? value : value.subarray(0, end)).toString('latin1');
}
