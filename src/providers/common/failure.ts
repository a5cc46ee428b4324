import { ProviderError, type ProviderErrorOptions } from "../../agent/provider.ts";
import type { Usage } from "../../agent/usage.ts";
import type { ErrorClass } from "../../diagnostics/classes.ts";
import { RunError } from "../../diagnostics/errors.ts";
import { type ConnectionHints, connectionError } from "./connection-error.ts";

/** What a failure is seen with: what must not show in a message, and where the request went. */
export interface FailureContext extends ConnectionHints {
  readonly secrets: readonly string[];
  /** The server as a person calls it: `api.openai.com`. */
  readonly host: string;
  readonly signal: AbortSignal;
}

/** The reading half of `Headers`. */
export interface HeaderReader {
  get(name: string): string | null;
}

export const noHeaders: HeaderReader = { get: () => null };

export function isHeaders(value: unknown): value is HeaderReader {
  return typeof value === "object" && value !== null && "get" in value && typeof value.get === "function";
}

/** Strings that a provider's errors must not show: shorter ones would blot out ordinary words. */
export function secretsAmong(values: readonly (string | undefined)[]): string[] {
  return values.filter((value) => value !== undefined && value.length >= 8) as string[];
}

/** What a vendor said of a request that it did not carry out. */
export interface Refusal {
  readonly errorClass: ErrorClass;
  /** The vendor's own words, as they came; may be "" or a page of HTML. */
  readonly said: string;
  readonly hint?: string;
  /** Absent: read from the headers. */
  readonly retryAfterMs?: number;
}

/** A reply whose status is no success. */
export function refused(status: number, refusal: Refusal, headers: HeaderReader, context: FailureContext): ProviderError {
  const retryAfterMs = refusal.retryAfterMs ?? retryAfter(headers);
  const should = headers.get("x-should-retry");
  const hint = refusal.hint ?? hintFor(refusal.errorClass, status, context.host);
  const options: ProviderErrorOptions = {
    status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(should === "true" || should === "false" ? { shouldRetry: should === "true" } : {}),
    ...(hint === undefined ? {} : { hint }),
  };
  const said = readable(refusal.said);
  return new ProviderError(
    refusal.errorClass,
    redact(said === "" ? `${context.host} answered with status ${status} and said nothing.` : said, context.secrets),
    options,
  );
}

/** An error that arrives where a reply was to come: in an event of a stream, or in the body of a reply with status 200. */
export function brokeOff({ errorClass, said, hint, retryAfterMs }: Refusal, context: FailureContext, usage?: Usage): ProviderError {
  const words = readable(said);
  return new ProviderError(errorClass, redact(words === "" ? `${context.host} broke off with an error and said nothing more.` : words, context.secrets), {
    ...(usage === undefined ? {} : { usage }),
    ...(hint === undefined ? {} : { hint }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** The stream ended, and nothing had said that the reply was over. */
export function cutShort(context: FailureContext, usage?: Usage): ProviderError {
  return new ProviderError("connection", `${context.host} ended the stream before the reply was whole.`, usage === undefined ? {} : { usage });
}

/**
 * Whatever was thrown on the way to a reply and is no answer of the vendor's: an abort, an error of ours that passes
 * through, or a connection that failed, told by the code on the error or on one of its causes.
 */
export function unanswered(thrown: unknown, context: FailureContext, usage?: Usage): ProviderError {
  const spent = usage === undefined ? {} : { usage };
  if (context.signal.aborted) {
    const { reason } = context.signal;
    return reason instanceof ProviderError ? reason : new ProviderError("cancelled", "The request was cancelled.", { cause: reason, ...spent });
  }
  if (thrown instanceof ProviderError) return thrown;
  // The vendor's package is not installed.
  if (thrown instanceof RunError)
    return new ProviderError(thrown.class, thrown.message, { cause: thrown, ...(thrown.hint === undefined ? {} : { hint: thrown.hint }) });
  const { errorClass, message, hint, shouldRetry } = connectionError(thrown, context.host, context);
  return new ProviderError(errorClass, redact(message, context.secrets), {
    cause: thrown,
    ...(hint === undefined ? {} : { hint }),
    ...(shouldRetry === undefined ? {} : { shouldRetry }),
    ...spent,
  });
}

/** The class of a status where the vendor's words say nothing more (language.md, section 7). */
export function classOfStatus(status: number): ErrorClass {
  if (status === 401 || status === 403) return "auth";
  if (status === 402) return "quota";
  if (status === 404) return "not_found";
  if (status === 408 || status === 425) return "timeout";
  if (status === 429) return "rate_limit";
  if (status === 529) return "overloaded";
  if (status === 501 || status === 505 || status < 500) return "invalid_request";
  return "server_error";
}

/**
 * Milliseconds until the server wants to be asked again: `retry-after-ms`, then `retry-after` in seconds or as a date, read
 * against the reply's own `date`, so that a wrong clock here does not matter.
 */
export function retryAfter(headers: HeaderReader): number | undefined {
  const ms = number(headers.get("retry-after-ms"));
  if (ms !== undefined) return ms;
  const after = headers.get("retry-after");
  const seconds = number(after);
  if (seconds !== undefined) return seconds * 1000;
  const wait = Date.parse(after ?? "") - Date.parse(headers.get("date") ?? "");
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

function number(text: string | null): number | undefined {
  if (text === null || text.trim() === "") return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? Math.max(0, value) : undefined;
}

function hintFor(errorClass: ErrorClass, status: number, host: string): string | undefined {
  if (status === 401) return `Look at \`api_key\`: ${host} does not accept it.`;
  if (errorClass === "quota") return "The account has nothing left to spend; waiting does not help.";
  return undefined;
}

/** What stands where something else was to come, for `answered with …`: its beginning, or the title of a page. */
export function beginning(text: string): string {
  const line = readable(text);
  const start = `"${line.slice(0, 60)}${line.length > 60 ? "…" : ""}"`;
  return line === "" ? "nothing" : isPage(text) ? `a page, ${start}` : start;
}

function isPage(text: string): boolean {
  return /<(!doctype|html|head|body)\b/i.test(text);
}

/** The words as one line of plain text: proxies answer with pages of HTML. */
function readable(message: string): string {
  const html = isPage(message);
  const title = html ? /<title[^>]*>([^<]*)<\/title>/i.exec(message)?.[1] : undefined;
  const plain = html ? (title ?? message.replace(/<(script|style)[\s\S]*?<\/\1>/gi, " ").replace(/<[^>]*>/g, " ")) : message;
  const line = plain.replace(/\s+/g, " ").trim();
  return line.length > 500 ? `${line.slice(0, 500)}…` : line;
}

function redact(message: string, secrets: readonly string[]): string {
  return secrets.reduce((text, secret) => (secret === "" ? text : text.replaceAll(secret, "***")), message);
}
