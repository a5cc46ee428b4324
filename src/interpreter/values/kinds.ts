import { RunError } from "../../diagnostics/errors.ts";
import type { Json, JsonObject } from "../../diagnostics/json.ts";

/** The failure of an expression that has no value: `bad_value`, at its place. */
export function badValue(message: string, place: string, hint?: string): RunError {
  return new RunError("bad_value", message, { place, ...(hint === undefined ? {} : { hint }) });
}

export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

export function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a value is, in the words of the language's types. */
export function kindOf(value: Json): string {
  if (value === null) return "null";
  if (isList(value)) return "a list";
  if (isObject(value)) return "an object";
  return typeof value === "boolean" ? "a bool" : typeof value === "string" ? "a string" : "a number";
}

/*
 * The checker has seen to it that a compiled program never gets here with another kind of value. A graph that another
 * program wrote may: then it is a sentence with a place, not a wrong result.
 */
export function asString(value: Json, what: string, place: string): string {
  return typeof value === "string" ? value : wrongKind(value, "a string", what, place);
}
export function asNumber(value: Json, what: string, place: string): number {
  return typeof value === "number" ? value : wrongKind(value, "a number", what, place);
}
export function asBool(value: Json, what: string, place: string): boolean {
  return typeof value === "boolean" ? value : wrongKind(value, "a bool", what, place);
}
export function asList(value: Json, what: string, place: string): readonly Json[] {
  return isList(value) ? value : wrongKind(value, "a list", what, place);
}
export function asObject(value: Json, what: string, place: string): JsonObject {
  return isObject(value) ? value : wrongKind(value, "an object", what, place);
}

/** A number of something: whole, and 0 or more. */
export function asCount(value: Json, what: string, place: string): number {
  const count = asNumber(value, what, place);
  if (Number.isInteger(count) && count >= 0) return count;
  throw badValue(`${what} must be a whole number of 0 or more, but is ${count}.`, place);
}

function wrongKind(value: Json, expected: string, what: string, place: string): never {
  throw badValue(`${what} must be ${expected}, but is ${kindOf(value)}.`, place);
}
