import type { Json, JsonObject, JsonSchema } from "../diagnostics/json.ts";
import { errorText, type Validate } from "./validate.ts";

/** Compiles a pattern for a search in time linear in the text. Throws where it cannot. */
export type PatternEngine = (pattern: string) => (text: string) => boolean;

export interface ForeignCheck {
  /** What is not checked here and why, as the rest of a sentence; undefined: everything is. */
  readonly gap?: string;
  readonly validate: Validate;
}

/** Larger ones take seconds to compile. */
const largestSchema = 200_000;
const longestPattern = 2000;
/** Subschemas that one check may go through: real arguments take some hundred, a schema that doubles at each `$ref` any number. */
const mostSteps = 100_000;

/**
 * A check of arguments by a schema that somebody else wrote (a server's tool). It may loop, grow without bound or hold a
 * hostile pattern: patterns go through `engine`, every subschema counts as a step, and a check that takes too many lets the
 * value pass. What cannot be checked is the server's to refuse. Never throws.
 */
export async function foreignCheck(schema: JsonSchema, engine: PatternEngine): Promise<ForeignCheck> {
  const passes: Validate = () => undefined;
  try {
    if (JSON.stringify(schema).length > largestSchema) return { gap: "its schema is too large", validate: passes };
    return await compile(schema, engine);
  } catch (error) {
    return { gap: `its schema cannot be used: ${error instanceof Error ? error.message : String(error)}`, validate: passes };
  }
}

class TooManySteps extends Error {}

async function compile(schema: JsonSchema, engine: PatternEngine): Promise<ForeignCheck> {
  // MCP's own dialect is 2020-12; generators of schemas often say draft 7 (https://modelcontextprotocol.io/specification/2025-11-25/basic#json-schema-usage).
  const older = typeof schema["$schema"] === "string" && schema["$schema"].includes("draft-0");
  const Ajv = older ? (await import("ajv")).Ajv : (await import("ajv/dist/2020.js")).Ajv2020;
  const unread: string[] = [];
  function regExp(pattern: string): { test(text: string): boolean; toString(): string } {
    let test: (text: string) => boolean = () => true;
    try {
      if (pattern.length > longestPattern) throw new Error("too long");
      test = engine(pattern);
    } catch {
      unread.push(pattern);
    }
    // Ajv tells patterns apart by their text.
    return { test, toString: () => JSON.stringify(pattern) };
  }
  let left = 0;
  // An instance of its own: what a schema declares (`$id`) is seen by no other one.
  const ajv = new Ajv({
    strict: false,
    validateSchema: false,
    validateFormats: false,
    meta: false,
    // Inlined, a chain of references is copied at each of its uses.
    inlineRefs: false,
    allErrors: true,
    logger: false,
    code: { regExp: Object.assign(regExp, { code: "" }) as never },
  });
  ajv.addKeyword({
    keyword: step,
    before: "$ref",
    errors: false,
    validate() {
      if (left-- === 0) throw new TooManySteps();
      return true;
    },
  });
  const check = ajv.compile<unknown>(counted(schema));
  const gap = unread[0] === undefined ? {} : { gap: `its pattern ${JSON.stringify(unread[0].slice(0, 80))} cannot be used here` };
  return {
    ...gap,
    validate(value) {
      left = mostSteps;
      try {
        return check(value) ? undefined : errorText(check.errors ?? []);
      } catch (error) {
        if (error instanceof TooManySteps || error instanceof RangeError) return undefined;
        throw error;
      }
    },
  };
}

const step = "tantra:step";
/** Keywords of which each entry is a schema under a name that is no keyword. */
const named = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"]);
/** Keywords whose value is data. */
const data = new Set(["enum", "const", "default", "examples", "required"]);

/** The schema with a step in each of its subschemas, and without `uniqueItems`, which is quadratic. */
function counted(schema: JsonObject): JsonObject {
  const inner = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(inner);
    return typeof value === "object" && value !== null ? counted(value as JsonObject) : value;
  };
  const entries = Object.entries(schema).flatMap(([key, value]): [string, Json][] => {
    if (key === "uniqueItems") return [];
    if (data.has(key)) return [[key, value]];
    if (named.has(key) && typeof value === "object" && value !== null && !Array.isArray(value)) {
      return [[key, Object.fromEntries(Object.entries(value).map(([name, member]) => [name, inner(member)]))]];
    }
    return [[key, inner(value)]];
  });
  return Object.fromEntries([[step, true], ...entries]);
}
