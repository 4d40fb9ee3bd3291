// What a reader takes for one character: extended grapheme clusters (Unicode UAX 29).
// Lazy, so that a caller who needs the first hundred does not pay for a book; the language has no part in it.

const SEGMENTER = new Intl.Segmenter('en', { granularity: 'grapheme' });

export function* graphemes(text: string): Generator<string> {
  for (const { segment } of SEGMENTER.segment(text)) yield segment;
}
