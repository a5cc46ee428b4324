import type { JsonSchema } from "../diagnostics/json.ts";

/**
 * Builders for the schema of a graph. A `Shape<T>` has one entry for every property of T, an `optional` one exactly where
 * T's is: a property that is added to a type and forgotten in the schema does not compile.
 */
export type Shape<T> = { readonly [P in keyof T]-?: object extends Pick<T, P> ? Optional : JsonSchema };

/** A class, so that no schema passes for one. */
export class Optional {
  readonly #schema: JsonSchema;
  constructor(schema: JsonSchema) {
    this.#schema = schema;
  }
  get schema(): JsonSchema {
    return this.#schema;
  }
}

export function optional(schema: JsonSchema): Optional {
  return new Optional(schema);
}

/** An object with these properties and no others. */
export function object<T>(shape: Shape<T>): JsonSchema {
  const entries = Object.entries<Optional | JsonSchema>(shape);
  const required = entries.filter(([, part]) => !(part instanceof Optional)).map(([name]) => name);
  return {
    type: "object",
    properties: Object.fromEntries(entries.map(([name, part]) => [name, part instanceof Optional ? part.schema : part])),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

export const anything: JsonSchema = {};
export const string: JsonSchema = { type: "string" };
export const number: JsonSchema = { type: "number" };
export const boolean: JsonSchema = { type: "boolean" };
export const count: JsonSchema = { type: "integer", minimum: 0 };
/** A duration, or dollars. */
export const amount: JsonSchema = { type: "number", minimum: 0 };
export const jsonObject: JsonSchema = { type: "object" };

export function constant(value: string | number | boolean): JsonSchema {
  return { const: value };
}
export function words(values: readonly string[]): JsonSchema {
  return { type: "string", enum: values };
}
export function list(items: JsonSchema): JsonSchema {
  return { type: "array", items };
}
export function record(values: JsonSchema): JsonSchema {
  return { type: "object", additionalProperties: values };
}
export function anyOf(...schemas: readonly JsonSchema[]): JsonSchema {
  return { anyOf: schemas };
}
export function ref(name: string): JsonSchema {
  return { $ref: `#/$defs/${name}` };
}

/** One of the definitions, told apart by `key` (Ajv's `discriminator`; to others it reads as a plain `oneOf`). */
export function oneOf(key: string, names: readonly string[]): JsonSchema {
  return { type: "object", discriminator: { propertyName: key }, required: [key], oneOf: names.map(ref) };
}
