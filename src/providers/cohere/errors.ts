import type { ProviderError } from "../../agent/provider.ts";
import type { Usage } from "../../agent/usage.ts";
import type { ErrorClass } from "../../diagnostics/classes.ts";
import { brokeOff, classOfStatus, type FailureContext, type HeaderReader, type Refusal, refused } from "../common/failure.ts";
import { isObject } from "../common/json.ts";

/** A reply with a status that is no success: `{"id": "…", "message": "…"}`, or a page of something in between. */
export function statusError(status: number, body: string, headers: HeaderReader, context: FailureContext): ProviderError {
  return refused(status, refusalOf(saidIn(body), status), headers, context);
}

/** An error that arrives as an event of the stream. */
export function eventError(event: Readonly<Record<string, unknown>>, context: FailureContext, usage?: Usage): ProviderError {
  return brokeOff(refusalOf(messageOf(event) ?? "", undefined), context, usage);
}

/** What the last event says of a reply that failed; undefined: it did not. */
export function endError(reason: string, error: string | undefined, context: FailureContext, usage: Usage | undefined): ProviderError | undefined {
  const errorClass = Object.hasOwn(failedEnds, reason) ? failedEnds[reason] : undefined;
  if (errorClass === undefined && (error === undefined || reason !== "")) return undefined;
  return brokeOff({ errorClass: errorClass ?? "server_error", said: error ?? `${context.host} ended the reply with ${reason}.` }, context, usage);
}

/** `ChatFinishReason` of the `cohere-ai` package 8.1, and of version 1 of the API the one for a prompt that is too long. */
const failedEnds: Readonly<Record<string, ErrorClass>> = { ERROR: "server_error", TIMEOUT: "timeout", ERROR_LIMIT: "context_length" };

function saidIn(body: string): string {
  try {
    const value: unknown = JSON.parse(body);
    return (isObject(value) ? messageOf(value) : undefined) ?? (typeof value === "string" ? value : body);
  } catch {
    return body;
  }
}

/** `message`, or what gateways before it say: `error`, as a text or with a message of its own. */
function messageOf({ message, error }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof message === "string") return message;
  if (typeof error === "string") return error;
  return isObject(error) ? messageOf(error) : undefined;
}

/** Without words any will do. An event has no status, and is told by its words. */
type Rule = readonly [statuses: readonly number[], words: RegExp | undefined, errorClass: ErrorClass, hint?: string];

/** What the words say beyond the status. Their examples: https://docs.cohere.com/v2/reference/errors */
const rules: readonly Rule[] = [
  [[400, 422], /max.?tokens must be/i, "invalid_request", "Lower `max_tokens` on the model."],
  [[400, 413, 422], /too many tokens|context.?(length|window)|maximum (context|prompt)/i, "context_length"],
  [[400, 422], /response_format/i, "invalid_request", "Write `output: tool` or `output: text` on the agent, or choose a newer model."],
  [[400, 422], /thinking|reasoning/i, "invalid_request", "Leave `reasoning` out, or choose a model that reasons."],
  [[400, 422], /tool_choice/i, "invalid_request", "Leave `tool_choice` out, or choose a newer model."],
  [[400, 404, 422], /model .*(not found|does not exist|was removed)/i, "not_found", "Look at the model's id; https://docs.cohere.com/docs/models lists them."],
  // A trial key has so many calls a month, and says so with the status for a rate.
  [[429], /\/ ?month|per month|monthly/i, "quota", "The key's calls of this month are used up: a production key has no such limit."],
  [[429], /billing|payment|credit/i, "quota"],
  [[429], /per minute|rate.?limit/i, "rate_limit"],
  // "a request or response contains a deny-listed token"; the package calls it InvalidTokenError, and it is not about keys.
  [[498], undefined, "content_filter"],
  // Cancelled, and not by us: something in between gave up.
  [[499], undefined, "connection"],
];

function refusalOf(said: string, status: number | undefined): Refusal {
  const rule = rules.find(([statuses, words]) =>
    status === undefined ? words?.test(said) === true : statuses.includes(status) && words?.test(said) !== false,
  );
  if (rule !== undefined) {
    const [, , errorClass, hint] = rule;
    return { errorClass, said, ...(hint === undefined ? {} : { hint }) };
  }
  if (status === 404) return { errorClass: "not_found", said, hint: "Look at the model's id and at `base_url`, which ends before `/v2`." };
  return { errorClass: status === undefined ? "server_error" : classOfStatus(status), said };
}
