import type { Json } from "../../diagnostics/json.ts";
import type { BranchNode, ChatNode, ForkNode, ParallelNode } from "../../graph/expressions.ts";
import { executeOptions, runWithOptions } from "../branch-results.ts";
import { branchStep } from "../branches.ts";
import type { Chat } from "../chat.ts";
import { makeChat, makesChat } from "../chats.ts";
import { execute } from "../execute.ts";
import type { Frame } from "../frame.ts";
import { pathOf, step } from "../step.ts";
import { Variables } from "../variables.ts";

/** The names of its branches exist after it, in the scope where it stands. No value of its own. */
export async function executeParallel(node: ParallelNode, frame: Frame): Promise<Json> {
  const { branches, options, place } = node;
  const counts = await executeOptions(options, frame);
  return step({ kind: node.kind, path: pathOf(node, frame), place, total: branches.length, silent: true }, frame, async (inner) => {
    /** Conversations that branches opened: a branch gives values only. */
    const chats = new Map<number, Chat>();
    const start = starter(branches, options.timeoutMs, (index, chat) => chats.set(index, chat));
    const values = await runWithOptions({ count: branches.length, start, place }, { ...options, ...counts }, inner);
    for (const [index, { name }] of branches.entries()) frame.variables.let(name, chats.get(index) ?? values[index] ?? null);
    return null;
  });
}

/** Each branch is a step of its own, in a scope of its own. */
export function starter(
  branches: readonly BranchNode[],
  timeoutMs: number | undefined,
  opened?: (index: number, chat: Chat) => void,
): (index: number, frame: Frame) => Promise<Json> {
  return async (index, frame) => {
    const branch = branches[index];
    if (branch === undefined) return null;
    const { value, place, name } = branch;
    const info = { path: pathOf(branch, frame), place, ...(name === undefined ? {} : { name }) };
    return branchStep(info, timeoutMs, { ...frame, variables: new Variables(frame.variables) }, (inner) =>
      makesChat(value) ? openIn(value, inner, (chat) => opened?.(index, chat)) : execute(value, inner),
    );
  };
}

/** Hands on the conversation of a branch, which gives no value. */
async function openIn(node: ChatNode | ForkNode, frame: Frame, opened: (chat: Chat) => void): Promise<Json> {
  opened(await makeChat(node, frame));
  return null;
}
