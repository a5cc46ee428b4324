import { RunError } from "../diagnostics/errors.ts";
import type { Json, JsonSchema } from "../diagnostics/json.ts";
import type { ParamNode } from "./graph.ts";
import type { Types } from "./spell.ts";
import type { RecordNode, TypeNode } from "./types.ts";

/**
 * Types to JSON Schema (language.md, section 10). Everything is written out where it is used: no `$defs`, no `title`; keys
 * in declared order; `///` as `description`. A schema of values that go out asks for every field; one of values that come
 * in from a model's tool call lets a `T?` be absent.
 */

/** How a model is asked for a T that is not text, and what its reply is checked against. */
export interface OutputSchema {
  /** What is sent: every field required. */
  readonly schema: JsonSchema;
  /** What the reply is held to: as `schema`, but an absent `T?` is allowed. */
  readonly accepts: JsonSchema;
  /** The root is no record and stands under `value`, in both schemas. */
  readonly wrapped: boolean;
  /** No map and no json occurs, so `strict` may be asked for as long as nothing had to be left out of the schema. */
  readonly strict: boolean;
}

export function outputSchema(type: TypeNode, types: Types, mode: "native" | "tool" | "text" = "native"): OutputSchema {
  const wrapped = mode !== "text" && type.kind !== "record";
  const schema = typeSchema(type, types);
  const accepts = acceptsSchema(type, types);
  return {
    schema: wrapped ? wrap(schema) : schema,
    accepts: wrapped ? wrap(accepts) : accepts,
    wrapped,
    strict: isClosed(type, types),
  };
}

/** The schema that a T which goes out fits, and that `schema(T)` spells: every field required, the root never wrapped. */
export function typeSchema(type: TypeNode, types: Types): JsonSchema {
  return schemaOf(type, types, false);
}

/** The schema of a T that comes in: a field of type `T?` may be absent. The root is not wrapped. */
export function acceptsSchema(type: TypeNode, types: Types): JsonSchema {
  return schemaOf(type, types, true);
}

/** The schema of a call's arguments as one object: those without a default or `?` are required. */
export function parametersSchema(params: readonly ParamNode[], types: Types): JsonSchema {
  const required = params.filter((param) => param.default === undefined && param.type.kind !== "nullable");
  return object(
    params.map((param) => [param.name, described(schemaOf(param.type, types, true), param.doc)]),
    required.map((param) => param.name),
  );
}

/** What `schema(T)` gives: the schema as indented JSON. */
export function schemaText(type: TypeNode, types: Types): string {
  return JSON.stringify(typeSchema(type, types), null, 2);
}

/** A schema without the keywords that a vendor refuses; `removed` names those that occurred, once each, in order of appearance. */
export function withoutKeywords(schema: JsonSchema, refused: readonly string[]): { readonly schema: JsonSchema; readonly removed: readonly string[] } {
  const removed = new Set<string>();
  const strip = (node: JsonSchema): JsonSchema => {
    const kept: [string, Json][] = [];
    for (const [keyword, value] of Object.entries(node)) {
      if (refused.includes(keyword)) removed.add(keyword);
      else kept.push([keyword, stripValue(keyword, value)]);
    }
    return Object.fromEntries(kept);
  };
  const stripValue = (keyword: string, value: Json): Json => {
    if (keyword === "enum" || keyword === "const" || typeof value !== "object" || value === null) return value;
    if (isList(value)) return value.map((item) => (typeof item === "object" && item !== null && !isList(item) ? strip(item) : item));
    // The keys of `properties` are names of fields, which may well be spelled like a keyword.
    if (keyword === "properties") return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, stripValue("", field)]));
    return strip(value);
  };
  return { schema: strip(schema), removed: [...removed] };
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function wrap(schema: JsonSchema): JsonSchema {
  return object([["value", schema]], ["value"]);
}

function object(properties: readonly (readonly [string, JsonSchema])[], required: readonly string[]): JsonSchema {
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    // An empty `required` is refused by validators of draft 4, which some servers still use.
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

function described(schema: JsonSchema, doc: string | undefined): JsonSchema {
  if (doc === undefined) return schema;
  const { description: _, ...rest } = schema;
  return { description: doc, ...rest };
}

function schemaOf(type: TypeNode, types: Types, lenient: boolean): JsonSchema {
  switch (type.kind) {
    case "string":
      return {
        type: "string",
        ...(type.min === undefined ? {} : { minLength: type.min }),
        ...(type.max === undefined ? {} : { maxLength: type.max }),
        ...(type.pattern === undefined ? {} : { pattern: type.pattern }),
      };
    case "int":
      return { type: "integer", ...range(type) };
    case "float":
      return { type: "number", ...range(type) };
    case "bool":
      return { type: "boolean" };
    case "json":
      return {};
    case "null":
    case "none":
      return { type: "null" };
    case "image":
    case "file":
      return { type: "string" };
    case "literal":
      return { type: typeof type.value === "boolean" ? "boolean" : "string", enum: [type.value] };
    case "list":
      return {
        type: "array",
        items: schemaOf(type.element, types, lenient),
        ...(type.min === undefined ? {} : { minItems: type.min }),
        ...(type.max === undefined ? {} : { maxItems: type.max }),
      };
    case "map":
      return { type: "object", additionalProperties: schemaOf(type.value, types, lenient) };
    case "nullable":
      return nullable(type.type, schemaOf(type.type, types, lenient));
    case "record":
      return recordSchema(recordOf(type.name, types), types, lenient);
    case "union":
      return unionSchema(type.members, types, lenient);
  }
}

function range(type: { readonly min?: number; readonly max?: number }): JsonSchema {
  return { ...(type.min === undefined ? {} : { minimum: type.min }), ...(type.max === undefined ? {} : { maximum: type.max }) };
}

function recordSchema(record: RecordNode, types: Types, lenient: boolean): JsonSchema {
  const required = lenient ? record.fields.filter((field) => field.type.kind !== "nullable") : record.fields;
  return described(
    object(
      record.fields.map((field) => [field.name, described(schemaOf(field.type, types, lenient), field.doc)]),
      required.map((field) => field.name),
    ),
    record.doc,
  );
}

/** Literals become one `enum`, records an `anyOf`. */
function unionSchema(members: readonly TypeNode[], types: Types, lenient: boolean): JsonSchema {
  const literals = members.flatMap((member) => (member.kind === "literal" ? [member.value] : []));
  if (literals.length === members.length) return { type: "string", enum: literals };
  return { anyOf: members.map((member) => schemaOf(member, types, lenient)) };
}

function nullable(type: TypeNode, schema: JsonSchema): JsonSchema {
  if (type.kind === "json" || type.kind === "null") return schema;
  // A union of records is an `anyOf` already: null is one more of its members.
  const { anyOf } = schema;
  if (anyOf !== undefined && isList(anyOf)) return { anyOf: [...anyOf, { type: "null" }] };
  if (type.kind === "record" || type.kind === "union" || type.kind === "list") return { anyOf: [schema, { type: "null" }] };
  const { type: name, enum: values, ...rest } = schema;
  return {
    type: [...(name === undefined ? [] : [name]), "null"],
    ...(values !== undefined && isList(values) ? { enum: [...values, null] } : {}),
    ...rest,
  };
}

/** Whether every object in it lists its own keys, which is what vendors ask of a `strict` schema. */
function isClosed(type: TypeNode, types: Types): boolean {
  switch (type.kind) {
    case "json":
    case "map":
      return false;
    case "list":
      return isClosed(type.element, types);
    case "nullable":
      return isClosed(type.type, types);
    case "union":
      return type.members.every((member) => isClosed(member, types));
    case "record":
      return recordOf(type.name, types).fields.every((field) => isClosed(field.type, types));
    default:
      return true;
  }
}

/** A record by its key. A graph that was compiled or loaded holds every record that its types name. */
export function recordOf(key: string, types: Types): RecordNode {
  const record = types[key];
  if (record === undefined) throw new RunError("internal", `This is a bug in Tantra: the graph has no type "${key}".`);
  return record;
}
