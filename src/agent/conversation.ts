import { RunError } from "../diagnostics/errors.ts";
import type { Message } from "./provider.ts";

/** A history that only grows. */
export interface Conversation {
  add(...messages: readonly Message[]): void;
  /** Everything so far. The list is never changed afterwards, and stays the same one until something is added. */
  messages(): readonly Message[];
}

/** A conversation that goes on from `opening`. Throws a `RunError` where there is nothing that a model could answer. */
export function createConversation(opening: readonly Message[], agent: string): Conversation {
  if (!opening.some((message) => message.role !== "system")) {
    throw new RunError("invalid_request", `The agent "${agent}" has no message to answer.`, { hint: "Give it a `prompt`." });
  }
  const grown: Message[] = [];
  let whole: readonly Message[] | undefined = opening;
  return {
    add(...messages) {
      grown.push(...messages);
      whole = undefined;
    },
    messages() {
      whole ??= [...opening, ...grown];
      return whole;
    },
  };
}
