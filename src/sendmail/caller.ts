// Who calls: the system's user and the mail name of this machine, for an envelope sender and a From field that are missing.
// Reads /etc/mailname where there is one (Debian's policy), else asks for the host's name.

import { readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';

const NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i;

export function mailName(): string {
  try {
    const [first = ''] = readFileSync('/etc/mailname', 'utf8').split('\n');
    if (NAME.test(first.trim())) return first.trim();
  } catch {
    // Not every machine has one.
  }
  const host = hostname();
  return NAME.test(host) ? host : 'localhost';
}

export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry, as in many containers.
    return `uid${process.getuid?.() ?? ''}`;
  }
}
