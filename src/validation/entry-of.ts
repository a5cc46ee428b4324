import type { AgentDecl, Entry } from "../syntax/ast.ts";

/** What an agent says under a key, if it does. */
export function entryOf(decl: AgentDecl, key: string): Entry | undefined {
  return decl.members.find((member): member is Entry => member.kind === "Entry" && member.key.text === key);
}
