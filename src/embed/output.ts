import type { OutputSpec } from "../agent/spec.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Json, JsonObject, JsonSchema } from "../diagnostics/json.ts";
import { isStandardSchema, jsonSchemaOf, type StandardSchema, validated } from "./standard-schema.ts";

/** What an agent gives that is not text: a schema alone, or with the way in which it is asked for. */
export type OutputOption<T> = StandardSchema<T> | OutputSettings<T> | JsonSchema;
export interface OutputSettings<T> {
  readonly schema: StandardSchema<T> | JsonSchema;
  /** Sent in the place of what `schema` says of itself. */
  readonly jsonSchema?: JsonSchema;
  /** `native`: the vendor's JSON mode (default); `tool`: as the arguments of a call; `text`: the prompt asks for it. */
  readonly mode?: OutputSpec["mode"];
}

/** A result: how it is asked for, and what it is once it has come. */
export interface Output<T> {
  readonly spec: OutputSpec;
  read(value: Json): Promise<T>;
}

/** `agent` is named in messages. Throws a `RunError` where there is no JSON Schema to send. */
export function outputOf<T>(option: OutputOption<T>, agent: string): Output<T> {
  const { schema, jsonSchema, mode = "native" } = settingsOf(option);
  const asked = jsonSchemaOf(schema, jsonSchema, `the output of the agent "${agent}"`);
  const wrapped = mode !== "text" && asked["type"] !== "object";
  const sent = wrapped ? { type: "object", properties: { value: asked }, required: ["value"], additionalProperties: false } : asked;
  const standard = isStandardSchema(schema) ? (schema as StandardSchema<T>) : undefined;
  return {
    spec: {
      mode,
      schema: sent,
      accepts: sent,
      wrapped,
      strict: isClosed(sent),
      complete: (value) => value,
      ...(standard === undefined
        ? {}
        : {
            async ensure(value: Json) {
              const result = await validated(standard, value);
              return "wrong" in result ? result.wrong : undefined;
            },
          }),
    },
    async read(value) {
      if (standard === undefined) return value as T;
      const result = await validated(standard, value);
      if ("wrong" in result) throw new RunError("invalid_output", `The result of the agent "${agent}" does not fit: ${result.wrong}.`);
      return result.value;
    },
  };
}

function settingsOf<T>(option: OutputOption<T>): OutputSettings<T> {
  if (isStandardSchema(option)) return { schema: option as StandardSchema<T> };
  const inner = (option as Partial<OutputSettings<T>>).schema;
  return typeof inner === "object" && inner !== null ? (option as OutputSettings<T>) : { schema: option as JsonSchema };
}

/** Whether every object in a schema lists all of its keys, and no others: what vendors ask of a `strict` one. */
function isClosed(schema: Json): boolean {
  if (Array.isArray(schema)) return schema.every(isClosed);
  if (typeof schema !== "object" || schema === null) return true;
  const { type, properties, required, additionalProperties } = schema as JsonObject;
  if (type === "object" || properties !== undefined) {
    const keys = typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
    const listed: readonly Json[] = Array.isArray(required) ? required : [];
    if (additionalProperties !== false || !keys.every((key) => listed.includes(key))) return false;
    return Object.values((properties ?? {}) as JsonObject).every(isClosed);
  }
  if (type === undefined && Object.keys(schema).length === 0) return false;
  return Object.values(schema).every(isClosed);
}
