// The key that reply addresses are signed with: whole, and the one of the first start. With another one, replies that
// were forwarded before cannot be answered any more; with an empty one, anybody could make such addresses.

import type { World } from '../world.js';
import { wrong, type Finding } from './finding.js';

export function keyFindings({ firstKey, key }: World): Finding[] {
  return key === firstKey && /^[0-9a-f]{64}$/.test(key)
    ? []
    : [wrong(`reply.key is another one, or broken: “${key.slice(0, 4)}…”`)];
}
