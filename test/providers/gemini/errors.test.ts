import { afterEach, expect, test } from "vitest";
import { type ModelRequest, ProviderError } from "../../../src/agent/provider.ts";
import { RunError } from "../../../src/diagnostics/errors.ts";
import { type GuardedFetch, guardedFetch } from "../../../src/net/guarded-fetch.ts";
import { ReplyStream } from "../../../src/providers/common/reply-stream.ts";
import { GenerateReply } from "../../../src/providers/gemini/generate-reply.ts";
import { gemini } from "../../../src/providers/gemini/index.ts";
import {
  type Behaviour,
  brokenStream,
  errorBody,
  errorInfo,
  eventsOf,
  geminiServer,
  generated,
  page,
  quotaFailure,
  rateLimited,
  rawStream,
  redirect,
  reply,
  resetAtOnce,
  retryInfo,
  status,
} from "../../support/gemini-server.ts";
import type { LocalServer } from "../../support/local-server.ts";

const key = "AIza-test-0123456789abcdef";
const request: ModelRequest = {
  model: "gemini-3.5-flash",
  messages: [{ role: "user", content: "Hello" }],
  tools: [],
  toolChoice: "auto",
  parameters: {},
  origin: { runId: "run", agent: "greeter", path: "greeter/turn[0]", attempt: 1, outputMode: "text" },
};

let server: LocalServer | undefined;
let fetch: GuardedFetch | undefined;
afterEach(async () => {
  await fetch?.close();
  await server?.close();
});

/** What `complete` throws when the server behaves so, and the text that came before. */
async function failure(behaviour: Behaviour, more: Partial<ModelRequest> = {}): Promise<{ readonly error: ProviderError; readonly text: string }> {
  server = await geminiServer([behaviour]);
  return await failureAt(server.origin, more);
}

async function failureAt(url: string, more: Partial<ModelRequest> = {}): Promise<{ readonly error: ProviderError; readonly text: string }> {
  fetch = guardedFetch();
  let text = "";
  try {
    for await (const chunk of gemini({ api_key: key, base_url: url }, { fetch }).complete({ ...request, ...more }, new AbortController().signal))
      if (chunk.type === "text") text += chunk.text;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { error, text };
  }
  throw new Error("it did not fail");
}

const exhausted = "You exceeded your current quota, please check your plan and billing details.";
const mime = "Function calling with a response mime type: 'application/json' is unsupported";
const badField = { "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: [{ field: "generation_config.top_p", description: "out of range" }] };

// https://ai.google.dev/gemini-api/docs/troubleshooting and replies as users quote them.
type Row = [code: number, name: string, message: string, errorClass: string, hint: string | undefined, details?: readonly object[]];
const statuses: Row[] = [
  [400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", "auth", "api_key", [errorInfo("API_KEY_INVALID")]],
  [400, "INVALID_ARGUMENT", "API key expired. Please renew the API key.", "auth", "api_key"],
  [400, "FAILED_PRECONDITION", "User location is not supported for the API use.", "auth", undefined],
  [400, "FAILED_PRECONDITION", "The free tier is not available here. Please enable billing.", "quota", "spend"],
  [400, "INVALID_ARGUMENT", "The input token count (1200293) exceeds the maximum number of tokens allowed (1048576).", "context_length", undefined],
  [400, "INVALID_ARGUMENT", "Thinking level MINIMAL is not supported for this model.", "invalid_request", "`reasoning`"],
  [400, "INVALID_ARGUMENT", "Unable to submit request because thinking_level is not supported by this model.", "invalid_request", "thinkingBudget"],
  [400, "INVALID_ARGUMENT", mime, "invalid_request", "output: tool"],
  [400, "INVALID_ARGUMENT", "Unable to submit request because it has a maxOutputTokens value of 999999.", "invalid_request", "`max_tokens`"],
  [400, "INVALID_ARGUMENT", "Request contains an invalid argument.", "invalid_request", "`top_p`", [badField]],
  [400, "INVALID_ARGUMENT", "Function call is missing a thought_signature in functionCall parts.", "invalid_request", undefined],
  [400, "INVALID_ARGUMENT", "Request payload size exceeds the limit: 20971520 bytes.", "invalid_request", "address"],
  [400, "FAILED_PRECONDITION", "Model gemini-3.5-flash is not available in location europe-west4.", "invalid_request", "`location`"],
  [400, "INVALID_ARGUMENT", 'Invalid JSON payload received. Unknown name "top": Cannot find field.', "invalid_request", "`extra`"],
  [400, "INVALID_ARGUMENT", "The specified schema produces a constraint that has too many states for serving.", "invalid_request", "`output: tool`"],
  [400, "INVALID_ARGUMENT", "Function calling is not enabled for models/gemini-2.5-flash-image", "invalid_request", "`tools`"],
  [401, "UNAUTHENTICATED", "Request had invalid authentication credentials.", "auth", "access_token", [errorInfo("ACCESS_TOKEN_TYPE_UNSUPPORTED")]],
  [403, "PERMISSION_DENIED", "Permission 'aiplatform.endpoints.predict' denied on resource '//projects/p/locations/eu'.", "auth", "project"],
  [403, "PERMISSION_DENIED", "Requests to this API method are blocked.", "auth", "project", [errorInfo("API_KEY_SERVICE_BLOCKED")]],
  [403, "PERMISSION_DENIED", "This API method requires billing to be enabled.", "quota", "spend", [errorInfo("BILLING_DISABLED")]],
  [404, "NOT_FOUND", "models/gemini-9 is not found for API version v1beta, or is not supported for generateContent.", "not_found", "`location`"],
  [409, "ABORTED", "Conflict.", "invalid_request", undefined],
  [429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).", "rate_limit", undefined],
  [429, "RESOURCE_EXHAUSTED", exhausted, "rate_limit", undefined, [quotaFailure("GenerateRequestsPerMinutePerProjectPerModel-FreeTier")]],
  [429, "RESOURCE_EXHAUSTED", exhausted, "quota", "spend", [quotaFailure("PerMinute-FreeTier", "GenerateRequestsPerDayPerProjectPerModel-FreeTier")]],
  [429, "RESOURCE_EXHAUSTED", `${exhausted} * Quota exceeded for metric: x, limit: 0, model: gemini-3-pro`, "quota", "spend"],
  [429, "RESOURCE_EXHAUSTED", "Your prepayment credits are depleted.", "quota", "spend"],
  [499, "CANCELLED", "The operation was cancelled.", "server_error", undefined],
  [500, "INTERNAL", "An internal error has occurred.", "server_error", undefined],
  [501, "UNIMPLEMENTED", "Not implemented.", "invalid_request", undefined],
  [503, "UNAVAILABLE", "The model is overloaded. Please try again later.", "overloaded", undefined],
  [504, "DEADLINE_EXCEEDED", "The request timed out.", "timeout", undefined],
];

test.each<Row>(statuses)("%i %s %s is %s", async (code, name, message, errorClass, hint, details) => {
  const { error } = await failure(status(code, errorBody(code, name, message, details)));
  expect([error.class, error.message, error.status]).toEqual([errorClass, message, code]);
  if (hint === undefined) expect(error.hint).toBeUndefined();
  else expect(error.hint).toContain(hint);
});

test.each<[what: string, behaviour: Behaviour, retryAfterMs: number | undefined]>([
  ["the delay among the details", rateLimited("20.5s"), 20_500],
  ["the delay in words", status(429, errorBody(429, "RESOURCE_EXHAUSTED", `${exhausted} Please retry in 10.673410956s.`)), 10_674],
  ["the header", status(503, errorBody(503, "UNAVAILABLE", "Busy."), { "retry-after": "7" }), 7000],
  ["nothing", status(503, errorBody(503, "UNAVAILABLE", "Busy.")), undefined],
  ["a delay that is none", status(429, errorBody(429, "RESOURCE_EXHAUSTED", "Busy.", [retryInfo("soon")])), undefined],
])("when to come back, from %s", async (_what, behaviour, retryAfterMs) => {
  expect((await failure(behaviour)).error.retryAfterMs).toBe(retryAfterMs);
});

test.each<[what: string, behaviour: Behaviour, errorClass: string, message: string]>([
  ["a list, as an error comes without alt=sse", status(403, [errorBody(403, "PERMISSION_DENIED", "Denied.")]), "auth", "Denied."],
  ["an error of another shape", status(400, { error: "bad", detail: 1 }), "invalid_request", "bad"],
  ["a proxy's page", page(502, "502 Bad Gateway"), "server_error", "502 Bad Gateway"],
  ["plain words", status(429, "slow down"), "rate_limit", "slow down"],
  ["words that tell the key", status(403, errorBody(403, "PERMISSION_DENIED", `Key ${key} is blocked.`)), "auth", "Key *** is blocked."],
])("%s", async (_what, behaviour, errorClass, message) => {
  const { error } = await failure(behaviour);
  expect([error.class, error.message]).toEqual([errorClass, message]);
});

test("a body that says nothing is told with its status", async () => {
  const { error } = await failure(status(500));
  expect(error.message).toBe(`${server?.host} answered with status 500 and said nothing.`);
});

const events = eventsOf(generated("Hello, world of tides."));
const overloaded = errorBody(503, "UNAVAILABLE", "The model is overloaded.");
const started = events.slice(0, 2);

test.each<[what: string, behaviour: Behaviour, errorClass: string, message: RegExp]>([
  ["in an event", rawStream([...started, ...eventsOf([overloaded])]), "overloaded", /^The model is overloaded\.$/],
  ["as bare JSON after events", rawStream([...started, JSON.stringify(overloaded, null, 2)]), "overloaded", /^The model is overloaded\.$/],
  ["as bare JSON, in the piece of the last event", rawStream([[...started, JSON.stringify([overloaded], null, 2)].join("")]), "overloaded", /^The model/],
  ["that is the end of the stream", brokenStream(started, "end"), "connection", /ended the stream before the reply was whole/],
  ["that is an end inside an event", rawStream([...started, 'data: {"candi']), "connection", /ended the stream before the reply was whole/],
  ["that is an end inside a bare error", rawStream([...started, '{ "error": {']), "connection", /ended the stream before the reply was whole/],
  ["that is a reset", brokenStream(started, "reset"), "connection", /closed the connection before the reply was whole/],
  ["that is no JSON", rawStream([...started, "data: {oops\n\n"]), "server_error", /answered with "\{oops", which is no JSON/],
  ["that is a filter's word", rawStream([...started, ...eventsOf([{ promptFeedback: { blockReason: "SAFETY" } }])]), "content_filter", /blocked: SAFETY/],
])("an error %s comes after the text before it, with the usage seen", async (_what, behaviour, errorClass, message) => {
  const { error, text } = await failure(behaviour);
  expect([error.class, text]).toEqual([errorClass, "Hello, world of "]);
  expect(error.message).toMatch(message);
  expect(error.usage).toEqual({ input: 20, cachedInput: 4, cacheWrite: 0, output: 10, reasoning: 2 });
});

test.each<[what: string, behaviour: Behaviour, errorClass: string, message: RegExp]>([
  ["a reset", resetAtOnce(), "connection", /closed the connection/],
  ["an error with status 200", status(200, errorBody(429, "RESOURCE_EXHAUSTED", "Slow down.")), "rate_limit", /^Slow down\.$/],
  ["an empty stream", rawStream([]), "connection", /ended the stream/],
  ["a page with status 200", page(200, "Please sign in"), "server_error", /answered with a page, "Please sign in", which is no JSON/],
  ["a redirect to another origin", redirect("http://other.invalid/"), "connection", /other\.invalid/],
])("%s in place of a reply", async (_what, behaviour, errorClass, message) => {
  const { error } = await failure(behaviour);
  expect(error.class).toBe(errorClass);
  expect(error.message).toMatch(message);
  expect(error.message).not.toContain(key);
});

test("where nobody listens", async () => {
  server = await geminiServer([]);
  const { origin } = server;
  await server.close();
  const { error } = await failureAt(origin);
  expect([error.class, error.hint]).toEqual(["connection", "Start the server, or look at `base_url`."]);
});

test("a package that is not installed is told with the line to type", async () => {
  const missing = new RunError("not_found", "The package @google/genai is not installed.", { hint: "npm install @google/genai" });
  const { signal } = new AbortController();
  const chunks = new ReplyStream(new GenerateReply(() => Promise.reject(missing), { secrets: [], host: "test", signal }), signal);
  await expect(chunks.next()).rejects.toMatchObject({ name: "ProviderError", class: "not_found", message: missing.message, hint: missing.hint });
});

test("an id that is no part of an address is not sent", async () => {
  const { error } = await failure(reply("ok"), { model: "../files" });
  expect([error.class, error.hint]).toEqual(["invalid_request", "Look at the model's id."]);
  expect(server?.requests).toHaveLength(0);
});
