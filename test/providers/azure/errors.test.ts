import { afterEach, expect, test } from "vitest";
import { type ModelRequest, ProviderError } from "../../../src/agent/provider.ts";
import { type GuardedFetch, guardedFetch } from "../../../src/net/guarded-fetch.ts";
import { azure } from "../../../src/providers/azure/index.ts";
import type { AzureOptions } from "../../../src/providers/azure/options.ts";
import { azureError, azureEvents, azureServer, filteredPrompt } from "../../support/azure-server.ts";
import { type Behaviour, brokenStream, type OpenAIServer, page, rawStream, resetAtOnce, status } from "../../support/openai-server.ts";
import { respond } from "../../support/responses-server.ts";

const key = "azure-key-0123456789abcdef";
const request: ModelRequest = {
  model: "my-gpt",
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

/** What `complete` throws when the server behaves so. */
async function failure(behaviour: Behaviour, options: Partial<AzureOptions> = { api_key: key }): Promise<ProviderError> {
  server = await azureServer([behaviour]);
  fetch = guardedFetch();
  return failureOf(azure({ base_url: server.origin, ...options }, { fetch }).complete(request, new AbortController().signal));
}

async function failureOf(chunks: AsyncIterable<unknown>): Promise<ProviderError> {
  try {
    for await (const _chunk of chunks);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return error;
  }
  throw new Error("it did not fail");
}

// The sentences are Azure's own, as its pages and its users quote them.
const refusals: readonly (readonly [status: number, error: Readonly<Record<string, unknown>>, errorClass: string, hint: string | undefined])[] = [
  [
    401,
    { code: "401", message: "Access denied due to invalid subscription key or wrong API endpoint." },
    "auth",
    "Look at `api_key` and `base_url`: a key opens the one resource that it belongs to.",
  ],
  [
    401,
    {
      code: "PermissionDenied",
      message: "The principal `x` lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action`.",
    },
    "auth",
    "Give this identity the role Cognitive Services OpenAI User on the resource; it takes some minutes to hold.",
  ],
  [
    403,
    { code: "AccessDenied", message: "Access denied due to Virtual Network/Firewall rules." },
    "auth",
    "The resource takes no requests from this network: look at its Networking in the portal.",
  ],
  [
    403,
    { code: "403", message: "Out of call volume quota for OpenAI S0. Quota will be replenished in 01:30:00." },
    "quota",
    "The account has nothing left to spend; waiting does not help.",
  ],
  [
    404,
    {
      code: "DeploymentNotFound",
      message:
        "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.",
    },
    "not_found",
    'A model\'s id is the name of its deployment: look in the portal whether this resource has one named "my-gpt".',
  ],
  [
    404,
    { code: "404", message: "Resource not found" },
    "not_found",
    "Look at `base_url`, which is https://NAME.openai.azure.com, and at `api_version`, if it is written.",
  ],
  [
    400,
    { code: "BadRequest", message: "API version not supported" },
    "invalid_request",
    "Leave `api_version` out: then the current API is asked, which has no versions.",
  ],
  [
    400,
    { code: "OperationNotSupported", message: "The chatCompletion operation does not work with the specified model, codex. Please choose different model." },
    "invalid_request",
    "Write `api: responses` on the provider.",
  ],
  [400, filteredPrompt, "content_filter", "The filter names violence (high), jailbreak: change the prompt, or the content filter of the deployment."],
  [
    400,
    {
      code: "content_filter",
      message: "The response was filtered.",
      content_filters: [{ blocked: true, source_type: "prompt", content_filter_results: { self_harm: { filtered: true, severity: "medium" } } }],
    },
    "content_filter",
    "The filter names self_harm (medium): change the prompt, or the content filter of the deployment.",
  ],
  [400, { code: "BadRequest", message: "Blocked.", innererror: { code: "ResponsibleAIPolicyViolation" } }, "content_filter", undefined],
  [400, { code: "context_length_exceeded", message: "This model's maximum context length is 8192 tokens." }, "context_length", undefined],
  [
    400,
    { code: "unsupported_parameter", param: "max_completion_tokens", message: "Unsupported parameter: 'max_completion_tokens'." },
    "invalid_request",
    "Write `max_tokens_field: max_tokens` on the provider.",
  ],
  [
    429,
    {
      code: "429",
      message:
        "Requests to the ChatCompletions_Create Operation have exceeded token rate limit of your current OpenAI S0 pricing tier. Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit.",
    },
    "rate_limit",
    undefined,
  ],
  [429, { code: "RateLimitReached", message: "Your requests to my-gpt for gpt-4o in East US have exceeded token rate limit." }, "rate_limit", undefined],
  [429, { code: "too_many_requests", message: "Too Many Requests" }, "rate_limit", undefined],
  [429, { code: "NoCapacity", message: "The system is currently experiencing high demand and cannot process your request." }, "overloaded", undefined],
  [408, { code: "Timeout", message: "The operation was timeout." }, "timeout", undefined],
  [500, { code: "InternalServerError", message: "Backend returned unexpected response." }, "server_error", undefined],
];

test.each(refusals)("%i %j is %s", async (code, error, errorClass, hint) => {
  const thrown = await failure(azureError(code, error));
  expect([thrown.class, thrown.message, thrown.hint, thrown.status]).toEqual([errorClass, error["message"], hint, code]);
  expect(server?.requests).toHaveLength(1);
});

test("a gateway's refusal, in its own form, is read", async () => {
  const error = await failure(status(401, { statusCode: 401, message: `Access denied due to invalid subscription key ${key}.` }));
  expect([error.class, error.message]).toEqual(["auth", "Access denied due to invalid subscription key ***."]);
});

test("a refused token has another hint than a refused key", async () => {
  const error = await failure(azureError(401, { code: "401", message: "Access token is missing, invalid, audience is incorrect, or have expired." }), {
    token: "t",
  });
  expect(error.hint).toContain("az account get-access-token --resource https://cognitiveservices.azure.com");
});

test("the time to wait is read from the header to the millisecond, and else from the sentence", async () => {
  const limited = { code: "429", message: "Rate limit is exceeded. Please retry after 22 seconds." };
  expect((await failure(azureError(429, limited, { "retry-after-ms": "1234", "retry-after": "2" }))).retryAfterMs).toBe(1234);
  await server?.close();
  expect((await failure(azureError(429, limited))).retryAfterMs).toBe(22_000);
});

test("a resource that does not exist has no host", async () => {
  const lost = Object.assign(new Error("getaddrinfo ENOTFOUND mien.openai.azure.com"), { code: "ENOTFOUND" });
  const model = azure({ base_url: "https://mien.openai.azure.com", api_key: key }, { fetch: () => Promise.reject(lost) });
  const error = await failureOf(model.complete(request, new AbortController().signal));
  expect([error.class, error.message]).toEqual(["connection", "The name of mien.openai.azure.com could not be found."]);
  expect(error.hint).toBe(
    "Look at `base_url`: it is https://NAME.openai.azure.com with the name of your resource, which the portal shows under Keys and Endpoint.",
  );
});

const errorEvent = (error: object): Behaviour => rawStream([...azureEvents("Hello", "m").slice(0, 4), `data: ${JSON.stringify({ error })}\n\n`]);

test.each<readonly [what: string, behaviour: Behaviour, errorClass: string, message: string]>([
  ["a filter that steps in inside the stream", errorEvent({ code: "content_filter", message: "Blocked." }), "content_filter", "Blocked."],
  ["a limit inside the stream", errorEvent({ code: "429", message: "Slow down." }), "rate_limit", "Slow down."],
  ["a proxy's page", page(502, "Bad Gateway"), "server_error", "Bad Gateway"],
  ["failed Responses", respond([], { status: "failed", error: { code: "content_filter", message: "Blocked." } }), "content_filter", "Blocked."],
])("%s", async (_what, behaviour, errorClass, message) => {
  const error = await failure(behaviour, { api_key: key, ...(_what === "failed Responses" ? { api: "responses" } : {}) });
  expect([error.class, error.message]).toEqual([errorClass, message]);
});

test.each<readonly [what: string, behaviour: Behaviour]>([
  ["reset at once", resetAtOnce()],
  ["ended early", brokenStream(azureEvents("Hello", "m").slice(0, 4), "end")],
  ["reset inside the stream", brokenStream(azureEvents("Hello", "m").slice(0, 4), "reset")],
])("a connection that is %s is a failed connection", async (_what, behaviour) => {
  expect((await failure(behaviour)).class).toBe("connection");
});
