import type { Clock } from "../agent/clock.ts";

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      // Node fires at once for a longer one than it can count.
      const timer = setTimeout(done, Math.min(ms, longestTimer));
      function done() {
        signal.removeEventListener("abort", stopped);
        resolve();
      }
      function stopped() {
        clearTimeout(timer);
        reject(signal.reason);
      }
      signal.addEventListener("abort", stopped, { once: true });
    }),
};

const longestTimer = 2 ** 31 - 1;
