import type { Json, JsonSchema } from "../../diagnostics/json.ts";

/** What a schema asks for, as a program writes a type: `bool`, `"low" | "high"`, `{ word: string, why: string? }`. */
export function spellSchema(schema: JsonSchema): string {
  const { type, enum: values, anyOf } = schema;
  if (isList(values)) return optional(values.map((value) => JSON.stringify(value)).join(" | "), values.includes(null));
  if (isList(anyOf)) {
    const members = anyOf.flatMap((member) => (isSchema(member) && member["type"] !== "null" ? [spellSchema(member)] : []));
    return optional(members.join(" | "), members.length < anyOf.length);
  }
  const names = isList(type) ? type : [type];
  const name = names.find((one) => one !== "null");
  return optional(plain(name, schema), names.includes("null") && name !== undefined);
}

function plain(name: Json | undefined, schema: JsonSchema): string {
  const { items, properties, required, additionalProperties } = schema;
  switch (name) {
    case "boolean":
      return "bool";
    case "integer":
      return `int${limits(schema, "minimum", "maximum")}`;
    case "number":
      return `float${limits(schema, "minimum", "maximum")}`;
    case "string":
      return `string${limits(schema, "minLength", "maxLength")}`;
    case "array": {
      const element = isSchema(items) ? spellSchema(items) : "json";
      return `${element.includes(" | ") ? `(${element})` : element}[]${limits(schema, "minItems", "maxItems")}`;
    }
    case "object": {
      if (!isSchema(properties)) return `map<${isSchema(additionalProperties) ? spellSchema(additionalProperties) : "json"}>`;
      const needed = isList(required) ? required : [];
      const fields = Object.entries(properties).map(([key, field]) => {
        const spelled = isSchema(field) ? spellSchema(field) : "json";
        return `${key}: ${needed.includes(key) || spelled.endsWith("?") ? spelled : `${spelled}?`}`;
      });
      return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
    }
    default:
      return name === undefined ? "json" : "null";
  }
}

function optional(spelled: string, nullable: boolean): string {
  if (!nullable) return spelled;
  const named = spelled.replace(/ \| null$/, "");
  return named.includes(" | ") ? `(${named})?` : `${named}?`;
}

function limits(schema: JsonSchema, least: string, most: string): string {
  const { [least]: min, [most]: max, pattern } = schema;
  const written = [
    ...(min === undefined ? [] : [`min: ${String(min)}`]),
    ...(max === undefined ? [] : [`max: ${String(max)}`]),
    ...(pattern === undefined ? [] : [`pattern: ${JSON.stringify(pattern)}`]),
  ];
  return written.length === 0 ? "" : `(${written.join(", ")})`;
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isSchema(value: Json | undefined): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
