// The options that every command has.

export interface Globals {
  readonly config?: string;
  readonly data: string;
  readonly json?: boolean;
}

/** From the working folder. */
export const DEFAULT_DATA_DIR = 'data/run';
