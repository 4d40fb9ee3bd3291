// What is measured, as the bench sees it: something that can be started, has a port and a process, and can be stopped
// without leaving anything. A peer whose program is not here says what to install, and is left out.

export interface Peer {
  readonly name: string;
  /** What to install; null: it is here. */
  missing(): Promise<string | null>;
  start(): Promise<Server>;
}

export interface Server {
  readonly port: number;
  /** The root of its processes. */
  readonly pid: number;
  /** Between two measurements: what has piled up goes away. */
  clear?(): Promise<void>;
  stop(): Promise<void>;
}

export const isHere = (): Promise<null> => Promise.resolve(null);
