import type * as ast from "../syntax/ast.ts";
import { plainText } from "./declarations/values.ts";
import type { Env } from "./env.ts";
import { pathOf } from "./facts.ts";
import { withoutNull } from "./fits.ts";
import { membersOf } from "./join.ts";
import type { Type } from "./types.ts";

export type Narrowing = readonly (readonly [path: string, type: Type])[];

/**
 * What is known where `condition` came out as `truth`: `x != null`; `x.kind == "a"` and `x.ok` on unions of records;
 * `x == "a"` on unions of literals; and through `!`, `&&` and `||`. The condition has been typed already.
 */
export function narrowing(condition: ast.Expr, truth: boolean, env: Env): Narrowing {
  if (condition.kind === "UnaryExpr" && condition.op === "!") return narrowing(condition.operand, !truth, env);
  if (condition.kind === "MemberExpr") return byTag(condition, true, truth, env);
  if (condition.kind !== "BinaryExpr") return [];
  const { op, left, right } = condition;
  // `a && b` came out true, or `a || b` false: both parts did.
  if ((op === "&&" && truth) || (op === "||" && !truth)) return [...narrowing(left, truth, env), ...narrowing(right, truth, env)];
  if (op !== "==" && op !== "!=") return [];
  const equal = (op === "==") === truth;
  return [...byEquality(left, right, equal, env), ...byEquality(right, left, equal, env)];
}

function byEquality(subject: ast.Expr, value: ast.Expr, equal: boolean, env: Env): Narrowing {
  const path = pathOf(subject);
  if (path === undefined) return [];
  const type = typeAt(subject, path, env);
  if (value.kind === "NullExpr") return type?.kind === "nullable" ? [[path, equal ? { kind: "null" } : type.type]] : [];
  const literal = literalOf(value);
  if (literal === undefined || type === undefined) return [];
  const narrowed: (readonly [string, Type])[] = [];
  // Being equal to a text rules null out; being unequal says nothing about it.
  if (equal && type.kind === "nullable") narrowed.push([path, type.type]);
  const members = membersOf(withoutNull(type));
  if (members.every((member) => member.kind === "literal")) {
    const left = members.filter((member) => member.kind === "literal" && (member.value === literal) === equal);
    const only = unionOfMembers(left, type);
    if (only !== undefined && members.length > 1) narrowed.push([path, type.kind === "nullable" && !equal ? { kind: "nullable", type: only } : only]);
  }
  return subject.kind === "MemberExpr" ? [...narrowed, ...byTag(subject, literal, equal, env)] : narrowed;
}

/** What `x.kind == value` (or its contrary) says of `x`. */
function byTag(member: ast.MemberExpr, value: string | boolean, equal: boolean, env: Env): Narrowing {
  const path = pathOf(member.object);
  const type = path === undefined ? undefined : typeAt(member.object, path, env);
  if (path === undefined || type?.kind !== "union") return [];
  const left = membersWhere(type, member.name.text, value, equal);
  const only = unionOfMembers(left, type);
  return only === undefined || left.length === type.members.length ? [] : [[path, only]];
}

/** The records of a union whose field may be this value, or may be another one. */
export function membersWhere(type: Type, field: string, value: string | boolean, equal: boolean): readonly Type[] {
  return membersOf(type).filter((member) => {
    const literals = member.kind === "record" ? membersOf(member.fields.get(field)?.type ?? { kind: "unknown" }) : [];
    if (literals.length === 0 || !literals.every((one) => one.kind === "literal")) return true;
    return literals.some((one) => one.kind === "literal" && (one.value === value) === equal);
  });
}

/** A type of some of the members of another; undefined of none. */
export function unionOfMembers(members: readonly Type[], whole: Type): Type | undefined {
  const [first, ...more] = members;
  if (first === undefined) return undefined;
  if (more.length === 0) return first;
  const union = withoutNull(whole);
  if (union.kind === "union" && union.members.length === members.length) return union;
  return { kind: "union", members, ...(union.kind === "union" && union.tag !== undefined ? { tag: union.tag } : {}) };
}

function typeAt(expr: ast.Expr, path: string, env: Env): Type | undefined {
  return env.flow.facts.get(path) ?? env.context.program.typeOf.get(expr);
}

function literalOf(expr: ast.Expr): string | boolean | undefined {
  return expr.kind === "BoolExpr" ? expr.value : plainText(expr);
}
