import type { Json } from "../diagnostics/json.ts";
import type { Store } from "./options.ts";

/** What tools keep for the run, in memory. `update`s of one key happen one after the other. */
export function createStore(): Store {
  const values = new Map<string, Json>();
  const last = new Map<string, Promise<unknown>>();
  return {
    get: async (key) => values.get(key),
    async set(key, value) {
      values.set(key, value);
    },
    update(key, change) {
      const before = last.get(key) ?? Promise.resolve();
      const mine = before.then(async () => {
        const value = await change(values.get(key));
        values.set(key, value);
        return value;
      });
      // The next one waits for this one to end, however it ends.
      const ended = mine.catch(() => undefined);
      last.set(key, ended);
      ended.then(() => {
        if (last.get(key) === ended) last.delete(key);
      });
      return mine;
    },
  };
}
