import { afterEach, expect, test, vi } from "vitest";
import { type ModelChunk, type ModelRequest, ProviderError } from "../../../src/agent/provider.ts";
import { type GuardedFetch, guardedFetch } from "../../../src/net/guarded-fetch.ts";
import { cohere } from "../../../src/providers/cohere/index.ts";
import type { CohereOptions } from "../../../src/providers/cohere/options.ts";
import {
  type Behaviour,
  brokenStream,
  type CohereServer,
  callTools,
  cohereServer,
  failed,
  rawStream,
  reply,
  replyEvents,
  silence,
} from "../../support/cohere-server.ts";

const key = "co-test-0123456789abcdef";
const request: ModelRequest = {
  model: "command-a-03-2025",
  messages: [{ role: "user", content: "Hello" }],
  tools: [],
  toolChoice: "auto",
  parameters: { max_tokens: 50 },
  extra: { citation_options: { mode: "OFF" }, some_new_field: { keptAsWritten: true } },
  origin: { runId: "run", agent: "greeter", path: "greeter/turn[0]", attempt: 1, outputMode: "text" },
};
const usage = { input: 20, cachedInput: 4, cacheWrite: 0, output: 10, reasoning: 0 };
const finish = { type: "finish", reason: "stop", usage, responseId: "msg-1" };

let server: CohereServer | undefined;
let fetch: GuardedFetch | undefined;
afterEach(async () => {
  await fetch?.close();
  await server?.close();
  vi.unstubAllEnvs();
});

async function provider(script: readonly Behaviour[], options: Partial<CohereOptions> = {}) {
  server = await cohereServer(script);
  fetch = guardedFetch();
  return cohere({ api_key: key, base_url: server.origin, ...options }, { fetch });
}

async function all(chunks: AsyncIterable<ModelChunk>): Promise<ModelChunk[]> {
  const list: ModelChunk[] = [];
  for await (const chunk of chunks) list.push(chunk);
  return list;
}

const text = (chunks: readonly ModelChunk[]) => chunks.map((chunk) => (chunk.type === "text" ? chunk.text : "")).join("");
const never = () => new AbortController().signal;
const stalled = () => brokenStream(replyEvents("Hello").slice(0, 3), "stall");

async function failureOf(chunks: AsyncIterable<ModelChunk>): Promise<ProviderError> {
  const error = await all(chunks).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ProviderError)) throw new Error(`it threw ${String(error)}`);
  return error;
}

test("a streamed reply arrives in pieces and ends with usage, reason and id", async () => {
  const chunks = await all((await provider([reply("Hello, world of tides.")])).complete(request, never()));
  expect(text(chunks)).toBe("Hello, world of tides.");
  expect(chunks.filter((chunk) => chunk.type === "text").length).toBeGreaterThan(1);
  expect(chunks.at(-1)).toEqual(finish);
});

test("the request carries the key and the body of `describe`, in the author's own names, and nothing of who asks", async () => {
  const model = await provider([reply("ok")], { client_name: "tides", headers: { "X-Mine": "yes" } });
  await all(model.complete(request, never()));
  const [seen] = server?.requests ?? [];
  expect([seen?.method, seen?.path]).toEqual(["POST", "/v2/chat"]);
  expect(seen?.headers).toMatchObject({
    authorization: `Bearer ${key}`,
    "content-type": "application/json",
    accept: "text/event-stream",
    "x-client-name": "tides",
    "x-mine": "yes",
  });
  expect(seen?.headers["user-agent"]).toMatch(/^cohere-ai\//);
  expect(seen?.body).toMatchObject(request.extra ?? {});
  expect(model.describe?.(request)).toEqual({ method: "POST", url: `${server?.origin}/v2/chat`, body: seen?.body });
  expect(JSON.stringify(model.describe?.(request))).not.toContain(key);
});

test("a path before /v2 is kept, and headers of the program's own go over the rest", async () => {
  const model = await provider([reply("ok")], { headers: { Authorization: "Basic abc" } });
  await all(model.complete(request, never()));
  expect(server?.requests[0]?.headers["authorization"]).toBe("Basic abc");
  await all(cohere({ api_key: key, base_url: `${server?.origin}/behind/proxy/` }).complete(request, never())).catch(() => undefined);
  expect(server?.requests[1]?.path).toBe("/behind/proxy/v2/chat");
});

test("what the environment says about Cohere changes nothing", async () => {
  vi.stubEnv("CO_API_KEY", "co-other-0123456789");
  vi.stubEnv("CO_API_URL", "http://127.0.0.1:1");
  await all((await provider([reply("ok")])).complete(request, never()));
  expect(server?.requests[0]?.headers["authorization"]).toBe(`Bearer ${key}`);
});

test("describing a request opens nothing", async () => {
  (await provider([])).describe?.(request);
  expect(server?.connections).toBe(0);
});

test("parallel calls of tools arrive with their ids and names", async () => {
  const model = await provider([callTools({ id: "a", name: "f", arguments: '{"place":"Oslo"}' }, { id: "b", name: "g", arguments: "{}" })]);
  const chunks = await all(model.complete({ ...request, tools: [{ name: "f", parameters: { type: "object" } }] }, never()));
  const calls = chunks.filter((chunk) => chunk.type === "tool_call");
  expect(calls.filter((chunk) => chunk.id !== undefined).map(({ index, id, name }) => [index, id, name])).toEqual([
    [0, "a", "f"],
    [1, "b", "g"],
  ]);
  const pieces = calls.filter((chunk) => chunk.index === 0).map((chunk) => chunk.arguments);
  expect([pieces.length > 2, pieces.join("")]).toEqual([true, '{"place":"Oslo"}']);
  expect(chunks.at(-1)).toEqual({ ...finish, reason: "tool_calls" });
});

test("a whole stream reads the same cut at every byte on the wire", async () => {
  const bytes = new TextEncoder().encode(replyEvents("ä€😀", { chunk: 2 }).join("").replaceAll("\n", "\r\n"));
  const model = await provider([rawStream(Array.from(bytes, (_byte, at) => bytes.subarray(at, at + 1)))]);
  expect(text(await all(model.complete(request, never())))).toBe("ä€😀");
});

test("the platform's own fetch serves as well", async () => {
  await provider([reply("Hello, world."), stalled()]);
  const model = cohere({ api_key: key, base_url: server?.origin ?? "" });
  expect(text(await all(model.complete(request, never())))).toBe("Hello, world.");
  const controller = new AbortController();
  const chunks = model.complete(request, controller.signal)[Symbol.asyncIterator]();
  await chunks.next();
  controller.abort(new Error("enough"));
  await expect(chunks.next()).rejects.toMatchObject({ name: "ProviderError", class: "cancelled" });
  expect(await (await server?.arrived(2))?.ended).toBe("closed");
});

test("nothing is tried twice, and nothing is written to the console", async () => {
  const said = (["log", "warn", "error", "info", "debug"] as const).map((level) => vi.spyOn(console, level));
  const model = await provider([failed(503, "busy")]);
  expect((await failureOf(model.complete(request, never()))).class).toBe("server_error");
  expect(server?.requests).toHaveLength(1);
  for (const spy of said) expect(spy).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

test("a call that was cancelled before it began connects to nothing", async () => {
  const model = await provider([reply("ok")]);
  const error = await failureOf(model.complete(request, AbortSignal.abort(new Error("too late"))));
  expect([error.class, (error.cause as Error).message]).toEqual(["cancelled", "too late"]);
  expect(server?.connections).toBe(0);
});

test("a call that is cancelled before its reply closes its socket, and throws the reason where that is an error of ours", async () => {
  const model = await provider([silence()]);
  const controller = new AbortController();
  const failing = failureOf(model.complete(request, controller.signal));
  const seen = await server?.arrived(1);
  const reason = new ProviderError("timeout", "The attempt took too long.");
  controller.abort(reason);
  expect(await failing).toBe(reason);
  expect(await seen?.ended).toBe("closed");
  await server?.quiet();
});

test("a call that is cancelled inside its reply closes its socket", async () => {
  const model = await provider([stalled()]);
  const controller = new AbortController();
  const chunks = model.complete(request, controller.signal)[Symbol.asyncIterator]();
  expect((await chunks.next()).value).toEqual({ type: "text", text: "Hello" });
  const next = chunks.next();
  controller.abort(new Error("enough"));
  await expect(next).rejects.toMatchObject({ name: "ProviderError", class: "cancelled" });
  expect(await (await server?.arrived(1))?.ended).toBe("closed");
  await server?.quiet();
});

test("a reader that leaves early closes the socket", async () => {
  const model = await provider([stalled()]);
  for await (const chunk of model.complete(request, never())) if (chunk.type === "text") break;
  expect(await (await server?.arrived(1))?.ended).toBe("closed");
});

test("a server that does not end its stream after the last event keeps nobody waiting", async () => {
  const model = await provider([brokenStream(replyEvents("Hello"), "stall"), reply("two")]);
  expect(text(await all(model.complete(request, never())))).toBe("Hello");
  expect(text(await all(model.complete(request, never())))).toBe("two");
});

test("close ends every connection", async () => {
  const model = await provider([reply("ok")]);
  await all(model.complete(request, never()));
  expect(server?.openSockets).toBe(1);
  await model.close?.();
  await server?.quiet();
});
