import { ProviderError } from "../../agent/provider.ts";
import type { Usage } from "../../agent/usage.ts";
import type { ErrorClass } from "../../diagnostics/classes.ts";
import { brokeOff, classOfStatus, type FailureContext, type HeaderReader, isHeaders, noHeaders, type Refusal, refused, unanswered } from "../common/failure.ts";
import { isObject, word } from "../common/json.ts";

/**
 * Whatever was thrown on the way to a reply, as the one error a provider throws. The `openai` package's own errors are told
 * by their shape: `status` and `headers` where a server answered, a `cause` where none did.
 */
export function toProviderError(thrown: unknown, context: FailureContext, usage?: Usage): ProviderError {
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
export function statusError(status: number, body: Readonly<Record<string, unknown>>, headers: HeaderReader, context: FailureContext): ProviderError {
  const words = wordsOf(body);
  const refusal: Refusal = { errorClass: classOf(status, words), said: words.message };
  const lost = status === 404 ? { hint: "Look at the model's id and at `base_url`, which usually ends in `/v1`." } : {};
  return refused(status, { ...refusal, ...lost }, headers, context);
}

/** An error that arrives inside a stream (`{"error": …}` in an event), or in the body of a reply with status 200. */
export function streamError(payload: unknown, context: FailureContext, usage?: Usage): ProviderError {
  const body = isObject(payload) ? payload : { message: typeof payload === "string" ? payload : undefined };
  const words = wordsOf(body);
  // Gateways put the status of the server behind them into `code`.
  const status = Number(words.code);
  const errorClass = status >= 400 && status <= 599 ? classOf(status, words) : (classOfWords(words, undefined) ?? classOfType(words));
  return brokeOff({ errorClass, said: words.message }, context, usage);
}

interface Words {
  readonly code: string;
  readonly type: string;
  readonly message: string;
}

/** OpenAI's error object is `{ message, type, param, code }`; compatible servers leave out some, or give `code` as a number. */
function wordsOf(body: Readonly<Record<string, unknown>>): Words {
  const inner = isObject(body["error"]) ? body["error"] : body;
  const message = inner["message"] ?? inner["detail"] ?? body["error"];
  return {
    code: word(inner["code"]),
    type: word(inner["type"]),
    message: typeof message === "string" ? message : message === undefined ? "" : JSON.stringify(message),
  };
}

/** The class of a status, refined by the vendor's words (https://platform.openai.com/docs/guides/error-codes). */
function classOf(status: number, words: Words): ErrorClass {
  return classOfWords(words, status) ?? classOfStatus(status);
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
