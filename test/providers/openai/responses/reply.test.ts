import { expect, test } from "vitest";
import type { ModelChunk, ProviderError } from "../../../../src/agent/provider.ts";
import { EventReader, type ServerEvent } from "../../../../src/providers/common/sse.ts";
import { ResponseReader } from "../../../../src/providers/openai/responses/reply.ts";
import { itemOf, type ResponseOptions, responseBody, responseEvents, type Said } from "../../../support/responses-server.ts";
import { cutsOf } from "../cuts.ts";

const context = { secrets: [], host: "api.openai.com", signal: new AbortController().signal };
const usage = { input: 20, cachedInput: 4, cacheWrite: 0, output: 10, reasoning: 2 };
const finish = { type: "finish", reason: "stop", usage, responseId: "resp_1", responseModel: "gpt-5-mini" };
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The chunks of a stream that arrives in these pieces. */
function read(...pieces: readonly Uint8Array[]): readonly (ModelChunk | undefined)[] {
  const events = new EventReader();
  const reader = new ResponseReader(context);
  const arrived: ServerEvent[] = [];
  for (const piece of pieces) events.push(piece, arrived);
  events.end(arrived);
  const chunks: ModelChunk[] = [];
  for (const { data } of arrived) if (reader.read(JSON.parse(data), chunks)) break;
  return [...chunks, reader.finish()];
}

const streamed = (said: readonly Said[], options: ResponseOptions = {}) => read(bytesOf(responseEvents(said, options).join("")));
const whole = (body: unknown): readonly (ModelChunk | undefined)[] => {
  const reader = new ResponseReader(context);
  const chunks: ModelChunk[] = [];
  reader.read(body, chunks);
  return [...chunks, reader.finish()];
};

/** What comes of the chunks, however many there are. */
function sum(chunks: readonly (ModelChunk | undefined)[]) {
  const joined = (type: "text" | "reasoning") => chunks.map((chunk) => (chunk?.type === type ? chunk.text : "")).join("");
  const calls: { id: string | undefined; name: string | undefined; arguments: string }[] = [];
  for (const chunk of chunks) {
    if (chunk?.type !== "tool_call") continue;
    calls[chunk.index] ??= { id: chunk.id, name: chunk.name, arguments: "" };
    (calls[chunk.index] as { arguments: string }).arguments += chunk.arguments;
  }
  return { text: joined("text"), reasoning: joined("reasoning"), calls, finish: chunks.at(-1) };
}

const full: readonly Said[] = [
  { reasoning: "First ä thought.\n\nSecond 😀 one." },
  { text: "Grüße, 世界.", phase: "commentary" },
  { call: "weather", arguments: '{"place":"Tromsø"}', id: "a" },
  { call: "now", arguments: "{}", id: "b" },
  { text: "Let me see.", phase: "final_answer" },
];
const summed = {
  text: "Let me see.",
  reasoning: "First ä thought.\n\nSecond 😀 one.Grüße, 世界.",
  calls: [
    { id: "a", name: "weather", arguments: '{"place":"Tromsø"}' },
    { id: "b", name: "now", arguments: "{}" },
  ],
  finish: { ...finish, reason: "tool_calls", carry: { items: full.map(itemOf) } },
};

test("reasoning, what is said on the way, calls and text arrive in pieces, and all of it is carried", () => {
  const chunks = streamed(full);
  expect(sum(chunks)).toEqual(summed);
  expect(chunks.filter((chunk) => chunk?.type === "tool_call" && chunk.index === 0).length).toBeGreaterThan(2);
});

test("a reply that came whole gives the same as one that was streamed", () => {
  expect(sum(whole(responseBody(full)))).toEqual(summed);
});

test("a stream gives the same chunks wherever it is cut, with comments, carriage returns and empty lines, too", () => {
  const events = responseEvents(full);
  const plain = bytesOf(events.join(""));
  const chunks = read(plain);
  const decorated = bytesOf(
    events
      .map((event, at) => `${at % 2 === 0 ? ": ping\n\n" : "\n"}${event}`)
      .join("")
      .replaceAll("\n", "\r\n"),
  );
  expect(read(decorated)).toEqual(chunks);
  for (const bytes of [plain, decorated]) {
    for (const cut of cutsOf(bytes)) expect(read(bytes.subarray(0, cut), bytes.subarray(cut)), `cut at ${cut}`).toEqual(chunks);
  }
  expect(read(...Array.from(plain, (_byte, at) => plain.subarray(at, at + 1)))).toEqual(chunks);
});

test("plain text carries nothing", () => {
  expect(streamed([{ text: "Hello" }])).toEqual([{ type: "text", text: "Hello" }, finish]);
});

test("reasoning that is neither encrypted nor open is not carried, and without it the rest has no ids", () => {
  const said: readonly Said[] = [
    { reasoning: "", encrypted: null },
    { text: "Hm.", phase: "final_answer" },
  ];
  const { id: _, ...message } = itemOf(said[1] as Said, 1);
  expect(streamed(said).at(-1)).toEqual({ ...finish, carry: { items: [message] } });
  expect(streamed([said[0] as Said, { call: "now", arguments: "{}", id: "b" }]).at(-1)).toEqual({ ...finish, reason: "tool_calls" });
});

test("what the API writes as null, and the status of reasoning, is not carried", () => {
  const reasoning = { id: "rs_0", type: "reasoning", summary: [], encrypted_content: "gAAA", status: "completed", content: null };
  const last = whole({ ...responseBody([]), output: [reasoning, itemOf({ text: "Hi" }, 1)] }).at(-1);
  expect(last).toMatchObject({ carry: { items: [{ id: "rs_0", type: "reasoning", summary: [], encrypted_content: "gAAA" }, { id: "msg_1" }] } });
  expect(JSON.stringify(last)).not.toContain("null");
  expect(last).not.toMatchObject({ carry: { items: [{ status: "completed" }, {}] } });
});

test("a model whose thinking is open text streams it, and carries it", () => {
  const item = { id: "rs_0", type: "reasoning", summary: [], content: [{ type: "reasoning_text", text: "Hm." }] };
  const events = [
    { type: "response.output_item.added", output_index: 0, item: { ...item, content: [] } },
    { type: "response.reasoning_text.delta", output_index: 0, content_index: 0, delta: "Hm." },
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response: { ...responseBody([]), output: [item] } },
  ];
  expect(read(bytesOf(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("")))).toEqual([
    { type: "reasoning", text: "Hm." },
    { ...finish, carry: { items: [item] } },
  ]);
});

test("a refusal is its text and the reason refusal", () => {
  expect(sum(streamed([{ refusal: "I can't do that." }]))).toMatchObject({ text: "I can't do that.", finish: { reason: "refusal" } });
  expect(sum(whole(responseBody([{ refusal: "I can't do that." }])))).toMatchObject({ text: "I can't do that.", finish: { reason: "refusal" } });
});

test.each([
  ["max_output_tokens", "max_tokens"],
  ["content_filter", "content_filter"],
  ["max_messages", "other"],
])("a reply that is incomplete because of %s ends with %s, and carries nothing", (incomplete, reason) => {
  const last = streamed([{ reasoning: "Hm." }, { text: "Hel" }], { status: "incomplete", incomplete }).at(-1);
  expect(last).toEqual({ ...finish, reason });
});

test("a server that streams no pieces, or announces no item, is read", () => {
  const item = itemOf({ call: "now", arguments: '{"a":1}', id: "b" }, 0);
  const stream = (...events: object[]) => sum(read(bytesOf(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(""))));
  const completed = { type: "response.completed", response: { id: "resp_1", model: "m", output: [] } };
  const calls = [{ id: "b", name: "now", arguments: '{"a":1}' }];
  expect(stream({ type: "response.output_item.done", output_index: 0, item }, completed)).toMatchObject({ calls, finish: { reason: "tool_calls" } });
  const added = { type: "response.output_item.added", output_index: 0, item: { ...item, arguments: "" } };
  const done = { type: "response.function_call_arguments.done", output_index: 0, arguments: '{"a":1}' };
  expect(stream(added, done, { type: "response.output_item.done", output_index: 0, item }, completed)).toMatchObject({ calls });
  const delta = { type: "response.output_text.delta", output_index: 0, content_index: 0, delta: "Hi" };
  const message = { type: "response.output_item.done", output_index: 0, item: itemOf({ text: "Hi" }) };
  expect(stream(delta, message, completed)).toMatchObject({ text: "Hi", finish: { reason: "stop" } });
});

test("events of the vendor's own tools, of another shape and of another kind give nothing", () => {
  const reader = new ResponseReader(context);
  const chunks: ModelChunk[] = [];
  for (const event of [
    null,
    1,
    "x",
    [],
    {},
    { type: "response.web_search_call.searching", output_index: 0 },
    { type: 7 },
    { type: "response.output_text.delta" },
  ]) {
    expect(reader.read(event, chunks)).toBe(false);
  }
  expect(reader.read({ type: "response.output_item.done", output_index: 0, item: { type: "web_search_call", id: "ws_1" } }, chunks)).toBe(false);
  expect([chunks, reader.finish()]).toEqual([[], undefined]);
});

/** What a stream of these events throws. */
function failureOf(...events: readonly object[]): ProviderError {
  const reader = new ResponseReader(context);
  try {
    for (const event of events) reader.read(event, []);
  } catch (thrown) {
    return thrown as ProviderError;
  }
  throw new Error("it did not fail");
}
const failed = (code: string, message: string) => ({ type: "response.failed", response: responseBody([], { status: "failed", error: { code, message } }) });

test.each([
  ["server_error", "The server had an error.", "server_error"],
  ["rate_limit_exceeded", "Rate limit reached for gpt-5-mini. Please try again in 1.5s.", "rate_limit"],
  ["invalid_prompt", "Your prompt was flagged as potentially violating our usage policy.", "content_filter"],
  ["invalid_prompt", "The prompt is empty.", "invalid_request"],
  ["bio_policy", "This is about biology.", "content_filter"],
  ["misalignment_policy_violation", "This was stopped.", "content_filter"],
  ["image_content_policy_violation", "The image is not allowed.", "content_filter"],
  ["invalid_base64_image", "The image is no image.", "invalid_request"],
  ["image_file_not_found", "There is no such image.", "invalid_request"],
  ["failed_to_download_image", "The image could not be had.", "invalid_request"],
  ["vector_store_timeout", "The store was slow.", "timeout"],
  ["data_residency_mismatch", "The data is elsewhere.", "invalid_request"],
  ["something_new", "Something new.", "server_error"],
])("a reply that failed with %s (%s) is %s, and keeps its usage", (code, message, errorClass) => {
  const error = failureOf(failed(code, message));
  expect([error.class, error.message, error.usage]).toEqual([errorClass, message, usage]);
});

test("the time to wait is read out of the sentence", () => {
  expect(failureOf(failed("rate_limit_exceeded", "Please try again in 1.5s.")).retryAfterMs).toBe(1500);
  expect(failureOf(failed("rate_limit_exceeded", "Please try again in 6m0s. Visit …")).retryAfterMs).toBe(360_000);
  expect(failureOf(failed("rate_limit_exceeded", "Please try again in 20ms.")).retryAfterMs).toBe(20);
  expect(failureOf(failed("rate_limit_exceeded", "Please retry after 22 seconds. Please go here")).retryAfterMs).toBe(22_000);
  expect(failureOf(failed("rate_limit_exceeded", "Slow down.")).retryAfterMs).toBeUndefined();
});

test("an event that is an error fails the reply", () => {
  const error = failureOf({ type: "error", code: "rate_limit_exceeded", message: "Slow down.", param: null, sequence_number: 1 });
  expect([error.class, error.message]).toEqual(["rate_limit", "Slow down."]);
});
