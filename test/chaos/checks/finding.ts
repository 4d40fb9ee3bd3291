// What the checker has to say: a kind that is counted, and a sentence for a person.

export type FindingKind =
  /** Acknowledged, and not there, or not whole. */
  | 'lost'
  /** Done more than once. */
  | 'twice'
  /** The books do not agree. */
  | 'unbalanced'
  /** More messages in doubt than the window of the carrier. */
  | 'in-doubt'
  /** Never comes to an end. */
  | 'stuck'
  /** A sending code stands where none may stand. */
  | 'code'
  /** Anything else that contradicts a promise. */
  | 'wrong';

export interface Finding {
  readonly kind: FindingKind;
  readonly text: string;
}

export function lost(text: string): Finding {
  return { kind: 'lost', text };
}

export function twice(text: string): Finding {
  return { kind: 'twice', text };
}

export function wrong(text: string): Finding {
  return { kind: 'wrong', text };
}
