import type { AgentNode, HandoffNode, MessageNode, ToolRef } from "../graph/graph.ts";
import type * as ast from "../syntax/ast.ts";
import { argument, boundArguments, compileArguments } from "./arguments.ts";
import { bug } from "./bug.ts";
import { pureContext, signatureOf } from "./callables.ts";
import { declOf } from "./configuration.ts";
import type { FileScope } from "./context.ts";
import { compileExpr } from "./expressions.ts";
import { numberOf, Options } from "./options.ts";
import { compileMessageText } from "./texts.ts";

export function compileAgent(decl: ast.AgentDecl, key: string, file: FileScope): AgentNode {
  const entries = decl.members.filter((member) => member.kind === "Entry");
  const options = new Options(entries, file);
  const base = declOf(decl, file);
  const opening = decl.members.find((member) => member.kind === "MessagesEntry");
  const model = options.get("model") ?? bug("an agent without a model", base.place);
  const repair = repairOf(options.get("repair"), file);
  return {
    ...base,
    ...signatureOf(key, decl, file),
    model: compileExpr(model, pureContext(file)),
    messages: opening === undefined ? systemAndPrompt(options, file) : opening.messages.map((message) => messageOf(message.role, message.text, file)),
    callable: opening !== undefined || options.get("prompt") !== undefined,
    tools: options.items("tools").map((item) => toolOf(item, file)),
    handoffs: options.items("handoffs").map((item) => handoffOf(item, file)),
    maxTurns: options.amount("max_turns") ?? 10,
    maxToolCalls: options.amount("max_tool_calls") ?? 50,
    toolChoice: toolChoiceOf(options.get("tool_choice"), file),
    ...options.retry(),
    ...options.amounts({ timeoutMs: "timeout" }),
    ...options.budget(),
    output: options.word("output", ["native", "tool", "text"]) ?? "native",
    ensure: options.items("ensure").map((condition) => ({ condition: compileExpr(condition, pureContext(file)), source: file.written(condition) })),
    check: checksOf(options.get("check"), file),
    ...(repair === undefined ? {} : { repair }),
  };
}

function systemAndPrompt(options: Options, file: FileScope): readonly MessageNode[] {
  const system = options.get("system");
  const prompt = options.get("prompt");
  const cache = options.flag("cache") ? { cache: true as const } : {};
  return [
    ...(system === undefined ? [] : [{ ...messageOf("system", system, file), ...cache }]),
    ...(prompt === undefined ? [] : [messageOf("user", prompt, file)]),
  ];
}

function messageOf(role: MessageNode["role"], text: ast.Expr, file: FileScope): MessageNode {
  return { role, text: compileMessageText(text, pureContext(file)) };
}

function toolOf(item: ast.Expr, file: FileScope): ToolRef {
  if (item.kind === "NameExpr") {
    const meant = file.find(item.name);
    if (meant?.decl.kind === "ToolDecl") return { of: "tool", key: meant.key };
    if (meant?.decl.kind === "AgentDecl") return { of: "agent", key: meant.key };
  } else if ((item.kind === "MemberExpr" || item.kind === "StarExpr") && item.object.kind === "NameExpr") {
    const { key } = file.get(item.object.name, "McpDecl", item.object);
    return { of: "mcp", key, tool: item.kind === "StarExpr" ? "*" : item.name.text };
  }
  return bug(`a ${item.kind} among tools`, file.place(item));
}

function handoffOf(item: ast.Expr, file: FileScope): HandoffNode {
  const callee = item.kind === "CallExpr" ? item.callee : item;
  if (callee.kind !== "NameExpr") return bug(`a ${item.kind} among handoffs`, file.place(item));
  const { key } = file.get(callee.name, "AgentDecl", callee);
  const bound = item.kind === "CallExpr" ? boundArguments(item.args, file.unit.checked.signatures.get(key)) : new Map<string, ast.Expr>();
  return { agent: key, args: compileArguments(bound, pureContext(file)) };
}

/** A word, or the name under which the model knows the tool. */
function toolChoiceOf(value: ast.Expr | undefined, file: FileScope): AgentNode["toolChoice"] {
  if (value === undefined) return "auto";
  if (value.kind === "NameExpr") {
    if (value.name === "auto" || value.name === "required" || value.name === "none") return value.name;
    return { tool: file.find(value.name)?.decl.name.text ?? value.name };
  }
  if (value.kind === "MemberExpr" && value.object.kind === "NameExpr") {
    return { tool: `${file.get(value.object.name, "McpDecl", value.object).decl.name.text}_${value.name.text}` };
  }
  return bug(`a ${value.kind} as the choice of a tool`, file.place(value));
}

function checksOf(value: ast.Expr | undefined, file: FileScope): AgentNode["check"] {
  if (value?.kind !== "ObjectExpr") return [];
  return value.entries.map((entry) => ({
    name: entry.key.text,
    condition: compileExpr(entry.value, pureContext(file)),
    source: file.written(entry.value),
  }));
}

/** `fix`, or `fix(max: 2)`. */
function repairOf(value: ast.Expr | undefined, file: FileScope): AgentNode["repair"] | undefined {
  if (value === undefined) return undefined;
  const callee = value.kind === "CallExpr" ? value.callee : value;
  if (callee.kind !== "NameExpr") return bug(`a ${value.kind} as a repair`, file.place(value));
  const max = value.kind === "CallExpr" ? argument(value.args, "max") : undefined;
  return { template: file.get(callee.name, "TemplateDecl", callee).key, max: max === undefined ? 1 : numberOf(max, file) };
}
