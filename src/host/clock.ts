import { onAbort } from "../agent/abort.ts";
import type { Clock } from "../agent/clock.ts";

/** Node fires at once for a longer time than it can count. */
const longestTimer = 2 ** 31 - 1;

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const timer = setTimeout(
        () => {
          letGo();
          resolve();
        },
        Math.min(ms, longestTimer),
      );
      const letGo = onAbort(signal, () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    }),
};
