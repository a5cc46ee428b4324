import type { Form, Option, OptionTable } from "./form.ts";

/**
 * The options of a provider's kind, read off its JSON Schema. The schemas that Tantra ships use only what is read here
 * (a test compares the outcome with Ajv's), so that checking loads no validator; a third party's schema may say more,
 * and what this does not read is left to the start of a run.
 */
export function optionsOfSchema(schema: object): OptionTable {
  const properties = member(schema, "properties");
  const required = list(schema, "required");
  const table: Record<string, Option> = {};
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (typeof value !== "object" || value === null) continue;
    table[key] = { form: formOfSchema(value), ...(required.includes(key) ? { required: `Write \`${key}: …\`.` } : {}) };
  }
  return table;
}

/** The form of one value. Texts may come from the environment: any option of a provider may be a secret. */
export function formOfSchema(schema: object): Form {
  const words = list(schema, "enum").filter((word): word is string => typeof word === "string");
  if (words.length > 0 && words.every((word) => /^[A-Za-z_]\w*$/.test(word))) return { of: "word", words };
  const min = number(schema, "minimum");
  const max = number(schema, "maximum");
  const range = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  switch (value(schema, "type")) {
    case "string":
      return { of: "text", secret: true, ...(value(schema, "format") === "uri" ? { web: true } : {}) };
    case "integer":
      return { of: "number", whole: true, ...range };
    case "number":
      return { of: "number", ...range };
    case "boolean":
      return { of: "bool" };
    case "array": {
      const min = number(schema, "minItems");
      return { of: "list", item: formOfSchema(member(schema, "items") ?? {}), ...(min === undefined ? {} : { min }) };
    }
    case "object": {
      const extra = value(schema, "additionalProperties");
      if (extra === false) return { of: "object", options: optionsOfSchema(schema) };
      if (typeof extra === "object" && extra !== null) return { of: "map", value: formOfSchema(extra) };
      return { of: "json", secret: true, object: true };
    }
    default:
      return { of: "json", secret: true };
  }
}

function value(schema: object, key: string): unknown {
  return Object.hasOwn(schema, key) ? (schema as Readonly<Record<string, unknown>>)[key] : undefined;
}

function member(schema: object, key: string): object | undefined {
  const found = value(schema, key);
  return typeof found === "object" && found !== null ? found : undefined;
}

function number(schema: object, key: string): number | undefined {
  const found = value(schema, key);
  return typeof found === "number" ? found : undefined;
}

function list(schema: object, key: string): readonly unknown[] {
  const found = value(schema, key);
  return Array.isArray(found) ? found : [];
}
