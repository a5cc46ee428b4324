import { suggest } from "../../diagnostics/suggest.ts";
import type * as ast from "../../syntax/ast.ts";
import type { Report } from "../context.ts";
import { plainText } from "../declarations/values.ts";
import { bool, type Env, unknown } from "../env.ts";
import { eitherFacts, pathOf, withFacts } from "../facts.ts";
import { comparable, fits, mayBeNull, nullable, withoutNull } from "../fits.ts";
import { membersOf } from "../join.ts";
import { Named, named } from "../mismatch.ts";
import { narrowing } from "../narrow.ts";
import { spell } from "../spell.ts";
import type { Type } from "../types.ts";
import { joined } from "./blocks.ts";
import { check, checkValue, type Want } from "./expression.ts";
import { checkCondition } from "./text.ts";

export function checkUnary(expr: ast.UnaryExpr, env: Env): Type {
  if (expr.op === "!") {
    checkCondition(expr.operand, env);
    return bool;
  }
  const type = checkValue(expr.operand, env);
  if (isNumber(type) || isSettled(type)) return type.kind === "int" ? { kind: "int" } : type.kind === "float" ? { kind: "float" } : type;
  reportOperand(expr.operand, type, "-", "a number", env);
  return unknown;
}

export function checkBinary(expr: ast.BinaryExpr, env: Env, want: Want): Type {
  switch (expr.op) {
    case "&&":
    case "||":
      return checkLogical(expr, env);
    case "??":
      return checkFallback(expr, env, want);
    case "==":
    case "!=":
      return checkEquality(expr, env);
    case "in":
      return checkIn(expr, env);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return checkOrder(expr, env);
    default:
      return checkArithmetic(expr, env);
  }
}

function checkLogical(expr: ast.BinaryExpr, env: Env): Type {
  checkCondition(expr.left, env);
  const before = env.flow.facts;
  env.flow.facts = withFacts(before, narrowing(expr.left, expr.op === "&&", env));
  checkCondition(expr.right, env);
  env.flow.facts = eitherFacts(before, env.flow.facts);
  return bool;
}

function checkFallback(expr: ast.BinaryExpr, env: Env, want: Want): Type {
  const wanted = want.type === undefined ? undefined : nullable(want.type);
  const left = checkValue(expr.left, env, { type: wanted, what: want.what });
  const path = pathOf(expr.left);
  const before = env.flow.facts;
  const right = checkValue(expr.right, env, want);
  // When the other side does not come back, the name was not null.
  env.flow.facts = right.kind === "never" && path !== undefined && left.kind === "nullable" ? withFacts(before, [[path, left.type]]) : before;
  if (!mayBeNull(left) && left.kind !== "json" && !isSettled(left)) {
    env.context.report({
      code: "T310",
      message: `${Named(expr.left)} is never null, so what stands behind \`??\` is never used.`,
      span: expr.opSpan,
      hint: "Leave the `??` and what follows out.",
    });
    return left;
  }
  if (left.kind === "null") return right;
  if (left.kind === "json") return left;
  return joined([withoutNull(left), right], expr, "`??`", env);
}

function checkEquality(expr: ast.BinaryExpr, env: Env): Type {
  if (chains(expr, env)) return reportChain(expr, env);
  const left = checkValue(expr.left, env);
  const right = checkValue(expr.right, env, guided(expr.right, left));
  if (isSettled(left) || isSettled(right)) return bool;
  const { report } = env.context;
  const never = expr.op === "==" ? "never true" : "always true";
  for (const [value, other, type] of [
    [expr.left, right, left],
    [expr.right, left, right],
  ] as const) {
    if (other.kind === "null" && !mayBeNull(type) && type.kind !== "json") {
      report({
        code: "T331",
        severity: "warning",
        message: `${Named(value)} is never null, so this is ${never}.`,
        span: expr,
        hint: "Leave the comparison out.",
      });
      return bool;
    }
  }
  if (comparable(left, right)) return bool;
  const impossible = impossibleText(expr, left, right) ?? impossibleText(expr, right, left);
  report(
    impossible ?? {
      code: "T310",
      message: `${Named(expr.left)} is \`${spell(left)}\`, and \`${spell(right)}\` is never equal to it.`,
      span: expr,
      hint: "Compare two values of one type.",
    },
  );
  return bool;
}

/** An object or an empty list takes its type from what it is compared with. */
function guided(expr: ast.Expr, type: Type): Want {
  return expr.kind === "ObjectExpr" || expr.kind === "ListExpr" ? { type } : { type: undefined };
}

function impossibleText(expr: ast.BinaryExpr, type: Type, other: Type): Report | undefined {
  const literals = membersOf(withoutNull(type)).flatMap((member) => (member.kind === "literal" ? [String(member.value)] : []));
  if (literals.length === 0 || other.kind !== "literal" || literals.length !== membersOf(withoutNull(type)).length) return undefined;
  const near = suggest(String(other.value), literals);
  const subject = other === undefined ? expr.left : expr.right.kind === "StringExpr" ? expr.left : expr.right;
  return {
    code: "T330",
    message: `${Named(subject)} is never ${JSON.stringify(other.value)}.`,
    span: expr.right.kind === "StringExpr" ? expr.right : expr.left,
    hint: near === undefined ? `It is one of ${literals.map((one) => JSON.stringify(one)).join(", ")}.` : `Did you mean ${JSON.stringify(near)}?`,
  };
}

function checkIn(expr: ast.BinaryExpr, env: Env): Type {
  const left = checkValue(expr.left, env);
  const right = checkValue(expr.right, env);
  const { report } = env.context;
  if (isSettled(left) || isSettled(right)) return bool;
  const value = pathOf(expr.left) ?? "…";
  if (right.kind === "list") {
    if (comparable(left, right.element)) return bool;
    report({
      code: "T310",
      message: `${Named(expr.right)} is a list of \`${spell(right.element)}\`, which \`${spell(left)}\` is never in.`,
      span: expr,
      hint: "Look for a value of the elements' type.",
    });
  } else if (right.kind === "map") {
    if (!isText(left))
      report({ code: "T310", message: `Keys of a map are texts, and ${named(expr.left)} is \`${spell(left)}\`.`, span: expr.left, hint: "Look for a text." });
  } else {
    const hint = isText(right)
      ? `Write \`contains(${pathOf(expr.right) ?? "…"}, ${value})\`.`
      : mayBeNull(right)
        ? "Check it for null first."
        : "`in` looks into lists and keys of maps.";
    report({ code: "T310", message: `Nothing is \`in\` ${named(expr.right)}: it is \`${spell(right)}\`.`, span: expr.right, hint });
  }
  return bool;
}

function checkOrder(expr: ast.BinaryExpr, env: Env): Type {
  if (chains(expr, env)) return reportChain(expr, env);
  const left = checkValue(expr.left, env);
  const right = checkValue(expr.right, env);
  if (isSettled(left) || isSettled(right)) return bool;
  if (!isNumber(left) && !isText(left)) reportOperand(expr.left, left, expr.op, "numbers and texts", env);
  else if (!isNumber(right) && !isText(right)) reportOperand(expr.right, right, expr.op, "numbers and texts", env);
  else if (isNumber(left) !== isNumber(right)) {
    env.context.report({
      code: "T310",
      message: `\`${expr.op}\` compares two numbers or two texts, not one of each.`,
      span: expr,
      hint: asNumber(isText(left) ? expr.left : expr.right),
    });
  }
  return bool;
}

function asNumber(text: ast.Expr): string {
  return /^-?[0-9]+(?:\.[0-9]+)?$/.test(plainText(text) ?? "") ? "Leave the quotes out." : `Read the number: \`number(${pathOf(text) ?? "…"})\`.`;
}

function checkArithmetic(expr: ast.BinaryExpr, env: Env): Type {
  const left = checkValue(expr.left, env);
  const right = checkValue(expr.right, env);
  if (isSettled(left) || isSettled(right)) return isText(left) || isText(right) ? { kind: "string" } : unknown;
  const { op } = expr;
  if (op === "+") {
    if (isText(left) && isText(right)) return { kind: "string" };
    if (isText(left) !== isText(right) && (isText(left) || isNumber(left)) && (isText(right) || isNumber(right))) {
      const number = isText(left) ? expr.right : expr.left;
      const text = `\${${pathOf(number) ?? "…"}}`;
      env.context.report({
        code: "T310",
        message: "`+` joins two texts or adds two numbers, not one of each.",
        span: expr,
        hint: `Write the number into the text: \`"${isText(left) ? `…${text}` : `${text}…`}"\`.`,
      });
      return unknown;
    }
    if (left.kind === "list" || right.kind === "list") {
      env.context.report({
        code: "T310",
        message: "`+` joins texts and adds numbers, not lists.",
        span: expr,
        hint: left.kind === right.kind ? "Write `concat(xs, ys)`." : "Write `append(xs, x)`.",
      });
      return unknown;
    }
  }
  const takes = op === "+" ? "numbers and texts" : "numbers";
  for (const [operand, type] of [
    [expr.left, left],
    [expr.right, right],
  ] as const) {
    if (isNumber(type) || (op === "+" && isText(type))) continue;
    reportOperand(operand, type, op, takes, env);
    return unknown;
  }
  return op !== "/" && left.kind === "int" && right.kind === "int" ? { kind: "int" } : { kind: "float" };
}

function reportOperand(expr: ast.Expr, type: Type, op: string, takes: string, env: Env): void {
  if (mayBeNull(type)) {
    const value = pathOf(expr) ?? "…";
    env.context.report({
      code: "T302",
      message: `\`${op}\` takes ${takes}, and ${named(expr)} may be null.`,
      span: expr,
      hint: `Check it first, \`if ${value} != null { … }\`, or say what stands in: \`(${value} ?? …)\`.`,
    });
    return;
  }
  const hint =
    type.kind === "json"
      ? `Check it first: \`as(${pathOf(expr) ?? "…"}, float)\`.`
      : isText(type)
        ? `Read the number: \`number(${pathOf(expr) ?? "…"})\`.`
        : `Give ${takes} here.`;
  env.context.report({ code: "T310", message: `\`${op}\` takes ${takes}, and ${named(expr)} is \`${spell(type)}\`.`, span: expr, hint });
}

function reportChain(expr: ast.BinaryExpr, env: Env): Type {
  check(expr.left, env);
  check(expr.right, env);
  env.context.report({ code: "T311", message: "Comparisons do not chain.", span: expr, hint: "Write them apart: `a < b && b < c`." });
  return bool;
}

/** Whether an operand is a comparison without parentheses: the tree does not show them, the text beside the operator does. */
function chains(expr: ast.BinaryExpr, env: Env): boolean {
  const { text } = env.context.source;
  const before = isComparison(expr.left) && !text.slice(expr.left.end, expr.opSpan.start).includes(")") && text[expr.left.end - 1] !== ")";
  return before || (isComparison(expr.right) && !text.slice(expr.opSpan.end, expr.right.start + 1).includes("("));
}

function isComparison(expr: ast.Expr): boolean {
  return expr.kind === "BinaryExpr" && ["==", "!=", "<", "<=", ">", ">="].includes(expr.op);
}

export function isNumber(type: Type): boolean {
  return type.kind === "int" || type.kind === "float";
}

export function isText(type: Type): boolean {
  return type.kind !== "unknown" && type.kind !== "never" && fits(type, { kind: "string" });
}

/** Whether nothing more is to be said about a value: it is wrong already, or never comes. */
export function isSettled(type: Type): boolean {
  return type.kind === "unknown" || type.kind === "never";
}
