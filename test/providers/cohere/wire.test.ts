import { describe, expect, test } from "vitest";
import type { Attachment, ModelChunk, ModelRequest } from "../../../src/agent/provider.ts";
import type { Json } from "../../../src/diagnostics/json.ts";
import { ChatReply } from "../../../src/providers/cohere/chat-reply.ts";
import { toBody, toFinishReason, toUsage } from "../../../src/providers/cohere/wire.ts";
import { replyEvents } from "../../support/cohere-server.ts";
import { chunksOf, cutsOf } from "../../support/cuts.ts";

const base: ModelRequest = {
  model: "command-a-03-2025",
  messages: [{ role: "user", content: "Hello" }],
  tools: [],
  toolChoice: "auto",
  parameters: {},
  origin: { runId: "run", agent: "greeter", path: "greeter/turn[0]", attempt: 1, outputMode: "text" },
};
const bare = { model: "command-a-03-2025", messages: [{ role: "user", content: "Hello" }], stream: true };
const weather = {
  name: "weather",
  description: "Weather of a place.",
  parameters: { type: "object", properties: { place: { type: "string" } }, required: ["place"], additionalProperties: false },
};
const weatherTool = { type: "function", function: weather };
const picture: Attachment = { type: "image", mediaType: "image/png", name: "tide.png", data: () => "iVBORw0K" };
const by = "main.tantra#llm/command-a-03-2025";

// The right-hand sides are the fields of Cohere's reference for POST /v2/chat.
const bodies: readonly (readonly [what: string, request: Partial<ModelRequest>, added: Readonly<Record<string, Json>>])[] = [
  ["a bare request", {}, {}],
  ["a system message", { messages: [{ role: "system", content: "Be brief." }] }, { messages: [{ role: "system", content: "Be brief." }] }],
  [
    "a turn with tools; what stood before the calls is their plan",
    {
      messages: [
        { role: "user", content: "Weather?" },
        { role: "assistant", content: "", toolCalls: [{ id: "c1", name: "weather", arguments: '{"place":"Oslo"}' }] },
        { role: "tool", callId: "c1", name: "weather", content: "rain" },
        { role: "assistant", content: "One moment.", toolCalls: [{ id: "c2", name: "now", arguments: "" }] },
        { role: "tool", callId: "c2", name: "now", content: "12:00" },
        { role: "assistant", content: "Done." },
      ],
    },
    {
      messages: [
        { role: "user", content: "Weather?" },
        { role: "assistant", tool_calls: [{ id: "c1", type: "function", function: { name: "weather", arguments: '{"place":"Oslo"}' } }] },
        { role: "tool", tool_call_id: "c1", content: "rain" },
        { role: "assistant", tool_plan: "One moment.", tool_calls: [{ id: "c2", type: "function", function: { name: "now", arguments: "{}" } }] },
        { role: "tool", tool_call_id: "c2", content: "12:00" },
        { role: "assistant", content: "Done." },
      ],
    },
  ],
  [
    "thinking and plans go back with the replies that they led to",
    {
      messages: [
        { role: "assistant", content: "", toolCalls: [{ id: "c1", name: "now", arguments: "{}" }], carry: { by, data: { tool_plan: "I look at the clock." } } },
        { role: "assistant", content: "", toolCalls: [{ id: "c2", name: "now", arguments: "{}" }], carry: { by, data: { thinking: "Again." } } },
        { role: "assistant", content: "Noon.", carry: { by, data: { thinking: "It is noon." } } },
      ],
    },
    {
      messages: [
        { role: "assistant", tool_plan: "I look at the clock.", tool_calls: [{ id: "c1", type: "function", function: { name: "now", arguments: "{}" } }] },
        {
          role: "assistant",
          content: [{ type: "thinking", thinking: "Again." }],
          tool_calls: [{ id: "c2", type: "function", function: { name: "now", arguments: "{}" } }],
        },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "It is noon." },
            { type: "text", text: "Noon." },
          ],
        },
      ],
    },
  ],
  [
    "images stand where they stood in the text",
    {
      messages: [
        {
          role: "user",
          content: "What is it? And this?",
          parts: [
            { type: "text", text: "What is it? ", cache: true },
            picture,
            { type: "text", text: "And this?" },
            { type: "image", mediaType: "", url: "https://example.com/a.png" },
          ],
        },
      ],
    },
    {
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is it? " },
            { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0K" } },
            { type: "text", text: "And this?" },
            { type: "image_url", image_url: { url: "https://example.com/a.png" } },
          ],
        },
      ],
    },
  ],
  ["tools", { tools: [weather] }, { tools: [weatherTool] }],
  ["required tools", { tools: [weather], toolChoice: "required" }, { tools: [weatherTool], tool_choice: "REQUIRED" }],
  ["no tools this turn", { tools: [weather], toolChoice: "none" }, { tools: [weatherTool], tool_choice: "NONE" }],
  ["a choice without tools is not sent", { toolChoice: "required" }, {}],
  [
    "structured output",
    { output: { name: "planner", schema: { type: "object" }, strict: true } },
    { response_format: { type: "json_object", json_schema: { type: "object" } } },
  ],
  [
    "every parameter",
    { parameters: { temperature: 0, top_p: 0.5, max_tokens: 100, stop: ["END"], seed: 7, reasoning: "on" } },
    { temperature: 0, p: 0.5, max_tokens: 100, stop_sequences: ["END"], seed: 7, thinking: { type: "enabled" } },
  ],
  ["thinking off", { parameters: { reasoning: "none" } }, { thinking: { type: "disabled" } }],
  [
    "extra, verbatim and last",
    { parameters: { seed: 7, reasoning: "on" }, extra: { seed: 8, safety_mode: "STRICT", thinking: { type: "enabled", token_budget: 500 } } },
    { seed: 8, safety_mode: "STRICT", thinking: { type: "enabled", token_budget: 500 } },
  ],
];

test.each(bodies)("%s", (_what, request, added) => {
  expect(toBody({ ...base, ...request })).toEqual({ ...bare, ...added });
});

test.each<[ModelRequest["messages"][number], string]>([
  [{ role: "user", content: "", parts: [{ type: "file", mediaType: "application/pdf", name: "report.pdf", data: () => "" }] }, "report.pdf in a message"],
  [{ role: "tool", callId: "c", name: "look", content: "", parts: [picture] }, "tide.png in a tool's result"],
])("what the API does not take is refused by its name: %j", (message, name) => {
  expect(() => toBody({ ...base, messages: [message] })).toThrow(`Cohere cannot be given ${name}`);
});

test("who asks is never sent", () => {
  expect(JSON.stringify(toBody(base))).not.toContain("greeter");
});

test.each([
  ["COMPLETE", "stop"],
  ["STOP_SEQUENCE", "stop"],
  ["MAX_TOKENS", "max_tokens"],
  ["TOOL_CALL", "tool_calls"],
  ["ERROR_TOXIC", "content_filter"],
  ["USER_CANCEL", "other"],
  ["toString", "other"],
])("the finish reason %s is %s", (theirs, ours) => {
  expect(toFinishReason(theirs)).toBe(ours);
});

test.each([
  [
    "what is billed",
    { billed_units: { input_tokens: 37, output_tokens: 28 }, tokens: { input_tokens: 913, output_tokens: 83 }, cached_tokens: 10 },
    { input: 37, cachedInput: 10, cacheWrite: 0, output: 28, reasoning: 0 },
  ],
  [
    "more cached than billed",
    { billed_units: { input_tokens: 37, output_tokens: 28 }, cached_tokens: 800 },
    { input: 37, cachedInput: 37, cacheWrite: 0, output: 28, reasoning: 0 },
  ],
  ["tokens alone", { tokens: { input_tokens: 9, output_tokens: 8 } }, { input: 9, cachedInput: 0, cacheWrite: 0, output: 8, reasoning: 0 }],
  ["figures that are none", { billed_units: null, tokens: { input_tokens: "many" } }, undefined],
  ["nothing", null, undefined],
])("usage: %s", (_what, theirs, ours) => {
  expect(toUsage(theirs)).toEqual(ours);
});

describe("a reply", () => {
  const context = { secrets: [], host: "h", signal: new AbortController().signal };
  const read = (...pieces: readonly (string | Uint8Array)[]): ModelChunk[] =>
    chunksOf(
      new ChatReply(() => Promise.reject(new Error("nothing is sent")), context),
      pieces.map((piece) => (typeof piece === "string" ? new TextEncoder().encode(piece) : piece)),
    );
  const data = (...events: readonly unknown[]) => read(...events.map((event) => `data: ${JSON.stringify(event)}\n\n`));
  const usage = { input: 20, cachedInput: 4, cacheWrite: 0, output: 10, reasoning: 0 };
  const ended = { type: "finish", usage, responseId: "msg-1" };

  test("a plan is thinking; calls behind it arrive in pieces with their ids and names", () => {
    const calls = [
      { id: "a", name: "f", arguments: '{"x":1}' },
      { id: "b", name: "g", arguments: "" },
    ];
    expect(read(...replyEvents("", { plan: "I look.", toolCalls: calls, chunk: 4 }))).toEqual([
      { type: "reasoning", text: "I lo" },
      { type: "reasoning", text: "ok." },
      { type: "tool_call", index: 0, id: "a", name: "f", arguments: "" },
      { type: "tool_call", index: 0, arguments: '{"x"' },
      { type: "tool_call", index: 0, arguments: ":1}" },
      { type: "tool_call", index: 1, id: "b", name: "g", arguments: "" },
      { ...ended, reason: "tool_calls", carry: { tool_plan: "I look." } },
    ]);
  });

  test("behind a block of thinking the vendor counts on, and ours begin at 0", () => {
    const chunks = read(...replyEvents("", { thinking: "Hm.", toolCalls: [{ id: "a", name: "f", arguments: "{}" }] }));
    expect(chunks).toEqual([
      { type: "reasoning", text: "Hm." },
      { type: "tool_call", index: 0, id: "a", name: "f", arguments: "" },
      { type: "tool_call", index: 0, arguments: "{}" },
      { ...ended, reason: "tool_calls", carry: { thinking: "Hm." } },
    ]);
  });

  test("thinking comes before the text", () => {
    expect(read(...replyEvents("Noon.", { thinking: "It is noon.", chunk: 20 }))).toEqual([
      { type: "reasoning", text: "It is noon." },
      { type: "text", text: "Noon." },
      { ...ended, reason: "stop", carry: { thinking: "It is noon." } },
    ]);
  });

  test("text that holds the old word for the end of a stream is text", () => {
    expect(read(...replyEvents("write [DONE] here", { chunk: 100 })).at(0)).toEqual({ type: "text", text: "write [DONE] here" });
  });

  test("citations, notes for debugging, events of another shape and lists of one call", () => {
    expect(
      data(
        { type: "citation-start", index: 0, delta: { message: { citations: { text: "x" } } } },
        { type: "debug", prompt: "secret" },
        {},
        { type: "content-delta" },
        { type: "content-delta", delta: { message: { content: { text: 5 } } } },
        { type: "tool-call-start", index: 0, delta: { message: { tool_calls: [{ id: "a", function: { name: "f", arguments: "{" } }] } } },
        { type: "tool-call-delta", index: 0, delta: { message: { tool_calls: { function: { arguments: "}" } } } } },
        { type: "tool-call-delta", index: 0, delta: { message: null } },
        { type: "message-end", delta: { finish_reason: "TOOL_CALL" } },
      ),
    ).toEqual([
      { type: "tool_call", index: 0, id: "a", name: "f", arguments: "{" },
      { type: "tool_call", index: 0, arguments: "}" },
      { type: "finish", reason: "tool_calls" },
    ]);
  });

  test("the same bytes read the same wherever they are cut, with comments and carriage returns", () => {
    const bytes = new TextEncoder().encode(
      `: hello\r\n\r\n${replyEvents("ä€😀 tides", { thinking: "ö😀", toolCalls: [{ id: "a", name: "f", arguments: '{"å":1}' }], chunk: 4 })
        .join(": ping\n\n")
        .replaceAll("\n", "\r\n")}data: [DONE]\n\n`,
    );
    const whole = read(bytes);
    expect(whole).toHaveLength(8);
    for (const at of cutsOf(bytes)) expect(read(bytes.subarray(0, at), bytes.subarray(at)), `cut at ${at}`).toEqual(whole);
  });
});
