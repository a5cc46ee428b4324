import type { Journal } from "../agent/journal.ts";
import type { Json, JsonObject } from "../diagnostics/json.ts";
import type { Store } from "./options.ts";

/** What tools keep for the run: one store, which knows whose call writes. */
export interface Stores {
  /** As the call at `path` sees it. */
  of(path: string): Store;
  /** What the call at `path` wrote in an earlier process of the run is written. */
  recall(path: string): void;
}

/** In memory; what is written goes with the step of the tool that writes it. `update`s of one key happen one after the other. */
export function createStores(journal: Pick<Journal, "note" | "noted"> | undefined): Stores {
  const values = new Map<string, Json>();
  const last = new Map<string, Promise<unknown>>();
  /** The number of the write that each value is from: an earlier one, recalled late, does not undo a later one. */
  const written = new Map<string, number>();
  let writes = 0;

  function put(key: string, value: Json, number: number): void {
    if (number < (written.get(key) ?? 0)) return;
    values.set(key, value);
    written.set(key, number);
  }

  function of(path: string): Store {
    const own: { [key: string]: JsonObject } = {};
    function set(key: string, value: Json): void {
      put(key, value, ++writes);
      own[key] = { value, number: writes };
      journal?.note({ path, of: "store", asked: "", value: { ...own } });
    }
    return {
      get: async (key) => values.get(key),
      async set(key, value) {
        set(key, value);
      },
      update(key, change) {
        const before = last.get(key) ?? Promise.resolve();
        const mine = before.then(async () => {
          const value = await change(values.get(key));
          set(key, value);
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

  return {
    of,
    recall(path) {
      const kept = (journal?.noted(path, "store", () => "") ?? {}) as { readonly [key: string]: { readonly value: Json; readonly number: number } };
      for (const [key, { value, number }] of Object.entries(kept)) {
        writes = Math.max(writes, number);
        put(key, value, number);
      }
    },
  };
}
