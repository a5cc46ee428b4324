import { expect, test } from "vitest";
import type { Message, ModelRequest } from "../../../src/agent/provider.ts";
import type { Json } from "../../../src/diagnostics/json.ts";
import { toBody, toCost, toFinishReason, toUsage } from "../../../src/providers/openai/wire.ts";

const base: ModelRequest = {
  model: "gpt-5-mini",
  messages: [{ role: "user", content: "Hello" }],
  tools: [],
  toolChoice: "auto",
  parameters: {},
  origin: { runId: "run", agent: "greeter", path: "greeter/turn[0]", attempt: 1, outputMode: "text" },
};
const bare = { model: "gpt-5-mini", messages: [{ role: "user", content: "Hello" }], stream: true, stream_options: { include_usage: true } };
const weather = {
  name: "weather",
  description: "Weather of a place.",
  parameters: { type: "object", properties: { place: { type: "string" } }, required: ["place"], additionalProperties: false },
};
const weatherTool = { type: "function", function: weather };

// The right-hand sides are the fields of OpenAI's reference for POST /chat/completions.
const bodies: readonly (readonly [what: string, request: Partial<ModelRequest>, added: Readonly<Record<string, Json>>])[] = [
  ["a bare request", {}, {}],
  ["a system message", { messages: [{ role: "system", content: "Be brief." }] }, { messages: [{ role: "system", content: "Be brief." }] }],
  [
    "a turn with tools",
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
        { role: "assistant", content: "One moment.", toolCalls: [{ id: "c3", name: "weather", arguments: "{}" }] },
        { role: "assistant", content: "" },
      ],
    },
    {
      messages: [
        { role: "user", content: "Weather?" },
        {
          role: "assistant",
          content: null,
          tool_calls: [
            { id: "c1", type: "function", function: { name: "weather", arguments: '{"place":"Oslo"}' } },
            { id: "c2", type: "function", function: { name: "weather", arguments: "{broken" } },
          ],
        },
        { role: "tool", tool_call_id: "c1", content: "rain" },
        { role: "tool", tool_call_id: "c2", content: '{"error":"invalid_request"}' },
        { role: "assistant", content: "One moment.", tool_calls: [{ id: "c3", type: "function", function: { name: "weather", arguments: "{}" } }] },
        { role: "assistant", content: "" },
      ],
    },
  ],
  [
    "images and files stand between the texts; marks of what to cache are not sent",
    {
      messages: [
        {
          role: "user",
          content: "See  and .",
          parts: [
            { type: "text", text: "See ", cache: true },
            { type: "image", mediaType: "image/png", data: () => "AAAA" },
            { type: "image", mediaType: "", url: "https://example.com/a.png" },
            { type: "text", text: " and " },
            { type: "file", mediaType: "application/pdf", name: "a.pdf", data: () => "BBBB" },
            { type: "file", mediaType: "application/pdf", data: () => "CCCC" },
            { type: "text", text: "." },
          ],
        },
        { role: "user", content: "Long.", parts: [{ type: "text", text: "Long.", cache: true }] },
      ],
    },
    {
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "See " },
            { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
            { type: "image_url", image_url: { url: "https://example.com/a.png" } },
            { type: "text", text: " and " },
            { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,BBBB" } },
            { type: "file", file: { filename: "file.pdf", file_data: "data:application/pdf;base64,CCCC" } },
            { type: "text", text: "." },
          ],
        },
        { role: "user", content: "Long." },
      ],
    },
  ],
  ["tools, never strict", { tools: [weather] }, { tools: [weatherTool] }],
  [
    "a tool without a description",
    { tools: [{ name: "now", parameters: { type: "object" } }] },
    { tools: [{ type: "function", function: { name: "now", parameters: { type: "object" } } }] },
  ],
  ["required tools", { tools: [weather], toolChoice: "required" }, { tools: [weatherTool], tool_choice: "required" }],
  ["no tools this turn", { tools: [weather], toolChoice: "none" }, { tools: [weatherTool], tool_choice: "none" }],
  [
    "one tool by name",
    { tools: [weather], toolChoice: { tool: "weather" } },
    { tools: [weatherTool], tool_choice: { type: "function", function: { name: "weather" } } },
  ],
  ["a choice without tools is not sent", { toolChoice: "required" }, {}],
  [
    "structured output",
    { output: { name: "planner", schema: { type: "object" }, strict: true } },
    { response_format: { type: "json_schema", json_schema: { name: "planner", schema: { type: "object" }, strict: true } } },
  ],
  [
    "a name that is too long for the API",
    { output: { name: "a".repeat(70), schema: {}, strict: false } },
    { response_format: { type: "json_schema", json_schema: { name: "a".repeat(64), schema: {}, strict: false } } },
  ],
  [
    "every parameter",
    { parameters: { temperature: 0, top_p: 0.5, max_tokens: 100, stop: ["END"], seed: 7, reasoning: "low" } },
    { temperature: 0, top_p: 0.5, max_completion_tokens: 100, stop: ["END"], seed: 7, reasoning_effort: "low" },
  ],
  [
    "extra, verbatim and last",
    { parameters: { seed: 7 }, extra: { seed: 8, service_tier: "flex", stream_options: null } },
    { seed: 8, service_tier: "flex", stream_options: null },
  ],
];

test.each(bodies)("%s", (_what, request, added) => {
  expect(toBody({ ...base, ...request })).toEqual({ ...bare, ...added });
});

test.each<readonly [what: string, message: Message, said: string]>([
  [
    "an image in a tool's result",
    { role: "tool", callId: "c1", name: "look", content: "", parts: [{ type: "image", mediaType: "image/png", data: () => "AAAA" }] },
    'A result of the tool "look" holds an image or a file, which chat completions have no place for.',
  ],
  [
    "a file by its address",
    { role: "user", content: "", parts: [{ type: "file", mediaType: "", url: "https://example.com/a.pdf" }] },
    "The file https://example.com/a.pdf is named by its address, which chat completions have no place for.",
  ],
])("%s is an error that names the API which takes it", (_what, message, said) => {
  expect(() => toBody({ ...base, messages: [message] })).toThrow(
    expect.objectContaining({ class: "invalid_request", message: said, hint: "Write `api: responses` on the provider." }),
  );
});

test("max_tokens goes out under the name that the server knows", () => {
  const request = { ...base, parameters: { max_tokens: 100 } };
  expect(toBody(request, { max_tokens_field: "max_tokens" })).toEqual({ ...bare, max_tokens: 100 });
});

test("who asks is never sent", () => {
  expect(JSON.stringify(toBody(base))).not.toContain("greeter");
});

test.each([
  ["stop", "stop"],
  ["length", "max_tokens"],
  ["tool_calls", "tool_calls"],
  ["function_call", "tool_calls"],
  ["content_filter", "content_filter"],
  ["toString", "other"],
  ["eos", "other"],
])("the finish reason %s is %s", (theirs, ours) => {
  expect(toFinishReason(theirs)).toBe(ours);
});

test.each([
  [
    "all of it",
    {
      prompt_tokens: 100,
      completion_tokens: 50,
      total_tokens: 150,
      prompt_tokens_details: { cached_tokens: 40, cache_write_tokens: 20 },
      completion_tokens_details: { reasoning_tokens: 30 },
    },
    { input: 100, cachedInput: 40, cacheWrite: 20, output: 50, reasoning: 30 },
  ],
  ["without details", { prompt_tokens: 100, completion_tokens: 50 }, { input: 100, cachedInput: 0, cacheWrite: 0, output: 50, reasoning: 0 }],
  [
    "details that are null",
    { prompt_tokens: 1, completion_tokens: 2, prompt_tokens_details: null, completion_tokens_details: null },
    { input: 1, cachedInput: 0, cacheWrite: 0, output: 2, reasoning: 0 },
  ],
  ["figures that are none", { prompt_tokens: "many", completion_tokens: 2 }, { input: 0, cachedInput: 0, cacheWrite: 0, output: 2, reasoning: 0 }],
  ["nothing", null, undefined],
  ["an empty object", {}, undefined],
])("usage: %s", (_what, theirs, ours) => {
  expect(toUsage(theirs)).toEqual(ours);
});

test("what a gateway says it charged is taken, and nothing else", () => {
  expect([toCost({ cost: 0.0012 }), toCost({ cost: 0 }), toCost({ cost: "1" }), toCost({ cost: -1 }), toCost({}), toCost(null)]).toEqual([
    0.0012,
    0,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
