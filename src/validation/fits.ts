import type { Type } from "./types.ts";

/**
 * Whether a value of type `from` may stand where `to` is wanted: `int` fits `float`, a literal its union and `string`, `T`
 * fits `T?`, lists and maps are covariant because values never change, every value fits `json`. Constraints do not matter.
 */
export function fits(from: Type, to: Type): boolean {
  if (from.kind === "unknown" || to.kind === "unknown" || from.kind === "never") return true;
  if (from.kind === "chat" || to.kind === "chat" || from.kind === "none" || to.kind === "none") return from.kind === to.kind;
  if (to.kind === "json") return from.kind !== "image" && from.kind !== "file";
  if (to.kind === "nullable") return from.kind === "null" || fits(from.kind === "nullable" ? from.type : from, to.type);
  if (from.kind === "union") return from.members.every((member) => fits(member, to));
  if (to.kind === "union") return to.members.some((member) => fits(from, member));
  switch (from.kind) {
    case "int":
      return to.kind === "int" || to.kind === "float";
    case "literal":
      if (to.kind === "literal") return from.value === to.value;
      return to.kind === (typeof from.value === "string" ? "string" : "bool");
    case "list":
      return to.kind === "list" && fits(from.element, to.element);
    case "map":
      return to.kind === "map" && fits(from.value, to.value);
    case "record":
      return to.kind === "record" && from.id === to.id;
    case "nullable":
      return false;
    default:
      return from.kind === to.kind;
  }
}

/** Whether a value may ever be equal to one of the other type, null apart. */
export function comparable(a: Type, b: Type): boolean {
  const left = withoutNull(a);
  const right = withoutNull(b);
  if (left.kind === "null" || right.kind === "null") return true;
  return fits(left, right) || fits(right, left) || overlaps(left, right);
}

function overlaps(a: Type, b: Type): boolean {
  if (a.kind === "list" && b.kind === "list") return comparable(a.element, b.element);
  const left = a.kind === "union" ? a.members : [a];
  const right = b.kind === "union" ? b.members : [b];
  return left.some((one) => right.some((other) => fits(one, other) || fits(other, one)));
}

export function withoutNull(type: Type): Type {
  return type.kind === "nullable" ? type.type : type;
}

/** `T?` of a type that may be anything: of `T?` itself, of `json` and of what an error left behind the type as it is. */
export function nullable(type: Type): Type {
  switch (type.kind) {
    case "nullable":
    case "null":
    case "json":
    case "unknown":
    case "none":
      return type;
    case "never":
      return { kind: "null" };
    default:
      return { kind: "nullable", type };
  }
}

/** Whether null may be among the values of a type. */
export function mayBeNull(type: Type): boolean {
  return type.kind === "nullable" || type.kind === "null";
}

/** What a value of the type is, or a list of them, where that is an image or a file. */
export function mediaOf(type: Type): "image" | "file" | undefined {
  if (type.kind === "nullable") return mediaOf(type.type);
  if (type.kind === "list") return mediaOf(type.element);
  return type.kind === "image" || type.kind === "file" ? type.kind : undefined;
}
