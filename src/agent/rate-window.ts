/** What was let in during the last minute. */
export interface RateWindow {
  /** Milliseconds until `amount` fits; 0: now. More than a whole minute's worth goes when the window is empty, else it never would. */
  waitMs(amount: number, now: number): number;
  /** Lets it in. Gives what `change` takes. */
  add(amount: number, now: number): WindowEntry | undefined;
  /** It came to more or less than was expected. */
  change(entry: WindowEntry | undefined, amount: number): void;
}
export interface WindowEntry {
  readonly at: number;
  amount: number;
}

const windowMs = 60_000;

const unlimited: RateWindow = { waitMs: () => 0, add: () => undefined, change: () => undefined };

/**
 * A sliding window: never more than `perMinute` within any 60 seconds, and all of it at once if need be. (A token bucket
 * that fills over a minute lets nearly twice the limit through in its first one.)
 */
export function createWindow(perMinute: number | undefined): RateWindow {
  if (perMinute === undefined) return unlimited;
  let entries: WindowEntry[] = [];
  /** Entries before this one have left the window. */
  let first = 0;
  let sum = 0;

  function leave(now: number): void {
    for (let entry = entries[first]; entry !== undefined && entry.at <= now - windowMs; entry = entries[first]) {
      sum -= entry.amount;
      first++;
    }
    if (first > 1000 && first > entries.length / 2) {
      entries = entries.slice(first);
      first = 0;
    }
  }

  return {
    waitMs(amount, now) {
      leave(now);
      const room = Math.max(0, perMinute - amount);
      let left = sum;
      for (let i = first; left > room; i++) {
        const entry = entries[i];
        if (entry === undefined) return 0;
        left -= entry.amount;
        if (left <= room) return entry.at + windowMs - now;
      }
      return 0;
    },
    add(amount, now) {
      const entry: WindowEntry = { at: now, amount };
      entries.push(entry);
      sum += amount;
      return entry;
    },
    change(entry, amount) {
      if (entry === undefined) return;
      if (entries.includes(entry, first)) sum += amount - entry.amount;
      entry.amount = amount;
    },
  };
}
