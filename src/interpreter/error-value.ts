import type { RunError } from "../diagnostics/errors.ts";
import type { JsonObject } from "../diagnostics/json.ts";

/** The built-in type `Error`: what `catch err` and `on_error: collect` give a program. */
export function errorValue(error: RunError): JsonObject {
  return { class: error.class, message: error.message, path: error.path };
}
