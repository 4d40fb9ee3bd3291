import { expect, test } from 'vitest';
import fc from 'fast-check';
import { htmlToText } from '../../src/mail/html.js';

test.each([
  ['entities', '<p>d&eacute;j&agrave; &amp; &#8364;</p>', 'déjà & €'],
  ['a link keeps its text only', '<a href="https://x.example/?t=1">ici</a>', 'ici'],
  ['pictures go', 'a<img src="x.png" alt="logo">b', 'ab'],
  ['style, script and title go', '<title>t</title><style>p{}</style><script>s()</script>x', 'x'],
  ['a title in an unclosed head', '<html><head><title>t</title><body>x', 'x'],
  ['a body that ends too early', '<html><body><p>un</p></body></html><p>deux</p>', 'un\n\ndeux'],
  ['display:none', '<div style="color:red; DISPLAY : none">caché</div>vu', 'vu'],
  ['display:none without quotes', '<div style=display:none>caché</div>vu', 'vu'],
  ['visibility:hidden', "<span style='visibility:hidden'>caché</span>vu", 'vu'],
  ['mso-hide', '<p class="MsoNormal" style="mso-hide:all">caché</p>vu', 'vu'],
  ['the hidden attribute', '<p hidden>caché</p>vu', 'vu'],
  ['other styles stay visible', '<p style="display:block">vu</p>', 'vu'],
  ['a style that is only talked about', '<p>style="display:none"</p>', 'style="display:none"'],
  ['conditional comments', '<!--[if mso]>Outlook<![endif]-->vu', 'vu'],
  ['line breaks', 'un<br>deux<div>trois</div>', 'un\ndeux\ntrois'],
  ['paragraphs', '<p>un</p><p>deux</p>', 'un\n\ndeux'],
  ["Outlook's paragraphs are lines", '<p class=MsoNormal>un</p><p class="MsoNormal">deux</p>', 'un\ndeux'],
  ['a list', 'x<ul><li>un</li><li>deux</li></ul>', 'x\n- un\n- deux'],
  ['a numbered list', '<ol><li>un</li><li>deux</li></ol>', '1. un\n2. deux'],
  ['headings keep their case', '<h1>Alerte</h1>', 'Alerte'],
  ['quotes', 'oui<blockquote>question</blockquote>', 'oui\n\n> question'],
  ['escaped tags', '&lt;SMS&gt;x&lt;/SMS&gt; y', '<SMS>x</SMS> y'],
  ['tags as an element', '<SMS>x</SMS> y', '<SMS>x</SMS> y'],
  ['the signature line', 'x<div class="moz-signature">-- <br>Alice</div>', 'x\n-- \nAlice'],
  ['long lines are not wrapped', 'mot '.repeat(100), 'mot '.repeat(100).trim()],
])('%s', (_, html, text) => {
  expect(htmlToText(html)).toBe(text);
});

test('embedded pictures do not use up the size', () => {
  const picture = `<img src="data:image/png;base64,${'A'.repeat(2_000_000)}">`;
  expect(htmlToText(`${picture}vu`)).toBe('vu');
});

test('never throws', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('<', '>', '<div>', '</p>', '<table><tr>', '<!--', '&lt;', 'style="', '<ul><li>', '<sms>'),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      expect(typeof htmlToText(pieces.join(''))).toBe('string');
    }),
  );
});
