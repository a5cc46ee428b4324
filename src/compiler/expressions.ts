import type { Expr, PatternNode } from "../graph/expressions.ts";
import type { TypeNode } from "../graph/types.ts";
import type * as ast from "../syntax/ast.ts";
import { compileParallel, compileRace } from "./branches.ts";
import { bug } from "./bug.ts";
import { compileCall, compileWith } from "./calls.ts";
import { compileChat, isChat } from "./chats.ts";
import type { Context } from "./context.ts";
import { compileFor, compileRepeat } from "./loops.ts";
import { Options } from "./options.ts";
import { compileBody } from "./statements.ts";
import { compileText } from "./texts.ts";

/** One expression of the tree as the graph has it. Steps take their paths in source order, an outer one before those inside. */
export function compileExpr(expr: ast.Expr, context: Context): Expr {
  const compile = compilers[expr.kind] as (node: ast.Expr, context: Context) => Expr;
  return compile(expr, context);
}

/** Place and type, as every node carries them. */
export function baseOf(expr: ast.Expr, { file }: Context): { readonly place: string; readonly type?: TypeNode } {
  const type = file.typeOf(expr);
  return { place: file.place(expr), ...(type === undefined ? {} : { type }) };
}

type Kind = ast.Expr["kind"];
/** One entry for every kind: a kind without one does not compile. */
const compilers: { readonly [K in Kind]: (node: Extract<ast.Expr, { kind: K }>, context: Context) => Expr } = {
  NumberExpr: literal,
  BoolExpr: literal,
  NullExpr: (node, context) => ({ kind: "literal", ...baseOf(node, context), value: null }),
  StringExpr: compileText,
  ListExpr: (node, context) => {
    const items = node.items.map((item) => compileExpr(item, context));
    const base = baseOf(node, context);
    if (items.every((item) => item.kind === "literal")) return { kind: "literal", ...base, value: items.map((item) => item.value) };
    return { kind: "list", ...base, items };
  },
  ObjectExpr: (node, context) => {
    const entries = node.entries.map((entry) => ({ key: entry.key.text, value: compileExpr(entry.value, context) }));
    const base = baseOf(node, context);
    const plain = entries.flatMap(({ key, value }) => (value.kind === "literal" ? [[key, value.value] as const] : []));
    if (plain.length === entries.length) return { kind: "literal", ...base, value: Object.fromEntries(plain) };
    return { kind: "object", ...base, entries };
  },
  BlockExpr: compileBlock,
  NameExpr: (node, context) => {
    const meant = context.file.unit.checked.resolved.get(node)?.of === "variable" ? undefined : context.file.find(node.name);
    if (meant === undefined) return { kind: "read", ...baseOf(node, context), name: node.name };
    if (meant.decl.kind !== "ModelDecl") return bug(`"${node.name}" as a value`, context.file.place(node));
    return { kind: "model", place: context.file.place(node), key: meant.key };
  },
  UnaryExpr: (node, context) => {
    const operand = compileExpr(node.operand, context);
    const base = baseOf(node, context);
    if (node.op === "-" && operand.kind === "literal" && typeof operand.value === "number") return { kind: "literal", ...base, value: -operand.value };
    return { kind: "unary", ...base, op: node.op, operand };
  },
  BinaryExpr: (node, context) => {
    const left = compileExpr(node.left, context);
    return { kind: "binary", ...baseOf(node, context), op: node.op, left, right: compileExpr(node.right, context) };
  },
  CatchExpr: (node, context) => {
    const expr = compileExpr(node.expr, context);
    return { kind: "catch", ...baseOf(node, context), expr, name: node.name.text, handler: compileBlock(node.handler, context) };
  },
  MemberExpr: (node, context) => {
    if (node.object.kind === "NameExpr" && isChat(node.object, context)) return { kind: "chat_messages", ...baseOf(node, context), chat: node.object.name };
    return { kind: "member", ...baseOf(node, context), object: compileExpr(node.object, context), name: node.name.text };
  },
  IndexExpr: (node, context) => {
    const object = compileExpr(node.object, context);
    return { kind: "index", ...baseOf(node, context), object, index: compileExpr(node.index, context) };
  },
  CallExpr: (node, context) => compileCall(node, undefined, context),
  WithExpr: compileWith,
  IfExpr: (node, context) => {
    const condition = compileExpr(node.condition, context);
    const then = compileBlock(node.then, context);
    const base = baseOf(node, context);
    return { kind: "if", ...base, condition, then, ...(node.else === undefined ? {} : { else: compileExpr(node.else, context) }) };
  },
  MatchExpr: (node, context) => {
    const subject = compileExpr(node.subject, context);
    const arms = node.arms.map((arm) => ({ pattern: patternOf(arm.pattern), value: compileExpr(arm.value, context) }));
    return { kind: "match", ...baseOf(node, context), subject, arms };
  },
  ParallelExpr: compileParallel,
  RaceExpr: compileRace,
  ForExpr: compileFor,
  RepeatExpr: compileRepeat,
  AskExpr: (node, context) => {
    const path = context.steps.path("ask");
    const options = Options.of(node.options, context.file);
    const type = node.result === undefined ? undefined : context.file.unit.checked.typeOfType.get(node.result);
    const fallback = options.get("default");
    return {
      kind: "ask",
      place: context.file.place(node),
      path,
      question: compileText(node.question, context),
      type: type === undefined ? { kind: "string" } : context.file.type(type),
      ...options.amounts({ timeoutMs: "timeout" }),
      ...(fallback === undefined ? {} : { default: compileExpr(fallback, context) }),
    };
  },
  FailExpr: (node, context) => ({
    kind: "fail",
    ...baseOf(node, context),
    ...(node.message === undefined ? {} : { message: compileText(node.message, context) }),
  }),
  ChatExpr: compileChat,
  DurationExpr: unexpected,
  MoneyExpr: unexpected,
  RateExpr: unexpected,
  EnvExpr: unexpected,
  StarExpr: unexpected,
  ErrorExpr: unexpected,
};

function literal(node: ast.NumberExpr | ast.BoolExpr, context: Context): Expr {
  return { kind: "literal", ...baseOf(node, context), value: node.value };
}

function unexpected(node: ast.Expr, context: Context): never {
  return bug(`a ${node.kind} where a value stands`, context.file.place(node));
}

/** A block of one expression is that expression. */
export function compileBlock(node: ast.BlockExpr, context: Context): Expr {
  const [only] = node.body;
  if (only?.kind === "ExprStmt" && node.body.length === 1) return compileExpr(only.expr, context);
  return { kind: "block", ...baseOf(node, context), body: compileBody(node.body, context) };
}

function patternOf({ test }: ast.Pattern): PatternNode {
  return test.of === "field" ? { of: "field", name: test.name.text, value: test.value } : test;
}
