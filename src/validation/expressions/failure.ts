import type * as ast from "../../syntax/ast.ts";
import { declareVariable, discarded, type Env, inner } from "../env.ts";
import { assignedIn, eitherFacts, withoutNames } from "../facts.ts";
import { errorType } from "../resolve-type.ts";
import type { Type } from "../types.ts";
import { checkOwnBlock, joined } from "./blocks.ts";
import { check, type Want } from "./expression.ts";
import { checkString } from "./text.ts";

/** `expr catch err { … }`: the value, or what the block gives when it fails for good. */
export function checkCatch(expr: ast.CatchExpr, env: Env, want: Want): Type {
  const before = withoutNames(env.flow.facts, assignedIn(expr.expr));
  const value = check(expr.expr, env, want);
  const after = env.flow.facts;
  env.flow.facts = before;
  const handler = inner(env);
  declareVariable(handler, expr.name, expr, errorType, "given");
  const other = checkOwnBlock(expr.handler, handler, want);
  env.flow.facts = other.kind === "never" ? after : eitherFacts(after, env.flow.facts);
  if (want.type === discarded) return value.kind === "never" && other.kind === "never" ? value : discarded;
  return joined([value, other], expr, "`catch`", env);
}

/** `fail "message"` never comes back. */
export function checkFail(expr: ast.FailExpr, env: Env): Type {
  if (expr.message === undefined) {
    env.context.report({ code: "T341", message: "This failure says nothing.", span: expr, hint: 'Say what went wrong: `fail "…"`.' });
  } else {
    env.context.program.typeOf.set(expr.message, checkString(expr.message, env));
  }
  return { kind: "never" };
}
