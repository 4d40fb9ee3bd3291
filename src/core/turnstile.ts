// Lets so many tasks run at once and the others wait in order, so that a task's own deadline starts when it does.
// Knows nothing of the tasks; one that fails makes room like any other.

export type Turnstile = <T>(task: () => Promise<T>) => Promise<T>;

export function turnstile(places: number): Turnstile {
  let free = places;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (free > 0) free--;
    else await new Promise<void>((enter) => waiting.push(enter));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
