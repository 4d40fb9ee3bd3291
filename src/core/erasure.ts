// Whom an erasure or an export is about, and what is told of it, as plain data. Nothing here computes.

/** `number`: who gets SMS · `account`: who pays · `sender`: an address that sends by a share, or sent once. */
export type SubjectKind = 'number' | 'account' | 'sender';

export interface Subject {
  readonly kind: SubjectKind;
  /** The number (E.164), or every address. */
  readonly identifiers: readonly string[];
  /** The account itself; of a number: the one account that it is limited to, or null. */
  readonly accountId: number | null;
  /** What stands in the place of the address, or of the number where something must. */
  readonly pseudonym: string;
}

export interface SubjectRequest {
  readonly kind: SubjectKind;
  /** E.164, or a mail address. */
  readonly name: string;
  /** Of a number: the one account that is meant; null: all. */
  readonly account: string | null;
}

/** Where a walk through everything that is kept has got to. */
export interface Cursor {
  readonly holding: number;
  readonly after: readonly (string | number)[];
}

/** `owned`: it is about the subject. `mentioned`: the subject stands in something of others. */
export type Relation = 'owned' | 'mentioned';

export interface Found {
  readonly holding: string;
  readonly relation: Relation;
  /** Its columns, without secrets. */
  readonly row: Readonly<Record<string, string | number | null>>;
}

export interface FoundSlice {
  readonly found: readonly Found[];
  /** Null: everything has been looked at. */
  readonly next: Cursor | null;
}

export interface ErasedSlice {
  /** Rows by holding. */
  readonly counts: Readonly<Partial<Record<string, number>>>;
  /** How the outcome mails left that are erased: of a folder, the names of their files. */
  readonly mails: readonly string[];
  /** Texts that are still to be sent to others stay as they are. */
  readonly skipped: number;
  readonly next: Cursor | null;
}

export interface ErasureRequest extends SubjectRequest {
  /** What is still to be sent is cancelled first. */
  readonly cancel: boolean;
  /** What is left on an account goes back to whoever issued it. */
  readonly forfeit: boolean;
  /** An account that is open is closed first: it was, before a backup was restored. */
  readonly close: boolean;
  /** Of a code that nobody knows: an erased account keeps none that works. */
  readonly codeHash: string;
  readonly nowMs: number;
}

/** One erasure that was asked for, by keyed hashes only. */
export interface ErasureEntry {
  readonly kind: SubjectKind;
  readonly subject: string;
  readonly account: string | null;
  readonly atMs: number;
}

export interface Erasure extends ErasureEntry {
  readonly id: number;
  readonly done: boolean;
}

export interface Begun {
  readonly erasure: Erasure;
  readonly subject: Subject;
  readonly cancelled: number;
  readonly forfeitedMilli: number;
}

/** Numbers and addresses that were found by their hashes. */
export interface ResolvedSlice {
  readonly names: readonly { readonly hash: string; readonly name: string }[];
  readonly next: Cursor | null;
}

export const START: Cursor = { holding: 0, after: [] };
