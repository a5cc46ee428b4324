import type { RecordNode, TypeNode } from "../graph/types.ts";
import type { RecordType, Type } from "../validation/types.ts";

/** The checker's types as data. Each record that a type names is put into `records` once. */
export class Types {
  readonly records: Record<string, RecordNode> = {};

  node(type: Type): TypeNode {
    switch (type.kind) {
      case "string":
      case "int":
      case "float":
        return constrained(type);
      case "list":
        return { kind: "list", element: this.node(type.element), ...bounds(type) };
      case "map":
        return { kind: "map", value: this.node(type.value) };
      case "nullable":
        return { kind: "nullable", type: this.node(type.type) };
      case "record":
        return this.#record(type);
      case "union":
        return { kind: "union", members: type.members.map((member) => this.node(member)), ...(type.tag === undefined ? {} : { tag: type.tag }) };
      case "literal":
        return { kind: "literal", value: type.value };
      case "never":
      case "none":
      case "chat":
        return { kind: "none" };
      case "unknown":
        return { kind: "json" };
      default:
        return { kind: type.kind };
    }
  }

  #record(type: RecordType): TypeNode {
    if (!Object.hasOwn(this.records, type.id)) {
      const doc = type.decl?.doc?.text;
      const fields = [...type.fields].map(([name, field]) => ({
        name,
        type: this.node(field.type),
        ...(field.doc === undefined ? {} : { doc: field.doc }),
      }));
      this.records[type.id] = { name: type.name, ...(doc === undefined ? {} : { doc }), fields };
    }
    return { kind: "record", name: type.id };
  }
}

function constrained(type: Extract<Type, { kind: "string" | "int" | "float" }>): TypeNode {
  if (type.kind !== "string") return { kind: type.kind, ...bounds(type) };
  return { kind: "string", ...bounds(type), ...(type.pattern === undefined ? {} : { pattern: type.pattern }) };
}

function bounds(type: { readonly min?: number; readonly max?: number }): { readonly min?: number; readonly max?: number } {
  return { ...(type.min === undefined ? {} : { min: type.min }), ...(type.max === undefined ? {} : { max: type.max }) };
}
