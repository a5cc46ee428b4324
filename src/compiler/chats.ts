import type { CallOptions, ChatNode, Expr } from "../graph/expressions.ts";
import type * as ast from "../syntax/ast.ts";
import type { ResolvedCall } from "../validation/checked.ts";
import { boundArguments, compileArguments } from "./arguments.ts";
import { bug } from "./bug.ts";
import type { Context } from "./context.ts";
import { baseOf, compileExpr } from "./expressions.ts";
import { compileText } from "./texts.ts";

/** Whether a name is that of a conversation. */
export function isChat(name: ast.NameExpr, { file }: Context): boolean {
  const { typeOf, resolved } = file.unit.checked;
  const symbol = resolved.get(name);
  return typeOf.get(name)?.kind === "chat" || (symbol?.of === "variable" && symbol.type.kind === "chat");
}

export function compileChat(node: ast.ChatExpr, context: Context): ChatNode {
  const path = context.steps.path("chat");
  const { key } = context.file.get(node.agent.text, "AgentDecl", node.agent);
  return {
    kind: "chat",
    ...baseOf(node, context),
    path,
    agent: key,
    args: compileArguments(boundArguments(node.args, context.file.unit.checked.signatures.get(key)), context),
    ...(node.from === undefined ? {} : { from: node.from.text }),
    ...(node.session === undefined ? {} : { session: compileText(node.session, context) }),
  };
}

/** `c.send("…")`, `c.continue()`, `c.add(user: "…")`, `fork(c)`. */
export function compileChatCall(node: ast.CallExpr, call: ResolvedCall & { readonly of: "chat" }, options: CallOptions, context: Context): Expr {
  const base = baseOf(node, context);
  const [first] = call.args;
  switch (call.method) {
    case "fork":
      return { kind: "fork", ...base, chat: call.chat };
    case "add": {
      const [role, text] = first ?? bug("an add without a text", base.place);
      if (role !== "user" && role !== "assistant" && role !== "system") return bug(`the role "${role}"`, base.place);
      return { kind: "chat_add", ...base, chat: call.chat, role, text: compileExpr(text, context) };
    }
    case "send":
    case "continue": {
      const path = context.steps.path(call.chat);
      return { kind: "chat_send", ...base, path, chat: call.chat, ...(first === undefined ? {} : { text: compileExpr(first[1], context) }), options };
    }
  }
}
