// What a reader takes for one character: extended grapheme clusters (Unicode UAX 29). The language has no part in it.
// Takes a text, gives its graphemes one after the other; joined they are the text.
// Reads through a window, so that a caller who needs the first hundred does not pay for a book, and because the time
// that Intl.Segmenter takes grows with the square of the text that it is given.

const SEGMENTER = new Intl.Segmenter('en', { granularity: 'grapheme' });
const WINDOW = 500;

export function* graphemes(text: string): Generator<string> {
  let start = 0;
  let width = WINDOW;
  while (start < text.length) {
    const window = windowAt(text, start, width);
    const found = [...SEGMENTER.segment(window)];
    // The last one may go on behind the window; where it fills all of it, a wider window is needed.
    const open = start + window.length < text.length ? found.pop() : undefined;
    for (const { segment } of found) yield segment;
    start += open?.index ?? window.length;
    width = found.length === 0 ? width * 2 : WINDOW;
  }
}

/** Half a surrogate pair at the end would read as a character of its own, and break what it belongs to. */
function windowAt(text: string, start: number, width: number): string {
  const window = text.slice(start, start + width);
  return /[\uD800-\uDBFF]$/.test(window) ? text.slice(start, start + width + 1) : window;
}
