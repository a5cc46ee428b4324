import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import type { Message, ModelChunk, ModelRequest } from "../../../src/agent/provider.ts";
import type { Json, JsonObject, JsonSchema } from "../../../src/diagnostics/json.ts";
import { fittingValue } from "../../../src/providers/simulator/fitting-value.ts";
import { type SimulatorOptions, simulator } from "../../../src/providers/simulator/index.ts";
import { repliesSchema } from "../../../src/providers/simulator/replies.schema.ts";
import { manualClock, settled } from "../../support/clock.ts";

const user = (content: string): Message => ({ role: "user", content });

function request(more: { messages?: readonly Message[]; origin?: Partial<ModelRequest["origin"]> } = {}): ModelRequest {
  return {
    model: "gpt-5-mini",
    messages: more.messages ?? [user("Hello")],
    tools: [],
    toolChoice: "auto",
    parameters: {},
    origin: { runId: "r", agent: "writer", path: "wf/writer/turn[0]", attempt: 1, outputMode: "text", ...more.origin },
  };
}

/** A simulator on its own clock, and how it answers: the text, the calls, and the last chunk. */
function sim(
  entries?: readonly JsonObject[],
  options: SimulatorOptions = {},
): (asked?: ModelRequest) => Promise<{ text: string; calls: unknown[]; chunks: ModelChunk[] }> {
  const clock = manualClock();
  if (entries !== undefined) expect(new Ajv2020({ strict: false }).validate(repliesSchema, { writer: entries })).toBe(true);
  const provider = simulator({ replies: "talk.json", ...options }, { clock, ...(entries === undefined ? {} : { replies: { writer: entries } }) });
  return async (asked = request()) => {
    const chunks: ModelChunk[] = [];
    for await (const chunk of provider.complete(asked, new AbortController().signal)) chunks.push(chunk);
    const text = chunks.map((chunk) => (chunk.type === "text" ? chunk.text : "")).join("");
    return { text, calls: chunks.filter(({ type }) => type === "tool_call"), chunks };
  };
}

test("without a script text is the agent's name and the first sixty characters of the last user message", async () => {
  const messages = [user("First"), { role: "assistant", content: "…" } as const, user(`${"é😀".repeat(40)}`)];
  expect((await sim()(request({ messages }))).text).toBe(`[writer] ${"é😀".repeat(30)}`);
});

test("text arrives in pieces of the size that is written", async () => {
  const { chunks } = await sim([{ text: "abcdefg" }], { chunk: 3 })();
  expect(chunks).toEqual([
    { type: "text", text: "abc" },
    { type: "text", text: "def" },
    { type: "text", text: "g" },
    { type: "finish", reason: "stop", responseModel: "gpt-5-mini" },
  ]);
});

const record = (properties: JsonObject): JsonSchema => ({ type: "object", properties, required: Object.keys(properties), additionalProperties: false });

test.each<[string, JsonSchema, Json]>([
  ["the first literal", { type: "string", enum: ["low", "high"] }, "low"],
  ["false", { type: "boolean" }, false],
  ["0", { type: "integer" }, 0],
  ["the minimum", { type: "integer", minimum: 3 }, 3],
  ["the maximum where that is below 0", { type: "number", maximum: -2 }, -2],
  ["text", { type: "string" }, "text"],
  ["longer text", { type: "string", minLength: 6 }, "textte"],
  ["shorter text", { type: "string", maxLength: 2 }, "te"],
  ["one element", { type: "array", items: { type: "string" } }, ["text"]],
  ["so many elements as there must be", { type: "array", items: { type: "integer" }, minItems: 3, maxItems: 5 }, [0, 0, 0]],
  ["none where there may be none", { type: "array", items: { type: "integer" }, maxItems: 0 }, []],
  ["an empty map", { type: "object", additionalProperties: { type: "integer" } }, {}],
  ["a record with all its fields", record({ a: { type: "string" }, b: record({ c: { type: "boolean" } }) }), { a: "text", b: { c: false } }],
  ["the first of a union", { anyOf: [record({ kind: { type: "string", enum: ["x"] } }), { type: "null" }] }, { kind: "x" }],
  ["a value where null would do", { type: ["integer", "null"] }, 0],
])("the smallest value that fits: %s", (_name, schema, expected) => {
  expect(fittingValue(schema)).toEqual(expected);
  expect(new Ajv2020({ strict: false }).validate(schema, fittingValue(schema))).toBe(true);
});

test.each([
  "^[a-z]+$",
  "^[A-Z]{2}-\\d{4}$",
  "^QX-[0-9]{4}$",
  "^(north|south)\\s\\w+!?$",
  "^[^a-z]{3,}$",
  "^\\d{4}-\\d{2}-\\d{2}$",
  "^https?://[a-z.]+/(?:a|b)*$",
  "^\\p{Lu}\\p{Ll}*$",
  "^(?=.*\\d)[a-z0-9]+$",
])("text fits the pattern %s", (pattern) => {
  const value = fittingValue({ type: "string", pattern });
  if (pattern.includes("(?=")) expect(typeof value).toBe("string");
  else expect(value).toMatch(new RegExp(pattern, "u"));
});

test("text is stretched to fit a pattern and a length", () => {
  const value = fittingValue({ type: "string", pattern: "^[A-Z]+$", minLength: 5 });
  expect(value).toMatch(/^[A-Z]{5,}$/);
});

const typed = (outputMode: "native" | "tool" | "text", wrapped = false): ModelRequest => {
  const inner = { type: "integer" };
  return request({ origin: { outputMode, wrapped, resultSchema: wrapped ? record({ value: inner }) : record({ age: inner }) } });
};

test("a made-up value comes as JSON text, or as a call of the result tool", async () => {
  expect((await sim()(typed("native"))).text).toBe('{"age":0}');
  expect((await sim()(typed("text"))).text).toBe('{"age":0}');
  expect((await sim()(typed("tool"))).calls).toEqual([{ type: "tool_call", index: 0, id: "call_0", name: "writer", arguments: '{"age":0}' }]);
});

test("a scripted value comes in the way in which it was asked for", async () => {
  expect((await sim([{ value: { age: 7 } }])(typed("native"))).text).toBe('{"age":7}');
  expect((await sim([{ value: 7 }])(typed("native", true))).text).toBe('{"value":7}');
  expect((await sim([{ value: 7 }])(typed("tool", true))).calls).toMatchObject([{ name: "writer", arguments: '{"value":7}' }]);
  expect((await sim([{ value: "as it is" }])(request())).text).toBe("as it is");
});

test("calls are numbered through a conversation; arguments written as text are sent as they are", async () => {
  const ask = sim([{ text: "Wait.", tool_calls: [{ name: "a" }, { name: "b", arguments: "{broken" }] }]);
  const answered: Message = { role: "tool", callId: "call_0", name: "a", content: "" };
  const { text, calls, chunks } = await ask(request({ messages: [user("x"), answered] }));
  expect(text).toBe("Wait.");
  expect(calls).toEqual([
    { type: "tool_call", index: 0, id: "call_1", name: "a", arguments: "{}" },
    { type: "tool_call", index: 1, id: "call_2", name: "b", arguments: "{broken" },
  ]);
  expect(chunks.at(-1)).toMatchObject({ type: "finish", reason: "tool_calls" });
});

const conversation: readonly Message[] = [
  { role: "system", content: "Be kind." },
  user("First"),
  { role: "assistant", content: "", toolCalls: [{ id: "1", name: "look", arguments: "{}" }] },
  { role: "tool", callId: "1", name: "look", content: "seen" },
];

test.each<[JsonObject, boolean]>([
  [{ contains: "irs" }, true],
  [{ contains: "seen" }, false],
  [{ system: "kind" }, true],
  [{ system: "cruel" }, false],
  [{ after_tool: "look" }, true],
  [{ after_tool: "listen" }, false],
  [{ path: "wf/found[2]/writer/turn[1]" }, true],
  [{ path: "wf/found[2]/writer" }, true],
  [{ path: "wf/*/writer/turn[1]" }, true],
  [{ path: "**/writer" }, true],
  [{ path: "wf/**" }, true],
  [{ path: "wf/*" }, false],
  [{ path: "wf/found[?]/writer" }, true],
  [{ path: "wf/found[1]/**" }, false],
  [{ contains: "First", after_tool: "look" }, true],
  [{ contains: "First", after_tool: "listen" }, false],
])("`when` %j fits: %s", async (when, fits) => {
  const asked = request({ messages: conversation, origin: { path: "wf/found[2]/writer/turn[1]" } });
  const ask = sim([{ when, text: "this one" }, { text: "another" }]);
  expect((await ask(asked)).text).toBe(fits ? "this one" : "another");
});

test("the first entry that fits and is not used up answers, once, so many times, or always", async () => {
  const ask = sim([{ text: "once" }, { text: "twice", times: 2 }, { text: "always", times: "always" }]);
  const said: string[] = [];
  for (let i = 0; i < 5; i++) said.push((await ask()).text);
  expect(said).toEqual(["once", "twice", "twice", "always", "always"]);
});

test("when none is left it says what was asked and what to add, and is never tried again", async () => {
  const ask = sim([{ text: "once" }]);
  await ask();
  await expect(ask(request({ messages: conversation }))).rejects.toMatchObject({
    class: "invalid_request",
    shouldRetry: false,
    message: 'In talk.json no entry for "writer" is left that fits. Asked at wf/writer/turn[0] after the tool look: "First"',
    hint: 'Add an entry like { "text": "…" } to "writer" in talk.json, or give one that may answer again "times": "always".',
  });
  await expect(ask(request({ origin: { agent: "stranger" } }))).rejects.toMatchObject({
    message: expect.stringContaining('there are no entries for "stranger"'),
    hint: expect.stringContaining('Add "stranger": [{ "text": "…" }] in talk.json'),
  });
});

test("a scripted error has the vendor's status and the server's word", async () => {
  await expect(sim([{ error: "rate_limit", retry_after: "1.5s" }])()).rejects.toMatchObject({ class: "rate_limit", status: 429, retryAfterMs: 1500 });
  await expect(sim([{ error: "connection" }])()).rejects.toMatchObject({ class: "connection", status: undefined, retryAfterMs: undefined });
});

test("text beside an error is a stream that breaks", async () => {
  const provider = simulator({}, { clock: manualClock(), replies: { writer: [{ text: "Once upon", error: "connection" }] } });
  const seen: ModelChunk[] = [];
  const read = async (): Promise<void> => {
    for await (const chunk of provider.complete(request(), new AbortController().signal)) seen.push(chunk);
  };
  await expect(read()).rejects.toMatchObject({ class: "connection" });
  expect(seen).toEqual([{ type: "text", text: "Once upon" }]);
});

test("usage is what is written; what is left out of it is estimated and marked", async () => {
  const whole = await sim([{ text: "x", usage: { input: 100, cached_input: 40, output: 20, reasoning: 5 } }])();
  expect(whole.chunks.at(-1)).toMatchObject({ usage: { input: 100, cachedInput: 40, cacheWrite: 0, output: 20, reasoning: 5 } });
  expect(whole.chunks.at(-1)).not.toMatchObject({ usage: { estimated: true } });
  const part = await sim([{ text: "12345", usage: { input: 100 } }])();
  expect(part.chunks.at(-1)).toMatchObject({ usage: { input: 100, output: 2, estimated: true } });
});

test("a reply comes after its latency, and a cancellation ends the wait", async () => {
  const clock = manualClock();
  const provider = simulator({}, { clock, replies: { writer: [{ text: "Late.", latency: "200ms", times: "always" }] } });
  const read = async (signal: AbortSignal): Promise<string> => {
    let text = "";
    for await (const chunk of provider.complete(request(), signal)) if (chunk.type === "text") text += chunk.text;
    return text;
  };
  let said: string | undefined;
  const first = read(new AbortController().signal).then((text) => {
    said = text;
  });
  await clock.advance(199);
  expect(said).toBeUndefined();
  await clock.advance(1);
  await first;
  expect(said).toBe("Late.");

  const stop = new AbortController();
  const second = read(stop.signal);
  await settled();
  stop.abort(new Error("enough"));
  await expect(second).rejects.toThrow("enough");
  expect(clock.sleepers).toBe(0);
});
