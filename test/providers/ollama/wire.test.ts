import { describe, expect, test } from "vitest";
import type { Attachment, ModelChunk, ModelRequest } from "../../../src/agent/provider.ts";
import type { Json } from "../../../src/diagnostics/json.ts";
import { ChatReply } from "../../../src/providers/ollama/chat-reply.ts";
import type { OllamaContext } from "../../../src/providers/ollama/errors.ts";
import type { OllamaOptions } from "../../../src/providers/ollama/options.ts";
import { toBody, toFinishReason, toUsage } from "../../../src/providers/ollama/wire.ts";
import { chunksOf, cutsOf } from "../../support/cuts.ts";
import { replyLines } from "../../support/ollama-server.ts";

const base: ModelRequest = {
  model: "qwen3:8b",
  messages: [{ role: "user", content: "Hello" }],
  tools: [],
  toolChoice: "auto",
  parameters: {},
  origin: { runId: "run", agent: "greeter", path: "greeter/turn[0]", attempt: 1, outputMode: "text" },
};
const bare = { model: "qwen3:8b", messages: [{ role: "user", content: "Hello" }], truncate: false, shift: false, stream: true };
const weather = {
  name: "weather",
  description: "Weather of a place.",
  parameters: { type: "object", properties: { place: { type: "string" } }, required: ["place"], additionalProperties: false },
};
const weatherTool = { type: "function", function: weather };
const picture: Attachment = { type: "image", mediaType: "image/png", name: "tide.png", data: () => "iVBORw0K" };

// The right-hand sides are the fields of Ollama's reference for POST /api/chat.
const bodies: readonly (readonly [what: string, request: Partial<ModelRequest>, added: Readonly<Record<string, Json>>])[] = [
  ["a bare request, which the server must not cut", {}, {}],
  ["a system message", { messages: [{ role: "system", content: "Be brief." }] }, { messages: [{ role: "system", content: "Be brief." }] }],
  [
    "a turn with tools: arguments are objects, results name their tool and their call",
    {
      messages: [
        { role: "user", content: "Weather?" },
        {
          role: "assistant",
          content: "",
          toolCalls: [
            { id: "c1", name: "weather", arguments: '{"place":"Oslo"}' },
            { id: "c2", name: "weather", arguments: "{broken" },
          ],
        },
        { role: "tool", callId: "c1", name: "weather", content: "rain" },
        { role: "tool", callId: "c2", name: "weather", content: '{"error":"invalid_request"}' },
        { role: "assistant", content: "Done." },
      ],
    },
    {
      messages: [
        { role: "user", content: "Weather?" },
        {
          role: "assistant",
          content: "",
          tool_calls: [
            { id: "c1", function: { name: "weather", arguments: { place: "Oslo" } } },
            { id: "c2", function: { name: "weather", arguments: {} } },
          ],
        },
        { role: "tool", content: "rain", tool_name: "weather", tool_call_id: "c1" },
        { role: "tool", content: '{"error":"invalid_request"}', tool_name: "weather", tool_call_id: "c2" },
        { role: "assistant", content: "Done." },
      ],
    },
  ],
  [
    "thinking goes back with the reply that it led to",
    {
      messages: [
        {
          role: "assistant",
          content: "",
          toolCalls: [{ id: "c1", name: "now", arguments: "{}" }],
          carry: { by: "main.tantra#llm/qwen3:8b", data: { thinking: "Look at the clock." } },
        },
      ],
    },
    {
      messages: [{ role: "assistant", content: "", thinking: "Look at the clock.", tool_calls: [{ id: "c1", function: { name: "now", arguments: {} } }] }],
    },
  ],
  [
    "images stand beside the text",
    {
      messages: [
        { role: "user", content: "What is it? Be brief.", parts: [{ type: "text", text: "What is it? " }, picture, { type: "text", text: "Be brief." }] },
        { role: "tool", callId: "c1", name: "look", content: "", parts: [picture] },
      ],
    },
    {
      messages: [
        { role: "user", content: "What is it? Be brief.", images: ["iVBORw0K"] },
        { role: "tool", content: "", images: ["iVBORw0K"], tool_name: "look", tool_call_id: "c1" },
      ],
    },
  ],
  ["tools", { tools: [weather] }, { tools: [weatherTool] }],
  ["no tools this turn: there is no choice in the protocol", { tools: [weather], toolChoice: "none" }, {}],
  ["structured output", { output: { name: "planner", schema: { type: "object" }, strict: true } }, { format: { type: "object" } }],
  [
    "every parameter",
    { parameters: { temperature: 0, top_p: 0.5, max_tokens: 100, stop: ["END"], seed: 7, reasoning: "low" } },
    { think: "low", options: { num_predict: 100, temperature: 0, top_p: 0.5, stop: ["END"], seed: 7 } },
  ],
  ["thinking on", { parameters: { reasoning: "on" } }, { think: true }],
  ["thinking off", { parameters: { reasoning: "none" } }, { think: false }],
  [
    "extra, verbatim and last; of its options, each",
    { parameters: { seed: 7, top_p: 0.5 }, extra: { options: { seed: 8, top_k: 40 }, truncate: true, logprobs: true } },
    { options: { top_p: 0.5, seed: 8, top_k: 40 }, truncate: true, logprobs: true },
  ],
];

test.each(bodies)("%s", (_what, request, added) => {
  expect(toBody({ ...base, ...request })).toEqual({ ...bare, ...added });
});

test.each<[OllamaOptions, Readonly<Record<string, Json>>]>([
  [
    { num_ctx: 32768, keep_alive: "10m" },
    { ...bare, keep_alive: "10m", options: { num_ctx: 32768 } },
  ],
  [{ truncate: false }, bare],
  [{ truncate: true }, { model: bare.model, messages: bare.messages, stream: true }],
])("the provider's own options: %j", (options, body) => {
  expect(toBody(base, options)).toEqual(body);
});

test.each<[Attachment, string]>([
  [{ type: "image", mediaType: "", url: "https://example.com/a.png" }, "https://example.com/a.png"],
  [{ type: "file", mediaType: "application/pdf", name: "report.pdf", data: () => "" }, "report.pdf"],
])("what is no image of this machine is refused by its name: %j", (part, name) => {
  expect(() => toBody({ ...base, messages: [{ role: "user", content: "", parts: [part] }] })).toThrow(`Ollama cannot be given ${name}`);
});

test("who asks is never sent", () => {
  expect(JSON.stringify(toBody(base))).not.toContain("greeter");
});

test.each([
  ["stop", "stop"],
  ["length", "max_tokens"],
  ["load", "other"],
  ["unload", "other"],
  ["toString", "other"],
  ["", "stop"],
  [undefined, "stop"],
])("done_reason %s is %s", (theirs, ours) => {
  expect(toFinishReason(theirs)).toBe(ours);
});

test.each([
  [
    "cached tokens are a part of the prompt",
    { prompt_eval_count: 100, prompt_eval_cached_count: 40, eval_count: 50 },
    { input: 100, cachedInput: 40, cacheWrite: 0, output: 50, reasoning: 0 },
  ],
  ["an older server", { prompt_eval_count: 100, eval_count: 50 }, { input: 100, cachedInput: 0, cacheWrite: 0, output: 50, reasoning: 0 }],
  [
    "an old server whose cache held all of the prompt",
    { eval_count: 50 },
    { input: 2, cachedInput: 0, cacheWrite: 0, output: 50, reasoning: 0, estimated: true },
  ],
  ["a reply without a token", { prompt_eval_count: 100 }, { input: 100, cachedInput: 0, cacheWrite: 0, output: 0, reasoning: 0 }],
  ["figures that are none", { prompt_eval_count: "many" }, undefined],
  ["nothing", {}, undefined],
])("usage: %s", (_what, line, usage) => {
  expect(toUsage(line, base)).toEqual(usage);
});

describe("a reply", () => {
  const context: OllamaContext = { secrets: [], host: "h", signal: new AbortController().signal, model: "m", keyed: false };
  const read = (...pieces: readonly (string | Uint8Array)[]): ModelChunk[] =>
    chunksOf(
      new ChatReply(base, () => Promise.reject(new Error("nothing is sent")), context),
      pieces.map((piece) => (typeof piece === "string" ? new TextEncoder().encode(piece) : piece)),
    );
  const usage = { input: 20, cachedInput: 4, cacheWrite: 0, output: 10, reasoning: 0 };

  test("thinking, text and calls come in their order; calls without ids are left to the loop", () => {
    const lines = replyLines("It is so.", "qwen3:8b", {
      thinking: "Hm, yes.",
      toolCalls: [
        { id: "call_x", name: "f", arguments: { x: 1 } },
        { name: "g", arguments: {} },
      ],
      chunk: 100,
    });
    expect(read(...lines)).toEqual([
      { type: "reasoning", text: "Hm, yes." },
      { type: "text", text: "It is so." },
      { type: "tool_call", index: 0, id: "call_x", name: "f", arguments: '{"x":1}' },
      { type: "tool_call", index: 1, name: "g", arguments: "{}" },
      { type: "finish", reason: "tool_calls", usage, responseModel: "qwen3:8b", carry: { thinking: "Hm, yes." } },
    ]);
  });

  test("a call in the last line counts, and a reply of one line without an end is read", () => {
    const line = { message: { content: "", tool_calls: [{ function: { name: "f" } }] }, done: true, done_reason: "stop" };
    expect(read(JSON.stringify(line))).toEqual([
      { type: "tool_call", index: 0, name: "f", arguments: "{}" },
      { type: "finish", reason: "tool_calls" },
    ]);
  });

  test("a reply that was cut off says so, with calls or without", () => {
    expect(read(...replyLines("Hel", "m", { done: "length", toolCalls: [{ name: "f", arguments: {} }] })).at(-1)).toMatchObject({ reason: "max_tokens" });
  });

  test("lines of another shape give nothing", () => {
    expect(read('{}\n{"message":null}\n{"message":{"content":5,"tool_calls":[null,{"function":{}},{"function":5}]}}\n{"done":true}\n')).toEqual([
      { type: "finish", reason: "stop" },
    ]);
  });

  test("the same bytes read the same wherever they are cut", () => {
    const bytes = new TextEncoder().encode(
      replyLines("ä€😀 tides", "m", { thinking: "ö😀", toolCalls: [{ name: "f", arguments: { place: "Ås" } }], chunk: 2 })
        .join("\r\n")
        .replace("\r\n", "\n\n"),
    );
    const whole = read(bytes);
    expect(whole.flatMap((chunk) => (chunk.type === "text" ? chunk.text : [])).join("")).toContain("€");
    for (const at of cutsOf(bytes)) expect(read(bytes.subarray(0, at), bytes.subarray(at)), `cut at ${at}`).toEqual(whole);
  });
});
