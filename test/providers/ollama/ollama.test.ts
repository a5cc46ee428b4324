import { afterEach, expect, test, vi } from "vitest";
import { type ModelChunk, type ModelRequest, ProviderError } from "../../../src/agent/provider.ts";
import { type GuardedFetch, guardedFetch } from "../../../src/net/guarded-fetch.ts";
import { ollama } from "../../../src/providers/ollama/index.ts";
import type { OllamaOptions } from "../../../src/providers/ollama/options.ts";
import {
  type Behaviour,
  brokenStream,
  callTools,
  ndjson,
  type OllamaServer,
  ollamaServer,
  rawStream,
  reply,
  replyLines,
  silence,
} from "../../support/ollama-server.ts";

const key = "olk-test-0123456789abcdef";
const request: ModelRequest = {
  model: "qwen3:8b",
  messages: [{ role: "user", content: "Hello" }],
  tools: [],
  toolChoice: "auto",
  parameters: { max_tokens: 50 },
  origin: { runId: "run", agent: "greeter", path: "greeter/turn[0]", attempt: 1, outputMode: "text" },
};
const usage = { input: 20, cachedInput: 4, cacheWrite: 0, output: 10, reasoning: 0 };
const finish = { type: "finish", reason: "stop", usage, responseModel: "qwen3:8b" };

let server: OllamaServer | undefined;
let fetch: GuardedFetch | undefined;
afterEach(async () => {
  await fetch?.close();
  await server?.close();
  vi.unstubAllEnvs();
});

async function provider(script: readonly Behaviour[], options: OllamaOptions = {}) {
  server = await ollamaServer(script);
  fetch = guardedFetch();
  return ollama({ base_url: server.origin, ...options }, { fetch });
}

async function all(chunks: AsyncIterable<ModelChunk>): Promise<ModelChunk[]> {
  const list: ModelChunk[] = [];
  for await (const chunk of chunks) list.push(chunk);
  return list;
}

const text = (chunks: readonly ModelChunk[]) => chunks.map((chunk) => (chunk.type === "text" ? chunk.text : "")).join("");
const never = () => new AbortController().signal;
const stalled = () => brokenStream(replyLines("Hello", "m").slice(0, 1), "stall", ndjson);

async function failureOf(chunks: AsyncIterable<ModelChunk>): Promise<ProviderError> {
  const error = await all(chunks).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ProviderError)) throw new Error(`it threw ${String(error)}`);
  return error;
}

test("a streamed reply arrives in pieces and ends with usage, reason and model", async () => {
  const chunks = await all((await provider([reply("Hello, world of tides.")])).complete(request, never()));
  expect(text(chunks)).toBe("Hello, world of tides.");
  expect(chunks.filter((chunk) => chunk.type === "text").length).toBeGreaterThan(1);
  expect(chunks.at(-1)).toEqual(finish);
});

test("the request carries the body of `describe`, no key and nothing of who asks", async () => {
  const model = await provider([reply("ok")], { num_ctx: 8192, headers: { "X-Mine": "yes", "User-Agent": "tantra" } });
  await all(model.complete(request, never()));
  const [seen] = server?.requests ?? [];
  expect([seen?.method, seen?.path]).toEqual(["POST", "/api/chat"]);
  expect(seen?.headers).toMatchObject({ "content-type": "application/json", "x-mine": "yes", "user-agent": "tantra" });
  expect(seen?.headers["authorization"]).toBe(undefined);
  expect(model.describe?.(request)).toEqual({ method: "POST", url: `${server?.origin}/api/chat`, body: seen?.body });
});

test("a key goes along as a bearer token, and into no description", async () => {
  const model = await provider([reply("ok")], { api_key: key });
  await all(model.complete(request, never()));
  expect(server?.requests[0]?.headers["authorization"]).toBe(`Bearer ${key}`);
  expect(JSON.stringify(model.describe?.(request))).not.toContain(key);
});

test("a path before /api is kept", async () => {
  await provider([reply("ok")]);
  await all(ollama({ base_url: `${server?.origin}/behind/proxy/` }, { ...(fetch === undefined ? {} : { fetch }) }).complete(request, never()));
  expect(server?.requests[0]?.path).toBe("/behind/proxy/api/chat");
});

test("a key that stands in the environment is not sent to ollama.com", async () => {
  vi.stubEnv("OLLAMA_API_KEY", key);
  vi.stubEnv("OLLAMA_HOST", "http://127.0.0.1:1");
  const seen: { address: string; headers: unknown }[] = [];
  const model = ollama(
    { base_url: "https://ollama.com" },
    {
      fetch: async (address, init) => {
        seen.push({ address: String(address), headers: init?.headers });
        return new Response(replyLines("ok", "m").join(""));
      },
    },
  );
  expect(text(await all(model.complete(request, never())))).toBe("ok");
  expect(new URL(seen[0]?.address ?? "").href).toBe("https://ollama.com/api/chat");
  expect(JSON.stringify(seen)).not.toContain(key);
});

test("an image whose base64 is also a path of this machine is sent as it is", async () => {
  const model = await provider([reply("ok")]);
  const image = { type: "image" as const, mediaType: "image/png", data: () => "//etc/passwd" };
  await all(model.complete({ ...request, messages: [{ role: "user", content: "?", parts: [image] }] }, never()));
  expect(server?.requests[0]?.body).toMatchObject({ messages: [{ images: ["//etc/passwd"] }] });
});

test("nobody is charged where no key is asked for, but for models that come from ollama.com", () => {
  const free = (options: OllamaOptions, model: string) => ollama(options).free?.(model);
  expect(free({}, "qwen3:8b")).toBe(true);
  expect(free({ base_url: "http://big-box:11434" }, "qwen3:8b")).toBe(true);
  expect(free({}, "gpt-oss:120b-cloud")).toBe(false);
  expect(free({}, "kimi-k2:cloud")).toBe(false);
  expect(free({ api_key: key }, "qwen3:8b")).toBe(false);
  expect(free({ headers: { Authorization: "Bearer x" } }, "qwen3:8b")).toBe(false);
});

test("describing a request opens nothing", async () => {
  (await provider([])).describe?.(request);
  expect(server?.connections).toBe(0);
});

test("thinking is shown and carried, calls of tools come whole", async () => {
  const model = await provider([reply("", { thinking: "Where is Oslo?", toolCalls: [{ id: "a", name: "f", arguments: { place: "Oslo" } }] })]);
  const chunks = await all(model.complete({ ...request, tools: [{ name: "f", parameters: { type: "object" } }] }, never()));
  expect(chunks.map((chunk) => (chunk.type === "reasoning" ? chunk.text : "")).join("")).toBe("Where is Oslo?");
  expect(chunks.filter((chunk) => chunk.type === "tool_call")).toEqual([{ type: "tool_call", index: 0, id: "a", name: "f", arguments: '{"place":"Oslo"}' }]);
  expect(chunks.at(-1)).toEqual({ ...finish, reason: "tool_calls", carry: { thinking: "Where is Oslo?" } });
});

test("a whole stream reads the same cut at every byte on the wire", async () => {
  const bytes = new TextEncoder().encode(replyLines("ä€😀", "m", { chunk: 2 }).join(""));
  const model = await provider([
    rawStream(
      Array.from(bytes, (_byte, at) => bytes.subarray(at, at + 1)),
      ndjson,
    ),
  ]);
  expect(text(await all(model.complete(request, never())))).toBe("ä€😀");
});

test("the platform's own fetch serves as well", async () => {
  await provider([callTools({ name: "f", arguments: {} }), stalled()]);
  const model = ollama({ base_url: server?.origin ?? "" });
  expect((await all(model.complete(request, never()))).at(-1)).toMatchObject({ reason: "tool_calls" });
  const controller = new AbortController();
  const chunks = model.complete(request, controller.signal)[Symbol.asyncIterator]();
  await chunks.next();
  controller.abort(new Error("enough"));
  await expect(chunks.next()).rejects.toMatchObject({ name: "ProviderError", class: "cancelled" });
  expect(await (await server?.arrived(2))?.ended).toBe("closed");
});

test("nothing is tried twice, and nothing is written to the console", async () => {
  const said = (["log", "warn", "error", "info", "debug"] as const).map((level) => vi.spyOn(console, level));
  const model = await provider([rawStream(["no json\n"], ndjson)]);
  await failureOf(model.complete(request, never()));
  await failureOf(model.complete(request, never()));
  expect(server?.requests).toHaveLength(2);
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
  const failed = failureOf(model.complete(request, controller.signal));
  const seen = await server?.arrived(1);
  const reason = new ProviderError("timeout", "The attempt took too long.");
  controller.abort(reason);
  expect(await failed).toBe(reason);
  expect(await seen?.ended).toBe("closed");
  await server?.quiet();
});

test("a call that is cancelled inside its reply closes its socket, and leaves the others alone", async () => {
  const model = await provider([stalled(), reply("still here")]);
  const controller = new AbortController();
  const chunks = model.complete(request, controller.signal)[Symbol.asyncIterator]();
  expect((await chunks.next()).value).toEqual({ type: "text", text: "Hello" });
  const next = chunks.next();
  const other = all(model.complete(request, never()));
  controller.abort(new Error("enough"));
  await expect(next).rejects.toMatchObject({ name: "ProviderError", class: "cancelled" });
  expect(await (await server?.arrived(1))?.ended).toBe("closed");
  expect(text(await other)).toBe("still here");
});

test("a reader that leaves early closes the socket", async () => {
  const model = await provider([stalled()]);
  for await (const chunk of model.complete(request, never())) if (chunk.type === "text") break;
  expect(await (await server?.arrived(1))?.ended).toBe("closed");
});

test("a server that does not end its stream after the last line keeps nobody waiting", async () => {
  const model = await provider([brokenStream(replyLines("Hello", "m"), "stall", ndjson)]);
  expect(text(await all(model.complete(request, never())))).toBe("Hello");
});

test("close ends every connection", async () => {
  const model = await provider([reply("ok")]);
  await all(model.complete(request, never()));
  expect(server?.openSockets).toBe(1);
  await model.close?.();
  await server?.quiet();
});
