import { afterEach, expect, test } from "vitest";
import { type ModelRequest, ProviderError } from "../../../src/agent/provider.ts";
import { type GuardedFetch, guardedFetch } from "../../../src/net/guarded-fetch.ts";
import { cohere } from "../../../src/providers/cohere/index.ts";
import {
  type Behaviour,
  brokenStream,
  type CohereServer,
  cohereServer,
  failed,
  page,
  rawStream,
  redirect,
  reply,
  replyEvents,
  resetAtOnce,
  status,
} from "../../support/cohere-server.ts";

const key = "co-test-0123456789abcdef";
const request: ModelRequest = {
  model: "command-a-03-2025",
  messages: [{ role: "user", content: "Hello" }],
  tools: [],
  toolChoice: "auto",
  parameters: {},
  origin: { runId: "run", agent: "greeter", path: "greeter/turn[0]", attempt: 1, outputMode: "text" },
};

let server: CohereServer | undefined;
let fetch: GuardedFetch | undefined;
afterEach(async () => {
  await fetch?.close();
  await server?.close();
});

/** What `complete` throws when the server behaves so, and the text that came before. */
async function failure(behaviour: Behaviour) {
  server = await cohereServer([behaviour]);
  return await failureAt(server.origin);
}

async function failureAt(url: string): Promise<{ readonly error: ProviderError; readonly text: string }> {
  fetch = guardedFetch();
  let text = "";
  try {
    for await (const chunk of cohere({ api_key: key, base_url: url }, { fetch }).complete(request, new AbortController().signal))
      if (chunk.type === "text") text += chunk.text;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { error, text };
  }
  throw new Error("it did not fail");
}

const month = "You are using a Trial key, which is limited to 1000 API calls / month. You can continue to use the Trial key for free or upgrade.";
const minute = "You are using a Trial key, which is limited to 40 API calls / minute. You can continue to use the Trial key for free or upgrade.";

// The words are Cohere's own examples (https://docs.cohere.com/v2/reference/errors) and what its users report.
test.each<[status: number, said: string, errorClass: string, hint: RegExp | undefined]>([
  [400, "invalid request: message must be at least 1 token long.", "invalid_request", undefined],
  [400, "too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 4292.", "context_length", undefined],
  [400, "too many tokens: max tokens must be less than or equal to 4096, the maximum output for this model", "invalid_request", /`max_tokens`/],
  [400, "invalid request: response_format is not supported with tools.", "invalid_request", /`output: tool`/],
  [400, "thinking is not supported for this model", "invalid_request", /`reasoning`/],
  [400, "tool_choice is not supported by the provided model", "invalid_request", /`tool_choice`/],
  [401, "invalid api token", "auth", /`api_key`/],
  [402, "Please add or update your payment method at https://dashboard.cohere.com/billing to continue", "quota", /nothing left/],
  [403, "forbidden", "auth", undefined],
  [404, "model 'command-x' not found, make sure the correct model ID was used and that you have access to the model.", "not_found", /model's id/],
  [404, "page not found", "not_found", /`base_url`/],
  [422, "your request resulted in an invalid tool generation", "invalid_request", undefined],
  [429, "You are past the per minute request limit, please wait and try again later.", "rate_limit", undefined],
  [429, minute, "rate_limit", undefined],
  [429, "trial token rate limit exceeded, limit is 100000 tokens per minute", "rate_limit", undefined],
  [429, month, "quota", /this month/],
  [498, "blocked", "content_filter", undefined],
  [499, "request cancelled by user", "connection", undefined],
  [500, "internal server error", "server_error", undefined],
  [501, "not implemented", "invalid_request", undefined],
  [503, "service unavailable", "server_error", undefined],
  [504, "gateway timeout", "server_error", undefined],
])("status %i, %j is %s", async (code, said, errorClass, hint) => {
  const { error } = await failure(failed(code, said));
  expect([error.class, error.status, error.message]).toEqual([errorClass, code, said]);
  if (hint === undefined) expect(error.hint).toBe(undefined);
  else expect(error.hint).toMatch(hint);
});

test.each([
  ["a text in quotes", '"gone"', "gone"],
  ["a gateway's error", { error: { message: "no route" } }, "no route"],
  ["an error as a text", { error: "no route" }, "no route"],
  ["a body of another shape", { detail: 1 }, '{"detail":1}'],
])("a body that is not Cohere's: %s", async (_what, body, said) => {
  expect((await failure(status(500, body))).error.message).toBe(said);
});

test("a status without a body says so with the host; a key that the server repeats is not shown", async () => {
  expect((await failure(status(500))).error.message).toBe(`${server?.host} answered with status 500 and said nothing.`);
  await fetch?.close();
  await server?.close();
  expect((await failure(failed(401, `The key ${key} is unknown.`))).error.message).toBe("The key *** is unknown.");
});

test("a proxy's page is its title, and the server's word on when to come back is kept", async () => {
  const { error } = await failure(page(502, "502 Bad Gateway"));
  expect([error.class, error.message]).toEqual(["server_error", "502 Bad Gateway"]);
  await fetch?.close();
  await server?.close();
  expect((await failure(failed(429, "slow down", { "retry-after": "2" }))).error.retryAfterMs).toBe(2000);
});

const usage = { input: 20, cachedInput: 4, cacheWrite: 0, output: 10, reasoning: 0 };

test.each([
  ["ERROR", "the model broke", "server_error", "the model broke"],
  ["ERROR", undefined, "server_error", "HOST ended the reply with ERROR."],
  ["TIMEOUT", undefined, "timeout", "HOST ended the reply with TIMEOUT."],
  ["ERROR_LIMIT", "too long", "context_length", "too long"],
  ["", "lost", "server_error", "lost"],
])("a reply that ends with %j and %j failed, and its usage is kept", async (finish, said, errorClass, message) => {
  const { error, text } = await failure(reply("Hello", { finish, ...(said === undefined ? {} : { error: said }) }));
  expect([error.class, error.message, text]).toEqual([errorClass, message.replace("HOST", server?.host ?? ""), "Hello"]);
  expect(error.usage).toEqual(usage);
});

const events = replyEvents("Hello there");

test.each([
  ["a rate", 'data: {"message":"You are past the per minute request limit"}\n\n', "rate_limit"],
  ["a month that is used up", `data: {"message":${JSON.stringify(month)}}\n\n`, "quota"],
  ["a prompt that is too long", 'event: error\ndata: {"message":"too many tokens: the prompt is too long"}\n\n', "context_length"],
  ["one that is only named so", 'event: error\ndata: {"type":"error","error":"It broke."}\n\n', "server_error"],
])("an error inside a stream: %s", async (_what, event, errorClass) => {
  const { error, text } = await failure(rawStream([events.slice(0, 3).join("") + event]));
  expect([error.class, text, error.status]).toEqual([errorClass, "Hello th", undefined]);
});

test("a connection that is reset before the reply, and one inside of it", async () => {
  const before = await failure(resetAtOnce());
  expect([before.error.class, before.error.message]).toEqual(["connection", `${server?.host} closed the connection before the reply was whole.`]);
  await fetch?.close();
  await server?.close();
  const inside = await failure(brokenStream(events.slice(0, 4), "reset"));
  expect([inside.error.class, inside.text]).toEqual(["connection", "Hello there"]);
});

test.each([
  ["between events", events.slice(0, 3).join("")],
  ["inside of an event", events.slice(0, 3).join("") + (events[3] ?? "").slice(0, 40)],
  ["with the word for the end alone", `${events.slice(0, 3).join("")}data: [DONE]\n\n`],
])("a stream that ends %s, without saying that it is over", async (_where, sent) => {
  const { error, text } = await failure(brokenStream([sent], "end"));
  expect([error.class, text, error.message]).toEqual(["connection", "Hello th", `${server?.host} ended the stream before the reply was whole.`]);
});

test.each([
  ["an event that is no JSON", rawStream(["data: {broken\n\n", ...events]), '"{broken"'],
  ["a reply that is no stream", status(200, { hello: "world" }), '"{"hello":"world"}"'],
  ["an empty reply", status(200, ""), "nothing"],
])("%s", async (_what, behaviour, said) => {
  const { error } = await failure(behaviour);
  expect([error.class, error.message]).toEqual(["server_error", `${server?.host} answered with ${said}, which is no event of Cohere's.`]);
  expect(error.hint).toContain("base_url");
});

test("a redirect elsewhere is not followed", async () => {
  const elsewhere = await cohereServer([reply("stolen")]);
  const { error } = await failure(redirect(`${elsewhere.origin}/v2/chat`));
  expect([error.class, error.shouldRetry]).toEqual(["connection", false]);
  expect(error.message).toContain(`${server?.host} redirects to ${elsewhere.host}`);
  expect(elsewhere.requests).toEqual([]);
  await elsewhere.close();
});

test("a server that is not there, and an address that is none", async () => {
  server = await cohereServer([]);
  const { origin, host } = server;
  await server.close();
  const { error } = await failureAt(origin);
  expect([error.class, error.message]).toEqual(["connection", `There is no server at ${host}: the connection was refused.`]);
  await fetch?.close();
  const none = (await failureAt("not an address")).error;
  expect([none.class, none.message]).toEqual(["invalid_request", '"not an address" is no address of a server.']);
});
