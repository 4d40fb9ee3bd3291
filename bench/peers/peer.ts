// What is measured, as the bench sees it: something that can be started, has a port and a process, and can be stopped
// without leaving anything. A peer whose program is not here says what to install, and is left out.

import type { ChildProcess } from 'node:child_process';

export interface Peer<S extends Server = Server> {
  readonly name: string;
  /** What to install; null: it is here. */
  missing(): Promise<string | null>;
  start(): Promise<S>;
}

export interface Server {
  readonly port: number;
  /** Its processes; those that they have started count as well. */
  readonly pids: readonly number[];
  /** Between two measurements: what has piled up goes away. */
  clear?(): Promise<void>;
  stop(): Promise<void>;
}

export const pidsOf = ({ pid }: ChildProcess): number[] => (pid === undefined ? [] : [pid]);

export const isHere = (): Promise<null> => Promise.resolve(null);
