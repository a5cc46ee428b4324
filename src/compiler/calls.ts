import type { CallOptions, Expr, ModelRefNode } from "../graph/expressions.ts";
import type * as ast from "../syntax/ast.ts";
import type { ResolvedCall } from "../validation/checked.ts";
import { plainText } from "../validation/declarations/values.ts";
import { compileArguments } from "./arguments.ts";
import { calleeName } from "./branches.ts";
import { bug } from "./bug.ts";
import { compileChatCall } from "./chats.ts";
import type { Context } from "./context.ts";
import { baseOf, compileExpr } from "./expressions.ts";
import { Options } from "./options.ts";

/** `researcher(topic) with { model: smart }`. */
export function compileWith(node: ast.WithExpr, context: Context): Expr {
  if (node.expr.kind !== "CallExpr") return bug("options on what is no call", context.file.place(node));
  return compileCall(node.expr, node.options, context);
}

export function compileCall(node: ast.CallExpr, withOptions: ast.ObjectExpr | undefined, context: Context): Expr {
  const call = context.file.unit.checked.calls.get(node);
  if (call === undefined) return compileInlineModel(node, context);
  const base = baseOf(node, context);
  switch (call.of) {
    case "function":
      return compileFunction(node, call, context);
    case "template":
      return { kind: "template_call", ...base, template: call.key, args: compileArguments(call.args, context) };
    case "chat":
      return compileChatCall(node, call, callOptions(withOptions, context), context);
  }
  const path = context.steps.path(calleeName(node.callee));
  const args = compileArguments(call.args, context);
  const options = callOptions(withOptions, context);
  switch (call.of) {
    case "agent":
      return { kind: "agent_call", ...base, path, agent: call.key, args, options };
    case "tool":
      return { kind: "tool_call", ...base, path, tool: call.key, args, options };
    case "mcp":
      return { kind: "mcp_call", ...base, path, server: call.key, tool: call.tool, args, options };
    case "workflow":
      if (context.inWorkflow) context.file.unit.called.add(call.key);
      return { kind: "workflow_call", ...base, path, workflow: call.key, args, options };
  }
}

function callOptions(object: ast.ObjectExpr | undefined, context: Context): CallOptions {
  const options = Options.of(object, context.file);
  const model = options.get("model");
  return {
    ...(model === undefined ? {} : { model: compileExpr(model, context) }),
    ...options.retry(),
    ...options.amounts({ timeoutMs: "timeout" }),
    ...options.budget(),
  };
}

function compileFunction(node: ast.CallExpr, call: ResolvedCall & { readonly of: "function" }, context: Context): Expr {
  return {
    kind: "function",
    ...baseOf(node, context),
    name: call.name,
    // `as(x, T)`, `schema(T)`: the type stands last, and in `of`.
    args: (call.type === undefined ? call.args : call.args.slice(0, -1)).map((arg) => functionArgument(arg, context)),
    named: compileArguments(call.named, context),
    ...(call.type === undefined ? {} : { of: context.file.type(call.type) }),
  };
}

/** In a test, what `calls(planner)` and `prompt(files.read_file, 1)` ask about is named by its key. */
function functionArgument(arg: ast.Expr, context: Context): Expr {
  const place = context.file.place(arg);
  const named = arg.kind === "NameExpr" && !isVariable(arg, context) ? context.file.find(arg.name) : undefined;
  if (named !== undefined) return { kind: "literal", place, value: named.key };
  if (arg.kind === "MemberExpr" && arg.object.kind === "NameExpr" && !isVariable(arg.object, context)) {
    const server = context.file.find(arg.object.name);
    if (server?.decl.kind === "McpDecl") return { kind: "literal", place, value: `${server.key}.${arg.name.text}` };
  }
  return compileExpr(arg, context);
}

function isVariable(name: ast.NameExpr, { file }: Context): boolean {
  return file.unit.checked.resolved.get(name)?.of === "variable";
}

/** `llm("gpt-5-mini")` where a model is chosen: a model of its own, keyed by how it is written. */
function compileInlineModel(node: ast.CallExpr, context: Context): ModelRefNode {
  const { file } = context;
  const place = file.place(node);
  const [arg] = node.args;
  const id = arg === undefined ? undefined : plainText(arg.value);
  if (node.callee.kind !== "NameExpr" || id === undefined) return bug("a call of nothing", place);
  const provider = file.get(node.callee.name, "ProviderDecl", node.callee);
  const name = `${node.callee.name}(${JSON.stringify(id)})`;
  const key = `${file.path}#${name}`;
  file.unit.inlineModels[key] ??= { name, place, kind: "model", provider: provider.key, id, parameters: {} };
  return { kind: "model", place, key };
}
