import type { ErrorObject } from "ajv/dist/2020.js";
import type { Json, JsonSchema } from "../diagnostics/json.ts";

/** Undefined: it fits; else where it does not and why, in Ajv's words: `/limit must be integer`. */
export type Validate = (value: Json) => string | undefined;

const compiled = new WeakMap<JsonSchema, Validate>();
/** Ajv, loaded when something is checked for the first time: importing it costs several times a bare start. */
let compiler: Promise<(schema: JsonSchema) => Validate> | undefined;

/** A check of this schema, compiled once for each schema object. Gives it at once where it is known. */
export function validatorOf(schema: JsonSchema): Validate | Promise<Validate> {
  return compiled.get(schema) ?? compile(schema);
}

async function compile(schema: JsonSchema): Promise<Validate> {
  compiler ??= loadCompiler();
  const make = await compiler;
  let validate = compiled.get(schema);
  if (validate === undefined) {
    validate = make(schema);
    compiled.set(schema, validate);
  }
  return validate;
}

async function loadCompiler(): Promise<(schema: JsonSchema) => Validate> {
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  // The schemas are made from a program that was checked: they need no check of their own.
  const ajv = new Ajv2020({ strict: false, validateSchema: false, validateFormats: false, addUsedSchema: false, allErrors: true });
  return (schema) => {
    const check = ajv.compile<unknown>(schema);
    return (value) => (check(value) ? undefined : errorText(check.errors ?? []));
  };
}

const shownErrors = 5;

/** Ajv's errors as one line. */
export function errorText(errors: readonly ErrorObject[]): string {
  const lines = new Set(errors.map(({ instancePath, message = "does not fit", params }) => `${instancePath}${offender(params)} ${message}`.trim()));
  return [...lines].slice(0, shownErrors).join("; ");
}

/** Ajv says that a key is too many, but not in its message which. */
function offender(params: ErrorObject["params"]): string {
  const key: unknown = params["additionalProperty"];
  return typeof key === "string" ? `/${key}` : "";
}
