// What goes between the store and the thread that writes.

import type { Rejection } from '../core/rejection.js';
import type { StoreOptions } from '../store-port.js';
import type { WriteName } from './methods.js';

export interface WriterData {
  readonly file: string;
  readonly options: StoreOptions;
}

export type ToWriter =
  /** The first one. */
  | ({ readonly kind: 'open' } & WriterData)
  | { readonly kind: 'call'; readonly id: number; readonly name: WriteName; readonly args: readonly unknown[] }
  | { readonly kind: 'giveBack'; readonly id: number; readonly how: 'slice' | 'whole' }
  | { readonly kind: 'configure'; readonly options: StoreOptions }
  | { readonly kind: 'stop' };

/** Errors do not keep their class between threads: what the receiving side needs is taken apart. */
export interface Fault {
  readonly message: string;
  readonly stack: string | undefined;
  /** Of an `Unavailable`, else null. */
  readonly rejection: Rejection | null;
}

export type FromWriter =
  | { readonly kind: 'ready' }
  /** The database cannot be opened; nothing follows. */
  | { readonly kind: 'failed'; readonly fault: Fault }
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'fault'; readonly id: number; readonly fault: Fault }
  | { readonly kind: 'stopped' };
