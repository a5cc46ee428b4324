import type * as ast from "../../syntax/ast.ts";
import { type Env, unknown } from "../env.ts";
import { checkValue } from "../expressions/expression.ts";
import { pathOf } from "../facts.ts";
import { fits, mayBeNull } from "../fits.ts";
import { Named } from "../mismatch.ts";
import { spell } from "../spell.ts";
import type { Type } from "../types.ts";

/** A function of the library: how it is written, how many arguments stand in their places, and what it gives. */
export interface LibraryFunction {
  /** `first(xs, n)`, as messages and completions show it. */
  readonly usage: string;
  readonly args: readonly [min: number, max: number];
  /** Arguments that are named, with their types. */
  readonly named?: Readonly<Record<string, Type>>;
  /** Types the arguments and gives the type of the value. The number of arguments is right. */
  readonly result: (call: FunctionCall) => Type;
}

export type ListType = Extract<Type, { readonly kind: "list" }>;

/** A call of one, for the table's entries. */
export interface FunctionCall {
  readonly name: string;
  readonly call: ast.CallExpr;
  readonly env: Env;
  /** Arguments in their places. */
  readonly args: readonly ast.Expr[];
  /** Notes the type that an argument names (`as(x, T)`). */
  setType(type: Type): void;
}

/** The type of an argument, held to `type` if one is given; undefined where there is no such argument. */
export function argument(call: FunctionCall, index: number, type?: Type): Type {
  const expr = call.args[index];
  return expr === undefined ? unknown : checkValue(expr, call.env, { type, what: `${ordinal(call, index)} of \`${call.name}\`` });
}

/** The list type of an argument; reports what is none and gives a list of `unknown`. */
export function listArgument(call: FunctionCall, index: number, element?: Type): ListType {
  const expr = call.args[index];
  const type =
    expr === undefined
      ? unknown
      : checkValue(
          expr,
          call.env,
          element === undefined ? undefined : { type: { kind: "list", element }, what: `${ordinal(call, index)} of \`${call.name}\`` },
        );
  if (type.kind === "list") return type;
  if (expr !== undefined && type.kind !== "unknown" && type.kind !== "never") reportArgument(call, index, type, "a list");
  return { kind: "list", element: unknown };
}

/** Reports an argument that is of no use to the function. */
export function reportArgument(call: FunctionCall, index: number, type: Type, takes: string, hint?: string): void {
  const expr = call.args[index];
  if (expr === undefined) return;
  const value = pathOf(expr) ?? "…";
  if (mayBeNull(type)) {
    call.env.context.report({
      code: "T302",
      message: `\`${call.name}\` takes ${takes}, and ${Named(expr).replace("This", "this")} may be null.`,
      span: expr,
      hint: `Check it first, or say what stands in: \`${value} ?? …\`.`,
    });
    return;
  }
  const way = fits(type, { kind: "string" })
    ? 'Write `lines(…)` or `split(…, ",")` for the parts of a text.'
    : `It is written \`${call.name}(…)\` with ${takes}.`;
  call.env.context.report({
    code: "T301",
    message: `\`${call.name}\` takes ${takes}, and ${Named(expr).replace("This", "this")} is \`${spell(type)}\`.`,
    span: expr,
    hint: hint ?? way,
  });
}

function ordinal(call: FunctionCall, index: number): string {
  return call.args.length === 1 ? "The argument" : `The ${["first", "second", "third"][index] ?? "next"} argument`;
}

/** The value of a whole number that is written out. */
export function writtenCount(expr: ast.Expr | undefined): number | undefined {
  return expr?.kind === "NumberExpr" && Number.isInteger(expr.value) ? expr.value : undefined;
}
