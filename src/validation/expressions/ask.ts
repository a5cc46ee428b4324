import type * as ast from "../../syntax/ast.ts";
import { checkOptions } from "../declarations/check-options.ts";
import { timeoutOption } from "../declarations/references.ts";
import { type Env, string, unknown } from "../env.ts";
import type { Type } from "../types.ts";
import { check } from "./expression.ts";
import { reportImpure } from "./pure.ts";

/** `ask "Publish this?" -> bool with { timeout: 1h, default: false }`: what a person answers. */
export function checkAsk(expr: ast.AskExpr, env: Env): Type {
  if (env.body.sort === "pure") {
    reportImpure(expr, "`ask`", env);
    return unknown;
  }
  check(expr.question, env);
  const result = expr.result === undefined ? string : env.context.type(expr.result);
  const table = {
    timeout: timeoutOption,
    default: { form: { of: "own", check: (value: ast.Expr) => void check(value, env, { type: result, what: "`default` of this `ask`" }) } },
  } as const;
  if (expr.options !== undefined) checkOptions(expr.options.entries, table, { what: "`ask`", at: expr }, env.context);
  return result;
}
