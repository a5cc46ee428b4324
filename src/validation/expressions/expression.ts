import type * as ast from "../../syntax/ast.ts";
import { discarded, type Env, unknown } from "../env.ts";
import { fits } from "../fits.ts";
import { mismatch } from "../mismatch.ts";
import { checkName } from "../names.ts";
import type { Type } from "../types.ts";
import { checkAsk } from "./ask.ts";
import { checkBlock, checkIf } from "./blocks.ts";
import { checkCall, checkWith } from "./call.ts";
import { checkChat } from "./chat.ts";
import { checkList, checkObject } from "./collections.ts";
import { checkCatch, checkFail } from "./failure.ts";
import { checkFor, checkRepeat } from "./loops.ts";
import { checkMatch } from "./match.ts";
import { checkIndex, checkMember } from "./member.ts";
import { checkBinary, checkUnary } from "./operators.ts";
import { checkParallel } from "./parallel.ts";
import { checkRace } from "./race.ts";
import { checkString } from "./text.ts";

/** What is wanted of an expression. `what` names it at the start of a sentence: '"topic" of "planner"'. */
export interface Want {
  readonly type: Type | undefined;
  readonly what?: string | undefined;
}
export const anything: Want = { type: undefined };
export const nothing: Want = { type: discarded };

type Checker<K extends ast.Expr["kind"]> = (expr: Extract<ast.Expr, { readonly kind: K }>, env: Env, want: Want) => Type;

const checkers: { readonly [K in ast.Expr["kind"]]: Checker<K> } = {
  NumberExpr: (expr) => ({ kind: Number.isInteger(expr.value) && /^[0-9]+$/.test(expr.raw) ? "int" : "float" }),
  DurationExpr: (expr, env) => optionValue(expr, "A duration", env),
  MoneyExpr: (expr, env) => optionValue(expr, "An amount of money", env),
  RateExpr: (expr, env) => optionValue(expr, "A rate", env),
  BoolExpr: (expr) => ({ kind: "literal", value: expr.value }),
  NullExpr: () => ({ kind: "null" }),
  StringExpr: checkString,
  ListExpr: checkList,
  ObjectExpr: checkObject,
  BlockExpr: checkBlock,
  NameExpr: checkName,
  EnvExpr: checkSecret,
  UnaryExpr: checkUnary,
  BinaryExpr: checkBinary,
  CatchExpr: checkCatch,
  MemberExpr: checkMember,
  StarExpr: checkStar,
  IndexExpr: checkIndex,
  CallExpr: checkCall,
  WithExpr: checkWith,
  IfExpr: checkIf,
  MatchExpr: checkMatch,
  ParallelExpr: checkParallel,
  RaceExpr: checkRace,
  ForExpr: checkFor,
  RepeatExpr: checkRepeat,
  AskExpr: checkAsk,
  FailExpr: checkFail,
  ChatExpr: checkChat,
  ErrorExpr: () => unknown,
};

/**
 * The type of an expression. Where `want` names a type the expression is held to it: what does not fit is reported, at the
 * innermost place that shows it, and gives `unknown`, so that nothing is said twice.
 */
export function check(expr: ast.Expr, env: Env, want: Want = anything): Type {
  return hold(expr, infer(expr, env, want), env, want);
}

function hold(expr: ast.Expr, inferred: Type, env: Env, want: Want): Type {
  let type = inferred;
  if (type.kind === "chat") {
    env.context.report({
      code: "T338",
      message: "A conversation is no value.",
      span: expr,
      hint: "Keep it in a `let`, copy it with `fork(…)`, and use what `.send(…)` gives.",
    });
    type = unknown;
  } else if (want.type !== undefined && want.type !== discarded && !fits(type, want.type)) {
    reportMismatch(expr, type, want.type, want, env);
    type = unknown;
  }
  env.context.program.typeOf.set(expr, type);
  return type;
}

/** As `check`, for the places that take a conversation too; holds it to nothing. */
export function infer(expr: ast.Expr, env: Env, want: Want = anything): Type {
  // The table is typed over the union, so the entry of `expr.kind` takes this `expr`.
  const checker = checkers[expr.kind] as Checker<ast.Expr["kind"]>;
  const type = checker(expr as never, env, want);
  env.context.program.typeOf.set(expr, type);
  return type;
}

/** As `check`, of what must have a value: one that gives none is reported. */
export function checkValue(expr: ast.Expr, env: Env, want: Want = anything): Type {
  return holdValue(expr, infer(expr, env, want), env, want);
}

/** The second half of `checkValue`, for an expression whose type `infer` gave. */
export function holdValue(expr: ast.Expr, inferred: Type, env: Env, want: Want): Type {
  const type = hold(expr, inferred, env, want);
  if (type.kind !== "none") return type;
  reportMismatch(expr, type, unknown, want, env);
  return unknown;
}

function reportMismatch(expr: ast.Expr, type: Type, wanted: Type, want: Want, env: Env): void {
  const last = type.kind === "none" ? lastLet(expr) : undefined;
  const report = mismatch(expr, type, wanted, want.what);
  if (last !== undefined) env.context.program.used.add(last);
  env.context.report(last === undefined ? report : { ...report, hint: `End the block with the value: \`${last.text}\`.` });
}

/** The name that the block behind an expression without a value ends by giving: what it holds was meant. */
function lastLet(expr: ast.Expr): ast.Name | undefined {
  if (expr.kind === "ForExpr" || expr.kind === "RepeatExpr") return lastLet(expr.body);
  if (expr.kind === "ParallelExpr") return expr.loop === undefined ? undefined : lastLet(expr.loop);
  const last = expr.kind === "BlockExpr" ? expr.body.at(-1) : undefined;
  return last?.kind === "LetStmt" && last.name.text !== "_" ? last.name : undefined;
}

function optionValue(expr: ast.Expr, what: string, env: Env): Type {
  env.context.report({
    code: "T332",
    message: `${what} is a value of options, not of a program.`,
    span: expr,
    hint: "Write a plain number, and say in its name what it counts.",
  });
  return unknown;
}

function checkSecret(expr: ast.EnvExpr, env: Env): Type {
  const name = expr.name.text === "" ? "NAME" : expr.name.text;
  env.context.report({
    code: "T212",
    message: `\`env.${name}\` is a secret, and would reach the program here.`,
    span: expr,
    hint: "Secrets stand in options of providers, mcp servers and tools only; make this a parameter.",
  });
  return unknown;
}

function checkStar(expr: ast.StarExpr, env: Env): Type {
  env.context.report({
    code: "T219",
    message: "`.*` names all tools of a server, which is no value.",
    span: expr,
    hint: "It may stand in `tools:` of an agent only.",
  });
  return unknown;
}
