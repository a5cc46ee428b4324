import type * as ast from "../syntax/ast.ts";
import { membersOf } from "./join.ts";
import type { Type } from "./types.ts";

/** The type that a `let` gives to a name: literals that were written there stand for any text, or any bool. */
export function widened(type: Type, value: ast.Expr): Type {
  if (type.kind === "literal" && (value.kind === "StringExpr" || value.kind === "BoolExpr"))
    return { kind: typeof type.value === "string" ? "string" : "bool" };
  if (type.kind === "list" && value.kind === "ListExpr" && value.items.every((item) => item.kind === "StringExpr" || item.kind === "BoolExpr")) {
    return { ...type, element: wide(type.element) };
  }
  if (
    type.kind === "map" &&
    value.kind === "ObjectExpr" &&
    value.entries.every((entry) => entry.value.kind === "StringExpr" || entry.value.kind === "BoolExpr")
  ) {
    return { kind: "map", value: wide(type.value) };
  }
  return type.kind === "literal" && typeof type.value === "boolean" ? { kind: "bool" } : type;
}

function wide(type: Type): Type {
  const members = membersOf(type);
  if (!members.every((member) => member.kind === "literal")) return type;
  return { kind: members.every((member) => member.kind === "literal" && typeof member.value === "string") ? "string" : "bool" };
}

/** A list without what is known of its length: a name may be given a longer one later. */
export function withoutBounds(type: Type): Type {
  return type.kind === "list" ? { kind: "list", element: type.element } : type;
}
