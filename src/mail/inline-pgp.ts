// A text that PGP was applied to inside of the body: says when it is encrypted, takes the armor off a clear signature.
// The signature is not checked: who sends is proved otherwise. Source: RFC 9580 §7 (cleartext signature framework).

const SIGNED = /^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\n(?:[A-Za-z]+:[^\n]*\n)*[ \t]*\n/m;

export function isPgpMessage(text: string): boolean {
  return text.trimStart().startsWith('-----BEGIN PGP MESSAGE-----');
}

/** The signed text, its dash-escaping undone; any other text unchanged. Expects LF line ends. */
export function withoutPgpArmor(text: string): string {
  const head = SIGNED.exec(text);
  if (!head) return text;
  const start = head.index + head[0].length;
  const end = text.indexOf('\n-----BEGIN PGP SIGNATURE-----', start - 1);
  if (end < 0) return text;
  return text.slice(start, Math.max(start, end)).replace(/^- /gm, '');
}
