import type { BranchNode, BranchOptions, ParallelForNode, ParallelNode, RaceNode } from "../graph/expressions.ts";
import type * as ast from "../syntax/ast.ts";
import { argument } from "./arguments.ts";
import { bug } from "./bug.ts";
import type { Context } from "./context.ts";
import { baseOf, compileExpr } from "./expressions.ts";
import { loopOf } from "./loops.ts";
import { Options } from "./options.ts";
import { Steps } from "./steps.ts";

export function compileParallel(node: ast.ParallelExpr, context: Context): ParallelNode | ParallelForNode {
  const path = context.steps.path("parallel");
  const base = baseOf(node, context);
  const options = branchOptions(node.args, context);
  if (node.loop !== undefined) return { kind: "parallel_for", ...base, path, options, ...loopOf(node.loop, path, context) };
  return { kind: "parallel", ...base, path, options, branches: branchesOf(node.block, path, context) };
}

export function compileRace(node: ast.RaceExpr, context: Context): RaceNode {
  const path = context.steps.path("race");
  const timeoutMs = optionsOf(node.args, context).amounts({ timeoutMs: "timeout" });
  return { kind: "race", ...baseOf(node, context), path, ...timeoutMs, branches: branchesOf(node.block, path, context) };
}

function branchOptions(args: readonly ast.Arg[], context: Context): BranchOptions {
  const options = optionsOf(args, context);
  const max = argument(args, "max");
  const need = argument(args, "need");
  return {
    ...(max === undefined ? {} : { max: compileExpr(max, context) }),
    onError: options.word("on_error", ["fail", "continue", "collect"]) ?? "fail",
    ...(need === undefined ? {} : { need: compileExpr(need, context) }),
    ...options.amounts({ timeoutMs: "timeout" }),
  };
}

function optionsOf(args: readonly ast.Arg[], context: Context): Options {
  const entries = args.flatMap((arg) => (arg.name === undefined ? [] : [{ ...arg, kind: "Entry" as const, key: arg.name, quoted: false }]));
  return new Options(entries, context.file);
}

/** Each branch is a step of the block, and what it does stands under it: `research/parallel/pro/advocate`. */
function branchesOf(block: ast.BlockExpr | undefined, path: string, context: Context): readonly BranchNode[] {
  const steps = new Steps(path);
  return (block?.body ?? []).map((statement) => {
    const place = context.file.place(statement);
    const value =
      statement.kind === "LetStmt" ? statement.value : statement.kind === "ExprStmt" ? statement.expr : bug(`a ${statement.kind} as a branch`, place);
    const name = statement.kind === "LetStmt" && statement.name.text !== "_" ? statement.name.text : undefined;
    const type = context.file.typeOf(value);
    const branch = steps.path(name ?? nameOf(value));
    const inner = { ...context, steps: new Steps(branch) };
    return { place, ...(type === undefined ? {} : { type }), path: branch, ...(name === undefined ? {} : { name }), value: compileExpr(value, inner) };
  });
}

/** What a branch without a `let` is called: the callee of what it begins with, or the keyword. */
function nameOf(expr: ast.Expr): string {
  switch (expr.kind) {
    case "CallExpr":
      return calleeName(expr.callee);
    case "WithExpr":
    case "CatchExpr":
      return nameOf(expr.expr);
    case "BinaryExpr":
      return nameOf(expr.left);
    case "UnaryExpr":
      return nameOf(expr.operand);
    case "MemberExpr":
    case "IndexExpr":
      return nameOf(expr.object);
    case "IfExpr":
      return "if";
    case "MatchExpr":
      return "match";
    case "ForExpr":
      return "for";
    case "RepeatExpr":
      return "repeat";
    case "ParallelExpr":
      return "parallel";
    case "RaceExpr":
      return "race";
    case "AskExpr":
      return "ask";
    case "ChatExpr":
      return "chat";
    case "BlockExpr":
      return "block";
    default:
      return "branch";
  }
}

/** `planner`, `files.read_file` as `files_read_file`, and of `c.send(…)` the conversation's name. */
export function calleeName(callee: ast.Expr, method = false): string {
  if (callee.kind === "NameExpr") return callee.name;
  if (callee.kind !== "MemberExpr") return "call";
  return method ? calleeName(callee.object) : `${calleeName(callee.object)}_${callee.name.text}`;
}
