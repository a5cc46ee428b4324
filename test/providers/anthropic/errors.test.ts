import { afterEach, describe, expect, test } from "vitest";
import { type ModelRequest, ProviderError } from "../../../src/agent/provider.ts";
import { type GuardedFetch, guardedFetch } from "../../../src/net/guarded-fetch.ts";
import { anthropic } from "../../../src/providers/anthropic/index.ts";
import {
  type AnthropicServer,
  anthropicServer,
  type Behaviour,
  brokenStream,
  errorBody,
  event,
  messageEvents,
  page,
  rateLimited,
  rawStream,
  redirect,
  reply,
  resetAtOnce,
  status,
} from "../../support/anthropic-server.ts";

const key = "sk-ant-test-0123456789abcdef";
const request: ModelRequest = {
  model: "claude-sonnet-5",
  messages: [{ role: "user", content: "Hello" }],
  tools: [],
  toolChoice: "auto",
  parameters: { max_tokens: 50 },
  origin: { runId: "run", agent: "greeter", path: "greeter/turn[0]", attempt: 1, outputMode: "text" },
};

let server: AnthropicServer | undefined;
let fetch: GuardedFetch | undefined;
afterEach(async () => {
  await fetch?.close();
  await server?.close();
});

/** What `complete` throws when the server behaves so, and the text that came before. */
async function failure(behaviour: Behaviour): Promise<{ readonly error: ProviderError; readonly text: string }> {
  server = await anthropicServer([behaviour]);
  return await failureAt(server.url);
}

async function failureAt(url: string, guarded = guardedFetch()): Promise<{ readonly error: ProviderError; readonly text: string }> {
  fetch = guarded;
  let text = "";
  const provider = await anthropic({ api_key: key, base_url: url, headers: { "x-team": "team-secret-1", "anthropic-version": "2023-06-01" } }, { fetch });
  try {
    for await (const chunk of provider.complete(request, new AbortController().signal)) if (chunk.type === "text") text += chunk.text;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { error, text };
  }
  throw new Error("it did not fail");
}

const invalid = "invalid_request_error";

const statuses: readonly (readonly [status: number, body: object | string, errorClass: string, message: string])[] = [
  [400, errorBody(invalid, "messages: at least one message is required"), "invalid_request", "messages: at least one message is required"],
  [400, errorBody(invalid, "prompt is too long: 213462 tokens > 200000 maximum"), "context_length", "prompt is too long: 213462 tokens > 200000 maximum"],
  [
    400,
    errorBody(invalid, "input length and `max_tokens` exceed context limit: 199000 + 8000 > 200000"),
    "context_length",
    "input length and `max_tokens` exceed context limit: 199000 + 8000 > 200000",
  ],
  [
    400,
    errorBody(invalid, "Your credit balance is too low to access the Anthropic API."),
    "quota",
    "Your credit balance is too low to access the Anthropic API.",
  ],
  [400, errorBody(invalid, "You have reached your specified API usage limits."), "quota", "You have reached your specified API usage limits."],
  [400, errorBody(invalid, "Output blocked by content filtering policy"), "content_filter", "Output blocked by content filtering policy"],
  [401, errorBody("authentication_error", `invalid bearer token ${key}`), "auth", "invalid bearer token ***"],
  [402, errorBody("billing_error", "Check your payment details."), "quota", "Check your payment details."],
  [402, errorBody("billing_error", "The organization cannot pay.", "linked_organization_billing_unavailable"), "quota", "The organization cannot pay."],
  [403, errorBody("permission_error", "Your API key does not have permission."), "auth", "Your API key does not have permission."],
  [404, errorBody("not_found_error", "model: claude-sonet-5"), "not_found", "model: claude-sonet-5"],
  [405, errorBody(invalid, "Method not allowed"), "invalid_request", "Method not allowed"],
  [408, errorBody("timeout_error", "The request timed out."), "timeout", "The request timed out."],
  [409, errorBody("conflict_error", "Conflict."), "invalid_request", "Conflict."],
  [413, errorBody("request_too_large", "Request exceeds the maximum size"), "invalid_request", "Request exceeds the maximum size"],
  [413, errorBody(invalid, "Prompt is too long"), "context_length", "Prompt is too long"],
  [422, { detail: "field required" }, "invalid_request", "field required"],
  [429, errorBody("rate_limit_error", "This would exceed your rate limit of 50 requests."), "rate_limit", "This would exceed your rate limit of 50 requests."],
  [429, errorBody("rate_limit_error", "Usage grows too fast.", "ramp_limit_exceeded"), "rate_limit", "Usage grows too fast."],
  [429, errorBody("rate_limit_error", "The monthly limit is reached.", "enforced_spend_limit_reached"), "quota", "The monthly limit is reached."],
  [429, errorBody("rate_limit_error", "You reached the monthly spend limit of your tier."), "quota", "You reached the monthly spend limit of your tier."],
  [429, errorBody("billing_error", "The contract's limit is reached.", "contract_spend_limit_reached"), "quota", "The contract's limit is reached."],
  [500, errorBody("api_error", "Internal server error"), "server_error", "Internal server error"],
  [501, errorBody("api_error", "Not implemented"), "invalid_request", "Not implemented"],
  [503, errorBody("api_error", "Service unavailable"), "server_error", "Service unavailable"],
  [504, errorBody("timeout_error", "The request timed out while processing."), "timeout", "The request timed out while processing."],
  [529, errorBody("overloaded_error", "Overloaded"), "overloaded", "Overloaded"],
  [529, "", "overloaded", "127.0.0.1 answered with status 529 and said nothing."],
  [500, "upstream exploded", "server_error", "upstream exploded"],
  // A gateway with errors of its own form.
  [400, { error: { message: "Invalid model name", code: 400 } }, "invalid_request", "Invalid model name"],
  [404, { error: "no such route" }, "not_found", "no such route"],
  [429, { message: "slow down" }, "rate_limit", "slow down"],
];

test.each(statuses)("status %i: %j", async (code, body, errorClass, message) => {
  const { error } = await failure(status(code, body));
  expect([error.class, error.status, error.message.replace(server?.host ?? "", "127.0.0.1")]).toEqual([errorClass, code, message]);
});

const hints: readonly (readonly [message: string, hint: string | undefined])[] = [
  [
    "role 'system' is not supported on this model",
    "Older models take no later system text: move it before everything else, or say it as a message of the user's.",
  ],
  [
    "temperature: Extra inputs are not permitted",
    'Take it out of `extra`, or write `headers: { "anthropic-version": "2023-06-01" }` on the provider for a model that still has it.',
  ],
  ['"thinking.type.disabled" is not supported for this model.', "This model always thinks: write `reasoning: low`, or leave `reasoning` out."],
  ["adaptive thinking is not supported on this model", 'Leave `reasoning` out; this model takes `extra: { thinking: { type: "enabled", budget_tokens: … } }`.'],
  [
    'tool_choice: type "tool" and "any" are not supported for this model.',
    "This model cannot be made to call a tool: leave `tool_choice` out, and write `output: native` in place of `output: tool`.",
  ],
  ["output_config.effort: Input should be 'low', 'medium', 'high' or 'max'", "Write another `reasoning`, or leave it out."],
  [
    "output_config.format.schema: For 'object' type, 'additionalProperties' must be false",
    "Write `output: tool` or `output: text`, or make the result's type simpler.",
  ],
  ["max_tokens: 500000 > 128000, which is the maximum allowed number of output tokens for claude-sonnet-5", "Write another `max_tokens` on the model."],
  [
    "This model does not support assistant message prefill. The conversation must end with a user message.",
    "End the conversation with a message of the user's.",
  ],
  ["messages: at least one message is required", undefined],
];

test.each(hints)("what a model refuses is answered with what to write: %s", async (message, hint) => {
  const { error } = await failure(status(400, errorBody(invalid, message)));
  expect([error.class, error.message, error.hint]).toEqual(["invalid_request", message, hint]);
});

test("a wrong key and a model that does not exist say where to look", async () => {
  expect((await failure(status(401, errorBody("authentication_error", "invalid x-api-key")))).error.hint).toBe(
    `Look at \`api_key\`: ${server?.host} does not accept it.`,
  );
  await server?.close();
  expect((await failure(status(404, errorBody("not_found_error", "model: x")))).error.hint).toBe(
    "Look at the model's id and at `base_url`, which is written without `/v1`.",
  );
});

test("no secret stands in a message: neither the key nor a header's value", async () => {
  const { error } = await failure(status(400, errorBody(invalid, `2023-06-01: Bearer ${key} and team-secret-1 were seen`)));
  expect(error.message).toBe("2023-06-01: Bearer *** and *** were seen");
});

describe("when to come back", () => {
  test.each([
    [{ "retry-after": "7" }, 7000],
    [{ "retry-after-ms": "250", "retry-after": "7" }, 250],
    [{ "retry-after": "Thu, 01 Jan 2026 00:00:30 GMT", date: "Thu, 01 Jan 2026 00:00:00 GMT" }, 30_000],
    [{}, undefined],
  ])("%j", async (headers, expected) => {
    const { error } = await failure(rateLimited(headers as Record<string, string>));
    expect([error.class, error.retryAfterMs]).toEqual(["rate_limit", expected]);
  });

  test.each(["true", "false"])("x-should-retry: %s", async (said) => {
    const { error } = await failure(status(429, errorBody("rate_limit_error", "x"), { "x-should-retry": said }));
    expect(error.shouldRetry).toBe(said === "true");
  });
});

describe("inside of a stream", () => {
  const begun = messageEvents("Hello there", "claude-sonnet-5").slice(0, 4);
  const usage = { input: 20, cachedInput: 4, cacheWrite: 4, output: 2, reasoning: 0, estimated: true };

  test.each([
    ["overloaded_error", "Overloaded", "overloaded"],
    ["rate_limit_error", "Too many tokens.", "rate_limit"],
    ["api_error", "Internal server error", "server_error"],
    ["timeout_error", "It took too long.", "timeout"],
    [invalid, "prompt is too long: 1 > 0", "context_length"],
    [invalid, "Something is wrong.", "invalid_request"],
    ["something_new", "What?", "server_error"],
  ])("an error event of type %s: %s", async (type, message, errorClass) => {
    const { error, text } = await failure(rawStream([...begun, event(errorBody(type, message) as { type: string })]));
    expect([error.class, error.message, error.status, text]).toEqual([errorClass, message, undefined, "Hello th"]);
    expect(error.usage).toEqual(usage);
  });

  test("an error event that a gateway names in its own way", async () => {
    expect((await failure(rawStream(['event: error\ndata: "it broke"\n\n']))).error).toMatchObject({ class: "server_error", message: "it broke" });
    await server?.close();
    expect((await failure(rawStream(['data: {"error":{"message":"it broke"}}\n\n']))).error).toMatchObject({ class: "server_error", message: "it broke" });
  });

  test("the context was full", async () => {
    const { error, text } = await failure(reply("Hello", { stop: "model_context_window_exceeded" }));
    expect([error.class, text]).toEqual(["context_length", "Hello"]);
    expect(error.usage).toEqual({ input: 20, cachedInput: 4, cacheWrite: 4, output: 10, reasoning: 2 });
  });

  test.each(["end", "reset"] as const)("the stream breaks off: %s", async (how) => {
    const { error, text } = await failure(brokenStream(begun, how));
    expect([error.class, text]).toEqual(["connection", "Hello th"]);
    expect(error.usage).toEqual(usage);
    if (how === "end") expect(error.message).toBe(`${server?.host} ended the stream before the reply was whole.`);
  });

  test("the stream ends inside an event", async () => {
    const { error, text } = await failure(rawStream([...begun, 'event: content_block_delta\ndata: {"type":"conte']));
    expect([error.class, error.message, text]).toEqual(["connection", `${server?.host} ended the stream before the reply was whole.`, "Hello th"]);
    expect(error.usage).toEqual(usage);
  });

  test("an error comes after what had arrived with it", async () => {
    const { error, text } = await failure(rawStream([[...begun, event(errorBody("overloaded_error", "Overloaded") as { type: string })].join("")]));
    expect([error.class, text]).toEqual(["overloaded", "Hello th"]);
  });

  test("an event that is no JSON", async () => {
    const { error } = await failure(rawStream([...begun, "event: content_block_delta\ndata: {broken\n\n"]));
    expect([error.class, error.message]).toEqual(["server_error", `${server?.host} answered with "{broken", which is no JSON.`]);
  });
});

describe("something in between", () => {
  test("a page with an error status", async () => {
    const { error } = await failure(page(502, "Bad gateway"));
    expect([error.class, error.message, error.status]).toEqual(["server_error", "Bad gateway", 502]);
  });

  test("a page in place of a reply", async () => {
    const { error } = await failure(page(200, "Log in"));
    expect(error).toMatchObject({ class: "server_error", hint: "Look at `base_url`: it is written without `/v1`." });
    expect(error.message).toBe(`${server?.host} answered with a web page, "Log in", which is no JSON.`);
  });

  test("JSON of another kind in place of a reply", async () => {
    const { error } = await failure(status(200, { object: "list", data: [] }));
    expect(error.message).toBe(`${server?.host} answered with JSON that is no message.`);
  });

  test("an error with status 200", async () => {
    const { error } = await failure(status(200, errorBody("overloaded_error", "Overloaded")));
    expect([error.class, error.message]).toEqual(["overloaded", "Overloaded"]);
  });

  test("a redirect to another origin is refused, and nothing is sent there", async () => {
    const other = await anthropicServer([reply("stolen")]);
    try {
      const { error } = await failure(redirect(`${other.url}/v1/messages`));
      expect([error.class, error.shouldRetry]).toEqual(["connection", false]);
      expect(other.requests).toHaveLength(0);
    } finally {
      await other.close();
    }
  });

  test("a redirect within the origin is followed", async () => {
    server = await anthropicServer([redirect("/elsewhere/v1/messages"), status(500, errorBody("api_error", "here"))]);
    expect((await failureAt(server.url)).error.message).toBe("here");
    expect(server.requests.map(({ path }) => path)).toEqual(["/v1/messages", "/elsewhere/v1/messages"]);
  });
});

describe("no server", () => {
  test("that could be reached", async () => {
    server = await anthropicServer([]);
    const { url, host } = server;
    await server.close();
    const { error } = await failureAt(url);
    expect(error).toMatchObject({ class: "connection", message: `There is no server at ${host}: the connection was refused.` });
  });

  test("that stays connected", async () => {
    const { error } = await failure(resetAtOnce());
    expect([error.class, error.message]).toEqual(["connection", `${server?.host} closed the connection before the reply was whole.`]);
  });

  test("that connects in time: the package would keep nothing of it", async () => {
    const slow = Object.assign(() => Promise.reject(Object.assign(new Error("Connect Timeout Error"), { code: "UND_ERR_CONNECT_TIMEOUT" })), {
      close: async () => undefined,
    }) as unknown as GuardedFetch;
    const { error } = await failureAt("http://127.0.0.1:9", slow);
    expect([error.class, error.message]).toEqual(["connection", "127.0.0.1:9 could not be reached in time."]);
  });

  test("whose address is one", async () => {
    const { error } = await failureAt("nowhere");
    expect([error.class, error.message]).toEqual(["invalid_request", '"nowhere" is no address of a server.']);
  });
});
