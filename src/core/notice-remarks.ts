// What an outcome mail says about the way from the mail to the text: taken from HTML, cut, replaced, shortened.
// Takes the facts of a recorded order, gives the lines of one section, or none. Part of `notice.ts`.

import type { NoticeWords } from './notice-texts.js';
import { paragraph, safeLine } from './plain-text.js';
import type { Notice, Replacement, SenderFinding, TextCut } from './types.js';

type Recorded = Extract<Notice, { readonly kind: 'recorded' }>;

const LINE_LIMIT = 100;
/** More replacements than this are no news to anyone. */
const REPLACED_LIMIT = 12;

export function remarks(notice: Recorded, words: NoticeWords): readonly string[] {
  const { origin, replaced, savedParts, truncated, finding } = notice;
  const sentences = [
    ...(origin.fromHtml ? [words.fromHtml] : []),
    ...(origin.cut === null ? [] : [cutText(origin.cut, words)]),
    ...(replaced.length === 0 ? [] : [replacedText(replaced, savedParts, words)]),
    ...(truncated ? [words.truncated] : []),
    ...(finding ? [findingText(finding, words)] : []),
  ];
  return sentences.length === 0 ? [] : [words.headings.remarks, ...sentences.flatMap((one) => paragraph(one, '  - '))];
}

function cutText(cut: TextCut, words: NoticeWords): string {
  const sentence = words.cut[cut.by](cut.line, safeLine(cut.lineText, LINE_LIMIT));
  // Who wrote the marks has chosen already.
  return cut.by === 'tags' || cut.by === 'fin' ? sentence : `${sentence} ${words.avoidCut}`;
}

function replacedText(replaced: readonly Replacement[], savedParts: number, words: NoticeWords): string {
  const listed = replaced.slice(0, REPLACED_LIMIT).map(({ from, to, count }) => {
    return words.replacedOne(character(from, words), character(to, words), count);
  });
  const more = replaced.length - listed.length;
  const list = [...listed, ...(more > 0 ? [words.headingOf.others(more)] : [])].join(', ');
  return savedParts > 0 ? `${words.replaced(list)} ${words.savedParts(savedParts)}` : words.replaced(list);
}

/** The account has `verify=report`: what `required` would have done. */
function findingText({ result, ...found }: SenderFinding, words: NoticeWords): string {
  const [spf, dkim, dmarc] = [found.spf, found.dkim, found.dmarc].map((word) => safeLine(word, 20));
  return words.found[result](`SPF ${spf ?? ''}, DKIM ${dkim ?? ''}, DMARC ${dmarc ?? ''}`);
}

/** A character in quotation marks; one that cannot be seen by its code point. */
function character(text: string, words: NoticeWords): string {
  if (text === '') return words.nothing;
  if (text === ' ') return words.space;
  if (!/^[\p{Z}\p{C}]+$/u.test(text)) return words.quote(safeLine(text, 20));
  return Array.from(text, (one) => `U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`).join(
    ' ',
  );
}
