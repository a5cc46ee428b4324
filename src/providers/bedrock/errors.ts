import { ProviderError } from "../../agent/provider.ts";
import type { Usage } from "../../agent/usage.ts";
import type { ErrorClass } from "../../diagnostics/classes.ts";
import { brokeOff, classOfStatus, type HeaderReader, type Refusal, refused, unanswered } from "../common/failure.ts";
import { isObject, word } from "../common/json.ts";
import type { BedrockContext } from "./context.ts";
import { BrokenMessage, type EventMessage } from "./event-stream.ts";
import { hintOf } from "./hints.ts";

/** Whatever was thrown on the way to a reply and is no answer of the service's. */
export function toProviderError(thrown: unknown, context: BedrockContext, usage?: Usage): ProviderError {
  const error = unanswered(thrown, context, usage);
  if (context.signal.aborted || thrown instanceof ProviderError) return error;
  const spent = usage === undefined ? {} : { usage };
  if (thrown instanceof BrokenMessage) {
    return new ProviderError("connection", `${context.host} sent a stream that cannot be read: ${thrown.message}.`, { cause: thrown, ...spent });
  }
  // What the SDK says where it finds no credentials, or none that hold (`ProviderError` and its kin in `@smithy/core`).
  if (thrown instanceof Error && /^(CredentialsProviderError|TokenProviderError|ProviderError)$/.test(thrown.name)) {
    const hint = "Write `access_key_id` and `secret_access_key`, or `api_key`, or sign in (aws sso login).";
    return new ProviderError("auth", `There are no AWS credentials: ${thrown.message.replace(/\.$/, "")}.`, { cause: thrown, hint, ...spent });
  }
  return error;
}

/** A reply with a status that is no success. The error's name stands in a header, or in the body. */
export function statusError(status: number, text: string, headers: HeaderReader, context: BedrockContext): ProviderError {
  const body = parsed(text);
  const name = headers.get("x-amzn-errortype") ?? word(body?.["__type"] ?? body?.["code"]);
  // Milliseconds (`parseRetryAfterHeader` of `@smithy/core`); the general `retry-after` is read by `refused`.
  const written = headers.get("x-amz-retry-after") ?? "";
  const retry = /^\d+$/.test(written) ? { retryAfterMs: Number(written) } : {};
  return refused(status, { ...toRefusal(name, body ?? { message: text }, status, context), ...retry }, headers, context);
}

/** A message of a stream that is no event (`:message-type` is `exception` or `error`). */
export function streamError({ headers, payload }: EventMessage, context: BedrockContext, usage?: Usage): ProviderError {
  const text = new TextDecoder().decode(payload);
  const name = headers[":exception-type"] ?? headers[":error-code"] ?? "";
  const body = parsed(text) ?? { message: headers[":error-message"] ?? text };
  return brokeOff(toRefusal(name, body, undefined, context), context, usage);
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function toRefusal(written: string, body: Readonly<Record<string, unknown>>, status: number | undefined, context: BedrockContext): Refusal {
  const name = shortName(written);
  const said = word(body["message"] ?? body["Message"] ?? body["originalMessage"]);
  const original = Number(body["originalStatusCode"]);
  const errorClass = classOf(name, said, original >= 400 && original <= 599 ? original : undefined, status);
  const hint = hintOf(errorClass, name, said, context);
  return { errorClass, said: said === "" ? name : said, ...(hint === undefined ? {} : { hint }) };
}

/** `com.amazon.coral#ThrottlingException`, `ThrottlingException:http://…` and a stream's `throttlingException` are one. */
function shortName(written: string): string {
  const name = (written.split("#").at(-1) ?? "").split(":")[0] ?? "";
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/**
 * Classes by the error's name: `models/errors.d.ts` of the SDK, the errors that all of AWS has in common
 * (https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html), and Bedrock's page of error codes.
 */
const classes: Readonly<Record<string, ErrorClass>> = {
  ThrottlingException: "rate_limit",
  Throttling: "rate_limit",
  TooManyRequestsException: "rate_limit",
  ServiceQuotaExceededException: "quota",
  // Its status is that of a rate, yet the model is what is not there yet.
  ModelNotReadyException: "overloaded",
  ServiceUnavailableException: "overloaded",
  ServiceUnavailable: "overloaded",
  ModelTimeoutException: "timeout",
  RequestTimeoutException: "timeout",
  InternalServerException: "server_error",
  InternalFailure: "server_error",
  // Status 424: the model failed, not the request.
  ModelErrorException: "server_error",
  ModelStreamErrorException: "server_error",
  AccessDeniedException: "auth",
  AccessDenied: "auth",
  NotAuthorized: "auth",
  OptInRequired: "auth",
  UnrecognizedClientException: "auth",
  InvalidClientTokenId: "auth",
  InvalidSignatureException: "auth",
  SignatureDoesNotMatch: "auth",
  IncompleteSignature: "auth",
  MissingAuthenticationToken: "auth",
  MissingAuthenticationTokenException: "auth",
  ExpiredToken: "auth",
  ExpiredTokenException: "auth",
  RequestExpired: "auth",
  ResourceNotFoundException: "not_found",
  ValidationException: "invalid_request",
  ValidationError: "invalid_request",
  ConflictException: "invalid_request",
};

const perDay = /per (day|month)|daily|quota/i;
const tooLong =
  /(input|prompt|context|request)[^.]* too long|too many (input )?tokens|context.?(length|window)|maximum (context|number of input tokens)|exceed[^.]* (context|token limit)/i;
/** No such model here: the API calls these invalid requests, though another model of a fallback may well serve. */
const noModel = /model identifier is invalid|on-demand throughput|end of its life|model .*(not (found|available|supported in)|does not exist)/i;
const filtered = /content filter|guardrail|content policy|blocked by/i;

function classOf(name: string, said: string, original: number | undefined, status: number | undefined): ErrorClass {
  const known = Object.hasOwn(classes, name) ? classes[name] : undefined;
  if (known === "rate_limit") return perDay.test(said) ? "quota" : known;
  if (known === "invalid_request") {
    if (tooLong.test(said)) return "context_length";
    if (noModel.test(said)) return "not_found";
    return filtered.test(said) ? "content_filter" : known;
  }
  // The status that the model's own server answered with.
  if (known === "server_error" && original !== undefined) return classOfStatus(original);
  return known ?? (status === undefined ? "server_error" : classOfStatus(status));
}
