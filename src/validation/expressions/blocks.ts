import type * as ast from "../../syntax/ast.ts";
import { discarded, type Env, inner, unknown } from "../env.ts";
import { eitherFacts, withFacts } from "../facts.ts";
import { nullable } from "../fits.ts";
import { joinAll } from "../join.ts";
import { narrowing } from "../narrow.ts";
import { spell } from "../spell.ts";
import { checkStatements } from "../statements.ts";
import type { Type } from "../types.ts";
import type { Want } from "./expression.ts";
import { checkCondition } from "./text.ts";

/** A block: its value is its last expression's. */
export function checkBlock(expr: ast.BlockExpr, env: Env, want: Want): Type {
  return checkStatements(expr.body, inner(env), want);
}

/** A block with its value noted, for the constructs that own one. */
export function checkOwnBlock(block: ast.BlockExpr, env: Env, want: Want): Type {
  const type = checkStatements(block.body, env, want);
  env.context.program.typeOf.set(block, type);
  return type;
}

/** `if`: without `else` its value may be null. */
export function checkIf(expr: ast.IfExpr, env: Env, want: Want): Type {
  checkCondition(expr.condition, env);
  const before = env.flow.facts;
  env.flow.facts = withFacts(before, narrowing(expr.condition, true, env));
  const then = checkOwnBlock(expr.then, inner(env), want);
  const afterThen = env.flow.facts;
  env.flow.facts = before;
  env.flow.facts = withFacts(before, narrowing(expr.condition, false, env));
  const other = expr.else === undefined ? undefined : checkElse(expr.else, env, want);
  const afterElse = env.flow.facts;
  // A branch that does not come back says nothing about what holds after it.
  if (then.kind === "never") env.flow.facts = afterElse;
  else if (other?.kind === "never") env.flow.facts = afterThen;
  else env.flow.facts = eitherFacts(afterThen, afterElse);
  if (want.type === discarded) return then.kind === "never" && other?.kind === "never" ? then : discarded;
  if (other === undefined) return then.kind === "never" || then.kind === "none" ? discarded : nullable(then);
  return joined([then, other], expr, "if", env);
}

function checkElse(expr: ast.IfExpr | ast.BlockExpr, env: Env, want: Want): Type {
  const type = expr.kind === "IfExpr" ? checkIf(expr, env, want) : checkOwnBlock(expr, inner(env), want);
  env.context.program.typeOf.set(expr, type);
  return type;
}

/** The type that branches have in common; reports where they have none. */
export function joined(types: readonly Type[], at: { readonly start: number; readonly end: number }, what: string, env: Env): Type {
  const type = joinAll(types);
  if (type !== undefined) return type;
  const shown = [...new Set(types.filter((one) => one.kind !== "never").map((one) => `\`${spell(one)}\``))];
  env.context.report({
    code: "T312",
    message: `The branches of this ${what} have no type in common: ${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}.`,
    span: at,
    hint: "Let each give the same type, or name the type that all of them fit: `let x: json = …`.",
  });
  return unknown;
}
