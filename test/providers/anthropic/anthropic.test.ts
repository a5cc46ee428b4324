import { afterEach, expect, test } from "vitest";
import { type ModelChunk, type ModelRequest, ProviderError } from "../../../src/agent/provider.ts";
import { type GuardedFetch, guardedFetch } from "../../../src/net/guarded-fetch.ts";
import { anthropic } from "../../../src/providers/anthropic/index.ts";
import type { AnthropicOptions } from "../../../src/providers/anthropic/options.ts";
import {
  type AnthropicServer,
  anthropicServer,
  type Behaviour,
  brokenStream,
  callTools,
  messageEvents,
  rawStream,
  reply,
  silence,
  wholeReply,
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
const usage = { input: 20, cachedInput: 4, cacheWrite: 4, output: 10, reasoning: 2 };
const finish = { type: "finish", reason: "stop", usage, responseId: "msg_1", responseModel: "claude-sonnet-5" };

let server: AnthropicServer;
let fetch: GuardedFetch | undefined;
afterEach(async () => {
  await fetch?.close();
  await server.close();
});

async function provider(script: readonly Behaviour[], options: Partial<AnthropicOptions> = {}) {
  server = await anthropicServer(script);
  fetch = guardedFetch();
  return anthropic({ api_key: key, base_url: server.url, ...options }, { fetch });
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

test("the request carries the key, the version, the body of `describe` and nothing of who asks", async () => {
  const model = await provider([reply("ok")], { headers: { "x-mine": "yes" } });
  await all(model.complete(request, never()));
  const [seen] = server.requests;
  expect([seen?.method, seen?.path]).toEqual(["POST", "/v1/messages"]);
  expect(seen?.headers).toMatchObject({
    authorization: `Bearer ${key}`,
    "anthropic-version": "2026-10-21",
    "content-type": "application/json",
    "x-mine": "yes",
  });
  expect(seen?.headers["x-api-key"]).toBeUndefined();
  expect(model.describe?.(request)).toEqual({ method: "POST", url: `${server.url}/v1/messages`, body: seen?.body });
  expect(JSON.stringify(model.describe?.(request))).not.toContain(key);
});

test("the key goes out in the header that a compatible server knows, and the version is a header like any other", async () => {
  const model = await provider([reply("ok")], { key_header: "x_api_key", headers: { "anthropic-version": "2023-06-01" } });
  await all(model.complete(request, never()));
  const { headers } = server.requests[0] ?? {};
  expect([headers?.["x-api-key"], headers?.["authorization"], headers?.["anthropic-version"]]).toEqual([key, undefined, "2023-06-01"]);
});

test("an address with a path and a slash at its end is kept", async () => {
  const model = await provider([reply("ok")]);
  const behind = await anthropic({ api_key: key, base_url: `${server.url}/gateway/` }, { fetch: fetch as GuardedFetch });
  await all(behind.complete(request, never()));
  expect(server.requests[0]?.path).toBe("/gateway/v1/messages");
  expect(behind.describe?.(request).url).toBe(`${server.url}/gateway/v1/messages`);
  await model.close?.();
});

test("describing a request opens nothing", async () => {
  (await provider([])).describe?.(request);
  expect(server.connections).toBe(0);
});

test("every request has its own body", async () => {
  const model = await provider([reply("one"), reply("two")]);
  await all(model.complete(request, never()));
  await all(model.complete({ ...request, model: "claude-opus-5", messages: [{ role: "user", content: "Again" }] }, never()));
  expect(server.requests.map(({ body }) => [body?.["model"], body?.["messages"]])).toEqual([
    ["claude-sonnet-5", [{ role: "user", content: "Hello" }]],
    ["claude-opus-5", [{ role: "user", content: "Again" }]],
  ]);
});

test("parallel calls of tools arrive with their ids and names", async () => {
  const model = await provider([callTools({ id: "a", name: "f", input: { place: "Oslo" } }, { id: "b", name: "g", input: {} })]);
  const chunks = await all(model.complete({ ...request, tools: [{ name: "f", parameters: { type: "object" } }] }, never()));
  const calls = chunks.filter((chunk) => chunk.type === "tool_call");
  expect(calls.filter((chunk) => chunk.id !== undefined).map(({ index, id, name }) => [index, id, name])).toEqual([
    [0, "a", "f"],
    [1, "b", "g"],
  ]);
  const argumentsOf = (of: number) => calls.flatMap((chunk) => (chunk.index === of ? [chunk.arguments] : [])).join("");
  expect([argumentsOf(0), argumentsOf(1)]).toEqual(['{"place":"Oslo"}', "{}"]);
  expect(chunks.at(-1)).toEqual({ ...finish, reason: "tool_calls" });
});

test("what a reply carries stands in the next request as it came, with its text and its call in their places", async () => {
  const thinking = { type: "thinking", thinking: "It is about tides.", signature: "c2lnbmVk" };
  const redacted = { type: "redacted_thinking", data: "ZW5jcnlwdGVk" };
  const call = { type: "tool_use", id: "toolu_1", name: "f", input: { place: "Oslo" } };
  const blocks = [thinking, redacted, { type: "text", text: "Let me look." }, call];
  const model = await provider([reply(blocks), reply("Done.")]);
  const chunks = await all(model.complete(request, never()));
  expect(chunks.flatMap((chunk) => (chunk.type === "reasoning" ? [chunk.text] : [])).join("")).toBe("It is about tides.");
  const last = chunks.at(-1);
  const carry = last?.type === "finish" ? last.carry : undefined;
  if (carry === undefined) throw new Error("it carries nothing");
  await all(
    model.complete(
      {
        ...request,
        messages: [
          ...request.messages,
          {
            role: "assistant",
            content: "Let me look.",
            toolCalls: [{ id: "toolu_1", name: "f", arguments: '{"place":"Oslo"}' }],
            carry: { by: "llm/claude-sonnet-5", data: JSON.parse(JSON.stringify(carry)) },
          },
          { role: "tool", callId: "toolu_1", name: "f", content: "rain" },
        ],
      },
      never(),
    ),
  );
  expect(server.requests[1]?.body?.["messages"]).toEqual([
    { role: "user", content: "Hello" },
    { role: "assistant", content: blocks },
    { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1", content: "rain" }] },
  ]);
});

test("a server that ignores `stream` is read", async () => {
  const chunks = await all((await provider([wholeReply("All at once.")])).complete(request, never()));
  expect(chunks).toEqual([{ type: "text", text: "All at once." }, finish]);
});

test("a whole stream reads the same cut at every byte on the wire", async () => {
  const events = messageEvents("ä€😀", "claude-sonnet-5", { chunk: 2 }).join("").replaceAll("\n", "\r\n");
  const bytes = new TextEncoder().encode(`: hello\r\n\r\n${events}`);
  const model = await provider([rawStream(Array.from(bytes, (_byte, at) => bytes.subarray(at, at + 1)))]);
  const chunks = await all(model.complete(request, never()));
  expect([text(chunks), chunks.at(-1)]).toEqual(["ä€😀", finish]);
});

test("the platform's own fetch serves as well", async () => {
  await provider([reply("Hello, world."), brokenStream(messageEvents("Hello", "m").slice(0, 4), "stall")]);
  const model = await anthropic({ api_key: key, base_url: server.url });
  expect(text(await all(model.complete(request, never())))).toBe("Hello, world.");
  const controller = new AbortController();
  const chunks = model.complete(request, controller.signal)[Symbol.asyncIterator]();
  for (let next = await chunks.next(); next.value?.type !== "text"; next = await chunks.next());
  controller.abort(new Error("enough"));
  await expect(chunks.next()).rejects.toMatchObject({ name: "ProviderError", class: "cancelled" });
  expect(await (await server.arrived(2)).ended).toBe("closed");
});

test("what the environment says about Anthropic changes nothing", async () => {
  const before = { ...process.env };
  Object.assign(process.env, {
    ANTHROPIC_BASE_URL: "http://127.0.0.1:1",
    ANTHROPIC_API_KEY: "sk-other",
    ANTHROPIC_AUTH_TOKEN: "token-other",
    ANTHROPIC_PROFILE: "nobody",
    ANTHROPIC_CUSTOM_HEADERS: "x-custom: yes\nauthorization: Bearer other",
    ANTHROPIC_LOG: "debug",
  });
  try {
    await all((await provider([reply("ok")])).complete(request, never()));
    const other = await anthropic({ api_key: key, base_url: server.url, key_header: "x_api_key" }, { fetch: fetch as GuardedFetch });
    await failureOf(other.complete(request, never()));
  } finally {
    process.env = before;
  }
  expect(server.requests.map(({ headers }) => [headers["authorization"], headers["x-api-key"], headers["x-custom"]])).toEqual([
    [`Bearer ${key}`, undefined, undefined],
    [undefined, key, undefined],
  ]);
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
  const model = await provider([brokenStream(messageEvents("Hello", "m").slice(0, 4), "stall")]);
  const controller = new AbortController();
  const chunks = model.complete(request, controller.signal)[Symbol.asyncIterator]();
  expect((await chunks.next()).value).toEqual({ type: "alive" });
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
  const model = await provider([brokenStream(messageEvents("Hello", "m").slice(0, 4), "stall")]);
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

test("a server that does not end its stream after the last event keeps nobody waiting", async () => {
  const model = await provider([brokenStream(messageEvents("Hello", "m"), "stall")]);
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
