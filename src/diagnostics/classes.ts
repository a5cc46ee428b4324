/**
 * The classes of failure at run time (language.md, section 7). A class says what went wrong in words that a program can
 * act on: a retry policy lists them, `catch err` reads `err.class`, a fallback is entered on some and not on others.
 */
export const errorClasses = [
  "rate_limit",
  "quota",
  "overloaded",
  "timeout",
  "connection",
  "server_error",
  "auth",
  "not_found",
  "invalid_request",
  "context_length",
  "content_filter",
  "invalid_output",
  "max_turns",
  "budget",
  "tool_error",
  "denied",
  "bad_value",
  "failed",
  "cancelled",
  "internal",
] as const;

export type ErrorClass = (typeof errorClasses)[number];

/** What a `retry` policy may list in `on`. */
export const retryableClasses = [
  "rate_limit",
  "overloaded",
  "timeout",
  "connection",
  "server_error",
  "invalid_output",
] as const satisfies readonly ErrorClass[];

/** What a retry does when its policy does not say: everything that may be listed but a malformed reply. */
export const retriedByDefault = ["rate_limit", "overloaded", "timeout", "connection", "server_error"] as const satisfies readonly ErrorClass[];

/** Failures after which the next model of a `fallback` is tried. */
export const fallbackClasses = [
  "rate_limit",
  "quota",
  "overloaded",
  "timeout",
  "connection",
  "server_error",
  "auth",
  "not_found",
  "content_filter",
  "context_length",
] as const satisfies readonly ErrorClass[];

/** Failures of a tool call that end the run instead of being told to the model (language.md, section 10). */
export const notToldToModel = ["budget", "cancelled", "internal", "auth", "quota"] as const satisfies readonly ErrorClass[];

export function isErrorClass(text: unknown): text is ErrorClass {
  return typeof text === "string" && (errorClasses as readonly string[]).includes(text);
}
