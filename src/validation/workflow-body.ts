import type * as ast from "../syntax/ast.ts";
import type { ParamInfo } from "./checked.ts";
import type { Body, Env } from "./env.ts";
import { joined } from "./expressions/blocks.ts";
import { anything } from "./expressions/expression.ts";
import { noFacts } from "./facts.ts";
import type { Context } from "./file-context.ts";
import { fits } from "./fits.ts";
import { type BlockScope, createScope } from "./scope.ts";
import { checkStatements } from "./statements.ts";
import type { Type } from "./types.ts";

/** Checks a workflow's statements and gives the type of its result. To be called once for each workflow. */
export function checkWorkflowBody(decl: ast.WorkflowDecl, params: readonly ParamInfo[], context: Context, result?: Type): Type {
  const name = decl.name.text;
  const body: Body = { sort: "workflow", name, returns: [], chats: new Map(), ...(result === undefined ? {} : { result }) };
  // The scope that `scopeOf` makes is the only kind there is; statements add to one of their own.
  const scope = createScope(context.program, context.scopeOf(params) as BlockScope);
  const env: Env = { context, scope, flow: { facts: noFacts }, body, loop: undefined, lenient: false };
  const end = checkStatements(decl.body, env, result === undefined ? anything : { type: result, what: `The result of "${name}"` });
  if (result === undefined) {
    const type = joined([...body.returns, end], decl.name, "workflow", env);
    // One that always fails gives nothing; that it never comes back is no matter of its callers' blocks.
    return type.kind === "never" ? { kind: "none" } : type;
  }
  if (end.kind === "none" && !fits(end, result)) reportNoResult(decl, context);
  return result;
}

function reportNoResult(decl: ast.WorkflowDecl, context: Context): void {
  const last = decl.body.at(-1);
  // An expression without a value has been held to the result already.
  if (last?.kind === "ExprStmt") return;
  if (last?.kind === "LetStmt") context.program.used.add(last.name);
  const hint = last?.kind === "LetStmt" ? `Add \`return ${last.name.text}\` at the end.` : "Add `return …` at the end.";
  context.report({ code: "T402", message: `"${decl.name.text}" promises a result, and its last statement gives none.`, span: decl.name, hint });
}
