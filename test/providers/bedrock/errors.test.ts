import { afterEach, describe, expect, test } from "vitest";
import { type ModelRequest, ProviderError } from "../../../src/agent/provider.ts";
import { type GuardedFetch, guardedFetch } from "../../../src/net/guarded-fetch.ts";
import type { BedrockContext } from "../../../src/providers/bedrock/context.ts";
import { statusError, toProviderError } from "../../../src/providers/bedrock/errors.ts";
import { bedrock, unknownRegion } from "../../../src/providers/bedrock/index.ts";
import {
  type Behaviour,
  bedrockServer,
  brokenStream,
  event,
  eventStream,
  exception,
  failure,
  message,
  page,
  rawStream,
  redirect,
  reply,
  replyEvents,
  resetAtOnce,
  someUsage,
  status,
} from "../../support/bedrock-server.ts";
import type { LocalServer } from "../../support/local-server.ts";

const key = "bedrock-api-key-0123456789abcdef";
const request: ModelRequest = {
  model: "anthropic.claude-sonnet-4-5-20250929-v1:0",
  messages: [{ role: "user", content: "Hello" }],
  tools: [],
  toolChoice: "auto",
  parameters: {},
  origin: { runId: "run", agent: "greeter", path: "greeter/turn[0]", attempt: 1, outputMode: "text" },
};
const usage = { input: 23, cachedInput: 4, cacheWrite: 3, output: 10, reasoning: 0 };

let server: LocalServer | undefined;
let fetch: GuardedFetch | undefined;
afterEach(async () => {
  await fetch?.close();
  await server?.close();
});

/** What `complete` throws when the server behaves so, and the text that came before. */
async function failureOf(behaviour: Behaviour): Promise<{ readonly error: ProviderError; readonly text: string }> {
  server = await bedrockServer([behaviour]);
  return await failureAt(server.origin);
}

async function failureAt(base_url: string): Promise<{ readonly error: ProviderError; readonly text: string }> {
  fetch = guardedFetch();
  const provider = await bedrock({ region: "us-east-1", api_key: key, base_url }, { fetch });
  let text = "";
  try {
    for await (const chunk of provider.complete(request, new AbortController().signal)) if (chunk.type === "text") text += chunk.text;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { error, text };
  }
  throw new Error("it did not fail");
}

const start = [event("messageStart", { role: "assistant" }), event("contentBlockDelta", { contentBlockIndex: 0, delta: { text: "Hello" } })];

// Names and words as AWS gives them; a third of them from reports of people who met them.
const answers: readonly (readonly [status: number, name: string, said: string, errorClass: string, hint?: string])[] = [
  [429, "ThrottlingException", "Too many tokens, please wait before trying again.", "rate_limit"],
  [429, "ThrottlingException", "Too many requests, please wait before trying again.", "rate_limit"],
  [429, "ThrottlingException", "Too many tokens per day, please wait before trying again.", "quota", "Service Quotas"],
  [400, "ServiceQuotaExceededException", "Your request exceeds the service quota for your account.", "quota", "Service Quotas"],
  [429, "ModelNotReadyException", "Model is not ready for inference. Wait and try again.", "overloaded"],
  [503, "ServiceUnavailableException", "Bedrock is unable to process your request.", "overloaded"],
  [408, "ModelTimeoutException", "Model has timed out in processing the request.", "timeout"],
  [500, "InternalServerException", "The system encountered an unexpected error.", "server_error"],
  [424, "ModelErrorException", "The model failed.", "server_error"],
  [400, "ValidationException", "Input is too long for requested model.", "context_length"],
  [400, "ValidationException", "The model returned the following errors: prompt is too long: 903884 tokens > 200000 maximum", "context_length"],
  [400, "ValidationException", "The provided model identifier is invalid.", "not_found", "`region`"],
  [
    400,
    "ValidationException",
    "Invocation of model ID anthropic.claude-sonnet-4-20250514-v1:0 with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.",
    "not_found",
    "inference profile",
  ],
  [
    404,
    "ResourceNotFoundException",
    "Could not resolve the foundation model from the provided model identifier.",
    "not_found",
    'not every model is in "us-east-1"',
  ],
  [404, "ResourceNotFoundException", "Model use case details have not been submitted for this account.", "not_found", "Fill in the form"],
  [403, "AccessDeniedException", "You don't have access to the model with the specified model ID.", "auth", "Model access"],
  [
    403,
    "AccessDeniedException",
    "User: arn:aws:iam::1:user/ada is not authorized to perform: bedrock:InvokeModelWithResponseStream on resource: x",
    "auth",
    "permission that is named",
  ],
  [403, "UnrecognizedClientException", "The security token included in the request is invalid.", "auth", "`api_key`"],
  [403, "ExpiredTokenException", "The security token included in the request is expired", "auth", "get new ones"],
  [403, "SignatureDoesNotMatch", "Credential should be scoped to a valid region, not 'us-east-1'.", "auth", "`region`"],
  [403, "InvalidSignatureException", "Signature expired: 20261126T040000Z is now earlier than 20261126T041000Z", "auth", "clock"],
  [400, "ValidationException", "temperature and top_p cannot both be specified for this model.", "invalid_request", "`top_p`"],
  [
    400,
    "ValidationException",
    "The maximum tokens you requested exceeds the model limit of 4096. Try again with a maximum tokens value that is lower than 4096.",
    "invalid_request",
    "`max_tokens`",
  ],
  [400, "ValidationException", "This model doesn't support tool use in streaming mode.", "invalid_request", "`stream: false`"],
  [400, "ValidationException", "This model doesn't support tool use.", "invalid_request", "`tools`"],
  [400, "ValidationException", "This model doesn't support the toolConfig.toolChoice.any field.", "invalid_request", "`tool_choice`"],
  [400, "ValidationException", "output_config.format.schema: For 'integer' type, properties maximum are not supported", "invalid_request", "`output: tool`"],
  [400, "ValidationException", "This model doesn't support the outputConfig.effort field.", "invalid_request", "`reasoning`"],
  [400, "ValidationException", "You invoked an unsupported model or your request did not allow prompt caching.", "invalid_request", "`cache`"],
  [400, "ValidationException", "This model doesn't support system messages.", "invalid_request", "`system`"],
  [400, "ValidationException", "Malformed input request: extraneous key [thinkin] is not permitted", "invalid_request", "`extra`"],
  [400, "ValidationException", "Messages can't contain duplicate document names.", "invalid_request"],
  [400, "ValidationException", "The content was blocked by our content filters.", "content_filter"],
  [409, "ConflictException", "A conflict.", "invalid_request"],
  [418, "SomethingNew", "Nobody knows.", "invalid_request"],
  [502, "", "Bad gateway", "server_error"],
  // A gateway's, perhaps: Bedrock's own has its name.
  [503, "", "", "server_error"],
];

test.each(answers.map(([code, name, said, errorClass, hint]) => ({ code, name, said, errorClass, hint })))(
  "$code $name $said is $errorClass",
  async ({ code, name, said, errorClass, hint }) => {
    const { error } = await failureOf(failure(code, name, said));
    expect([error.class, error.status, error.message]).toEqual([
      errorClass,
      code,
      said === "" ? `${server?.host} answered with status ${code} and said nothing.` : said,
    ]);
    if (hint === undefined) expect(error.hint).toBeUndefined();
    else expect(error.hint).toContain(hint);
  },
);

describe("an error's name is found", () => {
  test("in the body", async () => {
    const { error } = await failureOf(status(400, { __type: "com.amazon.coral.service#ThrottlingException", Message: "slow" }));
    expect([error.class, error.message]).toEqual(["rate_limit", "slow"]);
  });
  test("in the header, alone", async () => {
    const { error } = await failureOf(status(403, "", { "x-amzn-errortype": "MissingAuthenticationTokenException" }));
    expect([error.class, error.message]).toEqual(["auth", "MissingAuthenticationTokenException"]);
  });
  test("nowhere: the status counts", async () => {
    const { error } = await failureOf(status(404, { message: "no" }));
    expect([error.class, error.hint]).toEqual(["not_found", expect.stringContaining("`region`")]);
  });
});

test("what the model's own server answered with says whether it was the request's fault", async () => {
  const { error } = await failureOf(failure(424, "ModelErrorException", "bad input", { originalStatusCode: 400, resourceName: "m" }));
  expect(error.class).toBe("invalid_request");
});

test("the server's word on when to come back is kept", async () => {
  const { error } = await failureOf(status(429, { message: "slow" }, { "x-amzn-errortype": "ThrottlingException", "retry-after": "3" }));
  expect([error.class, error.retryAfterMs]).toEqual(["rate_limit", 3000]);
});

test.each([
  ["1500", 1500],
  ["soon", undefined],
])("so is that in the SDK's own header, in milliseconds: %s", async (value, retryAfterMs) => {
  const named = { "x-amzn-errortype": "ServiceUnavailableException", "x-amz-retry-after": value };
  expect((await failureOf(status(503, { message: "busy" }, named))).error).toMatchObject({ class: "overloaded", retryAfterMs });
});

test("a page in the way is told by its title", async () => {
  expect((await failureOf(page(502, "Bad Gateway"))).error).toMatchObject({ class: "server_error", status: 502, message: "Bad Gateway" });
});

test("a page with status 200 is no reply", async () => {
  const { error } = await failureOf(page(200, "Sign in"));
  expect([error.class, error.message, error.hint]).toEqual([
    "server_error",
    `${server?.host} answered with a page, "Sign in", which is no JSON.`,
    expect.stringContaining("`base_url`"),
  ]);
});

test("a page that says it is an event stream is no reply, and no gigabyte is set aside for it", async () => {
  const { error } = await failureOf(rawStream(["<!DOCTYPE html><html><title>x</title></html>"], eventStream));
  expect([error.class, error.message]).toEqual(["connection", `${server?.host} sent a stream that cannot be read: what came is no event stream.`]);
});

test("JSON that is no reply", async () => {
  const { error } = await failureOf(status(200, { Output: { __type: "com.amazon.coral.service#UnknownOperationException" } }));
  expect([error.class, error.message]).toEqual(["server_error", `${server?.host} answered with JSON that is no reply of a model.`]);
});

describe("inside a stream", () => {
  const inside: readonly (readonly [type: string, body: object, errorClass: string, message: string])[] = [
    [
      "throttlingException",
      { message: "Too many tokens, please wait before trying again." },
      "rate_limit",
      "Too many tokens, please wait before trying again.",
    ],
    ["serviceUnavailableException", { message: "Busy." }, "overloaded", "Busy."],
    ["internalServerException", { message: "Oh." }, "server_error", "Oh."],
    ["modelStreamErrorException", { message: "It broke.", originalStatusCode: 500, originalMessage: "x" }, "server_error", "It broke."],
    ["modelStreamErrorException", { originalMessage: "It broke." }, "server_error", "It broke."],
    ["modelTimeoutException", { message: "Slow." }, "timeout", "Slow."],
    ["validationException", { message: "Input is too long for requested model." }, "context_length", "Input is too long for requested model."],
    ["somethingNew", {}, "server_error", "SomethingNew"],
  ];
  test.each(inside)("%s %j is %s", async (type, body, errorClass, said) => {
    const { error, text } = await failureOf(rawStream([...start, exception(type, body)], eventStream));
    expect([error.class, error.message, text]).toEqual([errorClass, said, "Hello"]);
  });

  test("an error comes after what had arrived with it", async () => {
    const whole = Buffer.concat([...start, exception("throttlingException", { message: "slow" })]);
    const { error, text } = await failureOf(rawStream([whole], eventStream));
    expect([error.class, text]).toEqual(["rate_limit", "Hello"]);
  });

  test("an error without a model of its own is read from the headers", async () => {
    const wrong = message({ ":message-type": "error", ":error-code": "InternalFailure", ":error-message": "It is broken." }, "");
    const { error } = await failureOf(rawStream([...start, wrong], eventStream));
    expect([error.class, error.message]).toEqual(["server_error", "It is broken."]);
  });

  test("an event that is no JSON", async () => {
    const { error } = await failureOf(rawStream([...start, message({ ":message-type": "event", ":event-type": "contentBlockDelta" }, "{broken")], eventStream));
    expect([error.class, error.message]).toEqual(["server_error", `${server?.host} answered with "{broken", which is no JSON.`]);
  });

  test("usage that was reported before is kept", async () => {
    const metadata = event("metadata", { usage: someUsage, metrics: { latencyMs: 1 } });
    const { error } = await failureOf(rawStream([...start, metadata, exception("internalServerException", { message: "Oh." })], eventStream));
    expect(error.usage).toEqual(usage);
  });

  test("an end before the reply is over", async () => {
    const { error, text } = await failureOf(rawStream(start, eventStream));
    expect([error.class, error.message, text]).toEqual(["connection", `${server?.host} ended the stream before the reply was whole.`, "Hello"]);
  });

  test("an end inside an event", async () => {
    const cut = Buffer.concat(replyEvents("Hello")).subarray(0, -5);
    const { error } = await failureOf(rawStream([cut], eventStream));
    expect([error.class, error.message]).toEqual(["connection", `${server?.host} ended the stream before the reply was whole.`]);
  });

  test.each([
    ["malformed_tool_use", "server_error", "The reply ended with malformed_tool_use."],
    ["malformed_model_output", "server_error", "The reply ended with malformed_model_output."],
    ["model_context_window_exceeded", "context_length", "The reply was cut off because the model's context is full."],
  ])("an end that makes no answer of what was said: %s", async (stopReason, errorClass, said) => {
    const { error, text } = await failureOf(reply("Hello", { stopReason }));
    expect([error.class, error.message, error.usage, text]).toEqual([errorClass, said, usage, "Hello"]);
  });

  test("a reset", async () => {
    const { error, text } = await failureOf(brokenStream(start, "reset", eventStream));
    expect([error.class, text]).toEqual(["connection", "Hello"]);
  });
});

test("a connection that is reset at once, and one that nobody takes", async () => {
  expect((await failureOf(resetAtOnce())).error.class).toBe("connection");
  await server?.close();
  const { error } = await failureAt(server?.origin ?? "");
  expect([error.class, error.hint]).toEqual(["connection", expect.stringContaining("`base_url`")]);
});

test("a redirect to another origin is refused, and nothing is sent there", async () => {
  const other = await bedrockServer([]);
  const { error } = await failureOf(redirect(`${other.origin}/model`));
  expect([error.class, error.shouldRetry]).toEqual(["connection", false]);
  expect(other.requests).toHaveLength(0);
  await other.close();
});

test("a key that the server says back is not shown", async () => {
  const { error } = await failureOf(failure(403, "AccessDeniedException", `The key ${key} is not valid.`));
  expect(error.message).toBe("The key *** is not valid.");
});

describe("where nobody answered", () => {
  const context: BedrockContext = {
    secrets: [],
    host: "bedrock-runtime.eu-nowhere-1.amazonaws.com",
    signal: new AbortController().signal,
    region: "eu-nowhere-1",
    unknownHost: unknownRegion("eu-nowhere-1"),
    signedWith: "credentials",
  };
  const unknown = () => new TypeError("fetch failed", { cause: Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" }) });

  test("a region without Bedrock is what to look at", () => {
    expect(toProviderError(unknown(), context)).toMatchObject({ class: "connection", hint: expect.stringContaining('no Bedrock in "eu-nowhere-1"') });
    const { unknownHost: _, ...elsewhere } = context;
    expect(toProviderError(unknown(), elsewhere).hint).toContain("`base_url`");
  });
  test("credentials that the SDK does not find are named", () => {
    const missing = Object.assign(new Error("Could not load credentials from any providers"), { name: "CredentialsProviderError" });
    expect(toProviderError(missing, context)).toMatchObject({
      class: "auth",
      message: "There are no AWS credentials: Could not load credentials from any providers.",
      hint: expect.stringContaining("`access_key_id`"),
    });
  });
  test.each([
    ["access_key_id", "`session_token`"],
    ["profile", "`profile`"],
    ["credentials", "aws sts get-caller-identity"],
  ] as const)("credentials written as %s that are not accepted have a hint of their own", (signedWith, hint) => {
    const headers = new Headers({ "x-amzn-errortype": "UnrecognizedClientException" });
    expect(statusError(403, '{"message":"no"}', headers, { ...context, signedWith }).hint).toContain(hint);
  });
});
