import { afterEach, expect, test } from "vitest";
import { type ModelChunk, type ModelRequest, ProviderError } from "../../../src/agent/provider.ts";
import { type GuardedFetch, guardedFetch } from "../../../src/net/guarded-fetch.ts";
import { openai } from "../../../src/providers/openai/index.ts";
import type { OpenAIOptions } from "../../../src/providers/openai/options.ts";
import {
  type Behaviour,
  brokenStream,
  callTools,
  completionEvents,
  type OpenAIServer,
  openaiServer,
  rawStream,
  reply,
  silence,
  wholeReply,
} from "../../support/openai-server.ts";

const key = "sk-test-0123456789abcdef";
const request: ModelRequest = {
  model: "gpt-5-mini",
  messages: [{ role: "user", content: "Hello" }],
  tools: [],
  toolChoice: "auto",
  parameters: { max_tokens: 50 },
  origin: { runId: "run", agent: "greeter", path: "greeter/turn[0]", attempt: 1, outputMode: "text" },
};
const usage = { input: 20, cachedInput: 4, cacheWrite: 0, output: 10, reasoning: 2 };
const finish = { type: "finish", reason: "stop", usage, responseId: "chatcmpl-1", responseModel: "gpt-5-mini" };

let server: OpenAIServer;
let fetch: GuardedFetch | undefined;
afterEach(async () => {
  await fetch?.close();
  await server.close();
});

async function provider(script: readonly Behaviour[], options: Partial<OpenAIOptions> = {}) {
  server = await openaiServer(script);
  fetch = guardedFetch();
  return openai({ api_key: key, base_url: server.url, ...options }, { fetch });
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

test("a streamed reply arrives in pieces and ends with usage, reason, id and model", async () => {
  const chunks = await all((await provider([reply("Hello, world of tides.")])).complete(request, never()));
  expect(text(chunks)).toBe("Hello, world of tides.");
  expect(chunks.filter((chunk) => chunk.type === "text").length).toBeGreaterThan(1);
  expect(chunks.at(-1)).toEqual(finish);
});

test("the request carries the key, the body of `describe` and nothing of who asks", async () => {
  const model = await provider([reply("ok")], { organization: "org-1", project: "proj-1", headers: { "x-mine": "yes" } });
  await all(model.complete(request, never()));
  const [seen] = server.requests;
  expect([seen?.method, seen?.path]).toEqual(["POST", "/v1/chat/completions"]);
  expect(seen?.headers).toMatchObject({
    authorization: `Bearer ${key}`,
    "content-type": "application/json",
    "openai-organization": "org-1",
    "openai-project": "proj-1",
    "x-mine": "yes",
  });
  expect(seen?.headers["user-agent"]).toMatch(/^OpenAI\/JS /);
  expect(model.describe?.(request)).toEqual({ method: "POST", url: `${server.url}/chat/completions`, body: seen?.body });
  expect(JSON.stringify(model.describe?.(request))).not.toContain(key);
});

test("describing a request opens nothing", async () => {
  (await provider([])).describe?.(request);
  expect(server.connections).toBe(0);
});

test("parallel calls of tools arrive with their ids and names", async () => {
  const model = await provider([callTools({ id: "a", name: "f", arguments: '{"place":"Oslo"}' }, { id: "b", name: "g", arguments: "{}" })]);
  const chunks = await all(model.complete({ ...request, tools: [{ name: "f", parameters: { type: "object" } }] }, never()));
  const calls = chunks.filter((chunk) => chunk.type === "tool_call");
  expect(calls.filter((chunk) => chunk.id !== undefined).map(({ index, id, name }) => [index, id, name])).toEqual([
    [0, "a", "f"],
    [1, "b", "g"],
  ]);
  expect(
    calls
      .filter((chunk) => chunk.index === 0)
      .map((chunk) => chunk.arguments)
      .join(""),
  ).toBe('{"place":"Oslo"}');
  expect(chunks.at(-1)).toEqual({ ...finish, reason: "tool_calls" });
});

test("a server that ignores `stream` is read", async () => {
  const chunks = await all((await provider([wholeReply("All at once.")])).complete(request, never()));
  expect(chunks).toEqual([{ type: "text", text: "All at once." }, finish]);
});

test("a server that ignores `stream_options` has no usage, and one that leaves out [DONE] is read all the same", async () => {
  const model = await provider([rawStream(completionEvents("Hello", "gpt-5-mini", { usage: null }))]);
  const { usage: _usage, ...withoutUsage } = finish;
  expect((await all(model.complete(request, never()))).at(-1)).toEqual(withoutUsage);
});

test("a whole stream reads the same cut at every byte on the wire", async () => {
  const bytes = new TextEncoder().encode(
    `: hello\r\n\r\n${completionEvents("ä€😀", "m", { chunk: 2 }).slice(0, 3).join("")}data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\r\n\r\ndata: [DONE]\r\n\r\n`,
  );
  const model = await provider([rawStream(Array.from(bytes, (_byte, at) => bytes.subarray(at, at + 1)))]);
  expect(text(await all(model.complete(request, never())))).toBe("ä€😀");
});

test("comments say that the server is still at work", async () => {
  const model = await provider([rawStream([`: keep-alive\n\n: keep-alive\n\n${completionEvents("Hello", "gpt-5-mini", { chunk: 9 }).join("")}`])]);
  expect(await all(model.complete(request, never()))).toEqual([{ type: "text", text: "Hello" }, { type: "alive" }, finish]);
});

test("the platform's own fetch serves as well", async () => {
  await provider([reply("Hello, world."), brokenStream(completionEvents("Hello", "m").slice(0, 2), "stall")]);
  const model = openai({ api_key: key, base_url: server.url });
  expect(text(await all(model.complete(request, never())))).toBe("Hello, world.");
  const controller = new AbortController();
  const chunks = model.complete(request, controller.signal)[Symbol.asyncIterator]();
  await chunks.next();
  controller.abort(new Error("enough"));
  await expect(chunks.next()).rejects.toMatchObject({ name: "ProviderError", class: "cancelled" });
  expect(await (await server.arrived(2)).ended).toBe("closed");
});

test("what the environment says about OpenAI changes nothing", async () => {
  const before = { ...process.env };
  Object.assign(process.env, {
    OPENAI_BASE_URL: "http://127.0.0.1:1",
    OPENAI_API_KEY: "sk-other",
    OPENAI_ADMIN_KEY: "sk-admin",
    OPENAI_ORG_ID: "org-env",
    OPENAI_PROJECT_ID: "proj-env",
    OPENAI_LOG: "debug",
  });
  try {
    await all((await provider([reply("ok")])).complete(request, never()));
  } finally {
    process.env = before;
  }
  const { headers } = server.requests[0] ?? {};
  expect([headers?.["authorization"], headers?.["openai-organization"], headers?.["openai-project"]]).toEqual([`Bearer ${key}`, undefined, undefined]);
});

test("nothing is tried twice", async () => {
  const model = await provider([]);
  await failureOf(model.complete(request, never()));
  expect(server.requests).toHaveLength(1);
});

test("a call that was cancelled before it began connects to nothing", async () => {
  const model = await provider([reply("ok")]);
  const error = await failureOf(model.complete(request, AbortSignal.abort(new Error("too late"))));
  expect([error.class, (error.cause as Error).message]).toEqual(["cancelled", "too late"]);
  expect(server.connections).toBe(0);
});

test("a call that is cancelled before its reply closes its socket", async () => {
  const model = await provider([silence()]);
  const controller = new AbortController();
  const failed = failureOf(model.complete(request, controller.signal));
  const seen = await server.arrived(1);
  controller.abort(new Error("enough"));
  expect((await failed).class).toBe("cancelled");
  expect(await seen.ended).toBe("closed");
  await server.quiet();
});

test("a call that is cancelled inside its reply closes its socket", async () => {
  const model = await provider([brokenStream(completionEvents("Hello", "m").slice(0, 2), "stall")]);
  const controller = new AbortController();
  const chunks = model.complete(request, controller.signal)[Symbol.asyncIterator]();
  expect((await chunks.next()).value).toEqual({ type: "text", text: "Hello" });
  const next = chunks.next();
  controller.abort(new Error("enough"));
  await expect(next).rejects.toMatchObject({ name: "ProviderError", class: "cancelled" });
  expect(await (await server.arrived(1)).ended).toBe("closed");
  await server.quiet();
});

test("a reason that is a ProviderError itself is what is thrown", async () => {
  const model = await provider([silence()]);
  const controller = new AbortController();
  const failed = failureOf(model.complete(request, controller.signal));
  await server.arrived(1);
  const reason = new ProviderError("timeout", "The attempt took too long.");
  controller.abort(reason);
  expect(await failed).toBe(reason);
});

test("a reader that leaves early closes the socket", async () => {
  const model = await provider([brokenStream(completionEvents("Hello", "m").slice(0, 2), "stall")]);
  for await (const chunk of model.complete(request, never())) if (chunk.type === "text") break;
  expect(await (await server.arrived(1)).ended).toBe("closed");
});

test("an abort after the reply does no harm, and the connection serves again", async () => {
  const model = await provider([reply("one"), reply("two")]);
  const controller = new AbortController();
  await all(model.complete(request, controller.signal));
  controller.abort();
  await (await server.arrived(1)).ended;
  expect(text(await all(model.complete(request, never())))).toBe("two");
});

test("a server that does not end its stream after [DONE] keeps nobody waiting", async () => {
  const model = await provider([brokenStream([...completionEvents("Hello", "m"), "data: [DONE]\n\n"], "stall")]);
  expect(text(await all(model.complete(request, never())))).toBe("Hello");
  const keepAlive = setTimeout(() => undefined, 10_000);
  expect(await (await server.arrived(1)).ended).toBe("closed");
  clearTimeout(keepAlive);
});

test("close ends every connection", async () => {
  const model = await provider([reply("ok")]);
  await all(model.complete(request, never()));
  expect(server.openSockets).toBe(1);
  await model.close?.();
  await server.quiet();
});
