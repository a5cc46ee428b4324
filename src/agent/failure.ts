import { type ErrorClass, isErrorClass } from "../diagnostics/classes.ts";
import { RunError } from "../diagnostics/errors.ts";
import type { ErrorInfo } from "./events.ts";
import { isProviderError, ProviderError } from "./provider.ts";

/** An error of a run as data. */
export function errorInfo(error: RunError): ErrorInfo {
  return {
    code: error.code,
    class: error.class,
    message: error.message,
    path: error.path,
    ...(error.place === undefined ? {} : { place: error.place }),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.diff === undefined ? {} : { diff: error.diff }),
    ...(error.others.length === 0 ? {} : { others: error.others.map(errorInfo) }),
  };
}

/** The class that something thrown has: its own, or that of its `code`, else `otherwise`. */
export function classOf(thrown: unknown, otherwise: ErrorClass): ErrorClass {
  if (thrown instanceof RunError || thrown instanceof ProviderError) return thrown.class;
  const code = typeof thrown === "object" && thrown !== null && "code" in thrown ? thrown.code : undefined;
  return isErrorClass(code) ? code : otherwise;
}

/** What something thrown says. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message;
  return typeof thrown === "string" ? thrown : (safeJson(thrown) ?? String(thrown));
}

function safeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** What a provider threw, as the ProviderError that it should have been. */
export function asProviderError(thrown: unknown): ProviderError {
  if (isProviderError(thrown)) return thrown;
  return new ProviderError(classOf(thrown, "internal"), messageOf(thrown), { cause: thrown });
}

/** The name that a person wrote, of a declaration's key `file#name`. */
export function nameOfKey(key: string): string {
  return key.slice(key.indexOf("#") + 1);
}

/** A text as part of a sentence: without its last full stop. */
export function withoutStop(text: string): string {
  return text.trim().replace(/\.$/, "");
}
