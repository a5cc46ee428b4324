import { ProviderError } from "../../agent/provider.ts";
import type { Usage } from "../../agent/usage.ts";
import type { ErrorClass } from "../../diagnostics/classes.ts";
import { RunError } from "../../diagnostics/errors.ts";
import { brokeOff, classOfStatus, type FailureContext, type HeaderReader, noHeaders, type Refusal, refused, unanswered } from "../common/failure.ts";
import { isObject, word } from "../common/json.ts";
import { NotAsked } from "./client.ts";
import { hintFor } from "./hints.ts";

/** Whatever was thrown on the way to a reply, as the one error a provider throws. */
export function toProviderError(thrown: unknown, context: FailureContext, usage?: Usage): ProviderError {
  if (context.signal.aborted) return unanswered(thrown, context, usage);
  if (thrown instanceof NotAsked) return notAsked(thrown.cause, context);
  // The package is not installed.
  if (thrown instanceof RunError) {
    return new ProviderError(thrown.class, thrown.message, { cause: thrown, ...(thrown.hint === undefined ? {} : { hint: thrown.hint }) });
  }
  return unanswered(thrown, context, usage);
}

/** Nothing was asked: the package took offence at the model's id, or there is no token to ask with. */
function notAsked(thrown: unknown, context: FailureContext): ProviderError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (message.includes("model parameter")) {
    return brokeOff({ errorClass: "invalid_request", said: "The model's id is no part of an address.", hint: "Look at the model's id." }, context);
  }
  const hint = "Look at `credentials`: a file with a service account's key, or what gcloud writes for application default credentials.";
  const said = `Signing in to Google Cloud failed: ${message}`;
  // What its library throws of the network has the request with it (`GaxiosError`); all else is about the file.
  if (!isObject(thrown) || !("config" in thrown)) return brokeOff({ errorClass: "auth", said, hint }, context);
  const { response } = thrown;
  if (!isObject(response) || typeof response["status"] !== "number") return unanswered(thrown, { ...context, host: "oauth2.googleapis.com" });
  const { status } = response;
  // A key that was taken back is a 400 there (RFC 6749, section 5.2).
  const errorClass = status === 400 ? "auth" : classOfStatus(status);
  return refused(status, { errorClass, said, ...(errorClass === "auth" ? { hint } : {}) }, noHeaders, context);
}

/** A reply with a status that is no success; `text` is its body. */
export function statusError(status: number, text: string, headers: HeaderReader, context: FailureContext): ProviderError {
  const said = saidIn(text);
  return refused(status, refusalOf(status, said), headers, context);
}

/** An error that arrives inside a stream, or in the body of a reply with status 200: an object with the key `error`. */
export function streamError(payload: unknown, context: FailureContext, usage?: Usage): ProviderError {
  const said = saidOf(payload);
  return brokeOff(refusalOf(said.code >= 400 && said.code <= 599 ? said.code : 500, said), context, usage);
}

/** `google.rpc.Status` as the APIs write it (https://google.aip.dev/193). */
export interface Said {
  /** The HTTP status. */
  readonly code: number;
  /** `RESOURCE_EXHAUSTED`, … */
  readonly status: string;
  readonly message: string;
  readonly details: readonly Readonly<Record<string, unknown>>[];
}

/** Without `alt=sse` a stream is a list, and so is its error; a proxy's page is taken as words. */
function saidIn(text: string): Said {
  try {
    return saidOf(JSON.parse(text));
  } catch {
    return { code: 0, status: "", message: text, details: [] };
  }
}

function saidOf(payload: unknown): Said {
  const body: unknown = Array.isArray(payload) ? payload[0] : payload;
  const error = isObject(body) ? (body["error"] ?? body) : body;
  if (!isObject(error)) return { code: 0, status: "", message: word(error), details: [] };
  const details = error["details"];
  return {
    code: typeof error["code"] === "number" ? error["code"] : 0,
    status: word(error["status"]),
    message: word(error["message"]) || JSON.stringify(error),
    details: Array.isArray(details) ? details.filter(isObject) : [],
  };
}

function refusalOf(status: number, said: Said): Refusal {
  const errorClass = classOf(status, said);
  const hint = hintFor(errorClass, said);
  const retryAfterMs = retryDelay(said);
  return { errorClass, said: said.message, ...(hint === undefined ? {} : { hint }), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

const tooLong =
  /token count.*exceed|exceeds? the maximum number of (input )?tokens|(prompt|input context|context) is too (long|large)|context (length|window)/i;
const spent = /credits? (is|are) depleted|spend(ing)? (cap|limit)|billing (is |to be )?(disabled|enabled|not enabled)|enable billing/i;

/** The class by the vendor's own status and details; what they do not say, the HTTP status does. */
function classOf(status: number, said: Said): ErrorClass {
  const reason = reasonOf(said);
  // A wrong key is a 400, as is one that has expired.
  if (/^API_KEY_|^ACCESS_TOKEN_|^CREDENTIALS_|_BLOCKED$/.test(reason) || reason === "SERVICE_DISABLED" || reason === "USER_LOCATION_INVALID") return "auth";
  if (/api key (not valid|expired)|user location is not supported/i.test(said.message)) return "auth";
  if (reason === "BILLING_DISABLED" || (status !== 404 && spent.test(said.message))) return "quota";
  if (said.status === "RESOURCE_EXHAUSTED" || status === 429) return usedUp(said) ? "quota" : "rate_limit";
  if (status === 400 && tooLong.test(said.message)) return "context_length";
  if (said.status === "UNAVAILABLE" || /overloaded/i.test(said.message)) return "overloaded";
  if (said.status === "DEADLINE_EXCEEDED") return "timeout";
  // Google's own 499, for a request that it gave up itself.
  if (said.status === "CANCELLED") return "server_error";
  return classOfStatus(status);
}

function reasonOf({ details }: Said): string {
  return word(details.find((detail) => word(detail["@type"]).endsWith("google.rpc.ErrorInfo"))?.["reason"]);
}

/**
 * Whether waiting for a minute will not do: a quota of a day (its id says `PerDay`), or one of nothing, which a model has that
 * the plan does not include. The words are the same for a quota of a minute, and they advise to look at billing.
 */
function usedUp({ details, message }: Said): boolean {
  const violations = details.flatMap((detail) => (Array.isArray(detail["violations"]) ? detail["violations"].filter(isObject) : []));
  if (violations.some((violation) => /PerDay|PerMonth/i.test(word(violation["quotaId"])) || word(violation["quotaValue"]) === "0")) return true;
  return /\blimit: 0\b/.test(message);
}

/** `google.rpc.RetryInfo`, or the same said in words. */
function retryDelay({ details, message }: Said): number | undefined {
  const written = word(details.find((detail) => word(detail["@type"]).endsWith("google.rpc.RetryInfo"))?.["retryDelay"]);
  const seconds = /^([\d.]+)s$/.exec(written)?.[1] ?? /retry in ([\d.]+?)s\b/i.exec(message)?.[1];
  return seconds === undefined ? undefined : Math.ceil(Number(seconds) * 1000);
}
