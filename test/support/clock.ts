import type { Clock } from "../../src/agent/clock.ts";

/** A clock that moves only when a test moves it. */
export interface ManualClock extends Clock {
  /** Moves time on, waking who slept, in the order of their times; lets everything that follows from each run out. */
  advance(ms: number): Promise<void>;
  /** How many sleep. */
  readonly sleepers: number;
  /** Milliseconds until the first of them wakes. */
  readonly nextMs: number | undefined;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

export function manualClock(start = 1_000_000): ManualClock {
  let now = start;
  const sleepers = new Set<Sleeper>();
  const next = (): Sleeper | undefined =>
    [...sleepers].reduce<Sleeper | undefined>((first, each) => (first === undefined || each.at < first.at ? each : first), undefined);
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const sleeper: Sleeper = {
          at: now + ms,
          wake: () => {
            signal.removeEventListener("abort", stopped);
            resolve();
          },
        };
        function stopped(): void {
          sleepers.delete(sleeper);
          reject(signal.reason);
        }
        signal.addEventListener("abort", stopped, { once: true });
        sleepers.add(sleeper);
      }),
    async advance(ms) {
      const end = now + ms;
      await settled();
      for (let sleeper = next(); sleeper !== undefined && sleeper.at <= end; sleeper = next()) {
        sleepers.delete(sleeper);
        now = Math.max(now, sleeper.at);
        sleeper.wake();
        await settled();
      }
      now = end;
      await settled();
    },
    get sleepers() {
      return sleepers.size;
    },
    get nextMs() {
      const first = next();
      return first === undefined ? undefined : first.at - now;
    },
  };
}

/** Lets everything run that waits for nothing but its turn. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}
