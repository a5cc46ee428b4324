import { suggest } from "../diagnostics/suggest.ts";
import type { AgentDecl } from "../syntax/ast.ts";

/**
 * Whether calling the agent opens its conversation. Without `prompt` or `messages` it can only be talked to. A key that was
 * meant as one of the two counts: it is reported where it stands, and one typo is one mistake.
 */
export function canBeCalled(decl: AgentDecl): boolean {
  return decl.members.some(
    (member) => member.kind === "MessagesEntry" || member.key.text === "prompt" || suggest(member.key.text, ["prompt", "messages"]) !== undefined,
  );
}
