import type * as ast from "../../syntax/ast.ts";
import { discarded, type Env, inner, unknown } from "../env.ts";
import type { Type } from "../types.ts";
import { joined } from "./blocks.ts";
import { readBranchOptions } from "./branch-options.ts";
import { check, type Want } from "./expression.ts";
import { reportImpure } from "./pure.ts";

/** `race { a(x), b(x) }`: the first success. */
export function checkRace(expr: ast.RaceExpr, env: Env, want: Want): Type {
  const { report } = env.context;
  if (env.body.sort === "pure") {
    reportImpure(expr, "`race`", env);
    return unknown;
  }
  env.context.program.typeOf.set(expr.block, discarded);
  readBranchOptions(expr.args, "race", ["timeout"], env);
  const before = env.flow.facts;
  const types: Type[] = [];
  for (const [index, statement] of expr.block.body.entries()) {
    const branch = inner(env, { barrier: { word: "race", of: expr, index } });
    if (statement.kind === "ExprStmt") types.push(check(statement.expr, branch, want));
    else {
      if (statement.kind === "LetStmt" || statement.kind === "AssignStmt") check(statement.value, branch);
      types.push(unknown);
      const hint = statement.kind === "LetStmt" ? "Leave `let` out: the race gives the value of the first success." : "Put it after the block.";
      report({ code: "T410", message: "A branch of a `race` is a call, whose value is the race's.", span: statement, hint });
    }
    env.flow.facts = before;
  }
  if (types.length < 2)
    report({
      code: "T416",
      message: types.length === 0 ? "This `race` has no branches." : "This `race` has one branch, which always wins.",
      span: expr.block,
      hint: "Write two calls or more.",
    });
  return want.type === discarded ? discarded : joined(types, expr, "race", env);
}
