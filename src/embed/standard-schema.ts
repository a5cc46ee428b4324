import { RunError } from "../diagnostics/errors.ts";
import type { JsonSchema } from "../diagnostics/json.ts";
import { unfit } from "./unfit.ts";

/**
 * What libraries for validation agree on: Standard Schema 1 (https://standardschema.dev), here as far as it is used. Those
 * that also speak Standard JSON Schema have `jsonSchema`, of the others a JSON Schema is given beside it.
 */
export interface StandardSchema<T = unknown> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Validated<T> | Promise<Validated<T>>;
    readonly types?: { readonly input: unknown; readonly output: T } | undefined;
    readonly jsonSchema?: { readonly input: (options: { readonly target: "draft-2020-12" }) => Readonly<Record<string, unknown>> };
  };
}
export type Validated<T> = { readonly value: T; readonly issues?: undefined } | { readonly issues: readonly Issue[] };
export interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

export function isStandardSchema(schema: object): schema is StandardSchema<never> {
  return "~standard" in schema;
}

/** The JSON Schema that a model is sent for a schema. `written` wins where it is given; `whose` is named in messages. */
export function jsonSchemaOf(schema: StandardSchema | JsonSchema, written: JsonSchema | undefined, whose: string): JsonSchema {
  if (written !== undefined) return written;
  if (!isStandardSchema(schema)) return schema as JsonSchema;
  const { vendor, jsonSchema } = schema["~standard"];
  const hint = "Give a JSON Schema beside it as `jsonSchema`.";
  if (jsonSchema === undefined) throw unfit(`The schema of ${whose} (${vendor}) says of itself no JSON Schema.`, hint);
  try {
    // Which draft it is of is nothing that a vendor wants to know.
    const { $schema: _, ...rest } = jsonSchema.input({ target: "draft-2020-12" });
    return rest as JsonSchema;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RunError("invalid_request", `The schema of ${whose} (${vendor}) has no JSON Schema: ${why}`, { code: "T621", hint, cause });
  }
}

/** A value as the schema gives it, or what is wrong: `/limit must be a number; /topic is missing`. */
export async function validated<T>(schema: StandardSchema<T>, value: unknown): Promise<{ readonly value: T } | { readonly wrong: string }> {
  const outcome = await schema["~standard"].validate(value);
  return outcome.issues === undefined ? { value: outcome.value } : { wrong: outcome.issues.map(spelled).join("; ") || "it does not fit" };
}

function spelled({ message, path = [] }: Issue): string {
  const steps = path.map((step) => `/${String(typeof step === "object" ? step.key : step)}`).join("");
  return steps === "" ? message : `${steps} ${message}`;
}
