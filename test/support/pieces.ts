/** As a connection brings a mail: in pieces that end anywhere. */
export function inPieces(mail: Buffer, bytes = 64 * 1024): Buffer[] {
  const starts = Array.from({ length: Math.ceil(mail.length / bytes) }, (_, index) => index * bytes);
  return starts.map((at) => mail.subarray(at, at + bytes));
}
