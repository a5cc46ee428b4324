import { describe, expect, test } from "vitest";
import type { ModelChunk } from "../../../src/agent/provider.ts";
import type { Json } from "../../../src/diagnostics/json.ts";
import { ReplyReader } from "../../../src/providers/anthropic/reply.ts";
import { EventReader, type ServerEvent } from "../../../src/providers/common/sse.ts";
import { type ContentBlock, event, messageEvents, type ReplyOptions } from "../../support/anthropic-server.ts";

function read(events: readonly unknown[]): { chunks: ModelChunk[]; reader: ReplyReader } {
  const reader = new ReplyReader();
  const chunks: ModelChunk[] = [];
  for (const one of events) reader.read(one, chunks);
  const finish = reader.finish();
  if (finish !== undefined) chunks.push(finish);
  return { chunks, reader };
}

const parsed = (lines: readonly string[]): unknown[] => lines.map((line) => JSON.parse(line.slice(line.indexOf("data: ") + 6)));
/** Without the signs of life. */
const reply = (content: string | readonly ContentBlock[], options?: ReplyOptions) =>
  read(parsed(messageEvents(content, "claude-sonnet-5", options))).chunks.filter(({ type }) => type !== "alive");
const usage = { input: 20, cachedInput: 4, cacheWrite: 4, output: 10, reasoning: 2 };
const end = { usage, responseId: "msg_1", responseModel: "claude-sonnet-5" };
const thinking = { type: "thinking", thinking: "Hm, tides.", signature: "c2ln" };

test("a ping is a sign of life", () => {
  expect(read([{ type: "ping" }]).chunks).toEqual([{ type: "alive" }]);
});

const replies: readonly (readonly [what: string, content: string | readonly ContentBlock[], options: ReplyOptions, chunks: readonly unknown[]])[] = [
  [
    "text",
    "Hello, world",
    {},
    [
      { type: "text", text: "Hello, w" },
      { type: "text", text: "orld" },
      { type: "finish", reason: "stop", ...end },
    ],
  ],
  ["nothing at all", [], {}, [{ type: "finish", reason: "stop", ...end }]],
  [
    "cut off",
    "Hel",
    { stop: "max_tokens" },
    [
      { type: "text", text: "Hel" },
      { type: "finish", reason: "max_tokens", ...end },
    ],
  ],
  [
    "thinking, shown and signed",
    [thinking, { type: "text", text: "Yes." }],
    {},
    [
      { type: "reasoning", text: "Hm, tide" },
      { type: "reasoning", text: "s." },
      { type: "text", text: "Yes." },
      { type: "finish", reason: "stop", ...end, carry: [thinking, { type: "text", length: 4 }] },
    ],
  ],
  [
    "thinking that is not shown",
    [
      { type: "thinking", thinking: "", signature: "c2ln" },
      { type: "redacted_thinking", data: "eA==" },
      { type: "text", text: "Yes." },
    ],
    {},
    [
      { type: "text", text: "Yes." },
      {
        type: "finish",
        reason: "stop",
        ...end,
        carry: [
          { type: "thinking", thinking: "", signature: "c2ln" },
          { type: "redacted_thinking", data: "eA==" },
          { type: "text", length: 4 },
        ],
      },
    ],
  ],
  [
    "calls",
    [
      { type: "text", text: "Look:" },
      { type: "tool_use", id: "a", name: "f", input: { p: "Oslo" } },
      { type: "tool_use", id: "b", name: "g", input: {} },
    ],
    {},
    [
      { type: "text", text: "Look:" },
      { type: "tool_call", index: 0, id: "a", name: "f", arguments: "" },
      { type: "tool_call", index: 0, arguments: '{"p":"Os' },
      { type: "tool_call", index: 0, arguments: 'lo"}' },
      { type: "tool_call", index: 1, id: "b", name: "g", arguments: "" },
      { type: "tool_call", index: 1, arguments: "{}" },
      { type: "finish", reason: "tool_calls", ...end },
    ],
  ],
  [
    "a call that another tool asked for, between thinking",
    [thinking, { type: "tool_use", id: "a", name: "f", input: {}, caller: { type: "code_execution_20260120", tool_id: "t" } }],
    { chunk: 20 },
    [
      { type: "reasoning", text: "Hm, tides." },
      { type: "tool_call", index: 0, id: "a", name: "f", arguments: "" },
      { type: "tool_call", index: 0, arguments: "{}" },
      {
        type: "finish",
        reason: "tool_calls",
        ...end,
        carry: [thinking, { type: "tool_use", id: "a", caller: { type: "code_execution_20260120", tool_id: "t" } }],
      },
    ],
  ],
  [
    "tools of the server's own, which it wants to go on with",
    [
      { type: "server_tool_use", id: "s", name: "web_search", input: { query: "tides" } },
      { type: "web_search_tool_result", tool_use_id: "s", content: [] },
    ],
    { stop: "pause_turn" },
    [
      {
        type: "finish",
        reason: "other",
        ...end,
        carry: [
          { type: "server_tool_use", id: "s", name: "web_search", input: { query: "tides" } },
          { type: "web_search_tool_result", tool_use_id: "s", content: [] },
        ],
      },
    ],
  ],
  [
    "a refusal with its reason",
    [],
    { stop: "refusal", stopDetails: { type: "refusal", category: "cyber", explanation: "This could do harm." } },
    [
      { type: "text", text: "This could do harm." },
      { type: "finish", reason: "refusal", ...end },
    ],
  ],
  [
    "a refusal in the middle of a text",
    "I will",
    { stop: "refusal", stopDetails: { type: "refusal", category: null, explanation: "No." } },
    [
      { type: "text", text: "I will" },
      { type: "finish", reason: "refusal", ...end },
    ],
  ],
];

test.each(replies)("%s", (_what, content, options, expected) => {
  expect(reply(content, options)).toEqual(expected);
});

test("events, blocks and deltas that nobody knows yet are passed over", () => {
  const [start, , ...rest] = parsed(messageEvents("Hi", "claude-sonnet-5"));
  const strange: unknown[] = [
    { type: "weather" },
    null,
    7,
    { type: "content_block_delta", index: 9, delta: { type: "text_delta", text: "lost" } },
    { type: "content_block_start", index: 0 },
    { type: "content_block_delta", index: 0, delta: { type: "citations_delta", citation: {} } },
    { type: "content_block_stop", index: 7 },
  ];
  expect(read([start, ...strange, ...rest]).chunks).toEqual([
    { type: "text", text: "Hi" },
    { type: "finish", reason: "stop", ...end },
  ]);
});

test("a reply that came whole reads the same", () => {
  const content: Json[] = [thinking, { type: "text", text: "Look:" }, { type: "tool_use", id: "a", name: "f", input: { p: 1 } }];
  const message = { type: "message", id: "msg_1", model: "claude-sonnet-5", content, stop_reason: "tool_use", usage: { input_tokens: 5, output_tokens: 7 } };
  expect(read([message]).chunks).toEqual([
    { type: "reasoning", text: "Hm, tides." },
    { type: "text", text: "Look:" },
    { type: "tool_call", index: 0, id: "a", name: "f", arguments: "" },
    { type: "tool_call", index: 0, arguments: '{"p":1}' },
    {
      type: "finish",
      reason: "tool_calls",
      usage: { input: 5, cachedInput: 0, cacheWrite: 0, output: 7, reasoning: 0 },
      responseId: "msg_1",
      responseModel: "claude-sonnet-5",
      carry: [thinking, { type: "text", length: 5 }, { type: "tool_use", id: "a" }],
    },
  ]);
});

describe("a stream that breaks", () => {
  const events = parsed(messageEvents([thinking, { type: "text", text: "A text of forty bytes in all, ä and so on." }], "m", { chunk: 100 }));
  const usageAfter = (count: number) => read(events.slice(0, count)).reader.usage;

  test("has no end", () => {
    expect(read(events.slice(0, -2)).chunks.at(-1)?.type).not.toBe("finish");
  });

  test("has the input that was reported, and an output by what arrived", () => {
    expect(usageAfter(0)).toBeUndefined();
    expect(usageAfter(1)).toEqual({ input: 20, cachedInput: 4, cacheWrite: 4, output: 1, reasoning: 0 });
    expect(usageAfter(8)).toEqual({ input: 20, cachedInput: 4, cacheWrite: 4, output: 14, reasoning: 0, estimated: true });
    expect(usageAfter(events.length)).toEqual(usage);
  });
});

test("a stream that is over without a reason has one of its own", () => {
  const { chunks } = read([{ type: "message_start", message: {} }, { type: "message_stop" }]);
  expect(chunks).toEqual([{ type: "finish", reason: "other" }]);
});

// ---------------------------------------------------------------------------------------------------- cut at any byte

const everything: readonly ContentBlock[] = [
  { type: "thinking", thinking: "Grüße, 世界 😀", signature: "c2lnbmVk" },
  { type: "text", text: "Fjære på Sørøya: 潮汐 🌊\nund mehr." },
  { type: "tool_use", id: "toolu_1", name: "f", input: { ort: "Åsgårdstrand 😀" } },
];
const stream = `: a comment\n\n${messageEvents(everything, "claude-sonnet-5", { chunk: 3 }).join(`\n: ping\n${event({ type: "ping" })}`)}`;

/** What a stream comes to, however its bytes are cut. */
function sense(pieces: readonly Uint8Array[]): unknown {
  const events = new EventReader();
  const arrived: ServerEvent[] = [];
  for (const piece of pieces) events.push(piece, arrived);
  events.end(arrived);
  const { chunks } = read(arrived.map(({ data }) => JSON.parse(data)));
  const joined = (type: "text" | "reasoning") => chunks.flatMap((chunk) => (chunk.type === type ? [chunk.text] : [])).join("");
  const calls = chunks.flatMap((chunk) => (chunk.type === "tool_call" ? [chunk.arguments] : [])).join("");
  return { text: joined("text"), reasoning: joined("reasoning"), calls, finish: chunks.at(-1) };
}

/** Every seventh boundary and all around the end of each event; with SOAK set, every boundary. */
function cuts(bytes: Uint8Array): number[] {
  const all = Array.from(bytes, (_byte, at) => at);
  if (process.env["SOAK"] !== undefined) return all;
  const nearEnd = (at: number): boolean => [-2, -1, 0, 1, 2].some((by) => bytes[at + by] === 10);
  return all.filter((at) => at % 7 === 0 || nearEnd(at));
}

test.each([
  ["line feeds", stream],
  ["carriage returns as well", stream.replaceAll("\n", "\r\n")],
])("a stream with %s means the same wherever it is cut", (_how, written) => {
  const bytes = new TextEncoder().encode(written);
  const whole = sense([bytes]);
  expect(whole).toMatchObject({
    text: "Fjære på Sørøya: 潮汐 🌊\nund mehr.",
    reasoning: "Grüße, 世界 😀",
    calls: '{"ort":"Åsgårdstrand 😀"}',
    finish: { reason: "tool_calls", usage },
  });
  for (const at of cuts(bytes)) expect(sense([bytes.subarray(0, at), bytes.subarray(at)]), `cut at ${at}`).toEqual(whole);
});
