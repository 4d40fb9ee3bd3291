// The envelope of a mail that is only a file: recipients from To and Cc, the sender from Return-Path or From.
// A help for `explain`, where nobody gave the envelope; the daemon never takes an address from a header for it.

/** Enough for any header; a body that looks like one is not searched further. */
const MAX_HEADER = 256 * 1024;
/** A display name in quotes, which is skipped; else a quoted or a bare local part, an @, a domain. */
const ADDRESS = /"(?:[^"\\]|\\.)*"(?!@)|((?:"(?:[^"\\]|\\.)*"|[^\s<>,;:"()@[\]]+)@[^\s<>,;:"()@[\]]+)/g;

export interface HeaderAddresses {
  readonly to: readonly string[];
  /** `''`: the null sender; null: the mail does not say. */
  readonly returnPath: string | null;
}

export function headerAddresses(raw: Uint8Array): HeaderAddresses {
  const text = new TextDecoder('utf-8').decode(raw.subarray(0, MAX_HEADER));
  const [header = ''] = text.split(/\r?\n\r?\n/, 1);
  const fields = header.replace(/\r?\n(?=[ \t])/g, '').split(/\r?\n/);
  const valuesOf = (name: RegExp): string[] =>
    fields.flatMap((field) => (name.test(field) ? [field.slice(field.indexOf(':') + 1)] : []));
  const to = valuesOf(/^(?:to|cc)[ \t]*:/i).flatMap(addressesIn);
  const [returnPath] = valuesOf(/^return-path[ \t]*:/i);
  return { to: [...new Set(to)], returnPath: returnPath === undefined ? null : (addressesIn(returnPath)[0] ?? '') };
}

function addressesIn(value: string): string[] {
  return [...value.matchAll(ADDRESS)].flatMap(([, address]) => address ?? []);
}
