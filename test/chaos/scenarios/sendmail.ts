// `petitbleu sendmail` while the daemon is away, killed, or without power: who got an exit code of 0 may forget the mail.
// It lies in the spool then, or is an order; the daemon picks it up, and may die between the order and the removal of the
// file. Callers that were killed call again, as cron jobs do that have no answer.

import { setTimeout as pause } from 'node:timers/promises';

import { Callers } from '../callers.js';
import type { MailKind } from '../mails.js';
import type { Scenario } from '../scenario.js';
import { Stuck, type World } from '../world.js';

const CALLERS = 8;
/** What is refused is told to a caller at once, by its exit code: such a mail asks for no SMS. */
const KINDS: readonly MailKind[] = ['one', 'several', 'long', 'deferred'];
/** From the start of the program to its end. */
const CALL_TAKES_MS = 600;
const TRIES = 20;

/** Several at once, struck at some instant. */
async function struck(world: World, callers: Callers, strike: () => Promise<void> | void): Promise<void> {
  const handed = world.stream.hand(CALLERS, KINDS, (mail) => callers.hand(mail));
  await pause(world.random.int(50, CALL_TAKES_MS));
  await strike();
  await handed;
}

async function callAgain(world: World, callers: Callers): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (await world.stream.handAgain((mail) => callers.hand(mail))) return;
  }
  throw new Stuck(`a caller got no answer in ${TRIES} calls`);
}

async function away(world: World): Promise<Callers> {
  const callers = new Callers(world);
  if (world.daemon.isAlive) await world.stop();
  return callers;
}

const KILLED: Scenario = {
  ...{ name: 'sendmail-kill', what: 'sendmail: callers and the daemon killed (-9) around the spool' },
  ...{ runs: { full: 40, quick: 1 } },
  async disturb(world) {
    const callers = await away(world);
    await struck(world, callers, () => callers.kill());
    await callAgain(world, callers);
    await world.start();
    // The spool is full: the daemon dies in the middle of it, before or after the order of a file is committed.
    const stage = world.random.chance(0.5) ? 'order-before' : 'order-after';
    const killed = world.killAt({ stage, nth: world.random.int(1, 3), holdMs: 0 });
    await Promise.all([killed, world.stream.hand(CALLERS, KINDS, (mail) => callers.hand(mail))]);
    await callAgain(world, callers);
  },
};

const POWER: Scenario = {
  ...{ name: 'sendmail-power-cut', what: 'sendmail: the power is cut around the spool' },
  ...{ runs: { full: 40, quick: 1 }, world: { powerCuts: true } },
  async disturb(world) {
    const callers = await away(world);
    const cut = async (): Promise<void> => {
      callers.kill();
      await world.cutPower(world.random.chance(0.5) ? 'nothing-unsynced' : 'some-unsynced');
    };
    await struck(world, callers, cut);
    await callAgain(world, callers);
    // Picks up, and is struck in the middle of it.
    await world.start();
    await struck(world, callers, cut);
    await callAgain(world, callers);
  },
};

export const SENDMAILS: readonly Scenario[] = [KILLED, POWER];
