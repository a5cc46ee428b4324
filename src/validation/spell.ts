import type { Type } from "./types.ts";

/** A type as its author would write it. Constraints are left out: they never decide what fits. */
export function spell(type: Type): string {
  switch (type.kind) {
    case "literal":
      return JSON.stringify(type.value);
    case "list":
      return `${part(type.element)}[]`;
    case "map":
      return `map<${spell(type.value)}>`;
    case "nullable":
      return `${part(type.type)}?`;
    case "record":
      return type.name;
    case "union":
      return type.name ?? type.members.map(spell).join(" | ");
    case "chat":
      return "a conversation";
    case "none":
      return "no value";
    case "never":
    case "unknown":
      return "nothing";
    default:
      return type.kind;
  }
}

/** The type of a value that does not fit, as a message says it: a text that was written out is a `string`. */
export function spellValue(type: Type): string {
  if (type.kind === "literal") return typeof type.value === "string" ? "string" : "bool";
  if (type.kind === "union" && type.name === undefined && type.tag === undefined) return "string";
  if (type.kind === "list") return `${spellValue(type.element)}[]`;
  if (type.kind === "map") return `map<${spellValue(type.value)}>`;
  return spell(type);
}

function part(type: Type): string {
  const text = spell(type);
  return type.kind === "union" && type.name === undefined ? `(${text})` : text;
}

/** What makes two types the same: records by their id, constraints counting nothing. */
export function keyOf(type: Type): string {
  switch (type.kind) {
    case "literal":
      return JSON.stringify(type.value);
    case "list":
      return `${keyOf(type.element)}[]`;
    case "map":
      return `map<${keyOf(type.value)}>`;
    case "nullable":
      return `${keyOf(type.type)}?`;
    case "record":
      return type.id;
    case "union":
      return `(${type.members.map(keyOf).sort().join("|")})`;
    case "chat":
      return `chat(${type.agent})`;
    default:
      return type.kind;
  }
}
