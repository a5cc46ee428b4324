import { countLeading } from "../diagnostics/system-places.ts";
import type { Message } from "./provider.ts";

/** What is wrong with the order of messages: with the one at `index`, from 0; of none at all, at 0. */
export interface Misorder {
  readonly index: number;
  /** A sentence. */
  readonly message: string;
  readonly hint: string;
}

/**
 * The first result of a tool without its call, or call without its result: what every vendor refuses. Calls are answered by the
 * messages right behind them, each once, in any order.
 */
export function unpaired(messages: readonly Message[]): Misorder | undefined {
  /** Calls that wait for their results, by id, and who made them. */
  let open = new Map<string, string>();
  let asked = 0;
  for (const [index, message] of messages.entries()) {
    if (message.role === "tool") {
      if (open.delete(message.callId)) continue;
      const text = `The result of the tool "${message.name}" (${message.callId}) has no call before it.`;
      return { index, message: text, hint: "Take it out, or put back the assistant's message that called the tool." };
    }
    const [missing] = open;
    if (missing !== undefined) return unanswered(asked, missing);
    if (message.role !== "assistant") continue;
    asked = index;
    open = new Map((message.toolCalls ?? []).map(({ id, name }) => [id, name]));
  }
  const [missing] = open;
  return missing === undefined ? undefined : unanswered(asked, missing);
}

function unanswered(index: number, [id, name]: readonly [string, string]): Misorder {
  return { index, message: `The call of the tool "${name}" (${id}) has no result behind it.`, hint: "Put the result back, or take the call out." };
}

/** Whether there is something that a model could answer: the last word is not its own. */
export function awaitsAnswer(messages: readonly Message[]): boolean {
  const last = messages.findLast(({ role }) => role !== "system");
  return last !== undefined && last.role !== "assistant";
}

/** What was said, without the system texts that it begins with: those are the agent's. Later ones are part of what was said. */
export function withoutOpening(messages: readonly Message[]): readonly Message[] {
  return messages.slice(countLeading(messages.map(({ role }) => role)));
}

/** The same history under other system texts. */
export function underSystem(system: readonly Message[], messages: readonly Message[]): readonly Message[] {
  return [...system, ...withoutOpening(messages)];
}
