import { expect, test } from "vitest";
import type { ModelChunk } from "../../../src/agent/provider.ts";
import { ReplyReader } from "../../../src/providers/gemini/reply.ts";

function read(...events: readonly unknown[]) {
  const reader = new ReplyReader();
  const chunks: ModelChunk[] = [];
  for (const event of events) reader.read(event, chunks);
  return { chunks, failure: reader.failure(), finish: reader.finish() };
}

const event = (parts: readonly object[], finishReason?: string, more: object = {}) => ({
  candidates: [{ content: { parts, role: "model" }, ...(finishReason === undefined ? {} : { finishReason }), index: 0, ...more }],
  modelVersion: "gemini-3.5-flash-001",
  responseId: "resp-1",
});
const ended = { type: "finish", reason: "stop", responseId: "resp-1", responseModel: "gemini-3.5-flash-001" };

test("text comes piece by piece, thoughts beside it, and what is empty gives nothing", () => {
  const { chunks, finish } = read(
    event([{ text: "Hm.", thought: true }]),
    event([{ text: "Hel" }]),
    event([{ text: "" }, { text: "lo" }]),
    event([{ text: "" }], "STOP"),
  );
  expect(chunks).toEqual([
    { type: "reasoning", text: "Hm." },
    { type: "text", text: "Hel" },
    { type: "text", text: "lo" },
  ]);
  expect(finish).toEqual(ended);
});

test("the last usage counts, and stands on the last chunk", () => {
  const usage = (promptTokenCount: number, candidatesTokenCount?: number) => ({ usageMetadata: { promptTokenCount, candidatesTokenCount } });
  const { finish } = read({ ...event([{ text: "a" }]), ...usage(5) }, { ...event([{ text: "b" }], "STOP"), ...usage(5, 3) }, { usageMetadata: {} });
  expect(finish?.usage).toEqual({ input: 5, cachedInput: 0, cacheWrite: 0, output: 3, reasoning: 0 });
});

test("calls come whole, several in one event or in several, with or without ids and arguments", () => {
  const { chunks, finish } = read(
    event([{ functionCall: { id: "x1", name: "f", args: { place: "Oslo" } } }, { functionCall: { name: "g" } }]),
    event([{ functionCall: { name: "f", args: {} } }]),
    event([{ text: "" }], "STOP"),
  );
  expect(chunks).toEqual([
    { type: "tool_call", index: 0, id: "x1", name: "f", arguments: '{"place":"Oslo"}' },
    { type: "tool_call", index: 1, id: "resp-1_1", name: "g", arguments: "{}" },
    { type: "tool_call", index: 2, id: "resp-1_2", name: "f", arguments: "{}" },
  ]);
  expect(finish?.reason).toBe("tool_calls");
});

test("what is signed goes back on the part where it came, and text in pieces as one text", () => {
  const { finish } = read(
    event([{ text: "I ", thought: true }]),
    event([{ text: "wonder.", thought: true }]),
    event([{ text: "One " }]),
    event([{ text: "moment." }]),
    event([{ functionCall: { name: "f", args: {} }, thoughtSignature: "c2lnMQ==" }, { functionCall: { name: "g", args: {} } }]),
    event([{ text: "Done" }]),
    event([{ text: "", thoughtSignature: "c2lnMg==" }], "STOP"),
  );
  expect(finish?.carry).toEqual([
    { text: "I wonder.", thought: true },
    { text: "One moment." },
    { functionCall: { name: "f", args: {} }, thoughtSignature: "c2lnMQ==" },
    { functionCall: { name: "g", args: {} } },
    { text: "Done" },
    { text: "", thoughtSignature: "c2lnMg==" },
  ]);
});

test("ids alone have to go back, and a reply without either carries nothing", () => {
  expect(read(event([{ functionCall: { id: "x1", name: "f" } }], "STOP")).finish?.carry).toEqual([{ functionCall: { id: "x1", name: "f" } }]);
  expect(read(event([{ text: "Hi", thought: true }, { text: "Hi" }, { functionCall: { name: "f" } }], "STOP")).finish).not.toHaveProperty("carry");
});

test("parts of kinds that are not ours are kept, and give nothing", () => {
  const code = { executableCode: { language: "PYTHON", code: "1" } };
  const { chunks, finish } = read(event([code, { text: "1", thoughtSignature: "cw==" }], "STOP"));
  expect(chunks).toEqual([{ type: "text", text: "1" }]);
  expect(finish?.carry).toEqual([code, { text: "1", thoughtSignature: "cw==" }]);
});

test("a second answer, and events of another shape, are passed over", () => {
  const { chunks, finish } = read(
    null,
    [],
    "x",
    { candidates: {} },
    { candidates: [{ index: 1, content: { parts: [{ text: "no" }] }, finishReason: "SAFETY" }] },
    event([{ text: "yes" }], "STOP"),
  );
  expect(chunks).toEqual([{ type: "text", text: "yes" }]);
  expect(finish).toEqual(ended);
});

test("a reply that never says why it ended is not over", () => {
  expect(read(event([{ text: "Hel" }])).finish).toBeUndefined();
  expect(read(event([{ text: "Hel" }], "FINISH_REASON_UNSPECIFIED")).finish).toBeUndefined();
});

test.each([
  [{ promptFeedback: { blockReason: "PROHIBITED_CONTENT" } }, "content_filter", "The prompt was blocked: PROHIBITED_CONTENT."],
  [{ promptFeedback: { blockReason: "MODEL_ARMOR", blockReasonMessage: "Blocked by a template." } }, "content_filter", "Blocked by a template."],
  [
    event([{ text: "Let me look." }], "MALFORMED_FUNCTION_CALL", { finishMessage: "Malformed function call: print(f(" }),
    "server_error",
    "The reply ended with MALFORMED_FUNCTION_CALL: Malformed function call: print(f(",
  ],
  [event([], "UNEXPECTED_TOOL_CALL"), "server_error", "The reply ended with UNEXPECTED_TOOL_CALL."],
  [event([{ text: "Hm", thought: true }], "OTHER"), "server_error", "The reply ended with OTHER."],
  [event([], "MISSING_THOUGHT_SIGNATURE"), "invalid_request", "The reply ended with MISSING_THOUGHT_SIGNATURE."],
])("no reply: %j", (only, errorClass, said) => {
  expect(read(only).failure).toEqual({ errorClass, said });
});

test.each([
  [event([], "SAFETY"), "content_filter"],
  [event([{ text: "Half of" }], "RECITATION"), "content_filter"],
  [event([{ text: "Half of" }], "LANGUAGE"), "other"],
  [event([], "STOP"), "stop"],
  [event([], "MAX_TOKENS"), "max_tokens"],
])("a reply: %j", (only, reason) => {
  const { failure, finish } = read(only);
  expect(failure).toBeUndefined();
  expect(finish?.reason).toBe(reason);
});

test("arguments in pieces, which only `extra` can ask for, are said to be too much", () => {
  const pieces = [{ functionCall: { name: "f", partialArgs: [{ jsonPath: "$.place", stringValue: "Os" }], willContinue: true } }];
  expect(read(event(pieces, "STOP")).failure).toEqual({
    errorClass: "invalid_request",
    said: "A call's arguments came in pieces.",
    hint: "Take `streamFunctionCallArguments` out of `extra`.",
  });
});
