import { afterEach, expect, test } from "vitest";
import { type ModelChunk, type ModelRequest, ProviderError } from "../../../src/agent/provider.ts";
import { type GuardedFetch, guardedFetch } from "../../../src/net/guarded-fetch.ts";
import { ReplyStream } from "../../../src/providers/common/reply-stream.ts";
import { GenerateReply } from "../../../src/providers/gemini/generate-reply.ts";
import { gemini } from "../../../src/providers/gemini/index.ts";
import type { GeminiOptions } from "../../../src/providers/gemini/options.ts";
import { type Behaviour, brokenStream, callTools, eventsOf, geminiServer, generated, rawStream, reply, silence, status } from "../../support/gemini-server.ts";
import type { LocalServer } from "../../support/local-server.ts";

const key = "AIza-test-0123456789abcdef";
const request: ModelRequest = {
  model: "gemini-3.5-flash",
  messages: [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Hello" },
  ],
  tools: [],
  toolChoice: "auto",
  parameters: { max_tokens: 50 },
  origin: { runId: "run", agent: "greeter", path: "greeter/turn[0]", attempt: 1, outputMode: "text" },
};
const usage = { input: 20, cachedInput: 4, cacheWrite: 0, output: 10, reasoning: 2 };
const finish = { type: "finish", reason: "stop", usage, responseId: "resp-1", responseModel: "gemini-3.5-flash-001" };

let server: LocalServer;
let fetch: GuardedFetch | undefined;
afterEach(async () => {
  await fetch?.close();
  await server.close();
});

async function provider(script: readonly Behaviour[], options: Partial<GeminiOptions> = {}) {
  server = await geminiServer(script);
  fetch = guardedFetch();
  return gemini({ api_key: key, base_url: server.origin, ...options }, { fetch });
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

test("the request carries the key and the author's headers, and its address and body are those of `describe`", async () => {
  const model = await provider([reply("ok")], { headers: { "x-mine": "yes", "User-Agent": "mine/1" } });
  await all(model.complete(request, never()));
  const [seen] = server.requests;
  expect(seen?.method).toBe("POST");
  expect(seen?.headers).toMatchObject({ "x-goog-api-key": key, "content-type": "application/json", "x-mine": "yes", "user-agent": "mine/1" });
  expect(seen?.headers["x-goog-api-client"]).toMatch(/^google-genai-sdk\//);
  expect(model.describe?.(request)).toEqual({ method: "POST", url: `${server.origin}${seen?.path}`, body: seen?.body });
  expect(JSON.stringify(model.describe?.(request))).not.toContain(key);
});

test("describing a request opens nothing", async () => {
  (await provider([])).describe?.(request);
  expect(server.connections).toBe(0);
});

test("calls of one turn and what they are signed with come back in the next request as they came", async () => {
  const model = await provider([callTools({ id: "a", name: "f", args: { place: "Oslo" } }, { id: "b", name: "g" }), reply("Done.")]);
  const tools = [{ name: "f", parameters: { type: "object" } }];
  const chunks = await all(model.complete({ ...request, tools }, never()));
  const calls = chunks.filter((chunk) => chunk.type === "tool_call");
  expect(calls).toEqual([
    { type: "tool_call", index: 0, id: "a", name: "f", arguments: '{"place":"Oslo"}' },
    { type: "tool_call", index: 1, id: "b", name: "g", arguments: "{}" },
  ]);
  const last = chunks.at(-1);
  if (last?.type !== "finish" || last.carry === undefined) throw new Error("nothing is carried");
  expect(last.reason).toBe("tool_calls");

  const toolCalls = calls.map(({ id = "", name = "", arguments: args }) => ({ id, name, arguments: args }));
  const messages: ModelRequest["messages"] = [
    ...request.messages,
    { role: "assistant", content: "", toolCalls, carry: { by: "gemini/gemini-3.5-flash", data: last.carry } },
    { role: "tool", callId: "a", name: "f", content: "rain" },
    { role: "tool", callId: "b", name: "g", content: "snow" },
  ];
  await all(model.complete({ ...request, tools, messages }, never()));
  expect(server.requests[1]?.body?.["contents"]).toEqual([
    { role: "user", parts: [{ text: "Hello" }] },
    {
      role: "model",
      parts: [{ functionCall: { id: "a", name: "f", args: { place: "Oslo" } }, thoughtSignature: "c2lnbmVk" }, { functionCall: { id: "b", name: "g" } }],
    },
    {
      role: "user",
      parts: [
        { functionResponse: { id: "a", name: "f", response: { output: "rain" } } },
        { functionResponse: { id: "b", name: "g", response: { output: "snow" } } },
      ],
    },
  ]);
});

test("a server that streams a list in place of events is read", async () => {
  const model = await provider([status(200, generated("All at once.")), status(200, generated("At once.", { chunk: 99 })[0] ?? {})]);
  expect(text(await all(model.complete(request, never())))).toBe("All at once.");
  expect((await all(model.complete(request, never()))).at(-1)).toEqual(finish);
});

test("the platform's own fetch serves as well", async () => {
  await provider([reply("Hello, world."), brokenStream(eventsOf(generated("Hello, world.").slice(0, 1)), "stall")]);
  const model = gemini({ api_key: key, base_url: `${server.origin}/` });
  expect(text(await all(model.complete(request, never())))).toBe("Hello, world.");
  const controller = new AbortController();
  const chunks = model.complete(request, controller.signal)[Symbol.asyncIterator]();
  await chunks.next();
  controller.abort(new Error("enough"));
  await expect(chunks.next()).rejects.toMatchObject({ name: "ProviderError", class: "cancelled" });
  expect(await (await server.arrived(2)).ended).toBe("closed");
});

const stream = [
  ": comment\r\n\r\n",
  ...eventsOf([
    ...generated("ä€😀 tides ", { chunk: 3, parts: [{ text: "Hm €", thought: true }] }).slice(0, -1),
    {
      candidates: [
        {
          content: {
            parts: [
              { text: "Hm €", thought: true },
              { functionCall: { id: "a", name: "f", args: { of: "€" } }, thoughtSignature: "cw==" },
            ],
          },
        },
      ],
    },
  ]),
  'data: {"candidates":\ndata: [{"content":{"parts":[{"text":"end"}]},"finishReason":"STOP"}]}\n\nevent: x\nid: 1\n\n',
].join("");
const bytes = new TextEncoder().encode(stream);

/** In a run that takes its time every place; else every seventh, and all around the end of each event and inside "€". */
const cuts = Array.from(bytes, (_byte, at) => at).filter(
  (at) => process.env["SOAK"] !== undefined || at % 7 === 0 || [-3, -2, -1, 0, 1, 2].some((off) => bytes[at + off] === 10) || (bytes[at] ?? 0) >= 128,
);

/** The chunks of a body that arrives in these pieces: on a wire they would be joined as it pleases. */
const chunksOf = (...pieces: readonly Uint8Array[]) =>
  all(new ReplyStream(new GenerateReply(async () => new Response(ReadableStream.from(pieces)), { secrets: [], host: "test", signal: never() }), never()));

test("a stream reads the same wherever its bytes are cut", async () => {
  const whole = await chunksOf(bytes);
  expect(text(whole)).toBe("ä€😀 tides end");
  expect(whole.map(({ type }) => type)).toContain("reasoning");
  expect(whole.at(-1)).toMatchObject({
    reason: "tool_calls",
    carry: [{ text: "ä€😀 tides " }, { text: "Hm €" }, { thoughtSignature: "cw==" }, { text: "end" }],
  });
  expect(cuts.length).toBeGreaterThan(100);
  for (const at of cuts) expect(await chunksOf(bytes.subarray(0, at), bytes.subarray(at)), `cut at byte ${at}`).toEqual(whole);
});

test("a stream reads the same in single bytes", async () => {
  const model = await provider([rawStream(Array.from(bytes, (_byte, at) => bytes.subarray(at, at + 1)))]);
  expect(await all(model.complete(request, never()))).toEqual(await chunksOf(bytes));
});

test("what the environment says about Google changes nothing", async () => {
  const before = { ...process.env };
  Object.assign(process.env, {
    GEMINI_API_KEY: "AIza-env",
    GOOGLE_GENAI_USE_VERTEXAI: "true",
    GOOGLE_GENAI_USE_ENTERPRISE: "true",
    GOOGLE_GENAI_API_VERSION: "v1alpha",
    GOOGLE_CLOUD_PROJECT: "project-env",
    GOOGLE_CLOUD_LOCATION: "us-central1",
    GOOGLE_CLOUD_QUOTA_PROJECT: "quota-env",
    GOOGLE_GEMINI_BASE_URL: "http://127.0.0.1:1",
    GOOGLE_VERTEX_BASE_URL: "http://127.0.0.1:1",
  });
  try {
    await all((await provider([reply("ok")])).complete(request, never()));
    expect([server.requests[0]?.path, server.requests[0]?.headers["x-goog-api-key"]]).toEqual([
      "/v1beta/models/gemini-3.5-flash:streamGenerateContent?alt=sse",
      key,
    ]);
    expect(gemini({ api_key: key }).describe?.(request).url).toMatch(/^https:\/\/generativelanguage\.googleapis\.com\/v1beta\//);
  } finally {
    process.env = before;
  }
});

test("nothing is tried twice", async () => {
  const model = await provider([]);
  await failureOf(model.complete(request, never()));
  expect(server.requests).toHaveLength(1);
});

test("a reply that could be continued is not continued on the quiet", async () => {
  const [only] = generated("Half", { finish: "CONTINUATION" }) as [{ candidates: [object] }];
  Object.assign(only.candidates[0], { continuationToken: "dG9rZW4=" });
  const model = await provider([rawStream(eventsOf([only]))]);
  expect((await all(model.complete(request, never()))).at(-1)).toEqual({ ...finish, reason: "max_tokens" });
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
  const model = await provider([brokenStream(eventsOf(generated("Hello, world.").slice(0, 1)), "stall")]);
  const controller = new AbortController();
  const chunks = model.complete(request, controller.signal)[Symbol.asyncIterator]();
  expect((await chunks.next()).value).toEqual({ type: "text", text: "Hello, w" });
  const next = chunks.next();
  controller.abort(new Error("enough"));
  await expect(next).rejects.toMatchObject({ name: "ProviderError", class: "cancelled" });
  expect(await (await server.arrived(1)).ended).toBe("closed");
  await server.quiet();
});

test("a call that is cancelled gives nothing more of what had arrived", async () => {
  const model = await provider([rawStream([eventsOf(generated("Hello, world.")).join("")])]);
  const controller = new AbortController();
  const chunks = model.complete(request, controller.signal)[Symbol.asyncIterator]();
  expect((await chunks.next()).value).toEqual({ type: "text", text: "Hello, w" });
  controller.abort(new Error("enough"));
  await expect(chunks.next()).rejects.toMatchObject({ name: "ProviderError", class: "cancelled" });
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
  const model = await provider([brokenStream(eventsOf(generated("Hello, world.").slice(0, 1)), "stall")]);
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

test("close ends every connection", async () => {
  const model = await provider([reply("ok")]);
  await all(model.complete(request, never()));
  expect(server.openSockets).toBe(1);
  await model.close?.();
  await server.quiet();
});
