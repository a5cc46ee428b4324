import { suggest } from "../../diagnostics/suggest.ts";
import type * as ast from "../../syntax/ast.ts";
import { type Env, string, unknown } from "../env.ts";
import { pathOf } from "../facts.ts";
import { fits, mayBeNull, nullable, withoutNull } from "../fits.ts";
import { joinAll, membersOf } from "../join.ts";
import { isLibraryFunction } from "../library.ts";
import { Named, named } from "../mismatch.ts";
import { spell } from "../spell.ts";
import type { RecordField, RecordType, Type } from "../types.ts";
import { check, infer } from "./expression.ts";
import { isSettled } from "./operators.ts";

/** What `.messages` of a conversation is a list of. */
export const messageType: RecordType = {
  kind: "record",
  id: "Message",
  name: "Message",
  fields: new Map<string, RecordField>([
    ["role", { type: { kind: "string" } }],
    ["text", { type: { kind: "string" } }],
  ]),
};

/** `x.f`: of a record, of a union of records that share it, and `.messages` of a conversation. */
export function checkMember(expr: ast.MemberExpr, env: Env): Type {
  const object = expr.object.kind === "NameExpr" ? infer(expr.object, env) : check(expr.object, env);
  const known = pathOf(expr);
  const fact = known === undefined ? undefined : env.flow.facts.get(known);
  const name = expr.name.text;
  if (name === "" || isSettled(object)) return unknown;
  if (object.kind === "chat") {
    if (name === "messages") return { kind: "list", element: messageType };
    const method = name === "send" || name === "add" || name === "continue";
    const hint = method ? `Call it: \`${pathOf(expr)}(…)\`.` : "It has `.messages`, `.send(…)`, `.add(…)` and `.continue()`.";
    env.context.report({ code: "T216", message: `A conversation has no field "${name}".`, span: expr.name, hint });
    return unknown;
  }
  let type: Type = object;
  if (mayBeNull(type)) {
    if (!env.lenient) {
      const value = pathOf(expr.object);
      const hint =
        value === undefined ? `Say what stands in for null, or keep it in a \`let\` and check that.` : `Check it first: \`if ${value} != null { … }\`.`;
      env.context.report({ code: "T302", message: `${Named(expr.object)} may be null, so \`.${name}\` cannot be read.`, span: expr.name, hint });
      return unknown;
    }
    type = withoutNull(type);
  }
  return fact ?? fieldOf(type, expr, env);
}

function fieldOf(type: Type, expr: ast.MemberExpr, env: Env): Type {
  const name = expr.name.text;
  if (type.kind === "record") {
    const field = type.fields.get(name);
    if (field !== undefined) return field.type;
    reportNoField(type, [...type.fields.keys()], expr, env);
    return unknown;
  }
  if (type.kind === "union" && type.tag !== undefined) return sharedField(type, expr, env);
  reportNoRecord(type, expr, env);
  return unknown;
}

/** A field of a union of records: every one of them must have it. */
function sharedField(type: Type & { readonly kind: "union" }, expr: ast.MemberExpr, env: Env): Type {
  const name = expr.name.text;
  const records = type.members.filter((member) => member.kind === "record");
  const types = records.flatMap((record) => record.fields.get(name)?.type ?? []);
  if (types.length === 0) {
    reportNoField(type, [...new Set(records.flatMap((record) => [...record.fields.keys()]))], expr, env);
    return unknown;
  }
  const shared = types.length === records.length ? joinAll(types) : undefined;
  if (shared !== undefined) return shared;
  const path = pathOf(expr.object) ?? "x";
  const owner = records.find((record) => record.fields.has(name));
  const tag = owner?.fields.get(type.tag ?? "")?.type;
  const check =
    tag?.kind !== "literal"
      ? ""
      : typeof tag.value === "boolean"
        ? `${tag.value ? "" : "!"}${path}.${type.tag}`
        : `${path}.${type.tag} == ${JSON.stringify(tag.value)}`;
  env.context.report({
    code: "T216",
    message:
      types.length === records.length ? `"${name}" is of another type in each \`${spell(type)}\`.` : `Not every \`${spell(type)}\` has a field "${name}".`,
    span: expr.name,
    hint: `Find out first which it is: \`if ${check} { … }\`, or \`match\`.`,
  });
  return unknown;
}

function reportNoField(type: Type, fields: readonly string[], expr: ast.MemberExpr, env: Env): void {
  const near = suggest(expr.name.text, fields);
  const known = fields.length === 0 ? "It has no fields." : `It has ${fields.map((one) => `"${one}"`).join(", ")}.`;
  env.context.report({
    code: "T216",
    message: `\`${spell(type)}\` has no field "${expr.name.text}".`,
    span: expr.name,
    hint: near === undefined ? known : `Did you mean "${near}"?`,
  });
}

function reportNoRecord(type: Type, expr: ast.MemberExpr, env: Env): void {
  const name = expr.name.text;
  const value = pathOf(expr.object) ?? "…";
  const hints: { readonly [K in Type["kind"]]?: string } = {
    map: `Write \`${value}["${name}"]\`.`,
    json: `Give it a type first: \`as(${value}, TYPE)\`.`,
    list: `Take one of the list first, \`for x in ${value} { x.${name} }\`.`,
  };
  const counts = ["length", "size", "count"].includes(name);
  const hint = counts
    ? `Write \`len(${value})\`.`
    : isLibraryFunction(name)
      ? `Write \`${name}(${value})\`.`
      : (hints[type.kind] ?? "Only records have fields.");
  env.context.report({ code: "T216", message: `${Named(expr.object)} is \`${spell(type)}\`, which has no fields.`, span: expr.name, hint });
}

/** `xs[i]` and `m[k]`: the value may be missing, so it may be null. */
export function checkIndex(expr: ast.IndexExpr, env: Env): Type {
  let object = check(expr.object, env);
  const index = check(expr.index, env);
  if (isSettled(object)) return unknown;
  const value = pathOf(expr.object) ?? "…";
  const { report } = env.context;
  if (mayBeNull(object)) {
    if (!env.lenient) {
      report({
        code: "T302",
        message: `${Named(expr.object)} may be null, so nothing in it can be read.`,
        span: expr.object,
        hint: `Check it first: \`if ${value} != null { … }\`.`,
      });
      return unknown;
    }
    object = withoutNull(object);
  }
  if (object.kind === "list") {
    if (!isSettled(index) && index.kind !== "int")
      report({
        code: "T301",
        message: `A list is read by a whole number, and ${named(expr.index)} is \`${spell(index)}\`.`,
        span: expr.index,
        hint: "Write the place, counted from 0.",
      });
    return nullable(object.element);
  }
  if (object.kind === "map") {
    if (!isSettled(index) && !fits(index, string))
      report({ code: "T301", message: `A map is read by a text, and ${named(expr.index)} is \`${spell(index)}\`.`, span: expr.index, hint: "Write the key." });
    return nullable(object.value);
  }
  const field = membersOf(object).some((member) => member.kind === "record");
  const hint = field
    ? "Write the field's name behind a dot."
    : object.kind === "json"
      ? `Give it a type first: \`as(${value}, TYPE)\`.`
      : fits(object, string)
        ? `Take a part of it: \`slice(${value}, 0, 1)\`.`
        : "Only lists and maps are read with `[…]`.";
  report({ code: "T310", message: `${Named(expr.object)} is \`${spell(object)}\`, which is not read with \`[…]\`.`, span: expr.index, hint });
  return unknown;
}
