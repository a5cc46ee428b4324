import type { Clock } from "./clock.ts";

/** A time by which something must have happened. */
export interface Deadline {
  /** Milliseconds since 1970. Moving it on costs nothing: the one timer looks at it when it wakes. */
  at: number;
  cancel(): void;
  /** Its time stands still until what this gives is called; more than one may hold it. */
  hold(): () => void;
}

/**
 * All time limits of a run behind one timer. Nearly none of them is ever reached, so adding, moving and cancelling one is
 * a few assignments; the timer is set for the earliest, and wakes in vain now and then.
 */
export interface Deadlines {
  /** Calls `expire` once `ms` have passed, or later if `at` was moved on. */
  add(ms: number, expire: () => void): Deadline;
  /** Ends the timer. After the run; nothing expires any more. */
  close(): void;
}

interface Entry extends Deadline {
  held: number;
  readonly expire: () => void;
}

export function createDeadlines(clock: Clock): Deadlines {
  const entries = new Set<Entry>();
  let timer: AbortController | undefined;
  let wakesAt = Number.POSITIVE_INFINITY;
  let closed = false;

  function arm(at: number): void {
    timer?.abort(rearmed);
    const controller = new AbortController();
    timer = controller;
    wakesAt = at;
    clock.sleep(Math.max(0, at - clock.now()), controller.signal).then(wake, () => undefined);
  }
  function wake(): void {
    timer = undefined;
    wakesAt = Number.POSITIVE_INFINITY;
    if (closed) return;
    const now = clock.now();
    let earliest = Number.POSITIVE_INFINITY;
    for (const entry of [...entries]) {
      if (entry.at <= now) {
        entries.delete(entry);
        entry.expire();
      } else if (entry.at < earliest) earliest = entry.at;
    }
    // `expire` may have added one and armed the timer already.
    if (earliest < wakesAt && !closed) arm(earliest);
  }

  function enter(entry: Entry): void {
    entries.add(entry);
    if (entry.at < wakesAt && !closed) arm(entry.at);
  }

  return {
    add(ms, expire) {
      let over = false;
      let left = 0;
      const entry: Entry = {
        at: clock.now() + ms,
        held: 0,
        expire() {
          over = true;
          expire();
        },
        cancel() {
          over = true;
          entries.delete(entry);
        },
        hold() {
          if (entry.held++ === 0) {
            left = entry.at - clock.now();
            entries.delete(entry);
          }
          return () => {
            if (--entry.held > 0 || over || closed) return;
            entry.at = clock.now() + left;
            enter(entry);
          };
        },
      };
      enter(entry);
      return entry;
    },
    close() {
      closed = true;
      entries.clear();
      timer?.abort(rearmed);
      timer = undefined;
    },
  };
}

/** One object for all: making an error with its stack at each re-arming would cost more than the timer. */
const rearmed = { reason: "the timer is set anew" };
