import type { ForNode, RepeatNode } from "../graph/expressions.ts";
import type * as ast from "../syntax/ast.ts";
import { argument } from "./arguments.ts";
import { bug } from "./bug.ts";
import type { Context } from "./context.ts";
import { baseOf, compileBlock, compileExpr } from "./expressions.ts";
import { Steps } from "./steps.ts";

export function compileFor(node: ast.ForExpr, context: Context): ForNode {
  const path = context.steps.path("for");
  return { kind: "for", ...baseOf(node, context), path, ...loopOf(node, path, context), gives: context.file.typeOf(node)?.kind === "list" };
}

/** What `for` and `parallel for` share. The body's steps stand under `path[]`. */
export function loopOf(node: ast.ForExpr, path: string, context: Context): Pick<ForNode, "index" | "name" | "list" | "filter" | "body"> {
  const list = compileExpr(node.list, context);
  const inner = { ...context, steps: new Steps(`${path}[]`) };
  return {
    ...(node.index === undefined ? {} : { index: node.index.text }),
    name: node.name.text,
    list,
    ...(node.filter === undefined ? {} : { filter: compileExpr(node.filter, inner) }),
    body: compileBlock(node.body, inner),
  };
}

export function compileRepeat(node: ast.RepeatExpr, context: Context): RepeatNode {
  const path = context.steps.path("repeat");
  const max = argument(node.args, "max") ?? bug("a repeat without a bound", context.file.place(node));
  const body = compileBlock(node.body, { ...context, steps: new Steps(`${path}[]`) });
  return { kind: "repeat", ...baseOf(node, context), path, max: compileExpr(max, context), body };
}
