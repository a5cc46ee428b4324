import { RunError } from "../diagnostics/errors.ts";
import type { Message } from "./provider.ts";
import { underSystem, unpaired } from "./sequence.ts";

/** A history that only grows; what may change is the system text at its head. */
export interface Conversation {
  add(...messages: readonly Message[]): void;
  /** Everything so far. The list is never changed afterwards, and stays the same one until something is added. */
  messages(): readonly Message[];
  /** From here on under these system texts in the place of all others. */
  setSystem(system: readonly Message[]): void;
}

/** A conversation that goes on from `opening`. Throws a `RunError` where there is nothing that a model could answer. */
export function createConversation(opening: readonly Message[], agent: string): Conversation {
  if (!opening.some((message) => message.role !== "system")) {
    throw new RunError("invalid_request", `The agent "${agent}" has no message to answer.`, { hint: "Give it a `prompt`." });
  }
  const wrong = unpaired(opening);
  if (wrong !== undefined) {
    throw new RunError("invalid_request", `Message ${wrong.index + 1} to the agent "${agent}" is out of place. ${wrong.message}`, { hint: wrong.hint });
  }
  let before = opening;
  let grown: Message[] = [];
  let whole: readonly Message[] | undefined = opening;
  return {
    add(...messages) {
      grown.push(...messages);
      whole = undefined;
    },
    messages() {
      whole ??= [...before, ...grown];
      return whole;
    },
    setSystem(system) {
      before = underSystem(system, [...before, ...grown]);
      grown = [];
      whole = before;
    },
  };
}
