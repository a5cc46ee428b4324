import { afterEach, expect, test } from "vitest";
import { type ModelChunk, type ModelRequest, ProviderError } from "../../../src/agent/provider.ts";
import { type GuardedFetch, guardedFetch } from "../../../src/net/guarded-fetch.ts";
import { type AzureDependencies, azure } from "../../../src/providers/azure/index.ts";
import type { AzureOptions } from "../../../src/providers/azure/options.ts";
import { EventReader, type ServerEvent } from "../../../src/providers/common/sse.ts";
import { ReplyReader } from "../../../src/providers/openai/reply.ts";
import { azureEvents, azureReply, azureServer } from "../../support/azure-server.ts";
import { type Behaviour, brokenStream, type OpenAIServer, redirect, silence } from "../../support/openai-server.ts";
import { respond } from "../../support/responses-server.ts";
import { cutsOf } from "../openai/cuts.ts";

const key = "azure-key-0123456789abcdef";
const request: ModelRequest = {
  model: "my-gpt",
  messages: [{ role: "user", content: "Hello" }],
  tools: [],
  toolChoice: "auto",
  parameters: { max_tokens: 50 },
  origin: { runId: "run", agent: "greeter", path: "greeter/turn[0]", attempt: 1, outputMode: "text" },
};
const usage = { input: 20, cachedInput: 4, cacheWrite: 0, output: 10, reasoning: 2 };

let server: OpenAIServer | undefined;
let fetch: GuardedFetch | undefined;
afterEach(async () => {
  await fetch?.close();
  await server?.close();
});

async function provider(script: readonly Behaviour[], options: Partial<AzureOptions> = { api_key: key }, dependencies: AzureDependencies = {}) {
  server = await azureServer(script);
  fetch = guardedFetch();
  return azure({ base_url: server.origin, ...options }, { fetch, ...dependencies });
}

async function all(chunks: AsyncIterable<ModelChunk>): Promise<ModelChunk[]> {
  const list: ModelChunk[] = [];
  for await (const chunk of chunks) list.push(chunk);
  return list;
}
const text = (chunks: readonly ModelChunk[]) => chunks.map((chunk) => (chunk.type === "text" ? chunk.text : "")).join("");
const never = () => new AbortController().signal;

async function failureOf(chunks: AsyncIterable<ModelChunk>): Promise<ProviderError> {
  const error = await all(chunks).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ProviderError)) throw new Error(`it threw ${String(error)}`);
  return error;
}

test("a deployment is asked in the body, at /openai/v1 without a version, with the key in its own header", async () => {
  const model = await provider([azureReply("Hello, world.", { model: "gpt-5-mini-2025-08-07" })], { api_key: key, headers: { "x-mine": "yes" } });
  const chunks = await all(model.complete(request, never()));
  expect(text(chunks)).toBe("Hello, world.");
  expect(chunks.at(-1)).toEqual({ type: "finish", reason: "stop", usage, responseId: "chatcmpl-1", responseModel: "gpt-5-mini-2025-08-07" });
  const [seen] = server?.requests ?? [];
  expect([seen?.method, seen?.path, seen?.body?.["model"]]).toEqual(["POST", "/openai/v1/chat/completions", "my-gpt"]);
  expect(seen?.headers).toMatchObject({ "api-key": key, "x-mine": "yes" });
  expect(seen?.headers["authorization"]).toBeUndefined();
  const described = model.describe?.(request);
  expect(described).toEqual({ method: "POST", url: `${server?.origin}/openai/v1/chat/completions`, body: seen?.body });
  expect(JSON.stringify(described)).not.toContain(key);
});

test("a stream with its events about filters gives the same chunks wherever it is cut", () => {
  const read = (...pieces: readonly Uint8Array[]) => {
    const [events, reader] = [new EventReader(), new ReplyReader()];
    const arrived: ServerEvent[] = [];
    for (const piece of pieces) events.push(piece, arrived);
    events.end(arrived);
    const chunks: ModelChunk[] = [];
    for (const { data } of arrived) reader.read(JSON.parse(data), chunks);
    return [...chunks, reader.finish()];
  };
  const toolCalls = [{ id: "a", name: "weather", arguments: '{"place":"Tromsø"}' }];
  const events = azureEvents("Grüße, 世界. 😀", "gpt-5-mini", { toolCalls });
  const chunks = read(new TextEncoder().encode(events.join("")));
  expect(chunks.at(-1)).toMatchObject({ reason: "tool_calls", responseId: "chatcmpl-1", usage });
  for (const text of [
    events.join(""),
    events
      .map((event) => `: ping\n\n${event}`)
      .join("")
      .replaceAll("\n", "\r\n"),
  ]) {
    const bytes = new TextEncoder().encode(text);
    for (const cut of cutsOf(bytes)) expect(read(bytes.subarray(0, cut), bytes.subarray(cut)), `cut at ${cut}`).toEqual(chunks);
  }
});

test.each([
  ["https://mine.openai.azure.com", {}, "https://mine.openai.azure.com/openai/v1/chat/completions"],
  ["https://mine.openai.azure.com/", {}, "https://mine.openai.azure.com/openai/v1/chat/completions"],
  ["https://mine.openai.azure.com/openai/v1/", {}, "https://mine.openai.azure.com/openai/v1/chat/completions"],
  ["https://gateway.example/team/openai", {}, "https://gateway.example/team/openai/v1/chat/completions"],
  ["https://mine.services.ai.azure.com/api/projects/p", { api: "responses" }, "https://mine.services.ai.azure.com/api/projects/p/openai/v1/responses"],
  ["https://mine.openai.azure.com", { api_version: "preview" }, "https://mine.openai.azure.com/openai/v1/chat/completions?api-version=preview"],
  [
    "https://mine.openai.azure.com",
    { api_version: "2024-10-21" },
    "https://mine.openai.azure.com/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21",
  ],
  [
    "https://mine.openai.azure.com",
    { api_version: "2025-04-01-preview", api: "responses" },
    "https://mine.openai.azure.com/openai/responses?api-version=2025-04-01-preview",
  ],
] as const)("%s with %j is asked at %s", (base_url, more, url) => {
  expect(azure({ base_url, api_key: key, ...more }).describe?.(request).url).toBe(url);
});

test("a dated version has each deployment in its address", async () => {
  const model = await provider([azureReply("one"), azureReply("two"), azureReply("three")], { api_key: key, api_version: "2024-10-21" });
  for (const id of ["my-gpt", "a b", "my-gpt"]) await all(model.complete({ ...request, model: id }, never()));
  const paths = ["my-gpt", "a%20b", "my-gpt"].map((id) => `/openai/deployments/${id}/chat/completions?api-version=2024-10-21`);
  expect(server?.requests.map(({ path }) => path)).toEqual(paths);
  expect(server?.requests.map(({ body }) => body?.["model"])).toEqual(["my-gpt", "a b", "my-gpt"]);
  expect(server?.requests.every(({ headers }) => headers["api-key"] === key)).toBe(true);
});

test("Responses are spoken as well", async () => {
  const model = await provider([respond([{ text: "Hello." }])], { api_key: key, api: "responses" });
  expect(text(await all(model.complete(request, never())))).toBe("Hello.");
  expect(server?.requests[0]?.path).toBe("/openai/v1/responses");
  expect(server?.requests[0]?.body).toMatchObject({ model: "my-gpt", store: false, max_output_tokens: 50 });
});

test("a token goes out as the bearer, without a key", async () => {
  const model = await provider([azureReply("ok")], { token: "entra-token-0123456789" });
  await all(model.complete(request, never()));
  expect(server?.requests[0]?.headers).toMatchObject({ authorization: "Bearer entra-token-0123456789" });
  expect(server?.requests[0]?.headers["api-key"]).toBeUndefined();
});

test("tokens that are renewed are asked for before each request", async () => {
  let asked = 0;
  const getToken = async (): Promise<string> => `entra-token-number-${++asked}`;
  const refusal: Behaviour = (seen, response) => {
    response.writeHead(401, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: { code: "401", message: `Refused: ${seen.headers["authorization"]}` } }));
  };
  const model = await provider([azureReply("one"), azureReply("two"), refusal], {}, { getToken });
  await all(model.complete(request, never()));
  await all(model.complete(request, never()));
  const error = await failureOf(model.complete(request, never()));
  expect(server?.requests.map(({ headers }) => headers["authorization"])).toEqual([1, 2, 3].map((n) => `Bearer entra-token-number-${n}`));
  expect([error.class, error.message]).toEqual(["auth", "Refused: Bearer ***"]);
});

test("a token that cannot be had is an error of the sign-in, and nothing is sent", async () => {
  const getToken = () => Promise.reject(new Error("No managed identity here."));
  const error = await failureOf((await provider([azureReply("ok")], {}, { getToken })).complete(request, never()));
  expect([error.class, error.message, server?.connections]).toEqual(["auth", "There is no token: No managed identity here.", 0]);
});

test("it is said once who asks", () => {
  const base_url = "https://mine.openai.azure.com";
  expect(() => azure({ base_url })).toThrow(expect.objectContaining({ class: "invalid_request", message: "It is not said who asks." }));
  expect(() => azure({ base_url, api_key: key, token: "t" })).toThrow("There are `api_key` and `token`, and only one can be sent.");
  expect(() => azure({ base_url, api_key: key }, { getToken: async () => "t" })).toThrow("There are `api_key` and `getToken`, and only one can be sent.");
});

test("what the environment says about Azure changes nothing", async () => {
  const before = { ...process.env };
  Object.assign(process.env, {
    AZURE_OPENAI_API_KEY: "other",
    AZURE_OPENAI_ENDPOINT: "http://127.0.0.1:1",
    OPENAI_API_VERSION: "2023-05-15",
    OPENAI_API_KEY: "sk-other",
    OPENAI_BASE_URL: "http://127.0.0.1:1",
  });
  try {
    await all((await provider([azureReply("ok")])).complete(request, never()));
  } finally {
    process.env = before;
  }
  expect([server?.requests[0]?.headers["api-key"], server?.requests[0]?.path]).toEqual([key, "/openai/v1/chat/completions"]);
});

test("a call that is cancelled inside its reply closes its socket", async () => {
  const model = await provider([brokenStream(azureEvents("Hello", "m").slice(0, 4), "stall")]);
  const controller = new AbortController();
  const chunks = model.complete(request, controller.signal)[Symbol.asyncIterator]();
  expect((await chunks.next()).value).toEqual({ type: "text", text: "Hello" });
  const next = chunks.next();
  controller.abort(new Error("enough"));
  await expect(next).rejects.toMatchObject({ name: "ProviderError", class: "cancelled" });
  expect(await (await server?.arrived(1))?.ended).toBe("closed");
});

test("a call that is cancelled before its reply, or before its token is there, is cancelled", async () => {
  const model = await provider([silence()]);
  const controller = new AbortController();
  const failed = failureOf(model.complete(request, controller.signal));
  await server?.arrived(1);
  controller.abort(new Error("enough"));
  expect((await failed).class).toBe("cancelled");

  const late = new AbortController();
  const getToken = (signal: AbortSignal) =>
    new Promise<string>((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      late.abort(new Error("enough"));
    });
  expect((await failureOf(azure({ base_url: server?.origin ?? "" }, { getToken }).complete(request, late.signal))).class).toBe("cancelled");
});

test("a redirect elsewhere is refused, and the key stays", async () => {
  const elsewhere = await azureServer([azureReply("stolen")]);
  const error = await failureOf((await provider([redirect(`${elsewhere.origin}/openai/v1/chat/completions`)])).complete(request, never()));
  expect([error.class, error.shouldRetry, elsewhere.requests.length]).toEqual(["connection", false, 0]);
  await elsewhere.close();
});
