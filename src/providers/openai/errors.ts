import { ProviderError } from "../../agent/provider.ts";
import type { Usage } from "../../agent/usage.ts";
import type { ErrorClass } from "../../diagnostics/classes.ts";
import {
  brokeOff,
  classOfStatus,
  type FailureContext,
  type HeaderReader,
  isHeaders,
  noHeaders,
  type Refusal,
  refused,
  retryAfter,
  unanswered,
} from "../common/failure.ts";
import { isObject, word } from "../common/json.ts";
import { hintOfField } from "./hints.ts";

export interface OpenAIContext extends FailureContext {
  readonly dialect?: Dialect;
}

/** What a vendor that speaks OpenAI's protocol means by words of its own: goes over what they mean in general. */
export type Dialect = (failure: Failure) => Partial<Refusal>;
export interface Failure {
  /** Undefined inside a stream. */
  readonly status: number | undefined;
  readonly code: string;
  readonly type: string;
  readonly message: string;
  /** The whole of the vendor's error object. */
  readonly error: Readonly<Record<string, unknown>>;
}

/**
 * Whatever was thrown on the way to a reply, as the one error a provider throws. The `openai` package's own errors are told
 * by their shape: `status` and `headers` where a server answered, a `cause` where none did.
 */
export function toProviderError(thrown: unknown, context: OpenAIContext, usage?: Usage): ProviderError {
  if (context.signal.aborted || thrown instanceof ProviderError || !isObject(thrown) || typeof thrown["status"] !== "number") {
    return unanswered(thrown, context, usage);
  }
  const { error, message, headers } = thrown;
  const body = isObject(error) ? error : { message: typeof error === "string" ? error : plainBody(message) };
  return statusError(thrown["status"], body, isHeaders(headers) ? headers : noHeaders, context);
}

/** What a body that is no JSON said: the package puts it behind the status in its message, or says that there was none. */
function plainBody(message: unknown): string {
  const said = typeof message === "string" ? message.replace(/^\d{3} /, "") : "";
  return said === "status code (no body)" ? "" : said;
}

/** A reply with a status that is no success. `body` is the vendor's error object. */
export function statusError(status: number, body: Readonly<Record<string, unknown>>, headers: HeaderReader, context: OpenAIContext): ProviderError {
  const failure = failureOf(body, status);
  const hint = status === 404 ? "Look at the model's id and at `base_url`, which usually ends in `/v1`." : hintOfField(failure);
  const general: Refusal = { errorClass: classOf(status, failure), said: failure.message, ...(hint === undefined ? {} : { hint }), ...wait(failure, headers) };
  return refused(status, { ...general, ...context.dialect?.(failure) }, headers, context);
}

/** An error that arrives inside a stream (`{"error": …}` in an event), or in the body of a reply with status 200. */
export function streamError(payload: unknown, context: OpenAIContext, usage?: Usage): ProviderError {
  const failure = failureOf(isObject(payload) ? payload : { message: typeof payload === "string" ? payload : undefined });
  // Gateways put the status of the server behind them into `code`.
  const status = Number(failure.code);
  const errorClass = status >= 400 && status <= 599 ? classOf(status, failure) : (classOfWords(failure, undefined) ?? classOfType(failure));
  return brokeOff({ errorClass, said: failure.message, ...wait(failure, noHeaders), ...context.dialect?.(failure) }, context, usage);
}

/** OpenAI's error object is `{ message, type, param, code }`; compatible servers leave out some, or give `code` as a number. */
function failureOf(body: Readonly<Record<string, unknown>>, status?: number): Failure {
  const inner = isObject(body["error"]) ? body["error"] : body;
  const message = inner["message"] ?? inner["detail"] ?? body["error"];
  return {
    status,
    code: word(inner["code"]),
    type: word(inner["type"]),
    message: typeof message === "string" ? message : message === undefined ? "" : JSON.stringify(message),
    error: inner,
  };
}

const units: Readonly<Record<string, number>> = { ms: 1, m: 60_000, s: 1000, h: 3_600_000 };
const span = /(\d+(?:\.\d+)?) ?(ms|seconds?|s|minutes?|m|hours?|h)/gi;
const waiting = new RegExp(`(?:try again in|retry after) ((?:${span.source} ?)+)`, "i");

/** "Please try again in 6m0s." and "Please retry after 22 seconds.": where no header says it, the sentence may. */
function wait({ message }: Failure, headers: HeaderReader): { readonly retryAfterMs?: number } {
  const said = retryAfter(headers) === undefined ? waiting.exec(message)?.[1] : undefined;
  if (said === undefined) return {};
  const spans = [...said.matchAll(span)].map(([, amount = "", unit = ""]) => Number(amount) * (units[unit === "ms" ? unit : (unit[0] ?? "")] ?? 0));
  return { retryAfterMs: Math.ceil(spans.reduce((sum, ms) => sum + ms, 0)) };
}

/** The class of a status, refined by the vendor's words (https://platform.openai.com/docs/guides/error-codes). */
function classOf(status: number, words: Failure): ErrorClass {
  return classOfWords(words, status) ?? classOfStatus(status);
}

const perTime = /rate.?limit|per (second|minute|hour|day)|\b[RT]P[MD]\b|too many requests/i;
const money = /insufficient.?quota|exceeded your .*quota|quota|billing|credit|payment|insufficient (balance|funds)/i;
const tooLong = /context.?length|context.?window|maximum context|prompt is too long|too many tokens/i;

function classOfWords(words: Failure, status: number | undefined): ErrorClass | undefined {
  const names = `${words.code} ${words.type}`;
  if (/insufficient_quota|billing_(hard_limit_reached|not_active)/.test(names)) return "quota";
  if (/context_length_exceeded/.test(names)) return "context_length";
  // The last two are codes of Responses alone (`ResponseError` of the package).
  if (/content_filter|content_policy_violation|ResponsibleAIPolicyViolation|bio_policy|misalignment_policy/.test(names)) return "content_filter";
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
function classOfType({ type, code }: Failure): ErrorClass {
  const names = `${code} ${type}`;
  // What Responses say of an image that they cannot use, `image_file_not_found` among it.
  if (/image|data_residency/.test(names)) return "invalid_request";
  if (/rate_limit|tokens|requests/.test(names)) return "rate_limit";
  if (/overload/.test(names)) return "overloaded";
  if (/authentication|permission|invalid_api_key/.test(names)) return "auth";
  if (/not_found/.test(names)) return "not_found";
  if (/timeout/.test(names)) return "timeout";
  if (/invalid_request|invalid_prompt/.test(names)) return "invalid_request";
  return "server_error";
}
