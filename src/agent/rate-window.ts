/** So much within so long: `10/s` is 10 within 1,000 ms. */
export interface Rate {
  readonly amount: number;
  readonly windowMs: number;
}
/** What was let in lately. */
export interface RateWindow {
  /** Milliseconds until `amount` fits; 0: now. More than a whole window's worth goes when the window is empty, else it never would. */
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

const unlimited: RateWindow = { waitMs: () => 0, add: () => undefined, change: () => undefined };

/**
 * A sliding window: never more than the rate's amount within any time so long, and all of it at once if need be. (A token
 * bucket that fills over a minute lets nearly twice the limit through in its first one.)
 */
export function createWindow(rate: Rate | undefined): RateWindow {
  if (rate === undefined) return unlimited;
  const { amount: most, windowMs } = rate;
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
      const room = Math.max(0, most - amount);
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
