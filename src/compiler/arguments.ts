import type { Expr } from "../graph/expressions.ts";
import type * as ast from "../syntax/ast.ts";
import type { Signature } from "../validation/checked.ts";
import type { Context } from "./context.ts";
import { compileExpr } from "./expressions.ts";

/** A named argument of `parallel`, `race`, `repeat`, `fix(max: 2)`. */
export function argument(args: readonly ast.Arg[], name: string): ast.Expr | undefined {
  return args.find((arg) => arg.name?.text === name)?.value;
}

/** Arguments by parameter, for what is no call expression: positional ones in the parameters' order, then named ones. */
export function boundArguments(args: readonly ast.Arg[], signature: Signature | undefined): ReadonlyMap<string, ast.Expr> {
  const bound = new Map<string, ast.Expr>();
  for (const [index, arg] of args.entries()) {
    const name = arg.name?.text ?? signature?.params[index]?.name;
    if (name !== undefined) bound.set(name, arg.value);
  }
  return bound;
}

/** In the order in which they are written, which is the order in which they are evaluated. */
export function compileArguments(args: ReadonlyMap<string, ast.Expr>, context: Context): Readonly<Record<string, Expr>> {
  const written = [...args].sort(([, a], [, b]) => a.start - b.start);
  return Object.fromEntries(written.map(([name, value]) => [name, compileExpr(value, context)]));
}
