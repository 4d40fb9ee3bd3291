// Addresses out of a To, Cc or Bcc field, or of a recipient among the words of a call: names, comments, groups, quotes.
// Takes text, gives addresses as they are written, without their angle brackets; completes those without a domain.
// Never throws, linear in the text; what is no address comes out as it is, for whoever refuses it to show. Source: RFC 5322 §3.4.

interface Scan {
  readonly text: string;
  at: number;
}

/** In their order, each once. */
export function addressesIn(text: string): string[] {
  const scan: Scan = { text, at: 0 };
  const found: string[] = [];
  while (scan.at < text.length) {
    const address = nextAddress(scan);
    if (address !== '') found.push(address);
  }
  return [...new Set(found)];
}

/** Up to the next comma or semicolon, which ends a group. */
function nextAddress(scan: Scan): string {
  let outside = '';
  let inside: string | null = null;
  for (; scan.at < scan.text.length; scan.at += 1) {
    const character = scan.text.charAt(scan.at);
    if (character === ',' || character === ';') break;
    if (character === '(') skipComment(scan);
    else if (character === '"') outside += takeQuoted(scan);
    else if (character === '<') inside = takeAngled(scan);
    // The name of a group, before its members.
    else if (character === ':') outside = '';
    else outside += character;
  }
  scan.at += 1;
  return (inside ?? outside).trim();
}

/** Comments may be nested. One that does not end is the rest of the text. */
function skipComment(scan: Scan): void {
  let depth = 0;
  for (; scan.at < scan.text.length; scan.at += 1) {
    const character = scan.text.charAt(scan.at);
    if (character === '\\') scan.at += 1;
    else if (character === '(') depth += 1;
    else if (character === ')') {
      depth -= 1;
      if (depth === 0) return;
    }
  }
}

/** With its quotes: a local part keeps them, a name is dropped anyway. */
function takeQuoted(scan: Scan): string {
  const start = scan.at;
  for (scan.at += 1; scan.at < scan.text.length; scan.at += 1) {
    const character = scan.text.charAt(scan.at);
    if (character === '\\') scan.at += 1;
    else if (character === '"') break;
  }
  return scan.text.slice(start, scan.at + 1);
}

/** Without a route (`<@relay:user@host>`), which nobody follows any more. */
function takeAngled(scan: Scan): string {
  let address = '';
  for (scan.at += 1; scan.at < scan.text.length; scan.at += 1) {
    const character = scan.text.charAt(scan.at);
    if (character === '>') break;
    address += character === '"' ? takeQuoted(scan) : character;
  }
  return address.replace(/^@[^:]*:/, '').trim();
}

/** With a domain: its own, or the given one. `''` stays: the null sender. */
export function qualified(address: string, domain: string | null): string {
  return address === '' || domain === null || /@[^"@]*$/.test(address) ? address : `${address}@${domain}`;
}

/** False for what would be more than one word, or more than one line, of an SMTP command. */
export function isSendable(address: string): boolean {
  // Outside quotes no space and no angle bracket; no control character anywhere.
  return !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(address) && !/[\s<>]/.test(address.replace(/"(?:[^"\\]|\\.)*"/g, ''));
}
