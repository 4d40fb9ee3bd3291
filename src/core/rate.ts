// So many a minute, as a bucket that fills with time and holds a minute's worth. Pure: bucket and instant in, decision out.
// What is asked for at once may be more than the bucket holds: it goes into debt, which has to be worked off before the
// next. So nothing is too large to be ever let through, and the mean is kept all the same.

const MINUTE_MS = 60_000;

export interface Bucket {
  /** Negative: a debt. */
  readonly left: number;
  readonly atMs: number;
}

export function bucketAt(bucket: Bucket | undefined, perMinute: number, nowMs: number): Bucket {
  if (!bucket) return { left: perMinute, atMs: nowMs };
  const gained = (Math.max(0, nowMs - bucket.atMs) / MINUTE_MS) * perMinute;
  return { left: Math.min(perMinute, bucket.left + gained), atMs: nowMs };
}

/** Null: not now. */
export function taken(bucket: Bucket, count: number): Bucket | null {
  // Less than one left is none left: fractions are on their way to the next.
  return bucket.left < 1 ? null : { ...bucket, left: bucket.left - count };
}
