import type * as ast from "../../syntax/ast.ts";
import { json, string, unknown } from "../env.ts";
import { resolveType } from "../resolve-type.ts";
import type { Type } from "../types.ts";
import { argument, type FunctionCall, type LibraryFunction } from "./function.ts";

/** Functions that take a type: they bring data under it, or show it. */
export const typeFunctions: Readonly<Record<string, LibraryFunction>> = {
  parse_json: { usage: "parse_json(s, T)", args: [2, 2], result: (call) => under(call, string) },
  as: { usage: "as(x, T)", args: [2, 2], result: (call) => under(call, json) },
  schema: { usage: "schema(T)", args: [1, 1], result: schema },
};

function under(call: FunctionCall, value: Type): Type {
  argument(call, 0, value);
  return typeArgument(call, 1);
}

function schema(call: FunctionCall): Type {
  typeArgument(call, 0);
  return string;
}

/** The type that an argument names. */
function typeArgument(call: FunctionCall, index: number): Type {
  const expr = call.args[index];
  if (expr === undefined || expr.kind === "ErrorExpr") return unknown;
  const { context } = call.env;
  if (expr.kind !== "NameExpr" || call.env.scope.lookup(expr.name) !== undefined) {
    context.report({
      code: "T345",
      message: `\`${call.name}\` takes the name of a type here.`,
      span: expr,
      hint:
        expr.kind === "ListExpr" || expr.kind === "IndexExpr" || expr.kind === "StringExpr"
          ? "Declare it, `type Names = string[]`, and write that name."
          : "Write the name of a `type`, or `string`, `int`, `float`, `bool`.",
    });
    return unknown;
  }
  const written: ast.NamedType = { kind: "NamedType", name: { text: expr.name, start: expr.start, end: expr.end }, start: expr.start, end: expr.end };
  const type = resolveType(written, context);
  const symbol = context.program.resolved.get(written);
  if (symbol !== undefined) context.program.resolved.set(expr, symbol);
  context.program.typeOf.set(expr, type);
  call.setType(type);
  return type;
}
