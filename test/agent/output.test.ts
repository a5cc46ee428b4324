import { expect, test } from "vitest";
import { parseLoosely } from "../../src/agent/loose-json.ts";
import { defaultRetry } from "../../src/agent/retry.ts";
import type { AgentSpec } from "../../src/agent/spec.ts";
import type { JsonObject } from "../../src/diagnostics/json.ts";
import { manualClock } from "../support/clock.ts";
import { agent, ageOutput, modelOf, scripted, tool, user, type World, world } from "./world.ts";

const clock = manualClock();

function run(entries: readonly JsonObject[], spec: Partial<AgentSpec>, w: World = world(clock)): ReturnType<World["run"]> {
  return w.run(agent(scripted({ writer: entries }, clock), spec));
}

test.each(["native", "tool", "text"] as const)("a value comes back in the mode %s", async (mode) => {
  const { value } = await run([{ value: { age: 7 } }], { output: ageOutput({ mode }) });
  expect(value).toEqual({ age: 7 });
});

test.each(["native", "tool"] as const)("a root that is no record stands under `value` in the mode %s and comes back bare", async (mode) => {
  const schema = { type: "object", properties: { value: { type: "array", items: { type: "string" } } }, required: ["value"], additionalProperties: false };
  const { value } = await run([{ value: ["a", "b"] }], { output: ageOutput({ mode, schema, accepts: schema, wrapped: true }) });
  expect(value).toEqual(["a", "b"]);
});

test.each([
  ["is not JSON", "Seven.", "is not JSON: "],
  ["does not fit", '{"age":"7"}', "does not fit its type: /age must be integer"],
  ["has a key too many", '{"age":7,"name":"x"}', "does not fit its type: /name must NOT have additional properties"],
  ["is over a limit", '{"age":151}', "does not fit its type: /age must be <= 150"],
  ["is empty", " ", "was empty"],
])("a native reply that %s is invalid_output", async (_name, text, message) => {
  const w = world(clock);
  await expect(run([{ text }], { output: ageOutput() }, w)).rejects.toMatchObject({
    class: "invalid_output",
    code: "T612",
    message: expect.stringContaining(`The reply to the agent "writer" ${message}`),
  });
  expect(w.of("output.invalid")[0]).toMatchObject({ text });
});

test("native mode takes no fenced or loosely written value; text mode does", async () => {
  const text = "Here it is:\n```json\n{age: 7,}\n```\nAnything else?";
  await expect(run([{ text }], { output: ageOutput() })).rejects.toMatchObject({ class: "invalid_output" });
  expect((await run([{ text }], { output: ageOutput({ mode: "text" }) })).value).toEqual({ age: 7 });
});

test.each([
  ["bare", "[1, 2]", [1, 2]],
  ["in a fence", '```\n"x"\n```', "x"],
  ["between words", 'Sure! {"a": 1} Bye.', { a: 1 }],
  ["with single quotes", "{'a': 'b'}", { a: "b" }],
  ["cut short", '{"a": [1, 2', { a: [1, 2] }],
])("a JSON value %s is found", async (_name, text, value) => {
  expect(await parseLoosely(text)).toEqual(value);
});

test("words without any structure are no JSON value", async () => {
  await expect(parseLoosely("I cannot tell.")).rejects.toThrow();
});

test("a text agent may reply with nothing, but not be cut off", async () => {
  expect((await run([{ text: "" }], {})).value).toBe("");
  const cut = modelOf({
    async *complete() {
      yield { type: "text", text: "Half a sen" };
      yield { type: "finish", reason: "max_tokens" };
    },
  });
  await expect(world(clock).run(agent(cut))).rejects.toMatchObject({
    class: "invalid_output",
    message: 'The reply to the agent "writer" was cut off at max_tokens.',
    hint: "Raise `max_tokens` on its model, or ask for less.",
  });
});

test.each(["refusal", "content_filter"] as const)("a reply that ends with %s is content_filter", async (reason) => {
  const model = modelOf({
    async *complete() {
      yield { type: "text", text: "I cannot help with that." };
      yield { type: "finish", reason };
    },
  });
  await expect(world(clock).run(agent(model))).rejects.toMatchObject({
    class: "content_filter",
    message: 'The model refused to answer the agent "writer": I cannot help with that.',
  });
});

test("without repair an unfit reply stands; with a policy that lists invalid_output it is asked for again", async () => {
  const entries = [{ text: "nonsense" }, { value: { age: 7 } }];
  await expect(run(entries, { output: ageOutput() })).rejects.toMatchObject({ class: "invalid_output" });
  const w = world(clock);
  const retry = { ...defaultRetry, on: ["invalid_output" as const], delayMs: 0 };
  const result = run(entries, { output: ageOutput(), retry }, w);
  await w.until("retry.scheduled");
  await clock.advance(0);
  expect((await result).value).toEqual({ age: 7 });
  expect((await result).turns).toBe(1);
  expect(w.of("attempt.restarted")[0]).toMatchObject({ attempt: 2 });
  expect(w.of("model.requested")[1]?.request.messages).toEqual([user("Go")]);
});

test("repair sends the author's words as the next user message, up to its max, and the retry policy is not consulted", async () => {
  const w = world(clock);
  const repair = { max: 2, render: (output: string, error: string) => `Wrong: ${output} (${error})` };
  const { value, messages, turns } = await run(
    [{ text: '{"age":-1.5}' }, { text: "" }, { value: { age: 7 } }],
    { output: ageOutput(), repair, retry: { ...defaultRetry, on: ["invalid_output"] } },
    w,
  );
  expect(value).toEqual({ age: 7 });
  expect(turns).toBe(3);
  expect(messages).toEqual([
    user("Go"),
    { role: "assistant", content: '{"age":-1.5}' },
    user('Wrong: {"age":-1.5} (/age must be integer)'),
    user("Wrong:  (empty)"),
    { role: "assistant", content: '{"age":7}' },
  ]);
  expect(w.of("repair.sent").map(({ repair: n, max }) => [n, max])).toEqual([
    [1, 2],
    [2, 2],
  ]);
  await expect(run([{ text: "a" }, { text: "b" }, { text: "c" }], { output: ageOutput(), repair })).rejects.toMatchObject({ class: "invalid_output" });
});

test("a repaired call of the result tool is answered with an empty string first", async () => {
  const repair = { max: 1, render: () => "Again." };
  const { messages } = await run([{ value: { age: "x" } }, { value: { age: 7 } }], { output: ageOutput({ mode: "tool" }), repair });
  expect(messages).toEqual([
    user("Go"),
    { role: "assistant", content: "", toolCalls: [{ id: "call_0", name: "writer", arguments: '{"age":"x"}' }] },
    { role: "tool", callId: "call_0", name: "writer", content: "" },
    user("Again."),
    { role: "assistant", content: "", toolCalls: [{ id: "call_1", name: "writer", arguments: '{"age":7}' }] },
    { role: "tool", callId: "call_1", name: "writer", content: "" },
  ]);
});

test("other calls of the turn that calls the result tool run first", async () => {
  const seen: string[] = [];
  const look = tool("look", async () => {
    seen.push("look");
    return "seen";
  });
  const { value, messages } = await run([{ value: { age: 7 }, tool_calls: [{ name: "look" }] }], { output: ageOutput({ mode: "tool" }), tools: [look] });
  expect(value).toEqual({ age: 7 });
  expect(seen).toEqual(["look"]);
  expect(messages.filter(({ role }) => role === "tool").map(({ content }) => content)).toEqual(["", "seen"]);
});

test("in tool mode a reply without a call is invalid_output", async () => {
  await expect(run([{ text: "Seven." }], { output: ageOutput({ mode: "tool" }) })).rejects.toMatchObject({
    class: "invalid_output",
    message: 'The reply to the agent "writer" was text in place of a call.',
  });
});

test("a condition of `ensure` that does not hold is invalid_output, a `check` is only told", async () => {
  const ensure = (value: unknown): string | undefined => ((value as { age: number }).age > 5 ? undefined : "result.age > 5");
  await expect(run([{ value: { age: 3 } }], { output: ageOutput({ ensure }) })).rejects.toMatchObject({
    class: "invalid_output",
    message: 'The reply to the agent "writer" does not hold to `ensure`: result.age > 5.',
  });
  const w = world(clock);
  const { value } = await run([{ value: { age: 7 } }], { output: ageOutput({ ensure, check: () => ["plausible"] }) }, w);
  expect(value).toEqual({ age: 7 });
  expect(w.of("check.failed")).toMatchObject([{ check: "plausible", agent: "writer" }]);
});

test("what is absent is completed before conditions look at it", async () => {
  const accepts = { type: "object", properties: { age: { anyOf: [{ type: "integer" }, { type: "null" }] } }, additionalProperties: false };
  const output = ageOutput({
    accepts,
    complete: (value) => ({ age: null, ...(value as JsonObject) }),
    ensure: (value) => ((value as JsonObject)["age"] === null ? undefined : "no"),
  });
  expect((await run([{ text: "{}" }], { output })).value).toEqual({ age: null });
});
