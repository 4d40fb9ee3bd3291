// What a reader takes for one character: extended grapheme clusters (Unicode UAX 29). The language has no part in it.
// Takes a text, gives its graphemes one after the other; joined they are the text.
// Reads through a window, so that a caller who needs the first hundred does not pay for a book, and because the time
// that Intl.Segmenter takes grows with the square of the text that it is given.

const SEGMENTER = new Intl.Segmenter('en', { granularity: 'grapheme' });
const WINDOW = 500;
/**
 * Texts in which every character stands alone, as European ones do: Latin letters in NFC, common punctuation, currency
 * signs. No CR, which LF would join; no marks, joiners or selectors; nothing beyond the basic plane.
 */
const SINGLE_CHARACTERS = /^[\n -~\u00A0-\u00AC\u00AE-\u02FF\u2010-\u2027\u2030-\u203B\u20A0-\u20BF]*$/;

export function graphemes(text: string): Iterable<string> {
  return SINGLE_CHARACTERS.test(text) ? text : segmented(text);
}

function* segmented(text: string): Generator<string> {
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
