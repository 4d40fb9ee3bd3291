import { expect, test } from 'vitest';

import { signedFields } from '../../src/mail/signed-fields.js';
import { inPieces } from '../support/pieces.js';

const SIGNATURE = 'DKIM-Signature: v=1; a=rsa-sha256;\r\n d=example.fr; b=AA==\r\n';
const BODY = '\r\n\r\nDKIM-Signature: a=rsa-sha1; of the text\r\nARC-Seal: of the text\r\n\r\nEnd\r\n';
const MAIL = `ARC-Seal: i=1;\r\n b=BB==\r\n${SIGNATURE}DKIM-Signature: a=rsa-sha256; l=3; b=CC==\r\nSubject: s${BODY}`;

test.each([1, 2, 3, 5, 7, 64, 1000])(
  'the header loses what proves nothing, in pieces of %i; the text stays',
  (bytes) => {
    const kept = Buffer.concat(signedFields(inPieces(Buffer.from(MAIL), bytes))).toString();
    expect(kept).toBe(`${SIGNATURE}Subject: s${BODY}`);
  },
);

test('a mail without an empty line is all header; one without bytes is none', () => {
  expect(Buffer.concat(signedFields([Buffer.from('ARC-Seal: x\nSubject: s\n')])).toString()).toBe('Subject: s\n');
  expect(Buffer.concat(signedFields([]))).toHaveLength(0);
});
