import { expect, test } from "vitest";
import type { ModelChunk } from "../../../src/agent/provider.ts";
import { ReplyReader } from "../../../src/providers/openai/reply.ts";

function read(...events: readonly unknown[]): readonly (ModelChunk | undefined)[] {
  const reader = new ReplyReader();
  const chunks: ModelChunk[] = [];
  for (const event of events) reader.read(event, chunks);
  return [...chunks, reader.finish()];
}

const delta = (value: unknown, finish: string | null = null) => ({
  id: "chatcmpl-1",
  model: "gpt-5-mini-2025-08-07",
  choices: [{ index: 0, delta: value, finish_reason: finish }],
});
const call = (...calls: unknown[]) => delta({ tool_calls: calls });
const ended = { type: "finish", reason: "stop", responseId: "chatcmpl-1", responseModel: "gpt-5-mini-2025-08-07" };

test("text comes piece by piece, the role and empty pieces give nothing", () => {
  expect(read(delta({ role: "assistant", content: "" }), delta({ content: "Hel" }), delta({ content: "lo" }), delta({}, "stop"))).toEqual([
    { type: "text", text: "Hel" },
    { type: "text", text: "lo" },
    ended,
  ]);
});

test("usage in a chunk after the finish reason stands on the last chunk", () => {
  expect(read(delta({ content: "Hi" }, "stop"), { choices: [], usage: { prompt_tokens: 3, completion_tokens: 1, cost: 0.5 } }).at(-1)).toEqual({
    ...ended,
    usage: { input: 3, cachedInput: 0, cacheWrite: 0, output: 1, reasoning: 0 },
    costUsd: 0.5,
  });
});

test("parallel calls keep their index; id and name come with the first piece", () => {
  expect(
    read(
      call({ index: 0, id: "a", type: "function", function: { name: "f", arguments: "" } }),
      call({ index: 0, function: { arguments: '{"x"' } }),
      call({ index: 1, id: "b", type: "function", function: { name: "g", arguments: "{}" } }),
      call({ index: 0, function: { arguments: ":1}" } }),
      delta({}, "tool_calls"),
    ),
  ).toEqual([
    { type: "tool_call", index: 0, id: "a", name: "f", arguments: "" },
    { type: "tool_call", index: 0, arguments: '{"x"' },
    { type: "tool_call", index: 1, id: "b", name: "g", arguments: "{}" },
    { type: "tool_call", index: 0, arguments: ":1}" },
    { ...ended, reason: "tool_calls" },
  ]);
});

// What compatible servers do differently.
test("calls without index, without id, with arguments as an object and the finish reason stop", () => {
  expect(
    read(
      call({ id: "a", function: { name: "f", arguments: '{"x":' } }),
      call({ id: "a", function: { arguments: "1}" } }),
      call({ function: { name: "g", arguments: { y: 2 } } }),
      call({ function: { arguments: "" } }),
      delta({}, "stop"),
    ),
  ).toEqual([
    { type: "tool_call", index: 0, id: "a", name: "f", arguments: '{"x":' },
    { type: "tool_call", index: 0, arguments: "1}" },
    { type: "tool_call", index: 1, id: "call_1", name: "g", arguments: '{"y":2}' },
    { ...ended, reason: "tool_calls" },
  ]);
});

test("a refusal is its text and the reason refusal", () => {
  expect(read(delta({ refusal: "I can't " }), delta({ refusal: "do that." }), delta({}, "stop"))).toEqual([
    { type: "text", text: "I can't " },
    { type: "text", text: "do that." },
    { ...ended, reason: "refusal" },
  ]);
});

test("a reply that came whole reads as one that was streamed", () => {
  const message = {
    role: "assistant",
    content: "Both.",
    refusal: null,
    tool_calls: [
      { id: "a", type: "function", function: { name: "f", arguments: "{}" } },
      { id: "b", type: "function", function: { name: "g", arguments: "{}" } },
    ],
  };
  expect(
    read({
      id: "chatcmpl-1",
      model: "gpt-5-mini-2025-08-07",
      choices: [{ index: 0, message, finish_reason: "tool_calls" }],
      usage: { prompt_tokens: 1, completion_tokens: 1 },
    }),
  ).toEqual([
    { type: "text", text: "Both." },
    { type: "tool_call", index: 0, id: "a", name: "f", arguments: "{}" },
    { type: "tool_call", index: 1, id: "b", name: "g", arguments: "{}" },
    { ...ended, reason: "tool_calls", usage: { input: 1, cachedInput: 0, cacheWrite: 0, output: 1, reasoning: 0 } },
  ]);
});

test("a second answer, events of another shape and thoughts give nothing", () => {
  expect(
    read(
      null,
      1,
      "x",
      [],
      {},
      { choices: null },
      { choices: [null] },
      { choices: [{ index: 1, delta: { content: "other" } }] },
      delta({ reasoning_content: "hm" }),
      delta(null),
    ),
  ).toEqual([undefined]);
});

// Azure's first event is about the prompt, and asynchronous filters send events without a delta.
test("events about content filters give nothing, not even an id", () => {
  expect(
    read(
      { id: "", model: "", choices: [], prompt_filter_results: [{ prompt_index: 0, content_filter_results: {} }] },
      delta({ content: "Hi" }),
      { id: "", model: "", choices: [{ index: 0, finish_reason: null, content_filter_results: {}, content_filter_offsets: { check_offset: 44 } }] },
      delta({}, "content_filter"),
    ),
  ).toEqual([
    { type: "text", text: "Hi" },
    { ...ended, reason: "content_filter" },
  ]);
});

test("a reply that never said it was over has no last chunk", () => {
  expect(read(delta({ content: "Hel" }))).toEqual([{ type: "text", text: "Hel" }, undefined]);
});
