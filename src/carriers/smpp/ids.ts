// Ids of messages as SMSCs write them, brought to one form, so that the receipt finds the answer. Takes what came and from
// where, gives text. An id that is not what the setting says stays as it is. Source: the field (Kannel, msg-id-type).

import type { IdFormat } from './options.js';

/** Where an id stands: in the answer to a submission, or in a receipt. */
export type IdPlace = 'answer' | 'receipt';

const HEXADECIMAL: Readonly<Record<IdFormat, IdPlace | null>> = {
  text: null,
  'no-zeros': null,
  'hex-decimal': 'answer',
  'decimal-hex': 'receipt',
};

export function normaliseId(id: string, place: IdPlace, format: IdFormat): string {
  const written = id.trim();
  if (format === 'text') return written;
  if (format === 'no-zeros') return withoutZeros(written);
  if (HEXADECIMAL[format] !== place) return withoutZeros(written);
  return /^[\da-f]+$/i.test(written) ? BigInt(`0x${written}`).toString() : written;
}

function withoutZeros(id: string): string {
  return id.replace(/^0+(?=.)/, '');
}
