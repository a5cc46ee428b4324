import { afterEach, expect, test } from "vitest";
import { type ModelRequest, ProviderError } from "../../../src/agent/provider.ts";
import { type GuardedFetch, guardedFetch } from "../../../src/net/guarded-fetch.ts";
import { openai } from "../../../src/providers/openai/index.ts";
import {
  type Behaviour,
  brokenStream,
  completionEvents,
  errorBody,
  type OpenAIServer,
  openaiServer,
  page,
  rawStream,
  redirect,
  reply,
  resetAtOnce,
  status,
} from "../../support/openai-server.ts";

const key = "sk-test-0123456789abcdef";
const request: ModelRequest = {
  model: "gpt-5-mini",
  messages: [{ role: "user", content: "Hello" }],
  tools: [],
  toolChoice: "auto",
  parameters: {},
  origin: { runId: "run", agent: "greeter", path: "greeter/turn[0]", attempt: 1, outputMode: "text" },
};

let server: OpenAIServer | undefined;
let fetch: GuardedFetch | undefined;
afterEach(async () => {
  await fetch?.close();
  await server?.close();
});

/** What `complete` throws when the server behaves so, and the text that came before. */
async function failure(behaviour: Behaviour): Promise<{ readonly error: ProviderError; readonly text: string }> {
  server = await openaiServer([behaviour]);
  return await failureAt(server.url);
}

async function failureAt(url: string): Promise<{ readonly error: ProviderError; readonly text: string }> {
  fetch = guardedFetch();
  let text = "";
  try {
    for await (const chunk of openai({ api_key: key, base_url: url }, { fetch }).complete(request, new AbortController().signal))
      if (chunk.type === "text") text += chunk.text;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { error, text };
  }
  throw new Error("it did not fail");
}

const events = completionEvents("Hello there", "gpt-5-mini");

const statuses: readonly (readonly [status: number, body: object | string, errorClass: string, message: string])[] = [
  [400, errorBody("Invalid value for 'temperature'.", { type: "invalid_request_error" }), "invalid_request", "Invalid value for 'temperature'."],
  [
    400,
    errorBody("This model's maximum context length is 128000 tokens.", { code: "context_length_exceeded" }),
    "context_length",
    "This model's maximum context length is 128000 tokens.",
  ],
  [400, errorBody("prompt is too long: 300000 tokens", { type: "invalid_request_error" }), "context_length", "prompt is too long: 300000 tokens"],
  [400, errorBody("The response was filtered.", { code: "content_filter" }), "content_filter", "The response was filtered."],
  [
    400,
    errorBody("Your prompt was flagged as violating our usage policy.", { code: "invalid_prompt" }),
    "content_filter",
    "Your prompt was flagged as violating our usage policy.",
  ],
  [400, errorBody("The model `x` does not exist.", { code: "model_not_found" }), "not_found", "The model `x` does not exist."],
  [401, errorBody(`Incorrect API key provided: ${key}.`, { code: "invalid_api_key" }), "auth", "Incorrect API key provided: ***."],
  [402, errorBody("Insufficient credits."), "quota", "Insufficient credits."],
  [403, errorBody("Country not supported."), "auth", "Country not supported."],
  [404, errorBody("The model `x` does not exist.", { code: "model_not_found" }), "not_found", "The model `x` does not exist."],
  [405, errorBody("Use POST."), "invalid_request", "Use POST."],
  [408, errorBody("Request timed out."), "timeout", "Request timed out."],
  [409, errorBody("Conflict."), "invalid_request", "Conflict."],
  [413, errorBody("Body too large."), "invalid_request", "Body too large."],
  [418, errorBody("Teapot."), "invalid_request", "Teapot."],
  [422, { detail: "field required" }, "invalid_request", "field required"],
  [425, errorBody("Too early."), "timeout", "Too early."],
  [
    429,
    errorBody("Rate limit reached for requests. You can increase it by adding a payment method at https://platform.openai.com/account/billing.", {
      type: "requests",
      code: "rate_limit_exceeded",
    }),
    "rate_limit",
    "Rate limit reached for requests. You can increase it by adding a payment method at https://platform.openai.com/account/billing.",
  ],
  [
    429,
    errorBody("You exceeded your current quota, please check your plan and billing details.", { type: "insufficient_quota", code: "insufficient_quota" }),
    "quota",
    "You exceeded your current quota, please check your plan and billing details.",
  ],
  [429, errorBody("Your credit balance is too low."), "quota", "Your credit balance is too low."],
  [429, errorBody("Quota exceeded: 10 requests per minute."), "rate_limit", "Quota exceeded: 10 requests per minute."],
  [500, errorBody("The server had an error."), "server_error", "The server had an error."],
  [501, errorBody("Not implemented."), "invalid_request", "Not implemented."],
  [502, "upstream gone", "server_error", "upstream gone"],
  [503, errorBody("The engine is currently overloaded, please try again later."), "overloaded", "The engine is currently overloaded, please try again later."],
  [503, errorBody("Down for maintenance."), "server_error", "Down for maintenance."],
  [505, errorBody("Version."), "invalid_request", "Version."],
  [529, errorBody("Overloaded."), "overloaded", "Overloaded."],
  [529, { error: "a plain text" }, "overloaded", "a plain text"],
];

test.each(statuses)("status %i is told from its words: %j", async (code, body, errorClass, message) => {
  const { error } = await failure(status(code, body));
  expect([error.class, error.status, error.message]).toEqual([errorClass, code, message]);
  expect(`${error.message} ${error.hint}`).not.toContain(key);
});

test("a status without a body says so with the host", async () => {
  const { error } = await failure(status(500));
  expect(error.message).toBe(`${server?.host} answered with status 500 and said nothing.`);
});

test("a proxy's page is its title", async () => {
  const { error } = await failure(page(502, "502 Bad Gateway"));
  expect([error.class, error.message]).toEqual(["server_error", "502 Bad Gateway"]);
  expect(error.hint).toBe(`${server?.host} answered with a web page, as a proxy in between does: look at \`base_url\` and at the way there.`);
});

test("a key that a page repeats does not show, even where the quotation is cut inside of it", async () => {
  const { error } = await failure(status(200, `${"x".repeat(52)} ${key}`));
  expect(error.message).toContain("***");
  await fetch?.close();
  await server?.close();
  expect((await failure(status(500, `${"x".repeat(492)} ${key}`))).error.message).not.toContain(key.slice(0, 5));
});

const tuesday = "Tue, 24 Nov 2026 00:00:00 GMT";
test.each([
  ["retry-after-ms before retry-after", { "retry-after-ms": "1500", "retry-after": "9" }, 1500],
  ["seconds", { "retry-after": "2" }, 2000],
  ["parts of a second", { "retry-after": "0.25" }, 250],
  ["a date, counted from the reply's own", { date: tuesday, "retry-after": "Tue, 24 Nov 2026 00:00:30 GMT" }, 30_000],
  ["a date that is past", { date: tuesday, "retry-after": "Mon, 23 Nov 2026 00:00:30 GMT" }, 0],
  ["a number below zero", { "retry-after": "-5" }, 0],
  ["words", { "retry-after": "soon", "retry-after-ms": "" }, undefined],
  ["nothing", {}, undefined],
])("the server's word on when to come back: %s", async (_what, headers, expected) => {
  expect((await failure(status(429, errorBody("slow down", { code: "rate_limit_exceeded" }), headers))).error.retryAfterMs).toBe(expected);
});

test.each([
  ["true", true],
  ["false", false],
  ["perhaps", undefined],
])("x-should-retry: %s", async (value, expected) => {
  expect((await failure(status(409, errorBody("Conflict."), { "x-should-retry": value }))).error.shouldRetry).toBe(expected);
});

test.each([
  ["a server error", errorBody("The server had an error.", { type: "server_error" }), "server_error"],
  ["a rate", errorBody("Slow down.", { code: "rate_limit_exceeded" }), "rate_limit"],
  ["a full account", errorBody("No more.", { code: "insufficient_quota" }), "quota"],
  ["too much to do", errorBody("Busy.", { type: "overloaded_error" }), "overloaded"],
  ["too much to do, by its code", errorBody("Busy.", { type: "service_unavailable_error", code: "server_is_overloaded" }), "overloaded"],
  ["too much to do, in words alone", errorBody("Our servers are currently overloaded.", { code: "server_error" }), "overloaded"],
  ["too much at once", errorBody("Try later.", { code: "slow_down" }), "overloaded"],
  ["a wrong key", errorBody("No.", { type: "authentication_error" }), "auth"],
  ["a wrong request", errorBody("No.", { type: "invalid_request_error" }), "invalid_request"],
  ["a status as code", { error: { message: "Upstream is busy.", code: 529 } }, "overloaded"],
  ["nothing but a text", { error: "gone" }, "server_error"],
])("an error inside a stream: %s", async (_what, body, errorClass) => {
  const { error, text } = await failure(rawStream([...events.slice(0, 2), `data: ${JSON.stringify(body)}\n\n`]));
  expect([error.class, text]).toEqual([errorClass, "Hello th"]);
  expect(error.status).toBe(undefined);
});

test("an error event that is only named so", async () => {
  const { error } = await failure(rawStream(['event: error\ndata: {"message":"It broke.","type":"server_error"}\n\n']));
  expect([error.class, error.message]).toEqual(["server_error", "It broke."]);
});

test("an error in a reply with status 200", async () => {
  const { error } = await failure(status(200, errorBody("Slow down.", { code: "rate_limit_exceeded" })));
  expect([error.class, error.message]).toEqual(["rate_limit", "Slow down."]);
});

test("a connection that is reset before the reply", async () => {
  const { error } = await failure(resetAtOnce());
  expect([error.class, error.message]).toEqual(["connection", `${server?.host} closed the connection before the reply was whole.`]);
});

test("a connection that is reset inside the stream, after what had arrived", async () => {
  const { error, text } = await failure(brokenStream(events.slice(0, 3), "reset"));
  expect([error.class, text]).toEqual(["connection", "Hello there"]);
});

test("what came with an error, in one piece, comes before it", async () => {
  const { text } = await failure(rawStream([`${events.slice(0, 3).join("")}data: ${JSON.stringify(errorBody("It broke."))}\n\n`]));
  expect(text).toBe("Hello there");
});

test.each([
  ["between events", events.slice(0, 2)],
  ["inside of an event", [...events.slice(0, 2), (events[2] ?? "").slice(0, 40)]],
])("a stream that ends %s, without saying that it is over", async (_where, sent) => {
  const { error, text } = await failure(brokenStream(sent, "end"));
  expect([error.class, text, error.message]).toEqual(["connection", "Hello th", `${server?.host} ended the stream before the reply was whole.`]);
});

test("usage that was reported before a stream broke is kept", async () => {
  const { error } = await failure(brokenStream([...events.slice(0, 2), 'data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3}}\n\n'], "reset"));
  expect(error.usage).toEqual({ input: 7, cachedInput: 0, cacheWrite: 0, output: 3, reasoning: 0 });
});

test.each([
  ["an event that is no JSON", rawStream(["data: {broken\n\n"]), 'answered with "{broken", which is no JSON'],
  ["a reply that is no JSON", status(200, "<p>Welcome to my home page</p>"), 'answered with "<p>Welcome to my home page</p>", which is no JSON'],
  ["a page that asks for a login", page(200, "Please log in"), 'answered with a web page, "Please log in", which is no JSON'],
  ["an empty reply", status(200, ""), "answered with nothing, which is no JSON"],
  ["JSON of another shape", status(200, { hello: "world" }), "answered with JSON that is no chat completion"],
])("%s", async (_what, behaviour, message) => {
  const { error } = await failure(behaviour);
  expect([error.class, error.message]).toEqual(["server_error", `${server?.host} ${message}.`]);
  expect(error.hint).toContain("base_url");
});

test("a redirect elsewhere names both hosts and is not tried again", async () => {
  const elsewhere = await openaiServer([reply("stolen")]);
  const { error } = await failure(redirect(`${elsewhere.url}/chat/completions`));
  expect([error.class, error.shouldRetry]).toEqual(["connection", false]);
  expect(error.message).toContain(`${server?.host} redirects to ${elsewhere.host}`);
  expect(elsewhere.requests).toEqual([]);
  await elsewhere.close();
});

test("a server that is not there", async () => {
  server = await openaiServer([]);
  const { url, host } = server;
  await server.close();
  const { error } = await failureAt(url);
  expect([error.class, error.message, error.hint]).toEqual([
    "connection",
    `There is no server at ${host}: the connection was refused.`,
    "Start the server, or look at `base_url`.",
  ]);
});

test("an address that is none", async () => {
  const { error } = await failureAt("not an address");
  expect(error.class).toBe("invalid_request");
  expect(error.message).toBe('"not an address" is no address of a server.');
});
