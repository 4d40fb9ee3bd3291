// Loaded into the daemon, and into each of its threads, by NODE_OPTIONS=--import. Kills the whole process at a named
// stage, moves its clock, or takes the syncs from SQLite. Nothing of the program knows about it.

import { subscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { STAGES, type HookWish, type KillOrder, type Published, type Stage } from '../stages.js';

const wish = JSON.parse(process.env['CHAOS_HOOK'] ?? 'null') as HookWish | null;
if (wish) {
  killAtStages(wish.killFile);
  moveClock(wish.clockShiftMs);
  if (wish.synchronous === 'NORMAL') takeSyncs();
}

function killAtStages(file: string): void {
  for (const stage of STAGES) {
    let seen = 0;
    subscribe(stage.channel, (message) => {
      if (stage.when && !stage.when(message as Published)) return;
      const order = orderFor(stage, file);
      if (!order) return;
      seen += 1;
      if (seen < order.nth) return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, order.holdMs);
      process.kill(process.pid, 'SIGKILL');
    });
  }
}

/** Looked for each time: the harness gives it when mails flow. */
function orderFor({ name }: Stage, file: string): KillOrder | null {
  try {
    const order = JSON.parse(readFileSync(file, 'utf8')) as KillOrder;
    return order.stage === name ? order : null;
  } catch {
    return null;
  }
}

function moveClock(shiftMs: number): void {
  const realNow = Date.now.bind(Date);
  Date.now = () => realNow() + shiftMs;
}

/** The program asks for FULL, and asks back: it is told what it wants to hear. */
function takeSyncs(): void {
  const require = createRequire(process.argv[1] ?? import.meta.url);
  const { prototype } = require('better-sqlite3') as {
    prototype: { pragma: (source: string, options?: object) => unknown };
  };
  const real = prototype.pragma;
  prototype.pragma = function pragma(this: object, source: string, options?: object): unknown {
    if (source === 'synchronous') return 2;
    return real.call(this, source.replace('synchronous = FULL', 'synchronous = NORMAL'), options);
  };
}
