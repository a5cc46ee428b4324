import { expect, test } from "vitest";
import type { Message, ModelRequest } from "../../../../src/agent/provider.ts";
import type { Json } from "../../../../src/diagnostics/json.ts";
import { toIncompleteReason, toResponsesBody, toResponsesUsage } from "../../../../src/providers/openai/responses/wire.ts";
import { itemOf } from "../../../support/responses-server.ts";

const base: ModelRequest = {
  model: "gpt-5-mini",
  messages: [{ role: "user", content: "Hello" }],
  tools: [],
  toolChoice: "auto",
  parameters: {},
  origin: { runId: "run", agent: "greeter", path: "greeter/turn[0]", attempt: 1, outputMode: "text" },
};
const bare = { model: "gpt-5-mini", input: [{ role: "user", content: "Hello" }], store: false, stream: true };
const weather = { name: "weather", description: "Weather of a place.", parameters: { type: "object", properties: { place: { type: "string" } } } };
const weatherTool = { type: "function", ...weather, strict: false };
const call = { id: "c1", name: "weather", arguments: '{"place":"Oslo"}' };
const by = "main.tantra#llm/gpt-5-mini";

// The right-hand sides are the fields of OpenAI's reference for POST /responses.
const bodies: readonly (readonly [what: string, request: Partial<ModelRequest>, added: Readonly<Record<string, Json>>])[] = [
  ["a bare request", {}, {}],
  [
    "one system text in front is the instructions, further behind it keeps its place",
    {
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hello" },
        { role: "system", content: "Be done." },
      ],
    },
    {
      instructions: "Be brief.",
      input: [
        { role: "user", content: "Hello" },
        { role: "system", content: "Be done." },
      ],
    },
  ],
  [
    "several system texts in front stay apart: nothing of ours stands between them",
    {
      messages: [
        { role: "system", content: "Be brief." },
        { role: "system", content: "Be kind." },
        { role: "user", content: "Hello" },
      ],
    },
    {
      input: [
        { role: "system", content: "Be brief." },
        { role: "system", content: "Be kind." },
        { role: "user", content: "Hello" },
      ],
    },
  ],
  [
    "marks of what to cache are not sent",
    {
      messages: [
        {
          role: "user",
          content: "Long. Short.",
          parts: [
            { type: "text", text: "Long. ", cache: true },
            { type: "text", text: "Short." },
          ],
        },
      ],
    },
    { input: [{ role: "user", content: "Long. Short." }] },
  ],
  [
    "a turn with tools, of a model that carries nothing",
    {
      messages: [
        { role: "user", content: "Weather?" },
        { role: "assistant", content: "", toolCalls: [call, { id: "c2", name: "weather", arguments: "{broken" }] },
        { role: "tool", callId: "c1", name: "weather", content: "rain" },
        { role: "tool", callId: "c2", name: "weather", content: "no" },
        { role: "assistant", content: "One moment.", toolCalls: [{ id: "c3", name: "weather", arguments: "{}" }] },
        { role: "assistant", content: "It rains." },
      ],
    },
    {
      input: [
        { role: "user", content: "Weather?" },
        { type: "function_call", call_id: "c1", name: "weather", arguments: '{"place":"Oslo"}' },
        { type: "function_call", call_id: "c2", name: "weather", arguments: "{broken" },
        { type: "function_call_output", call_id: "c1", output: "rain" },
        { type: "function_call_output", call_id: "c2", output: "no" },
        { role: "assistant", content: "One moment." },
        { type: "function_call", call_id: "c3", name: "weather", arguments: "{}" },
        { role: "assistant", content: "It rains." },
      ],
    },
  ],
  [
    "images and files, of the author and of a tool",
    {
      messages: [
        {
          role: "user",
          content: "See , and .",
          parts: [
            { type: "text", text: "See " },
            { type: "image", mediaType: "image/png", data: () => "AAAA" },
            { type: "text", text: ", " },
            { type: "image", mediaType: "", url: "https://example.com/a.png" },
            { type: "text", text: " and " },
            { type: "file", mediaType: "application/pdf", name: "a.pdf", data: () => "BBBB" },
            { type: "file", mediaType: "application/pdf", data: () => "DDDD" },
            { type: "file", mediaType: "", url: "https://example.com/b.pdf" },
            { type: "text", text: "." },
          ],
        },
        { role: "assistant", content: "", toolCalls: [call] },
        { role: "tool", callId: "c1", name: "weather", content: "", parts: [{ type: "image", mediaType: "image/jpeg", data: () => "CCCC" }] },
      ],
    },
    {
      input: [
        {
          role: "user",
          content: [
            { type: "input_text", text: "See " },
            { type: "input_image", image_url: "data:image/png;base64,AAAA", detail: "auto" },
            { type: "input_text", text: ", " },
            { type: "input_image", image_url: "https://example.com/a.png", detail: "auto" },
            { type: "input_text", text: " and " },
            { type: "input_file", filename: "a.pdf", file_data: "data:application/pdf;base64,BBBB" },
            { type: "input_file", filename: "file.pdf", file_data: "data:application/pdf;base64,DDDD" },
            { type: "input_file", file_url: "https://example.com/b.pdf" },
            { type: "input_text", text: "." },
          ],
        },
        { type: "function_call", call_id: "c1", name: "weather", arguments: '{"place":"Oslo"}' },
        { type: "function_call_output", call_id: "c1", output: [{ type: "input_image", image_url: "data:image/jpeg;base64,CCCC", detail: "auto" }] },
      ],
    },
  ],
  ["tools, never strict, which the API would be by itself", { tools: [weather] }, { tools: [weatherTool] }],
  ["required tools", { tools: [weather], toolChoice: "required" }, { tools: [weatherTool], tool_choice: "required" }],
  ["no tools this turn", { tools: [weather], toolChoice: "none" }, { tools: [weatherTool], tool_choice: "none" }],
  ["one tool by name", { tools: [weather], toolChoice: { tool: "weather" } }, { tools: [weatherTool], tool_choice: { type: "function", name: "weather" } }],
  ["a choice without tools is not sent", { toolChoice: "required" }, {}],
  [
    "structured output",
    { output: { name: "a".repeat(70), schema: { type: "object" }, strict: true } },
    { text: { format: { type: "json_schema", name: "a".repeat(64), schema: { type: "object" }, strict: true } } },
  ],
  [
    "every parameter that the API has, and encrypted reasoning of a model that reasons",
    { parameters: { temperature: 0, top_p: 0.5, max_tokens: 100, reasoning: "low" } },
    { temperature: 0, top_p: 0.5, max_output_tokens: 100, reasoning: { effort: "low" }, include: ["reasoning.encrypted_content"] },
  ],
  [
    "extra, verbatim and last",
    { parameters: { reasoning: "low" }, extra: { store: true, reasoning: { effort: "low", summary: "auto" } } },
    { store: true, reasoning: { effort: "low", summary: "auto" }, include: ["reasoning.encrypted_content"] },
  ],
];

test.each(bodies)("%s", (_what, request, added) => {
  expect(toResponsesBody({ ...base, ...request })).toEqual({ ...bare, ...added });
});

const items = [
  { id: "rs_0", type: "reasoning", summary: [], encrypted_content: "gAAA" },
  { ...itemOf({ text: "One moment." }, 1) },
  { ...itemOf({ call: "weather", arguments: '{"place":"Oslo"}', id: "c1" }, 2) },
] as unknown as Json[];
const carried: Message = { role: "assistant", content: "One moment.", toolCalls: [call], carry: { by, data: { items } } };
const answered: Message = { role: "tool", callId: "c1", name: "weather", content: "rain" };
const inputFor = (...messages: Message[]): Json | undefined => toResponsesBody({ ...base, messages })["input"];

test("what a reply carried goes back as it came and in its order", () => {
  expect(inputFor(carried, answered)).toEqual([...items, { type: "function_call_output", call_id: "c1", output: "rain" }]);
});

test("what was said on the way to the answer goes back, though it is no part of the message", () => {
  const aside = itemOf({ text: "Let me look.", phase: "commentary" }, 0);
  const data = { items: [aside, items[2]] } as unknown as Json;
  expect(inputFor({ role: "assistant", content: "", toolCalls: [call], carry: { by, data } }, answered)).toEqual([
    aside,
    items[2],
    { type: "function_call_output", call_id: "c1", output: "rain" },
  ]);
});

test.each<readonly [what: string, message: Message]>([
  ["the text was changed", { ...carried, content: "Wait." }],
  ["a call was taken out", { ...carried, toolCalls: [] }],
  ["a call's arguments were changed", { ...carried, toolCalls: [{ ...call, arguments: "{}" }] }],
  ["it is of another shape", { ...carried, carry: { by, data: "gAAA" } }],
])("what was carried is left out where it is no longer what was said: %s", (_what, message) => {
  expect(JSON.stringify(inputFor(message, answered))).not.toContain("gAAA");
});

test("who asks is never sent", () => {
  expect(JSON.stringify(toResponsesBody(base))).not.toContain("greeter");
});

test.each([
  [{ reason: "max_output_tokens" }, "max_tokens"],
  [{ reason: "content_filter" }, "content_filter"],
  [{ reason: "steered" }, "other"],
  [{ reason: "toString" }, "other"],
  [null, "other"],
])("a reply that is incomplete because of %j ends with %s", (details, reason) => {
  expect(toIncompleteReason(details)).toBe(reason);
});

test.each([
  [
    "all of it",
    {
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 40, cache_write_tokens: 20 },
      output_tokens: 50,
      output_tokens_details: { reasoning_tokens: 30 },
    },
    { input: 100, cachedInput: 40, cacheWrite: 20, output: 50, reasoning: 30 },
  ],
  ["without details", { input_tokens: 1, output_tokens: 2 }, { input: 1, cachedInput: 0, cacheWrite: 0, output: 2, reasoning: 0 }],
  ["figures that are none", { input_tokens: "many", output_tokens: 2 }, { input: 0, cachedInput: 0, cacheWrite: 0, output: 2, reasoning: 0 }],
  ["nothing", null, undefined],
  ["an empty object", {}, undefined],
])("usage: %s", (_what, theirs, ours) => {
  expect(toResponsesUsage(theirs)).toEqual(ours);
});
