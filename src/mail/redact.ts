// What a log may say of an address and of a fault.
// Codes stand in local parts and subjects, and messages of errors quote what they choke on: neither gets through.

/** `••••@example.fr`: the domain tells enough. */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 0 ? '••••' : `••••${address.slice(at)}`;
}

/** Class, system code and places of a thrown error, without its message. */
export function describeFault(thrown: unknown): Readonly<Record<string, unknown>> {
  if (!(thrown instanceof Error)) return { fault: typeof thrown };
  const code: unknown = 'code' in thrown ? thrown.code : undefined;
  const { stack = '', message } = thrown;
  // A message may have lines that look like places.
  const places = stack.includes(message) ? stack.slice(stack.indexOf(message) + message.length) : stack;
  const frames = places.split('\n').filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line));
  return {
    fault: thrown.name,
    ...(typeof code === 'string' ? { code } : {}),
    at: frames.slice(0, 6).map((line) => line.trim()),
  };
}
