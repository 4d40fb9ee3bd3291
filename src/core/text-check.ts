// Eight bits of a text: enough to pass over nearly all texts that are another one without reading them, and too little to
// tell what a text that was forgotten has said. FNV-1a over its UTF-16 code units, folded to a byte.

const [OFFSET_BASIS, PRIME] = [0x81_1c_9d_c5, 0x01_00_01_93];

/** From 0 to 255; equal texts have equal checks. */
export function textCheck(text: string): number {
  let hash = OFFSET_BASIS;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), PRIME);
  const halves = hash ^ (hash >>> 16);
  return (halves ^ (halves >>> 8)) & 0xff;
}
