import { fits, nullable, withoutNull } from "./fits.ts";
import { keyOf } from "./spell.ts";
import type { Bounds, Type } from "./types.ts";

/**
 * The type of a value that comes from either of two branches, or undefined where they have none in common: equal types;
 * literals to their union; literal and string to string; int and float to float; with null to `T?`; a branch that never
 * ends counts as none. `json` is no way out: it is written where it is meant.
 */
export function join(a: Type, b: Type): Type | undefined {
  if (a.kind === "never") return b;
  if (b.kind === "never") return a;
  if (a.kind === "unknown" || b.kind === "unknown") return { kind: "unknown" };
  if (a.kind === "none" || b.kind === "none") return { kind: "none" };
  if (a.kind === "null") return nullable(b);
  if (b.kind === "null") return nullable(a);
  if (a.kind === "nullable" || b.kind === "nullable") {
    const inner = join(withoutNull(a), withoutNull(b));
    return inner === undefined ? undefined : nullable(inner);
  }
  if (a.kind === "list" && b.kind === "list") {
    const element = join(a.element, b.element);
    return element === undefined ? undefined : { kind: "list", element, ...widest(a, b) };
  }
  if (a.kind === "map" && b.kind === "map") {
    const value = join(a.value, b.value);
    return value === undefined ? undefined : { kind: "map", value };
  }
  if (keyOf(a) === keyOf(b)) return withoutConstraints(a);
  if (a.kind === "json" || b.kind === "json") return undefined;
  if (fits(a, b)) return withoutConstraints(b);
  if (fits(b, a)) return withoutConstraints(a);
  return joinedLiterals(a, b);
}

/** The join of many, or undefined; of none: never. */
export function joinAll(types: readonly Type[]): Type | undefined {
  let joined: Type | undefined = { kind: "never" };
  for (const type of types) {
    joined = join(joined, type);
    if (joined === undefined) return undefined;
  }
  return joined;
}

function joinedLiterals(a: Type, b: Type): Type | undefined {
  const members: Type[] = [];
  for (const member of [...membersOf(a), ...membersOf(b)]) {
    if (member.kind !== "literal") return undefined;
    if (!members.some((one) => one.kind === "literal" && one.value === member.value)) members.push(member);
  }
  return members.every((member) => member.kind === "literal" && typeof member.value === "string") ? { kind: "union", members } : { kind: "bool" };
}

/** The members of a union; of any other type itself. */
export function membersOf(type: Type): readonly Type[] {
  return type.kind === "union" ? type.members : [type];
}

function widest(a: Bounds, b: Bounds): { min?: number; max?: number } {
  const min = a.min === undefined || b.min === undefined ? undefined : Math.min(a.min, b.min);
  const max = a.max === undefined || b.max === undefined ? undefined : Math.max(a.max, b.max);
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

/** A text or number whose constraints only one of two branches promises. */
function withoutConstraints(type: Type): Type {
  return type.kind === "string" || type.kind === "int" || type.kind === "float" ? { kind: type.kind } : type;
}
