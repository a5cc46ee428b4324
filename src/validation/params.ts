import type * as ast from "../syntax/ast.ts";
import type { ParamInfo } from "./checked.ts";
import { plainNumber, plainText } from "./declarations/values.ts";
import { checkPure } from "./expressions/pure.ts";
import type { Context } from "./file-context.ts";
import { createScope } from "./scope.ts";
import { reportShadowing } from "./symbols.ts";

/** Names, order and defaults of parameters: no name twice, defaults are literals, those with one come last. */
export function checkParams(params: readonly ParamInfo[], context: Context): void {
  const seen = new Map<string, ast.Name>();
  let optional: ast.Param | undefined;
  for (const { decl, name, type } of params) {
    const first = seen.get(name);
    if (name !== "" && name !== "_" && reportShadowing(context, decl.name, first)) {
      // Which of the two is meant is not known, so neither is unused.
      for (const one of [decl.name, ...(first === undefined ? [] : [first])]) context.program.used.add(one);
    } else seen.set(name, decl.name);
    if (decl.default === undefined) {
      if (optional === undefined) continue;
      context.report({
        code: "T334",
        message: `"${name}" must be given, but stands behind "${optional.name.text}", which has a default.`,
        span: decl.name,
        hint: `Put "${name}" before it, or give it a default.`,
      });
      continue;
    }
    optional ??= decl;
    const part = notLiteral(decl.default);
    if (part !== undefined) {
      context.report({
        code: "T333",
        message: `The default of "${name}" must be known before a run.`,
        span: part,
        hint: "Write a literal, or a list or an object of literals.",
      });
    } else checkPure(decl.default, createScope(context.program, undefined), type, context, `"${name}"`);
  }
}

/** The first part of an expression that is no literal, list or object. */
function notLiteral(expr: ast.Expr): ast.Expr | undefined {
  switch (expr.kind) {
    case "BoolExpr":
    case "NullExpr":
    case "ErrorExpr":
    // These have a sentence of their own.
    case "EnvExpr":
    case "DurationExpr":
    case "MoneyExpr":
    case "RateExpr":
      return undefined;
    case "ListExpr":
      return first(expr.items);
    case "ObjectExpr":
      return first(expr.entries.map((entry) => entry.value));
    case "StringExpr":
      return plainText(expr) === undefined ? expr : undefined;
    default:
      return plainNumber(expr) === undefined ? expr : undefined;
  }
}

function first(exprs: readonly ast.Expr[]): ast.Expr | undefined {
  for (const expr of exprs) {
    const found = notLiteral(expr);
    if (found !== undefined) return found;
  }
  return undefined;
}
