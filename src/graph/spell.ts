import type { RecordNode, TypeNode } from "./types.ts";

/** Record types by key, as a graph holds them. */
export type Types = Readonly<Record<string, RecordNode>>;

/** A type as a person writes it: `"low" | "high"`, `Finding[](max: 6)`, `string?`. For help and messages. */
export function spellType(type: TypeNode, types: Types): string {
  switch (type.kind) {
    case "string":
    case "int":
    case "float":
      return `${type.kind}${constraints(type)}`;
    case "bool":
    case "json":
    case "null":
    case "image":
    case "file":
      return type.kind;
    case "literal":
      return JSON.stringify(type.value);
    case "list":
      return `${part(type.element, types)}[]${constraints(type)}`;
    case "map":
      return `map<${spellType(type.value, types)}>`;
    case "nullable":
      return `${part(type.type, types)}?`;
    case "record":
      return types[type.name]?.name ?? type.name;
    case "union":
      return type.members.map((member) => spellType(member, types)).join(" | ");
    case "none":
      return "nothing";
  }
}

function part(type: TypeNode, types: Types): string {
  const text = spellType(type, types);
  return type.kind === "union" ? `(${text})` : text;
}

function constraints(type: { readonly min?: number; readonly max?: number; readonly pattern?: string }): string {
  const written = [
    ...(type.min === undefined ? [] : [`min: ${type.min}`]),
    ...(type.max === undefined ? [] : [`max: ${type.max}`]),
    ...(type.pattern === undefined ? [] : [`pattern: ${JSON.stringify(type.pattern)}`]),
  ];
  return written.length === 0 ? "" : `(${written.join(", ")})`;
}
