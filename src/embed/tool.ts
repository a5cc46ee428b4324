import type { RetryPolicy } from "../agent/retry.ts";
import { defaultRetry } from "../agent/retry.ts";
import type { Tool, ToolContext } from "../agent/spec.ts";
import type { ErrorClass } from "../diagnostics/classes.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { Json, JsonObject, JsonSchema } from "../diagnostics/json.ts";
import { isStandardSchema, jsonSchemaOf, type StandardSchema, validated } from "./standard-schema.ts";
import { unfit } from "./unfit.ts";

/** A function that a model may call. */
export interface ToolOptions<A> {
  readonly name: string;
  /** What the model reads of it. */
  readonly description?: string;
  /** What the model has to give: a JSON Schema of an object, or a schema of any library that speaks Standard Schema. */
  readonly parameters: StandardSchema<A> | JsonSchema;
  /** Sent in the place of what `parameters` says of itself. */
  readonly jsonSchema?: JsonSchema;
  /** Gives the result, at once or later: JSON, or what `JSON.stringify` makes JSON of; nothing at all is null. */
  readonly execute: (args: A, context: ToolContext) => unknown;
  /** Default: 60 s. */
  readonly timeoutMs?: number;
  /** Only for a tool that reads and changes nothing. Default: none. */
  readonly retry?: Partial<RetryPolicy>;
  /** Characters of the result that the model is told. Default: 20,000. */
  readonly maxResult?: number;
  /** Whether the hook `approve` has to be asked first. */
  readonly needsApproval?: boolean | ((args: JsonObject) => boolean | Promise<boolean>);
  /** The words for a failure in the place of `{"error":…}`. */
  readonly onError?: (errorClass: ErrorClass, message: string | undefined) => string | Promise<string>;
}

/** A tool from a function. Throws a `RunError` where its name or its schema cannot be one. */
export function tool<A = JsonObject>(options: ToolOptions<A>): Tool {
  const { name, description, parameters, execute, timeoutMs, retry, maxResult, needsApproval, onError } = options;
  checkName(name, "tool");
  const schema = jsonSchemaOf(parameters, options.jsonSchema, `the tool "${name}"`);
  return {
    name,
    parameters: schema,
    ...(description === undefined ? {} : { description }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(retry === undefined ? {} : { retry: { ...defaultRetry, ...retry } }),
    ...(maxResult === undefined ? {} : { maxResult }),
    ...(needsApproval === undefined ? {} : { needsApproval: typeof needsApproval === "boolean" ? () => needsApproval : needsApproval }),
    ...(onError === undefined ? {} : { onError: (errorClass: string, message: string | undefined) => onError(errorClass as ErrorClass, message) }),
    async execute(args, context) {
      // What fits the JSON Schema is an A as far as that says so; a validator says the rest, and may turn it into something else.
      const given = isStandardSchema(parameters) ? await fitting<A>(parameters, args) : (args as A);
      return asJson(await execute(given, context), `The tool "${name}"`);
    },
  };
}

/** Arguments that a validator refuses. The model is told its words. */
class UnfitArguments extends Error {
  readonly code = "invalid_request" satisfies ErrorClass;
}

async function fitting<A>(schema: StandardSchema<A>, args: JsonObject): Promise<A> {
  const result = await validated(schema, args);
  if ("wrong" in result) throw new UnfitArguments(result.wrong);
  return result.value;
}

function asJson(value: unknown, whose: string): Json {
  try {
    const text = JSON.stringify(value);
    return text === undefined ? null : (JSON.parse(text) as Json);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RunError("tool_error", `${whose} gave what cannot be written as JSON: ${why}`, { cause });
  }
}

/** Vendors take names of letters, digits, `_` and `-`, up to 64 of them. */
export function checkName(name: string, what: string): void {
  if (/^[A-Za-z_][\w-]{0,63}$/.test(name)) return;
  throw unfit(
    `"${name}" can be no name of ${what === "agent" ? "an agent" : `a ${what}`}.`,
    "It begins with a letter and goes on with letters, digits, _ and -, 64 at the most.",
  );
}
