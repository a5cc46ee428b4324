import { afterEach, expect, test } from "vitest";
import { type ModelRequest, ProviderError } from "../../../src/agent/provider.ts";
import { type GuardedFetch, guardedFetch } from "../../../src/net/guarded-fetch.ts";
import { ollama } from "../../../src/providers/ollama/index.ts";
import type { OllamaOptions } from "../../../src/providers/ollama/options.ts";
import {
  type Behaviour,
  brokenStream,
  failed,
  ndjson,
  type OllamaServer,
  ollamaServer,
  page,
  rawStream,
  redirect,
  reply,
  replyLines,
  resetAtOnce,
  status,
} from "../../support/ollama-server.ts";

const key = "olk-test-0123456789abcdef";
const request: ModelRequest = {
  model: "qwen3:8b",
  messages: [{ role: "user", content: "Hello" }],
  tools: [],
  toolChoice: "auto",
  parameters: {},
  origin: { runId: "run", agent: "greeter", path: "greeter/turn[0]", attempt: 1, outputMode: "text" },
};

let server: OllamaServer | undefined;
let fetch: GuardedFetch | undefined;
afterEach(async () => {
  await fetch?.close();
  await server?.close();
});

/** What `complete` throws when the server behaves so, and the text that came before. */
async function failure(behaviour: Behaviour, options: OllamaOptions = { api_key: key }) {
  server = await ollamaServer([behaviour]);
  return await failureAt(server.origin, options);
}

async function failureAt(url: string, options: OllamaOptions = {}): Promise<{ readonly error: ProviderError; readonly text: string }> {
  fetch = guardedFetch();
  let text = "";
  try {
    for await (const chunk of ollama({ ...options, base_url: url }, { fetch }).complete(request, new AbortController().signal))
      if (chunk.type === "text") text += chunk.text;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { error, text };
  }
  throw new Error("it did not fail");
}

const tooLong = "the prompt is longer than the context length currently available to the model; shorten the prompt";
const engine = JSON.stringify({ error: { code: 400, message: "request (8889 tokens) exceeds the available context size (4096 tokens), try increasing it" } });

// The words are the server's own, in github.com/ollama/ollama: server/routes.go, llm/llama_server.go.
test.each<[status: number, error: string, errorClass: string, hint: RegExp | undefined]>([
  [400, "missing request body", "invalid_request", undefined],
  [400, '"qwen3:8b" does not support chat', "invalid_request", undefined],
  [400, "registry.ollama.ai/library/qwen3:8b does not support tools", "invalid_request", /`tools` out/],
  [400, '"qwen3:8b" does not support thinking', "invalid_request", /`reasoning` out/],
  [400, 'think value "high" is not supported for this model', "invalid_request", /`on` and `none`/],
  [400, tooLong, "context_length", /`num_ctx`/],
  [500, 'invalid format: "x"; expected "json" or a valid JSON Schema object', "invalid_request", undefined],
  [401, "unauthorized", "auth", /`api_key`/],
  [402, "payment required", "quota", /nothing left/],
  [403, "this model requires a subscription, upgrade for access: https://ollama.com/upgrade", "auth", undefined],
  [404, "model 'qwen3:8b' not found", "not_found", /^ollama pull qwen3:8b$/],
  [404, 'model "qwen3:8b" not found, try pulling it first', "not_found", /^ollama pull qwen3:8b$/],
  [404, "404 page not found", "not_found", /`base_url`/],
  [408, "timed out", "timeout", undefined],
  [413, "request too large", "invalid_request", undefined],
  [429, "too many concurrent requests", "rate_limit", undefined],
  [429, "you have reached your weekly usage limit, upgrade for higher limits", "quota", /used up/],
  [500, "an error was encountered while running the model", "server_error", undefined],
  [500, "model requires more system memory (18.0 GiB) than is available (7.6 GiB)", "server_error", /smaller model/],
  [502, "upstream is gone", "server_error", undefined],
  [503, "server busy, please try again.  maximum pending requests exceeded", "overloaded", undefined],
])("status %i, %j is %s", async (code, said, errorClass, hint) => {
  const { error } = await failure(failed(code, said));
  expect([error.class, error.status, error.message]).toEqual([errorClass, code, said.replace(/\s+/g, " ")]);
  if (hint === undefined) expect(error.hint).toBe(undefined);
  else expect(error.hint).toMatch(hint);
});

test("what the engine says inside of the server's words is what is shown", async () => {
  const { error } = await failure(failed(400, engine));
  expect([error.class, error.message]).toEqual(["context_length", "request (8889 tokens) exceeds the available context size (4096 tokens), try increasing it"]);
});

test("who sent no key is told how to get in", async () => {
  const { error } = await failure(status(401, { error: "unauthorized", signin_url: "https://ollama.com/connect?key=abc" }), {});
  expect([error.class, error.message]).toEqual(["auth", "unauthorized"]);
  expect(error.hint).toContain("ollama signin");
});

test("a key that the server repeats is not shown", async () => {
  const { error } = await failure(failed(401, `The key ${key} is unknown.`));
  expect(error.message).toBe("The key *** is unknown.");
});

test("a proxy's page is its title, and its word on when to come back is kept", async () => {
  const { error } = await failure(page(502, "502 Bad Gateway"));
  expect([error.class, error.message]).toEqual(["server_error", "502 Bad Gateway"]);
  await fetch?.close();
  await server?.close();
  expect((await failure(failed(429, "slow down", { "retry-after": "2" }))).error.retryAfterMs).toBe(2000);
});

test("a page with status 200 is no reply", async () => {
  const { error } = await failure(status(200, `<html>your key ${key}</html>`));
  expect(error.class).toBe("server_error");
  expect(error.message).toMatch(/answered with .*your key \*\*\*.*, which is no reply of Ollama's\.$/);
  expect(error.hint).toContain("base_url");
});

const lines = replyLines("Hello there", "m");

test.each([
  ["an error of the model", { error: "an error was encountered while running the model" }, "server_error"],
  ["a prompt that is too long", { error: tooLong }, "context_length"],
  ["a model that is gone", { error: "model 'm' not found" }, "not_found"],
  ["a full plan", { error: "you have reached your hourly usage limit" }, "quota"],
  ["a wrong key", { error: "unauthorized" }, "auth"],
  ["an error of the engine", { error: { message: "CUDA error" } }, "server_error"],
])("an error inside a stream: %s", async (_what, body, errorClass) => {
  const { error, text } = await failure(rawStream([lines.slice(0, 1).join("") + JSON.stringify(body), "\n"], ndjson));
  expect([error.class, text, error.status]).toEqual([errorClass, "Hello th", undefined]);
});

test("a connection that is reset before the reply, and one inside of it", async () => {
  const before = await failure(resetAtOnce());
  expect([before.error.class, before.error.message]).toEqual(["connection", `${server?.host} closed the connection before the reply was whole.`]);
  await fetch?.close();
  await server?.close();
  const inside = await failure(brokenStream(lines.slice(0, 2), "reset", ndjson));
  expect([inside.error.class, inside.text]).toEqual(["connection", "Hello there"]);
});

test.each([
  ["between lines", lines.slice(0, 1).join("")],
  ["inside of a line", lines.slice(0, 1).join("") + (lines[1] ?? "").slice(0, 30)],
])("a stream that ends %s, without saying that it is over", async (_where, sent) => {
  const { error, text } = await failure(brokenStream([sent], "end", ndjson));
  expect([error.class, text, error.message]).toEqual(["connection", "Hello th", `${server?.host} ended the stream before the reply was whole.`]);
});

test("a redirect elsewhere is not followed", async () => {
  const elsewhere = await ollamaServer([reply("stolen")]);
  const { error } = await failure(redirect(`${elsewhere.origin}/api/chat`));
  expect([error.class, error.shouldRetry]).toEqual(["connection", false]);
  expect(error.message).toContain(`${server?.host} redirects to ${elsewhere.host}`);
  expect(elsewhere.requests).toEqual([]);
  await elsewhere.close();
});

test("where no server runs, the hint says how to start one", async () => {
  server = await ollamaServer([]);
  const { origin, host } = server;
  await server.close();
  const { error } = await failureAt(origin);
  expect([error.class, error.message]).toEqual(["connection", `There is no server at ${host}: the connection was refused.`]);
  expect(error.hint).toContain("`ollama serve`");
});

test("an address that is none", async () => {
  const { error } = await failureAt("not an address");
  expect([error.class, error.message]).toEqual(["invalid_request", '"not an address" is no address of a server.']);
});
