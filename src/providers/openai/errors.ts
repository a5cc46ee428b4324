import { ProviderError, type ProviderErrorOptions } from "../../agent/provider.ts";
import type { Usage } from "../../agent/usage.ts";
import type { ErrorClass } from "../../diagnostics/classes.ts";
import { connectionError } from "./connection-error.ts";
import { isObject } from "./wire.ts";

/** What a failure is seen with: what must not show in a message, and where the request went. */
export interface FailureContext {
  readonly secrets: readonly string[];
  /** The server as a person calls it: `api.openai.com`. */
  readonly host: string;
  readonly signal: AbortSignal;
}

/** The reading half of `Headers`. */
interface HeaderReader {
  get(name: string): string | null;
}

/**
 * Whatever was thrown on the way to a reply, as the one error a provider throws. The `openai` package's own errors are told
 * by their shape: `status` and `headers` where a server answered, a `cause` where none did.
 */
export function toProviderError(thrown: unknown, context: FailureContext, usage?: Usage): ProviderError {
  if (context.signal.aborted) {
    const { reason } = context.signal;
    return reason instanceof ProviderError
      ? reason
      : new ProviderError("cancelled", "The request was cancelled.", { cause: reason, ...(usage === undefined ? {} : { usage }) });
  }
  if (thrown instanceof ProviderError) return thrown;
  if (isObject(thrown) && typeof thrown["status"] === "number") {
    const { error, message, headers } = thrown;
    const body = isObject(error) ? error : { message: typeof error === "string" ? error : plainBody(message) };
    return statusError(thrown["status"], body, isHeaders(headers) ? headers : noHeaders, context);
  }
  const { errorClass, message, hint, shouldRetry } = connectionError(thrown, context.host);
  return new ProviderError(errorClass, redact(message, context.secrets), {
    cause: thrown,
    ...(hint === undefined ? {} : { hint }),
    ...(shouldRetry === undefined ? {} : { shouldRetry }),
    ...(usage === undefined ? {} : { usage }),
  });
}

/** What a body that is no JSON said: the package puts it behind the status in its message, or says that there was none. */
function plainBody(message: unknown): string {
  const said = typeof message === "string" ? message.replace(/^\d{3} /, "") : "";
  return said === "status code (no body)" ? "" : said;
}

/** A reply with a status that is no success. `body` is the vendor's error object. */
export function statusError(status: number, body: Readonly<Record<string, unknown>>, headers: HeaderReader, context: FailureContext): ProviderError {
  const words = wordsOf(body);
  const errorClass = classOf(status, words);
  const retryAfterMs = retryAfter(headers);
  const should = headers.get("x-should-retry");
  const options: ProviderErrorOptions = {
    status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(should === "true" || should === "false" ? { shouldRetry: should === "true" } : {}),
    ...hintFor(errorClass, status, context.host),
  };
  const said = readable(words.message);
  return new ProviderError(
    errorClass,
    redact(said === "" ? `${context.host} answered with status ${status} and said nothing.` : said, context.secrets),
    options,
  );
}

/** An error that arrives inside a stream (`{"error": …}` in an event), or in the body of a reply with status 200. */
export function streamError(payload: unknown, context: FailureContext, usage?: Usage): ProviderError {
  const body = isObject(payload) ? payload : { message: typeof payload === "string" ? payload : undefined };
  const words = wordsOf(body);
  // Gateways put the status of the server behind them into `code`.
  const status = Number(words.code);
  const errorClass = status >= 400 && status <= 599 ? classOf(status, words) : (classOfWords(words, undefined) ?? classOfType(words));
  const said = readable(words.message);
  return new ProviderError(
    errorClass,
    redact(said === "" ? `${context.host} broke off with an error and said nothing more.` : said, context.secrets),
    usage === undefined ? {} : { usage },
  );
}

interface Words {
  readonly code: string;
  readonly type: string;
  readonly message: string;
}

/** OpenAI's error object is `{ message, type, param, code }`; compatible servers leave out some, or give `code` as a number. */
function wordsOf(body: Readonly<Record<string, unknown>>): Words {
  const inner = isObject(body["error"]) ? body["error"] : body;
  const text = (value: unknown) => (typeof value === "string" ? value : typeof value === "number" ? String(value) : "");
  const message = inner["message"] ?? inner["detail"] ?? body["error"];
  return {
    code: text(inner["code"]),
    type: text(inner["type"]),
    message: typeof message === "string" ? message : message === undefined ? "" : JSON.stringify(message),
  };
}

/** The class of a status, refined by the vendor's words (https://platform.openai.com/docs/guides/error-codes). */
function classOf(status: number, words: Words): ErrorClass {
  const said = classOfWords(words, status);
  if (said !== undefined) return said;
  if (status === 401 || status === 403) return "auth";
  if (status === 402) return "quota";
  if (status === 404) return "not_found";
  if (status === 408 || status === 425) return "timeout";
  if (status === 429) return "rate_limit";
  if (status === 529) return "overloaded";
  if (status === 501 || status === 505 || status < 500) return "invalid_request";
  return "server_error";
}

const perTime = /rate.?limit|per (second|minute|hour|day)|\b[RT]P[MD]\b|too many requests/i;
const money = /insufficient.?quota|exceeded your .*quota|quota|billing|credit|payment|insufficient (balance|funds)/i;
const tooLong = /context.?length|context.?window|maximum context|prompt is too long|too many tokens/i;

function classOfWords(words: Words, status: number | undefined): ErrorClass | undefined {
  const names = `${words.code} ${words.type}`;
  if (/insufficient_quota|billing_(hard_limit_reached|not_active)/.test(names)) return "quota";
  if (/context_length_exceeded/.test(names)) return "context_length";
  if (/content_filter|content_policy_violation|ResponsibleAIPolicyViolation/.test(names)) return "content_filter";
  // The code of prompts that the vendor's own policy turns down: https://platform.openai.com/docs/guides/safety-checks
  if (/invalid_prompt/.test(names) && /polic/i.test(words.message)) return "content_filter";
  if (/model_not_found/.test(names)) return "not_found";
  // The words for a rate also advise to pay more: what names a span of time is a rate.
  if (status === 429 && !/rate_limit/.test(names) && !perTime.test(words.message) && money.test(`${names} ${words.message}`)) return "quota";
  if (status === 503 && /overload/i.test(`${names} ${words.message}`)) return "overloaded";
  if ((status === 400 || status === 413 || status === 422) && tooLong.test(words.message)) return "context_length";
  return undefined;
}

/** Without a status, `type` and `code` are all there is; what is not known is the server's fault. */
function classOfType({ type, code }: Words): ErrorClass {
  const names = `${code} ${type}`;
  if (/rate_limit|tokens|requests/.test(names)) return "rate_limit";
  if (/overload/.test(names)) return "overloaded";
  if (/authentication|permission|invalid_api_key/.test(names)) return "auth";
  if (/not_found/.test(names)) return "not_found";
  if (/timeout/.test(names)) return "timeout";
  if (/invalid_request/.test(names)) return "invalid_request";
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

function hintFor(errorClass: ErrorClass, status: number, host: string): { readonly hint?: string } {
  if (status === 401) return { hint: `Look at \`api_key\`: ${host} does not accept it.` };
  if (errorClass === "quota") return { hint: "The account has nothing left to spend; waiting does not help." };
  if (status === 404) return { hint: "Look at the model's id and at `base_url`, which usually ends in `/v1`." };
  return {};
}

/** The words as one line of plain text: proxies answer with pages of HTML. */
function readable(message: string): string {
  const html = /<(!doctype|html|head|body)\b/i.test(message);
  const title = html ? /<title[^>]*>([^<]*)<\/title>/i.exec(message)?.[1] : undefined;
  const plain = html ? (title ?? message.replace(/<(script|style)[\s\S]*?<\/\1>/gi, " ").replace(/<[^>]*>/g, " ")) : message;
  const line = plain.replace(/\s+/g, " ").trim();
  return line.length > 500 ? `${line.slice(0, 500)}…` : line;
}

function redact(message: string, secrets: readonly string[]): string {
  return secrets.reduce((text, secret) => (secret === "" ? text : text.replaceAll(secret, "***")), message);
}

const noHeaders: HeaderReader = { get: () => null };

function isHeaders(value: unknown): value is HeaderReader {
  return typeof value === "object" && value !== null && "get" in value && typeof value.get === "function";
}
