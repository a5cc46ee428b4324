import type * as ast from "../../syntax/ast.ts";
import { declareVariable, discarded, type Env, inner, unknown } from "../env.ts";
import { nullable, withoutNull } from "../fits.ts";
import { errorType } from "../resolve-type.ts";
import { keyOf, spell } from "../spell.ts";
import { checkLetValue } from "../statements.ts";
import type { RecordField, RecordType, Type } from "../types.ts";
import { type BranchOptions, readBranchOptions } from "./branch-options.ts";
import { check, nothing, type Want } from "./expression.ts";
import { checkBody, elementWant, listOf } from "./loops.ts";
import { reportImpure } from "./pure.ts";

const optionNames = ["max", "on_error", "need", "timeout"];

/** `parallel { … }` and `parallel for …`. */
export function checkParallel(expr: ast.ParallelExpr, env: Env, want: Want): Type {
  if (env.body.sort === "pure") {
    reportImpure(expr, "`parallel`", env);
    return unknown;
  }
  const options = readBranchOptions(expr.args, "parallel", optionNames, env);
  if (expr.loop !== undefined) return checkLoop(expr, expr.loop, options, env, want);
  if (expr.block !== undefined) checkBranches(expr, expr.block, options, env);
  return discarded;
}

function checkLoop(expr: ast.ParallelExpr, loop: ast.ForExpr, options: BranchOptions, env: Env, want: Want): Type {
  const barrier = { word: "parallel", of: expr } as const;
  const element = checkBody(loop, env, branchWant(elementWant(want), options), barrier);
  const outcome = element.kind === "none" || element.kind === "never" ? element : outcomeOf(element, options);
  return listOf(loop, outcome, env, false);
}

/** What is wanted of a branch, where something is wanted of what comes of it. */
function branchWant(want: Want, options: BranchOptions): Want {
  if (want.type === undefined || want.type === discarded) return want;
  if (options.onError === "collect") return { type: undefined };
  return mayBeLeftOut(options) ? { ...want, type: withoutNull(want.type) } : want;
}

function mayBeLeftOut(options: BranchOptions): boolean {
  return options.need !== undefined || options.onError === "continue";
}

/** What a branch comes to: its value, null where it may be left out, or with `collect` a record that says which. */
function outcomeOf(value: Type, options: BranchOptions): Type {
  if (options.need === undefined && options.onError === undefined) return unknown;
  if (options.need === undefined && options.onError === "collect") return collected(value);
  return mayBeLeftOut(options) ? nullable(value) : value;
}

/** `{ ok: true, value: T } | { ok: false, error: Error }`. */
function collected(value: Type): Type {
  if (value.kind === "unknown") return unknown;
  const record = (id: string, name: string, ok: boolean, key: string, type: Type): RecordType => ({
    kind: "record",
    id,
    name,
    fields: new Map<string, RecordField>([
      ["ok", { type: { kind: "literal", value: ok } }],
      [key, { type }],
    ]),
  });
  // Nominal ids of built-in records hold no `#`.
  const success = record(`Success<${keyOf(value).replaceAll("#", ":")}>`, `{ ok: true, value: ${spell(value)} }`, true, "value", value);
  const failure = record("Failure", "{ ok: false, error: Error }", false, "error", errorType);
  return { kind: "union", members: [success, failure], tag: "ok" };
}

function checkBranches(expr: ast.ParallelExpr, block: ast.BlockExpr, options: BranchOptions, env: Env): void {
  const { report, program } = env.context;
  // The block itself gives nothing: its names do.
  program.typeOf.set(block, discarded);
  const lets = block.body.filter((statement) => statement.kind === "LetStmt");
  const before = env.flow.facts;
  const results: { readonly statement: ast.LetStmt; readonly type: Type; readonly precise: Type }[] = [];
  for (const [index, statement] of block.body.entries()) {
    const siblings = new Map(lets.filter((one) => one !== statement && one.name.text !== "_").map((one) => [one.name.text, one.name]));
    const branch = inner(env, { barrier: { word: "parallel", of: expr, index }, siblings });
    env.flow.facts = before;
    if (statement.kind === "LetStmt") results.push({ statement, ...checkLetValue(statement, branch) });
    else if (statement.kind === "ExprStmt" && isCall(statement.expr)) check(statement.expr, branch, nothing);
    else reportNoBranch(statement, branch);
  }
  env.flow.facts = before;
  if (block.body.length === 0)
    report({ code: "T416", message: "This `parallel` has no branches.", span: block, hint: "Write a `let` or a call for each branch." });
  if (options.need?.kind === "NumberExpr" && options.need.value > block.body.length && block.body.length > 0) {
    report({
      code: "T417",
      message: `Only ${block.body.length} of these branches can succeed, not ${options.need.value}.`,
      span: options.need,
      hint: `Write \`need: ${block.body.length}\` or less.`,
    });
  }
  for (const { statement, type, precise } of results) {
    const wrap = (one: Type): Type => (one.kind === "chat" ? one : outcomeOf(one, options));
    declareVariable(env, statement.name, statement, wrap(type), "let", wrap(precise));
  }
}

function isCall(expr: ast.Expr): boolean {
  return expr.kind === "CallExpr" || expr.kind === "ErrorExpr" || ((expr.kind === "WithExpr" || expr.kind === "CatchExpr") && isCall(expr.expr));
}

function reportNoBranch(statement: ast.Stmt, env: Env): void {
  const { report } = env.context;
  if (statement.kind === "ExprStmt") {
    check(statement.expr, env);
    report({ code: "T409", message: "A branch of a `parallel` block is a `let` or a call.", span: statement, hint: "Name what it gives: `let x = …`." });
    return;
  }
  if (statement.kind === "AssignStmt") check(statement.value, env);
  if (statement.kind === "ReturnStmt" && statement.value !== undefined) check(statement.value, env);
  const hint =
    statement.kind === "AssignStmt" ? `Write \`let\` with a new name, and assign it to "${statement.name.text}" after the block.` : "Put it after the block.";
  report({ code: "T409", message: "A branch of a `parallel` block is a `let` or a call.", span: statement, hint });
}
