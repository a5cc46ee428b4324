import { RunError } from "../../diagnostics/errors.ts";
import type { SessionStore } from "../../interpreter/options.ts";

/** Sessions that last as long as a test: nothing of the project's is read or written. */
export function sessionsOfTest(): SessionStore {
  const texts = new Map<string, string>();
  const held = new Set<string>();
  return {
    async open(name) {
      if (held.has(name)) throw new RunError("invalid_request", `The session "${name}" is in use.`, { code: "T627" });
      held.add(name);
      return {
        file: `the session "${name}"`,
        text: texts.get(name),
        write: async (text) => void texts.set(name, text),
        close: async () => void held.delete(name),
      };
    },
  };
}
