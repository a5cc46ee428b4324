import { expect, test } from "vitest";
import type { ModelChunk } from "../../../src/agent/provider.ts";
import { MessageReader } from "../../../src/providers/bedrock/event-stream.ts";
import { ReplyReader } from "../../../src/providers/bedrock/reply.ts";
import { replyEvents, someUsage, wholeReply } from "../../support/bedrock-server.ts";

const usage = { input: 23, cachedInput: 4, cacheWrite: 3, output: 10, reasoning: 0 };

/** What the events give, the finish chunk last where there is one. */
function read(events: readonly (readonly [type: string, event: unknown])[]): ModelChunk[] {
  const reader = new ReplyReader();
  const out: ModelChunk[] = [];
  for (const [type, event] of events) reader.read(type, event, out);
  const finish = reader.finish(null);
  return finish === undefined ? out : [...out, finish];
}

function whole(reply: unknown): ModelChunk[] | undefined {
  const reader = new ReplyReader();
  const out: ModelChunk[] = [];
  if (!reader.readWhole(reply, out)) return undefined;
  return [...out, reader.finish("request-1") as ModelChunk];
}

const delta = (contentBlockIndex: number, content: object) => ["contentBlockDelta", { contentBlockIndex, delta: content }] as const;
const start = (contentBlockIndex: number, toolUse: object) => ["contentBlockStart", { contentBlockIndex, start: { toolUse } }] as const;
const stop = (stopReason: string) => ["messageStop", { stopReason }] as const;
const metadata = ["metadata", { usage: someUsage, metrics: { latencyMs: 1 } }] as const;

test("text comes as it is sent, and the usage after the end", () => {
  expect(
    read([
      ["messageStart", { role: "assistant" }],
      delta(0, { text: "Hel" }),
      delta(0, { text: "lo" }),
      ["contentBlockStop", { contentBlockIndex: 0 }],
      stop("end_turn"),
      metadata,
    ]),
  ).toEqual([
    { type: "text", text: "Hel" },
    { type: "text", text: "lo" },
    { type: "finish", reason: "stop", usage },
  ]);
});

test("a reply is whole only with its usage, and without it all the same when the stream ends", () => {
  const reader = new ReplyReader();
  reader.read(...stop("end_turn"), []);
  expect(reader.whole).toBe(false);
  expect(reader.finish(null)).toEqual({ type: "finish", reason: "stop" });
  reader.read(...metadata, []);
  expect(reader.whole).toBe(true);
});

test("calls are counted among themselves, whatever blocks stand between", () => {
  const events = [
    delta(0, { text: "Two things." }),
    start(1, { toolUseId: "t1", name: "weather" }),
    delta(1, { toolUse: { input: '{"pla' } }),
    start(3, { toolUseId: "t2", name: "time" }),
    delta(1, { toolUse: { input: 'ce":"Oslo"}' } }),
    delta(3, { toolUse: { input: "" } }),
    stop("tool_use"),
    metadata,
  ] as const;
  expect(read(events)).toEqual([
    { type: "text", text: "Two things." },
    { type: "tool_call", index: 0, id: "t1", name: "weather", arguments: "" },
    { type: "tool_call", index: 0, arguments: '{"pla' },
    { type: "tool_call", index: 1, id: "t2", name: "time", arguments: "" },
    { type: "tool_call", index: 0, arguments: 'ce":"Oslo"}' },
    { type: "finish", reason: "tool_calls", usage },
  ]);
});

test("a tool that runs at the vendor's is no call", () => {
  const events = [
    start(0, { toolUseId: "s1", name: "search", type: "server_tool_use" }),
    delta(0, { toolUse: { input: "{}" } }),
    stop("end_turn"),
    metadata,
  ] as const;
  expect(read(events)).toEqual([{ type: "finish", reason: "stop", usage }]);
});

test("signed and encrypted thinking is carried, in the order of the blocks", () => {
  const events = [
    delta(0, { reasoningContent: { text: "Let me " } }),
    delta(0, { reasoningContent: { text: "see." } }),
    delta(0, { reasoningContent: { signature: "sig" } }),
    // Two pieces of base64, each with its own padding.
    delta(1, { reasoningContent: { redactedContent: "AA==" } }),
    delta(1, { reasoningContent: { redactedContent: "AQI=" } }),
    delta(2, { text: "Look: " }),
    delta(2, { text: "rain." }),
    start(3, { toolUseId: "t1", name: "weather" }),
    stop("tool_use"),
    metadata,
  ] as const;
  const chunks = read(events);
  expect(chunks.filter(({ type }) => type === "reasoning")).toEqual([
    { type: "reasoning", text: "Let me " },
    { type: "reasoning", text: "see." },
  ]);
  expect(chunks.at(-1)).toEqual({
    type: "finish",
    reason: "tool_calls",
    usage,
    carry: [
      { reasoningContent: { reasoningText: { text: "Let me see.", signature: "sig" } } },
      { reasoningContent: { redactedContent: "AAEC" } },
      { text: "Look: rain." },
      { toolUse: "t1" },
    ],
  });
});

test("thinking without a signature is shown and not carried", () => {
  expect(read([delta(0, { reasoningContent: { text: "Hm." } }), delta(1, { text: "Yes." }), stop("end_turn")])).toEqual([
    { type: "reasoning", text: "Hm." },
    { type: "text", text: "Yes." },
    { type: "finish", reason: "stop" },
  ]);
});

test("a signature without words of thinking is carried as well", () => {
  expect(read([delta(0, { reasoningContent: { signature: "sig" } }), stop("end_turn")]).at(-1)).toMatchObject({
    carry: [{ reasoningContent: { reasoningText: { text: "", signature: "sig" } } }],
  });
});

test("the model that a router chose is the one that answered", () => {
  const routed = ["metadata", { usage: someUsage, trace: { promptRouter: { invokedModelId: "arn:aws:bedrock:m" } } }] as const;
  expect(read([stop("end_turn"), routed]).at(-1)).toMatchObject({ responseModel: "arn:aws:bedrock:m" });
});

test("events of other types and shapes give nothing", () => {
  const events = [
    ["contentBlockDelta", null],
    ["contentBlockDelta", { delta: 5 }],
    delta(0, { citation: { title: "t" } }),
    delta(0, { toolUse: { input: "{}" } }),
    delta(0, { reasoningContent: 7 }),
    ["contentBlockStart", { start: { image: { format: "png" } } }],
    ["messageStop", {}],
    ["somethingNew", { text: "x" }],
  ] as const;
  expect(read(events)).toEqual([]);
});

test("a whole reply reads like a streamed one", () => {
  const options = { thinking: { text: "Hm.", signature: "sig" }, toolCalls: [{ id: "t1", name: "weather", arguments: '{"place":"Oslo"}' }] };
  expect(whole(wholeReply("Rain.", options))).toEqual([
    { type: "reasoning", text: "Hm." },
    { type: "text", text: "Rain." },
    { type: "tool_call", index: 0, id: "t1", name: "weather", arguments: "" },
    { type: "tool_call", index: 0, arguments: '{"place":"Oslo"}' },
    {
      type: "finish",
      reason: "tool_calls",
      usage,
      responseId: "request-1",
      carry: [{ reasoningContent: { reasoningText: { text: "Hm.", signature: "sig" } } }, { text: "Rain." }, { toolUse: "t1" }],
    },
  ]);
  expect(whole({ output: { message: { content: [{ reasoningContent: { redactedContent: "AAEC" } }] } }, stopReason: "end_turn" })?.at(-1)).toMatchObject({
    carry: [{ reasoningContent: { redactedContent: "AAEC" } }],
  });
  for (const none of [{}, [], "x", { output: {} }, { output: { message: {} } }]) expect(whole(none)).toBeUndefined();
});

test("a stream gives the same chunks however its bytes are cut", () => {
  const thinking = { text: "Erst ä, dann €.", signature: "sig" };
  const toolCalls = [
    { name: "weather", arguments: '{"place":"Tromsø 😀"}' },
    { name: "time", arguments: "{}" },
  ];
  const events = replyEvents("Grüße 😀, wörld", { chunk: 3, thinking, toolCalls });
  const bytes = Buffer.concat(events);
  const chunksOf = (pieces: readonly Uint8Array[]): ModelChunk[] => {
    const messages = new MessageReader();
    const reader = new ReplyReader();
    const out: ModelChunk[] = [];
    for (const piece of pieces) {
      const arrived: Parameters<MessageReader["push"]>[1] = [];
      messages.push(piece, arrived);
      for (const { headers, payload } of arrived) reader.read(headers[":event-type"] ?? "", JSON.parse(Buffer.from(payload).toString()), out);
    }
    return [...out, reader.finish(null) as ModelChunk];
  };
  const expected = chunksOf(events);
  expect(expected.at(-1)).toMatchObject({ type: "finish", reason: "tool_calls", usage });
  const ends: number[] = [];
  for (const { length } of events) ends.push((ends.at(-1) ?? 0) + length);
  const everywhere = process.env["SOAK"] !== undefined;
  let cuts = 0;
  for (let at = 1; at < bytes.length; at++) {
    if (!everywhere && at % 7 !== 0 && !ends.some((end) => Math.abs(end - at) <= 16)) continue;
    cuts++;
    expect(chunksOf([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(expected);
  }
  expect(cuts).toBeGreaterThan(500);
  expect(chunksOf(Array.from(bytes, (_byte, at) => bytes.subarray(at, at + 1)))).toEqual(expected);
});
