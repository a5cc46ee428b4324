import { ProviderError } from "../../agent/provider.ts";
import type { Usage } from "../../agent/usage.ts";
import type { ErrorClass } from "../../diagnostics/classes.ts";
import { brokeOff, classOfStatus, type FailureContext, type HeaderReader, isHeaders, noHeaders, type Refusal, refused, unanswered } from "../common/failure.ts";
import { isObject, word } from "../common/json.ts";

/**
 * Whatever was thrown on the way to a reply, as the one error a provider throws. The package's own errors are told by their
 * shape: `status` and `headers` where a server answered, a `cause` where none did.
 */
export function toProviderError(thrown: unknown, context: FailureContext, usage?: Usage): ProviderError {
  if (context.signal.aborted || thrown instanceof ProviderError || !isObject(thrown) || typeof thrown["status"] !== "number") {
    return unanswered(thrown, context, usage);
  }
  const { error, message, headers } = thrown;
  return statusError(thrown["status"], isObject(error) ? error : { error: plainBody(message) }, isHeaders(headers) ? headers : noHeaders, context);
}

/** What a body that is no JSON said: the package puts it behind the status in its message, or says that there was none. */
function plainBody(message: unknown): string {
  const said = typeof message === "string" ? message.replace(/^\d{3} /, "") : "";
  return said === "status code (no body)" ? "" : said;
}

/** A reply with a status that is no success. `body` is `{ type: "error", error: { type, message, details }, request_id }`. */
export function statusError(status: number, body: Readonly<Record<string, unknown>>, headers: HeaderReader, context: FailureContext): ProviderError {
  const words = wordsOf(body);
  return refused(status, refusalOf(words, status), headers, context);
}

/** An error in an event of the stream, or in the body of a reply with status 200. */
export function streamError(payload: unknown, context: FailureContext, usage?: Usage): ProviderError {
  return brokeOff(refusalOf(wordsOf(isObject(payload) ? payload : { error: payload }), undefined), context, usage);
}

function refusalOf(words: Words, status: number | undefined): Refusal {
  const errorClass = classOf(words, status);
  const hint = hintFor(errorClass, words);
  return { errorClass, said: words.message, ...(hint === undefined ? {} : { hint }) };
}

interface Words {
  readonly type: string;
  /** `details.error_code`, which names the cause where `type` is broad. */
  readonly code: string;
  readonly message: string;
}

function wordsOf(body: Readonly<Record<string, unknown>>): Words {
  const inner = isObject(body["error"]) ? body["error"] : body;
  const details = isObject(inner["details"]) ? inner["details"] : {};
  const message = inner["message"] ?? inner["detail"] ?? body["error"];
  return {
    type: word(inner["type"]),
    code: word(details["error_code"]),
    message: typeof message === "string" ? message : message === undefined ? "" : JSON.stringify(message),
  };
}

/** `ErrorType` of the package, and `request_too_large`; those that stand for several things go by their status. */
const classOfType: Readonly<Record<string, ErrorClass>> = {
  authentication_error: "auth",
  billing_error: "quota",
  permission_error: "auth",
  not_found_error: "not_found",
  request_too_large: "invalid_request",
  rate_limit_error: "rate_limit",
  timeout_error: "timeout",
  overloaded_error: "overloaded",
  conflict_error: "invalid_request",
};

// The spend limits of an organization come as a 400 or as a 429, an empty account as a 400 of type `invalid_request_error`:
// https://platform.claude.com/docs/en/api/errors.
const money = /credit balance|spend(ing)? limit|usage limits/i;
const tooLong = /prompt is too long|exceed context limit|context (length|window)|maximum context|input is too long/i;

function classOf({ type, code, message }: Words, status: number | undefined): ErrorClass {
  if (/spend_limit_reached|billing_unavailable/.test(code)) return "quota";
  if ((status === undefined || status === 400 || status === 429) && money.test(message)) return "quota";
  if ((status === undefined || status === 400 || status === 413 || status === 422) && tooLong.test(message)) return "context_length";
  if (/blocked by content filter/i.test(message)) return "content_filter";
  const known = Object.hasOwn(classOfType, type) ? classOfType[type] : undefined;
  if (known !== undefined) return known;
  if (status !== undefined) return classOfStatus(status);
  return type === "invalid_request_error" ? "invalid_request" : "server_error";
}

/** What to write instead, by what the API says that it refuses. The first that fits holds. */
const hints: readonly (readonly [said: RegExp, hint: string])[] = [
  [
    /\b(temperature|top_p|top_k)\b/,
    'Take it out of `extra`, or write `headers: { "anthropic-version": "2023-06-01" }` on the provider for a model that still has it.',
  ],
  [/thinking\.type\.disabled/, "This model always thinks: write `reasoning: low`, or leave `reasoning` out."],
  [/adaptive thinking is not supported/, 'Leave `reasoning` out; this model takes `extra: { thinking: { type: "enabled", budget_tokens: … } }`.'],
  [/tool_choice/, "This model cannot be made to call a tool: leave `tool_choice` out, and write `output: native` in place of `output: tool`."],
  [/output_config\.format|json_schema|schema/i, "Write `output: tool` or `output: text`, or make the result's type simpler."],
  [/effort/, "Write another `reasoning`, or leave it out."],
  [/max_tokens/, "Write another `max_tokens` on the model."],
  [/role 'system'|role "system"/, "Older models take no later system text: move it before everything else, or say it as a message of the user's."],
  [/prefill|must end with a user message/i, "End the conversation with a message of the user's."],
];

function hintFor(errorClass: ErrorClass, { message }: Words): string | undefined {
  if (errorClass === "not_found") return "Look at the model's id and at `base_url`, which is written without `/v1`.";
  if (errorClass !== "invalid_request") return undefined;
  return hints.find(([said]) => said.test(message))?.[1];
}
