// The HTML part of a mail → text that reads well as an SMS. Links keep their text, pictures and what a client would
// hide are dropped, paragraphs and lists become lines, quotes keep their `> `.
// Never throws: input size and nesting are capped before the library sees them (html-to-text recurses).

import { compile, type FormatCallback } from 'html-to-text';

/** Characters; html-to-text needs about half a second for so many. What follows is not read. */
const MAX_HTML_LENGTH = 1024 * 1024;
const MAX_HTML_DEPTH = 256;

const HIDDEN = /(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)/i;
const DROPPED = ['img', 'style', 'script', 'title', 'template', 'noframes', 'object', 'svg', 'select', '[hidden]'];
/** How `prepare` carries the signature line through the conversion. */
const SIGNATURE = '--\u00a0';
const LINE = { leadingLineBreaks: 1, trailingLineBreaks: 1 };

/** Some scripts write the tags without escaping them; as elements they would vanish. */
const smsTags: FormatCallback = (elem, walk, builder) => {
  builder.addLiteral('<SMS>');
  walk(elem.children, builder);
  builder.addLiteral('</SMS>');
};

const toText = compile({
  wordwrap: false,
  baseElements: { selectors: [] },
  limits: { maxInputLength: MAX_HTML_LENGTH, maxDepth: MAX_HTML_DEPTH, ellipsis: '' },
  formatters: { smsTags },
  selectors: [
    ...DROPPED.map((selector) => ({ selector, format: 'skip' })),
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'sms', format: 'smsTags' },
    // Outlook's paragraphs have no margin: each is a line.
    { selector: 'p.MsoNormal', format: 'paragraph', options: LINE },
    { selector: 'p.MsoListParagraph', format: 'paragraph', options: LINE },
    { selector: 'ul', options: { itemPrefix: '- ', ...LINE } },
    { selector: 'ol', options: LINE },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
});

export function htmlToText(html: string): string {
  return toText(prepare(html))
    .split('\n')
    .map((line) => (line === SIGNATURE ? '-- ' : line.trim()))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n');
}

/** Leaves out embedded pictures before the size counts, and turns every way of hiding into the one attribute. */
function prepare(html: string): string {
  return (
    html
      .replace(/(["'])data:[^"']*\1/g, '""')
      .slice(0, MAX_HTML_LENGTH)
      .replace(/<([a-z][a-z0-9:]*)\s[^<>]*>/gi, (tag, name: string) => (isHidden(tag) ? `<${name} hidden>` : tag))
      // White space before a tag collapses, but the signature line is known by its space.
      .replace(/(^|[>\n])-- \s*(?=<)/g, '$1--&nbsp;')
  );
}

function isHidden(tag: string): boolean {
  const style = /\sstyle\s*=\s*("[^"]*"|'[^']*'|[^\s>]*)/i.exec(tag)?.[1] ?? '';
  return HIDDEN.test(style);
}
