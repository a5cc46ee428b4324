import type { AgentDecl } from "../syntax/ast.ts";

/** Whether calling the agent opens its conversation. Without `prompt` or `messages` it can only be talked to. */
export function canBeCalled(decl: AgentDecl): boolean {
  return decl.members.some((member) => member.kind === "MessagesEntry" || member.key.text === "prompt");
}
