import type * as ast from "../../syntax/ast.ts";
import { int, string, unknown } from "../env.ts";
import type { Type } from "../types.ts";
import { argument, type FunctionCall, type LibraryFunction } from "./function.ts";

/** Functions that are known in tests only: they ask what has run. */
export const testFunctions: Readonly<Record<string, LibraryFunction>> = {
  calls: { usage: "calls(NAME)", args: [1, 1], result: (call) => about(call, int) },
  prompt: { usage: "prompt(NAME, n)", args: [1, 2], result: promptOf },
  failed_checks: { usage: "failed_checks(NAME)", args: [1, 1], result: (call) => about(call, int) },
};

function promptOf(call: FunctionCall): Type {
  if (call.args.length > 1) argument(call, 1, int);
  return about(call, string);
}

/** The first argument names what is asked about. */
function about(call: FunctionCall, result: Type): Type {
  const { context } = call.env;
  const [expr] = call.args;
  if (expr?.kind === "NameExpr") {
    const kinds = call.name === "failed_checks" ? (["AgentDecl"] as const) : (["AgentDecl", "ToolDecl", "ModelDecl", "WorkflowDecl"] as const);
    return context.resolve(expr, kinds, call.name === "failed_checks" ? "an agent" : "an agent, tool, model or workflow") === undefined ? unknown : result;
  }
  if (expr?.kind === "MemberExpr" && expr.object.kind === "NameExpr") {
    const object: ast.NameExpr = expr.object;
    return context.resolve(object, ["McpDecl"], "an mcp server") === undefined ? unknown : result;
  }
  if (expr !== undefined && expr.kind !== "ErrorExpr")
    context.report({ code: "T341", message: `\`${call.name}\` asks about a declaration.`, span: expr, hint: "Write the name of an agent, a tool or a model." });
  return unknown;
}
