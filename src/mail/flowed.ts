// A `format=flowed` text → the paragraphs that its author typed: soft line breaks joined, space-stuffing taken off.
// The signature line `-- ` is never joined, quoted lines keep one `> ` for each level.
// Source: RFC 3676 §4.

const SIGNATURE = '-- ';

interface Line {
  readonly depth: number;
  readonly text: string;
  /** The paragraph goes on in the next line of the same depth. */
  readonly soft: boolean;
}

interface Paragraph {
  readonly depth: number;
  readonly pieces: string[];
  /** Its last line was a soft one. */
  goesOn: boolean;
}

export function unfoldFlowed(text: string, delSp: boolean): string {
  const paragraphs: Paragraph[] = [];
  for (const raw of text.split(/\r?\n/)) {
    const line = readLine(raw);
    const piece = line.soft && delSp ? line.text.slice(0, -1) : line.text;
    const last = paragraphs.at(-1);
    if (last?.goesOn && last.depth === line.depth && line.text !== SIGNATURE) {
      last.pieces.push(piece);
      last.goesOn = line.soft;
    } else {
      paragraphs.push({ depth: line.depth, pieces: [piece], goesOn: line.soft });
    }
  }
  return paragraphs.map(written).join('\n');
}

function readLine(raw: string): Line {
  let depth = 0;
  while (raw[depth] === '>') depth++;
  const text = raw[depth] === ' ' ? raw.slice(depth + 1) : raw.slice(depth);
  return { depth, text, soft: text.endsWith(' ') && text !== SIGNATURE };
}

function written(paragraph: Paragraph): string {
  const text = paragraph.pieces.join('');
  if (paragraph.depth === 0) return text;
  return '>'.repeat(paragraph.depth) + (text === '' ? '' : ' ') + text;
}
