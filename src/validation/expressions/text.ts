import type * as ast from "../../syntax/ast.ts";
import { bool, declareVariable, type Env, inner, string, unknown } from "../env.ts";
import { pathOf, withFacts } from "../facts.ts";
import { fits, mayBeNull, withoutNull } from "../fits.ts";
import { membersOf } from "../join.ts";
import { named } from "../mismatch.ts";
import { narrowing } from "../narrow.ts";
import { spell } from "../spell.ts";
import type { Type } from "../types.ts";
import { check } from "./expression.ts";

/** A string: without `${}` and `%{}` a literal, else a text. */
export function checkString(expr: ast.StringExpr, env: Env): Type {
  let value = "";
  let plain = true;
  for (const part of expr.parts) {
    if (part.kind === "TextChunk") value += part.value;
    else plain = false;
  }
  if (plain) return { kind: "literal", value };
  checkParts(expr.parts, env);
  return string;
}

function checkParts(parts: readonly ast.TextPart[], env: Env): void {
  for (const part of parts) {
    if (part.kind === "Interpolation") checkInterpolation(part.expr, env);
    else if (part.kind === "TextFor") checkTextFor(part, env);
    else if (part.kind === "TextIf") checkTextIf(part, env);
  }
}

function checkInterpolation(expr: ast.Expr, env: Env): void {
  // What stands inside it (a call's argument, a string in a string) is text again.
  const type = check(expr, env.media ? { ...env, media: false } : env);
  if (isMedia(type)) {
    if (!env.media) reportMedia(expr, type, env);
  } else reportNoText(expr, type, env);
}

function isMedia(type: Type): type is Type & { readonly kind: "image" | "file" } {
  return type.kind === "image" || type.kind === "file";
}

function reportMedia(expr: ast.Expr, type: Type & { readonly kind: "image" | "file" }, env: Env): void {
  const hint = "Images and files go into the text of `prompt` and of `user` messages, by their parameter.";
  env.context.report({ code: "T325", message: `This text cannot hold ${named(expr)}: it is \`${type.kind}\`.`, span: expr, hint });
}

/** Reports a value that has no form as text: what it looks like in a prompt is the author's decision. */
export function reportNoText(expr: ast.Expr, type: Type, env: Env): void {
  const value = pathOf(expr) ?? "…";
  const { report } = env.context;
  if (isTextual(type)) return;
  if (mayBeNull(type)) {
    const instead =
      isTextual(withoutNull(type)) || type.kind === "null"
        ? `Say what stands in: \`\${${value} ?? "none"}\`.`
        : `Say how it looks: \`\${json(${value})}\`, or check it with \`%{if ${value} != null}\`.`;
    report({ code: "T304", message: `A text cannot hold null, and ${named(expr)} may be.`, span: expr, hint: instead });
    return;
  }
  if (type.kind === "none") {
    report({ code: "T314", message: "A text needs a value here, and this gives none.", span: expr, hint: "End it with the value that is meant." });
    return;
  }
  report({ code: "T303", message: `A text cannot hold ${named(expr)}: it is \`${spell(type)}\`.`, span: expr, hint: choices(value, type) });
}

function choices(value: string, type: Type): string {
  if (type.kind === "list" && isTextual(type.element))
    return `Choose how it looks: \`\${join(${value}, ", ")}\`, \`\${json(${value})}\`, or \`%{for x in ${value}}\` in a text block.`;
  if (type.kind === "list") return `Choose how it looks: \`\${json(${value})}\`, or \`%{for x in ${value}}\` in a text block.`;
  const field = type.kind === "record" ? [...type.fields].find(([, one]) => isTextual(one.type))?.[0] : undefined;
  if (field !== undefined) return `Choose how it looks: \`\${json(${value})}\`, or one field, \`\${${value}.${field}}\`.`;
  return `Choose how it looks: \`\${json(${value})}\`.`;
}

/** Whether a value goes into a text by itself: a string verbatim, a number or a bool as its JSON. */
export function isTextual(type: Type): boolean {
  if (type.kind === "unknown" || type.kind === "never") return true;
  return membersOf(type).every((member) => ["string", "int", "float", "bool", "literal"].includes(member.kind));
}

function checkTextFor(part: ast.TextFor, env: Env): void {
  const element = elementOf(part.list, env, "`%{for}`");
  const body = inner(env);
  declareVariable(body, part.name, part, element, "loop");
  checkParts(part.body, body);
}

function checkTextIf(part: ast.TextIf, env: Env): void {
  checkCondition(part.condition, env);
  const before = env.flow.facts;
  env.flow.facts = withFacts(before, narrowing(part.condition, true, env));
  checkParts(part.then, inner(env));
  env.flow.facts = withFacts(before, narrowing(part.condition, false, env));
  checkParts(part.else ?? [], inner(env));
  env.flow.facts = before;
}

/** The element type of what a loop goes through; reports what is no list. */
export function elementOf(list: ast.Expr, env: Env, what: string): Type {
  const type = check(list, env);
  if (type.kind === "list") return type.element;
  if (type.kind === "unknown" || type.kind === "never") return unknown;
  const value = pathOf(list) ?? "…";
  const hints: { readonly [K in Type["kind"]]?: string } = {
    map: `Go through its keys: \`for key in keys(${value})\`.`,
    int: `Go through the numbers: \`for i in range(${value})\`.`,
    string: `Go through its lines: \`for line in lines(${value})\`.`,
    json: "Give it a type first: `as(…, TYPE)` with a list type.",
    nullable: `Say what stands in for null: \`${value} ?? …\`, or check it with \`if ${value} != null\`.`,
  };
  env.context.report({
    code: "T326",
    message: `${what} goes through a list, and ${named(list)} is \`${spell(type)}\`.`,
    span: list,
    hint: hints[type.kind] ?? `Put it into a list: \`[${value}]\`.`,
  });
  return unknown;
}

/** Holds a condition to `true` or `false`. */
export function checkCondition(expr: ast.Expr, env: Env): void {
  const type = check(expr, env);
  if (fits(type, bool)) return;
  const value = pathOf(expr) ?? "…";
  const hint = mayBeNull(type)
    ? `Write \`${value} != null\`.`
    : type.kind === "list" || type.kind === "map"
      ? `Write \`len(${value}) > 0\`.`
      : fits(type, string)
        ? `Write \`${value} != ""\`.`
        : type.kind === "int" || type.kind === "float"
          ? `Write \`${value} != 0\`.`
          : "Compare it with something, such as `… == …`.";
  env.context.report({ code: "T315", message: `A condition is true or false, and ${named(expr)} is \`${spell(type)}\`.`, span: expr, hint });
}
