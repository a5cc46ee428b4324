import { afterEach, expect, test } from "vitest";
import { type ModelChunk, type ModelRequest, ProviderError } from "../../../../src/agent/provider.ts";
import { type GuardedFetch, guardedFetch } from "../../../../src/net/guarded-fetch.ts";
import { openai } from "../../../../src/providers/openai/index.ts";
import type { OpenAIOptions } from "../../../../src/providers/openai/options.ts";
import {
  type Behaviour,
  brokenStream,
  errorBody,
  type OpenAIServer,
  page,
  rawStream,
  redirect,
  resetAtOnce,
  silence,
  status,
} from "../../../support/openai-server.ts";
import { respond, responseBody, responseEvents, responsesServer } from "../../../support/responses-server.ts";

const key = "sk-test-0123456789abcdef";
const request: ModelRequest = {
  model: "gpt-5-mini",
  messages: [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Hello" },
  ],
  tools: [],
  toolChoice: "auto",
  parameters: { max_tokens: 50, reasoning: "low" },
  origin: { runId: "run", agent: "greeter", path: "greeter/turn[0]", attempt: 1, outputMode: "text" },
};
const usage = { input: 20, cachedInput: 4, cacheWrite: 0, output: 10, reasoning: 2 };
const finish = { type: "finish", reason: "stop", usage, responseId: "resp_1", responseModel: "gpt-5-mini" };
const hello = responseEvents([{ text: "Hello, world of tides." }]);
const beginning = hello.slice(0, 5);

let server: OpenAIServer;
let fetch: GuardedFetch | undefined;
afterEach(async () => {
  await fetch?.close();
  await server.close();
});

async function provider(script: readonly Behaviour[], options: Partial<OpenAIOptions> = {}) {
  server = await responsesServer(script);
  fetch = guardedFetch();
  return openai({ api_key: key, base_url: server.url, api: "responses", ...options }, { fetch });
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

test("the request goes to /responses with the key and the body of `describe`, and nothing is stored", async () => {
  const model = await provider([respond([{ text: "Hello, world of tides." }])], { organization: "org-1" });
  const chunks = await all(model.complete(request, never()));
  expect([text(chunks), chunks.length > 2, chunks.at(-1)]).toEqual(["Hello, world of tides.", true, finish]);
  const [seen] = server.requests;
  expect([seen?.method, seen?.path]).toEqual(["POST", "/v1/responses"]);
  expect(seen?.headers).toMatchObject({ authorization: `Bearer ${key}`, "openai-organization": "org-1" });
  expect(seen?.body).toMatchObject({ store: false, stream: true, instructions: "Be brief.", input: [{ role: "user", content: "Hello" }] });
  expect(model.describe?.(request)).toEqual({ method: "POST", url: `${server.url}/responses`, body: seen?.body });
});

test("a server that does not end its stream after the reply keeps nobody waiting", async () => {
  const model = await provider([brokenStream(hello, "stall")]);
  expect(text(await all(model.complete(request, never())))).toBe("Hello, world of tides.");
});

test("the connection serves again", async () => {
  const model = await provider([respond([{ text: "one" }]), respond([{ text: "two" }])]);
  await all(model.complete(request, never()));
  await (await server.arrived(1)).ended;
  expect(text(await all(model.complete(request, never())))).toBe("two");
});

test("a server that ignores `stream` is read", async () => {
  const model = await provider([status(200, responseBody([{ text: "All at once." }]))]);
  expect(await all(model.complete(request, never()))).toEqual([{ type: "text", text: "All at once." }, finish]);
});

test("a whole stream reads the same cut at every byte on the wire", async () => {
  const bytes = new TextEncoder().encode(
    responseEvents([{ text: "ä€😀" }], { chunk: 4 })
      .slice(-5)
      .join(""),
  );
  const model = await provider([rawStream(Array.from(bytes, (_byte, at) => bytes.subarray(at, at + 1)))]);
  expect(text(await all(model.complete(request, never())))).toBe("ä€😀");
});

test("a call that was cancelled before it began connects to nothing", async () => {
  const model = await provider([respond([{ text: "ok" }])]);
  expect((await failureOf(model.complete(request, AbortSignal.abort(new Error("too late"))))).class).toBe("cancelled");
  expect(server.connections).toBe(0);
});

test.each([
  ["before its reply", silence()],
  ["inside its reply", brokenStream(beginning, "stall")],
])("a call that is cancelled %s closes its socket", async (_when, behaviour) => {
  const model = await provider([behaviour]);
  const controller = new AbortController();
  const failed = failureOf(model.complete(request, controller.signal));
  const seen = await server.arrived(1);
  controller.abort(new Error("enough"));
  expect((await failed).class).toBe("cancelled");
  expect(await seen.ended).toBe("closed");
  await server.quiet();
});

test.each<readonly [what: string, behaviour: Behaviour, errorClass: string, message: string]>([
  ["a wrong key", status(401, errorBody(`Incorrect API key provided: ${key}.`, { code: "invalid_api_key" })), "auth", "Incorrect API key provided: ***."],
  [
    "a model that does not exist",
    status(404, errorBody("The model `x` does not exist.", { code: "model_not_found" })),
    "not_found",
    "The model `x` does not exist.",
  ],
  [
    "a parameter",
    status(400, errorBody("Unsupported parameter: 'temperature'.", { type: "invalid_request_error" })),
    "invalid_request",
    "Unsupported parameter: 'temperature'.",
  ],
  ["a page of a proxy", page(502, "Bad Gateway"), "server_error", "Bad Gateway"],
  [
    "an error in the stream",
    rawStream(['event: error\ndata: {"type":"error","error":{"code":"rate_limit_exceeded","message":"Slow down."}}\n\n']),
    "rate_limit",
    "Slow down.",
  ],
  [
    "an error in flat form",
    rawStream(['data: {"type":"error","code":"rate_limit_exceeded","message":"Slow down.","param":null}\n\n']),
    "rate_limit",
    "Slow down.",
  ],
  ["a failed reply", respond([], { status: "failed", error: { code: "server_error", message: "Sorry." } }), "server_error", "Sorry."],
  ["a failed reply, whole", status(200, responseBody([], { status: "failed", error: { code: "server_error", message: "Sorry." } })), "server_error", "Sorry."],
])("%s", async (_what, behaviour, errorClass, message) => {
  const error = await failureOf((await provider([behaviour])).complete(request, never()));
  expect([error.class, error.message, JSON.stringify(error).includes(key)]).toEqual([errorClass, message, false]);
  expect(server.requests).toHaveLength(1);
});

test.each<readonly [what: string, behaviour: Behaviour, errorClass: string, said: string]>([
  ["ends early", brokenStream(beginning, "end"), "connection", "ended the stream before the reply was whole"],
  ["is reset", brokenStream(beginning, "reset"), "connection", "closed the connection before the reply was whole"],
  ["never begins", resetAtOnce(), "connection", "closed the connection before the reply was whole"],
  ["is no JSON", rawStream(["data: {broken\n\n"]), "server_error", 'answered with "{broken", which is no JSON'],
  ["is JSON of another shape", status(200, { hello: "world" }), "server_error", "answered with JSON that is no response"],
])("a reply that %s", async (_what, behaviour, errorClass, said) => {
  const error = await failureOf((await provider([behaviour])).complete(request, never()));
  expect([error.class, error.message]).toEqual([errorClass, `${server.host} ${said}.`]);
});

test("a redirect elsewhere is refused", async () => {
  const elsewhere = await responsesServer([respond([{ text: "stolen" }])]);
  const error = await failureOf((await provider([redirect(`${elsewhere.url}/responses`)])).complete(request, never()));
  expect([error.class, error.shouldRetry, elsewhere.requests.length]).toEqual(["connection", false, 0]);
  await elsewhere.close();
});
