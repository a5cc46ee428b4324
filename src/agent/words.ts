import type { ErrorClass } from "../diagnostics/classes.ts";
import type { Json } from "../diagnostics/json.ts";

/**
 * What the runtime itself puts into a conversation besides names and schemas: these forms and no others
 * (language.md, section 10).
 */

/** Told in place of a result. `message` is the tool's own or a validator's. */
export function errorForm(errorClass: ErrorClass, message: string | undefined): string {
  return JSON.stringify({ error: errorClass, message });
}

/** A tool's result as a model reads it: a string as it is, all else as JSON, cut to `max` characters. */
export function resultForm(result: Json, max: number): { readonly text: string; readonly truncatedFrom?: number } {
  const whole = typeof result === "string" ? result : JSON.stringify(result);
  if (whole.length <= max) return { text: whole };
  return { text: JSON.stringify({ truncated: true, text: whole.slice(0, max).toWellFormed(), of: whole.length }), truncatedFrom: whole.length };
}

/** The answer to the result tool. */
export const emptyForm = "";
