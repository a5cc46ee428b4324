import { afterEach, describe, expect, test } from "vitest";
import { type ModelChunk, type ModelRequest, ProviderError } from "../../../src/agent/provider.ts";
import { RunError } from "../../../src/diagnostics/errors.ts";
import { type GuardedFetch, guardedFetch } from "../../../src/net/guarded-fetch.ts";
import { bedrock } from "../../../src/providers/bedrock/index.ts";
import type { BedrockOptions } from "../../../src/providers/bedrock/options.ts";
import {
  type Behaviour,
  bedrockServer,
  brokenStream,
  callTools,
  converseOf,
  eventStream,
  modelOf,
  rawStream,
  reply,
  replyEvents,
  silence,
  status,
  wholeReply,
} from "../../support/bedrock-server.ts";
import type { LocalServer } from "../../support/local-server.ts";
import { signatureV4 } from "../../support/sigv4.ts";

const key = "bedrock-api-key-0123456789abcdef";
const keys = { access_key_id: "AKIATESTTESTTESTTEST", secret_access_key: "secret/0123456789abcdefghijklmnopqrstuvw" };
const request: ModelRequest = {
  model: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
  messages: [{ role: "user", content: "Hello" }],
  tools: [],
  toolChoice: "auto",
  parameters: { max_tokens: 50 },
  origin: { runId: "run", agent: "greeter", path: "greeter/turn[0]", attempt: 1, outputMode: "text" },
};
const usage = { input: 23, cachedInput: 4, cacheWrite: 3, output: 10, reasoning: 0 };
const finish = { type: "finish", reason: "stop", usage, responseId: "request-1" };

let server: LocalServer;
let fetch: GuardedFetch | undefined;
afterEach(async () => {
  await fetch?.close();
  await server?.close();
});

async function provider(script: readonly Behaviour[], options: Partial<BedrockOptions> = { api_key: key }) {
  server = await bedrockServer(script);
  fetch = guardedFetch();
  return bedrock({ region: "eu-central-1", base_url: server.origin, ...options }, { fetch });
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

test("a streamed reply arrives in pieces and ends with usage, reason and id", async () => {
  const chunks = await all((await provider([reply("Hello, world of tides.")])).complete(request, never()));
  expect(text(chunks)).toBe("Hello, world of tides.");
  expect(chunks.filter((chunk) => chunk.type === "text").length).toBeGreaterThan(1);
  expect(chunks.at(-1)).toEqual(finish);
});

test("the request carries the key, the body of `describe` and nothing of who asks", async () => {
  const model = await provider([reply("ok")], { api_key: key, headers: { "X-Mine": "yes" } });
  const asked = { ...request, extra: { guardrailConfig: { guardrailIdentifier: "g" }, unknownToTheSdk: { a: [1] } } };
  await all(model.complete(asked, never()));
  const [seen] = server.requests;
  expect([seen?.method, seen?.path]).toEqual(["POST", "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse-stream"]);
  expect(seen?.headers).toMatchObject({ authorization: `Bearer ${key}`, "content-type": "application/json", "x-mine": "yes" });
  expect(seen?.headers["user-agent"]).toMatch(/^aws-sdk-js\//);
  expect(seen?.body).toEqual({ messages: [{ role: "user", content: [{ text: "Hello" }] }], inferenceConfig: { maxTokens: 50 }, ...asked.extra });
  expect(model.describe?.(asked)).toEqual({ method: "POST", url: `${server.origin}${seen?.path}`, body: seen?.body });
  expect(JSON.stringify(model.describe?.(asked))).not.toContain(key);
});

test("keys sign the request as it is sent: its path, its body, and the headers that Amazon knows", async () => {
  const model = await provider([reply("ok")], { ...keys, session_token: "session-token-1", headers: { "x-amzn-bedrock-trace": "ENABLED" } });
  const arn = "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0";
  await all(model.complete({ ...request, model: arn, messages: [{ role: "user", content: "Grüße 😀" }], extra: { unknownToTheSdk: 1 } }, never()));
  const [seen] = server.requests;
  if (seen === undefined) throw new Error("nothing arrived");
  expect(modelOf(seen)).toBe(arn);
  expect(seen.headers["x-amz-security-token"]).toBe("session-token-1");
  expect(seen.headers["authorization"]).toContain("x-amzn-bedrock-trace");
  expect(seen.headers["authorization"]).toBe(
    signatureV4(seen, { id: keys.access_key_id, secret: keys.secret_access_key, region: "eu-central-1", service: "bedrock" }),
  );
});

test("`headers` stand over everything else, the signature too", async () => {
  await all((await provider([reply("ok")], { ...keys, headers: { Authorization: "Bearer of-a-gateway" } })).complete(request, never()));
  expect(server.requests[0]?.headers["authorization"]).toBe("Bearer of-a-gateway");
});

test("a path in `base_url` stays before that of the API", async () => {
  server = await bedrockServer([reply("ok")]);
  fetch = guardedFetch();
  const model = await bedrock({ region: "eu-central-1", api_key: key, base_url: `${server.origin}/gateway/aws/` }, { fetch });
  await all(model.complete(request, never()));
  expect(server.requests[0]?.path).toMatch(/^\/gateway\/aws\/model\//);
  expect(model.describe?.(request).url).toBe(`${server.origin}${server.requests[0]?.path}`);
});

test("describing a request opens nothing", async () => {
  (await provider([])).describe?.(request);
  expect(server.connections).toBe(0);
});

test("without `base_url` the region's own address is described", async () => {
  const model = await bedrock({ region: "ap-southeast-2", api_key: key });
  expect(model.describe?.(request).url).toMatch(/^https:\/\/bedrock-runtime\.ap-southeast-2\.amazonaws\.com\/model\/us\.anthropic/);
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
  expect(pieces.length).toBeGreaterThan(2);
  expect(pieces.join("")).toBe('{"place":"Oslo"}');
  expect(chunks.at(-1)).toEqual({ ...finish, reason: "tool_calls" });
});

test("thinking is shown, carried, and sent back to be checked", async () => {
  const thinking = { text: "Let me see.", signature: "sig-1" };
  const model = await provider([reply("Hm.", { thinking, toolCalls: [{ id: "t1", name: "f", arguments: "{}" }] }), reply("Done.")]);
  const first = await all(model.complete(request, never()));
  expect(first.flatMap((chunk) => (chunk.type === "reasoning" ? chunk.text : [])).join("")).toBe("Let me see.");
  const end = first.at(-1);
  const carry = end?.type === "finish" ? end.carry : undefined;
  if (carry === undefined) throw new Error("nothing is carried");
  const messages: ModelRequest["messages"] = [
    ...request.messages,
    { role: "assistant", content: "Hm.", toolCalls: [{ id: "t1", name: "f", arguments: "{}" }], carry: { by: "aws/m", data: carry } },
    { role: "tool", callId: "t1", name: "f", content: "7" },
  ];
  await all(model.complete({ ...request, messages }, never()));
  expect(converseOf(server.requests[1])?.messages[1]).toEqual({
    role: "assistant",
    content: [{ reasoningContent: { reasoningText: thinking } }, { text: "Hm." }, { toolUse: { toolUseId: "t1", name: "f", input: {} } }],
  });
});

test("a model that cannot stream is asked for a whole reply", async () => {
  const model = await provider([reply("All at once.")], { api_key: key, stream: false });
  expect(await all(model.complete(request, never()))).toEqual([{ type: "text", text: "All at once." }, finish]);
  expect(server.requests[0]?.path).toMatch(/\/converse$/);
  expect(model.describe?.(request).url).toBe(`${server.origin}${server.requests[0]?.path}`);
});

test("a gateway that does not stream is read all the same", async () => {
  const model = await provider([status(200, wholeReply("All at once."))]);
  expect(text(await all(model.complete(request, never())))).toBe("All at once.");
});

test("a reply without usage has none", async () => {
  const { usage: _usage, responseId: _id, ...withoutUsage } = finish;
  const model = await provider([rawStream(replyEvents("Hello", { usage: null }), eventStream)]);
  expect((await all(model.complete(request, never()))).at(-1)).toEqual(withoutUsage);
});

test("a whole stream reads the same cut at every byte on the wire", async () => {
  const bytes = Buffer.concat(replyEvents("ä€😀", { chunk: 3 }));
  const model = await provider([
    rawStream(
      Array.from(bytes, (_byte, at) => bytes.subarray(at, at + 1)),
      eventStream,
    ),
  ]);
  expect(text(await all(model.complete(request, never())))).toBe("ä€😀");
});

test("an abort after the reply does no harm, and the connection serves again", async () => {
  const model = await provider([reply("one"), reply("two")]);
  const controller = new AbortController();
  await all(model.complete(request, controller.signal));
  controller.abort();
  await (await server.arrived(1)).ended;
  expect(text(await all(model.complete(request, never())))).toBe("two");
});

test("a server that does not end its stream after the usage keeps nobody waiting", async () => {
  const model = await provider([brokenStream(replyEvents("Hello"), "stall", eventStream)]);
  expect(text(await all(model.complete(request, never())))).toBe("Hello");
  const keepAlive = setTimeout(() => undefined, 10_000);
  expect(await (await server.arrived(1)).ended).toBe("closed");
  clearTimeout(keepAlive);
});

test("the platform's own fetch serves as well", async () => {
  await provider([reply("Hello, world."), brokenStream(replyEvents("Hello").slice(0, 2), "stall", eventStream)]);
  const model = await bedrock({ region: "eu-central-1", api_key: key, base_url: server.origin });
  expect(text(await all(model.complete(request, never())))).toBe("Hello, world.");
  const controller = new AbortController();
  const chunks = model.complete(request, controller.signal)[Symbol.asyncIterator]();
  await chunks.next();
  controller.abort(new Error("enough"));
  await expect(chunks.next()).rejects.toMatchObject({ name: "ProviderError", class: "cancelled" });
  expect(await (await server.arrived(2)).ended).toBe("closed");
});

test("nothing is tried twice", async () => {
  for (const code of [429, 500, 503]) {
    const model = await provider([status(code, { message: "no" })]);
    await failureOf(model.complete(request, never()));
    expect(server.requests).toHaveLength(1);
    await server.close();
  }
});

describe("a call that is cancelled", () => {
  test("before it began connects to nothing", async () => {
    const model = await provider([reply("ok")]);
    const error = await failureOf(model.complete(request, AbortSignal.abort(new Error("too late"))));
    expect([error.class, (error.cause as Error).message]).toEqual(["cancelled", "too late"]);
    expect(server.connections).toBe(0);
  });

  test("before its reply closes its socket", async () => {
    const model = await provider([silence()]);
    const controller = new AbortController();
    const failed = failureOf(model.complete(request, controller.signal));
    const seen = await server.arrived(1);
    controller.abort(new Error("enough"));
    expect((await failed).class).toBe("cancelled");
    expect(await seen.ended).toBe("closed");
    await server.quiet();
  });

  test("inside its reply closes its socket", async () => {
    const model = await provider([brokenStream(replyEvents("Hello").slice(0, 2), "stall", eventStream)]);
    const controller = new AbortController();
    const chunks = model.complete(request, controller.signal)[Symbol.asyncIterator]();
    expect((await chunks.next()).value).toEqual({ type: "text", text: "Hello" });
    const next = chunks.next();
    controller.abort(new Error("enough"));
    await expect(next).rejects.toMatchObject({ name: "ProviderError", class: "cancelled" });
    expect(await (await server.arrived(1)).ended).toBe("closed");
    await server.quiet();
  });

  test("for a reason that is a ProviderError itself throws that, as it is", async () => {
    const model = await provider([silence()]);
    const controller = new AbortController();
    const failed = failureOf(model.complete(request, controller.signal));
    await server.arrived(1);
    const reason = new ProviderError("timeout", "The attempt took too long.");
    controller.abort(reason);
    expect(await failed).toBe(reason);
    expect(Object.keys(reason)).not.toContain("$metadata");
  });
});

test("whoever stops reading early closes the socket", async () => {
  const model = await provider([brokenStream(replyEvents("Hello there").slice(0, 3), "stall", eventStream)]);
  for await (const _chunk of model.complete(request, never())) break;
  expect(await (await server.arrived(1)).ended).toBe("closed");
});

test("closing destroys what is still open", async () => {
  const model = await provider([silence()]);
  const failed = failureOf(model.complete(request, never()));
  const seen = await server.arrived(1);
  await model.close?.();
  expect((await failed).class).toBe("connection");
  expect(await seen.ended).toBe("closed");
});

test.each(["us east 1", "evil.example/", "", "a@b"])("a region that is no part of a host's name is refused before anything is sent: %j", async (region) => {
  const error = await bedrock({ region, api_key: key }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RunError);
  expect(error).toMatchObject({ class: "invalid_request", message: `\`region\` cannot be "${region}".`, hint: expect.stringContaining("us-east-1") });
});

describe("it is said at once that", () => {
  const refused: readonly (readonly [string, Partial<BedrockOptions>, string, string])[] = [
    ["nobody asks", {}, "Nothing says who asks Bedrock.", "`api_key`"],
    ["two ask", { api_key: key, ...keys }, "`api_key` and `access_key_id` both say who asks Bedrock.", "Leave one of them out."],
    ["a secret is missing", { access_key_id: "AKIA" }, "`access_key_id` signs nothing without its secret.", "`secret_access_key"],
  ];
  test.each(refused)("%s", async (_what, options, said, hint) => {
    const error = await bedrock({ region: "us-east-1", ...options }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RunError);
    expect(error).toMatchObject({ class: "auth", message: said, hint: expect.stringContaining(hint) });
  });
});
