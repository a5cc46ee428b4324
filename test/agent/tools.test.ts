import { expect, test } from "vitest";
import type { Message } from "../../src/agent/provider.ts";
import { defaultRetry } from "../../src/agent/retry.ts";
import type { Tool } from "../../src/agent/spec.ts";
import { callTool } from "../../src/agent/tool-call.ts";
import { RunError } from "../../src/diagnostics/errors.ts";
import { manualClock, settled } from "../support/clock.ts";
import { agent, scripted, tool, type World, world } from "./world.ts";

/** What the model is told that its one call came to. */
async function told(tools: readonly Tool[], call: { name: string; arguments?: string | object }, w: World = world(manualClock())): Promise<string> {
  const { clock } = w.runtime;
  const model = scripted({ writer: [{ tool_calls: [call as { name: string }] }, { text: "Done." }] }, clock);
  const { messages } = await w.run(agent(model, { tools }));
  const answer = messages.find((message): message is Extract<Message, { role: "tool" }> => message.role === "tool");
  return answer?.content ?? "";
}

const failing = (thrown: unknown, more: Partial<Tool> = {}): Tool =>
  tool(
    "look",
    async () => {
      throw thrown;
    },
    more,
  );

test.each([
  ["a text as it is", 'say "hi"', 'say "hi"'],
  ["anything else as JSON", { a: [1, null] }, '{"a":[1,null]}'],
  ["null as JSON", null, "null"],
])("a result reaches the model as %s", async (_name, result, expected) => {
  expect(await told([tool("look", async () => result)], { name: "look" })).toBe(expected);
});

test("a long result is cut, and says how long it was", async () => {
  const w = world(manualClock());
  expect(JSON.parse(await told([tool("look", async () => "abcdefghij", { maxResult: 4 })], { name: "look" }, w))).toEqual({
    truncated: true,
    text: "abcd",
    of: 10,
  });
  expect(w.of("tool.returned")[0]).toMatchObject({ result: "abcdefghij", truncatedFrom: 10 });
  const long = await told([tool("look", async () => "x".repeat(20_001))], { name: "look" });
  expect(JSON.parse(long)).toMatchObject({ truncated: true, of: 20_001 });
});

test("what a tool throws is told to the model in the tool's own words", async () => {
  const w = world(manualClock());
  expect(await told([failing(new Error("no such file"))], { name: "look" }, w)).toBe('{"error":"tool_error","message":"no such file"}');
  expect(w.of("tool.failed")[0]?.error).toMatchObject({
    class: "tool_error",
    message: 'The tool "look" failed: no such file.',
    path: "writer/turn[0]/call[0]/look",
  });
  expect(await told([failing(Object.assign(new Error("try later"), { code: "rate_limit" }))], { name: "look" })).toBe(
    '{"error":"rate_limit","message":"try later"}',
  );
  expect(await told([failing(new RunError("bad_value", "A sentence of ours."))], { name: "look" })).toBe('{"error":"bad_value"}');
  expect(await told([failing("just words")], { name: "look" })).toBe('{"error":"tool_error","message":"just words"}');
});

test("the author's words take the place of the error's form", async () => {
  const onError = (errorClass: string, message?: string): string => `Sorry (${errorClass}): ${message}`;
  expect(await told([failing(new Error("no such file"), { onError })], { name: "look" })).toBe("Sorry (tool_error): no such file");
});

test("an unknown tool is not found", async () => {
  const w = world(manualClock());
  expect(await told([], { name: "nonesuch" }, w)).toBe('{"error":"not_found","message":"nonesuch"}');
  expect(w.of("tool.failed")[0]?.error.class).toBe("not_found");
});

const typed = { type: "object", properties: { limit: { type: "integer" } }, required: ["limit"], additionalProperties: false };

test.each([
  ['{"limit":"3"}', "/limit must be integer"],
  ["{}", "must have required property 'limit'"],
  ['{"limit":3,"more":1}', "/more must NOT have additional properties"],
  ["[]", "must be object"],
  ["", "must have required property 'limit'"],
])("arguments %s do not reach the tool; the model is told why in the validator's words", async (text, message) => {
  let called = false;
  const look = tool(
    "look",
    async () => {
      called = true;
      return "";
    },
    { parameters: typed },
  );
  expect(JSON.parse(await told([look], { name: "look", arguments: text }))).toEqual({ error: "invalid_request", message });
  expect(called).toBe(false);
});

test("arguments that are no JSON are told as such", async () => {
  const answer = JSON.parse(await told([tool("look", async () => "")], { name: "look", arguments: '{"limit": ' }));
  expect(answer).toMatchObject({ error: "invalid_request", message: expect.stringContaining("JSON") });
});

test("arguments are completed with defaults once they fit", async () => {
  const look = tool("look", async (args) => args, { complete: (args) => ({ limit: 3, ...args }) });
  expect(await told([look], { name: "look", arguments: { q: "x" } })).toBe('{"limit":3,"q":"x"}');
});

test.each(["budget", "cancelled", "internal", "auth", "quota"] as const)("%s is not told to the model: it ends the run", async (errorClass) => {
  await expect(told([failing(Object.assign(new Error("over"), { code: errorClass }))], { name: "look" })).rejects.toMatchObject({ class: errorClass });
});

test("a call that ends the run cancels its siblings and waits until they have wound down", async () => {
  const clock = manualClock();
  const w = world(clock);
  let wound = false;
  const patient = tool(
    "patient",
    (_args, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          wound = true;
          reject(signal.reason);
        });
      }),
  );
  const model = scripted({ writer: [{ tool_calls: [{ name: "patient" }, { name: "look" }] }] }, clock);
  const spec = agent(model, { tools: [patient, failing(Object.assign(new Error("no money"), { code: "budget" }))] });
  await expect(w.run(spec)).rejects.toMatchObject({ class: "budget" });
  expect(wound).toBe(true);
  expect(w.of("tool.failed").map(({ tool: name, error }) => [name, error.class])).toEqual([
    ["look", "budget"],
    ["patient", "cancelled"],
  ]);
});

test("a tool has a minute unless something is written; its signal aborts, and the model is told", async () => {
  const clock = manualClock();
  const w = world(clock);
  const slow = tool("look", (_args, { signal }) => new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))));
  const answer = told([slow], { name: "look" }, w);
  await w.until("tool.called");
  await clock.advance(59_999);
  expect(w.of("tool.failed")).toHaveLength(0);
  await clock.advance(1);
  expect(await answer).toBe('{"error":"timeout"}');
  expect(w.of("tool.failed")[0]?.error.message).toBe('The tool "look" did not finish within its 1m.');
});

test("a tool that tells of its progress has a minute more each time, ten at the most, and no more than what is written", async () => {
  for (const [timeoutMs, minutes] of [
    [undefined, 10],
    [60_000, 1],
  ] as const) {
    const clock = manualClock();
    const w = world(clock);
    let tell = (): void => undefined;
    const slow = tool(
      "look",
      (_args, { signal, progress }) => {
        tell = progress;
        return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      },
      timeoutMs === undefined ? {} : { timeoutMs },
    );
    const answer = told([slow], { name: "look" }, w);
    await w.until("tool.called");
    for (let second = 0; second < minutes * 60 - 1; second++) {
      await clock.advance(1000);
      tell();
    }
    expect(w.of("tool.failed")).toHaveLength(0);
    await clock.advance(1000);
    expect(await answer).toBe('{"error":"timeout"}');
  }
});

test("what a tool attaches goes beside its result, after the text that the model reads", async () => {
  const w = world(manualClock());
  const image = { type: "image" as const, mediaType: "image/png", data: () => "AAAA" };
  const look = tool("look", async (_args, { attach }) => {
    attach([image]);
    return { seen: true };
  });
  const model = scripted({ writer: [{ tool_calls: [{ name: "look" }] }, { text: "Done." }] }, w.runtime.clock);
  const { messages } = await w.run(agent(model, { tools: [look] }));
  expect(messages.find(({ role }) => role === "tool")).toEqual({
    ...{ role: "tool", callId: "call_0", name: "look", content: '{"seen":true}' },
    parts: [{ type: "text", text: '{"seen":true}' }, image],
  });
});

test("tools that change are offered from the next turn on", async () => {
  const w = world(manualClock());
  const first = tool("first", async () => "one");
  const second = tool("second", async () => "two");
  let now: readonly Tool[] = [first];
  const grow = tool("grow", async () => {
    now = [first, second];
    return "grown";
  });
  now = [first, grow];
  const model = scripted({ writer: [{ tool_calls: [{ name: "grow" }] }, { tool_calls: [{ name: "second" }] }, { text: "Done." }] }, w.runtime.clock);
  await w.run(agent(model, { tools: now, toolsNow: () => now }));
  expect(w.of("model.requested").map(({ request }) => request.tools.map(({ name }) => name).join(" "))).toEqual(["first grow", "first second", "first second"]);
  expect(w.of("tool.returned").map(({ result }) => result)).toEqual(["grown", "two"]);
});

test("a tool that does not stop is abandoned two seconds later", async () => {
  const clock = manualClock();
  const w = world(clock);
  const answer = told([tool("look", () => new Promise(() => undefined), { timeoutMs: 1000 })], { name: "look" }, w);
  await w.until("tool.called");
  await clock.advance(2999);
  expect(w.of("tool.abandoned")).toHaveLength(0);
  await clock.advance(1);
  expect(await answer).toBe('{"error":"timeout"}');
  expect(w.story("agent.started", "model.queued", "model.requested", "model.delta", "model.replied", "budget.spent", "agent.finished")).toBe(
    "tool.called tool.abandoned tool.failed",
  );
});

test("a cancellation reaches the tool and is the run's error", async () => {
  const clock = manualClock();
  const w = world(clock);
  const stop = new AbortController();
  const slow = tool("look", (_args, { signal }) => new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("stopped")))));
  const model = scripted({ writer: [{ tool_calls: [{ name: "look" }] }] }, clock);
  const run = w.run(agent(model, { tools: [slow] }), { signal: stop.signal });
  await w.until("tool.called");
  await settled();
  const reason = new RunError("cancelled", "Enough.");
  stop.abort(reason);
  await expect(run).rejects.toBe(reason);
});

test("denied calls do not reach the tool", async () => {
  const look = tool("look", async () => "seen", { deny: ({ path }) => path === "/etc" });
  expect(await told([look], { name: "look", arguments: { path: "/etc" } })).toBe('{"error":"denied"}');
  expect(await told([look], { name: "look", arguments: { path: "notes" } })).toBe("seen");
});

test("a tool that asks for approval waits where nobody is there to give it, and ends the run with what it would do", async () => {
  const w = world(manualClock());
  const look = tool("look", async () => "seen", { needsApproval: () => true, approvalPlace: "t:1:2" });
  await expect(told([look], { name: "look", arguments: { q: "tides" } }, w)).rejects.toMatchObject({
    code: "T641",
    class: "cancelled",
    hint: "Answer with the option `answers`, or give the run the hooks `ask` and `approve`.",
    questions: [{ of: "approval", tool: "look", arguments: { q: "tides" }, place: "t:1:2" }],
  });
  expect(w.of("tool.returned")).toEqual([]);
});

test("a hook may change the arguments of a call, or answer in its place", async () => {
  const changing = world(manualClock(), { hooks: { beforeTool: () => ({ arguments: { changed: true } }) } });
  expect(await told([tool("look", async (args) => args)], { name: "look" }, changing)).toBe('{"changed":true}');
  const answering = world(manualClock(), { hooks: { beforeTool: ({ tool: name }) => ({ result: `no ${name}` }) } });
  expect(await told([failing(new Error("never"))], { name: "look" }, answering)).toBe("no look");
});

test("a tool that reads only is tried again as its policy says; others never are", async () => {
  const clock = manualClock();
  const w = world(clock);
  let tries = 0;
  const flaky = async (): Promise<string> => {
    tries++;
    if (tries < 3) throw Object.assign(new Error("busy"), { code: "connection" });
    return "seen";
  };
  const call = { path: "wf/look", signal: new AbortController().signal, pots: [] };
  const result = callTool(tool("look", flaky, { retry: { ...defaultRetry, jitter: "none" } }), {}, call, w.runtime);
  await settled();
  await clock.advance(500);
  expect(tries).toBe(2);
  await clock.advance(1000);
  expect(await result).toBe("seen");
  expect(w.of("tool.called").map(({ attempt }) => attempt)).toEqual([1, 2, 3]);

  tries = 0;
  await expect(callTool(tool("look", flaky), {}, call, w.runtime)).rejects.toMatchObject({ class: "connection" });
  expect(tries).toBe(1);
});

test("the idempotency key is the same for the same call of a run, and another for other arguments", async () => {
  const keys: string[] = [];
  const look = tool("look", async (_args, { idempotencyKey }) => {
    keys.push(idempotencyKey);
    return null;
  });
  const call = { path: "wf/look", signal: new AbortController().signal, pots: [] };
  for (const n of [1, 1, 2]) await callTool(look, { n }, call, world(manualClock()).runtime);
  expect(keys[0]).toBe(keys[1]);
  expect(keys[0]).not.toBe(keys[2]);
});

test("an agent as a tool runs under the call's path, is told by its own events alone, and its failure without words of ours", async () => {
  const clock = manualClock();
  const w = world(clock);
  const model = scripted(
    {
      writer: [{ tool_calls: [{ name: "helper" }] }, { when: { after_tool: "helper" }, tool_calls: [{ name: "helper" }] }, { text: "Done." }],
      helper: [{ text: "Helped." }, { text: "", error: "invalid_request" }],
    },
    clock,
  );
  const helper = tool("helper", async (_args, { path, signal, pots }) => (await w.run(agent(model, { name: "helper" }), { path, signal, pots })).value, {
    agent: true,
  });
  const { messages } = await w.run(agent(model, { tools: [helper] }));
  expect(messages.filter(({ role }) => role === "tool").map(({ content }) => content)).toEqual(["Helped.", '{"error":"invalid_request"}']);
  expect(w.of("agent.started").map(({ path }) => path)).toEqual(["writer", "writer/turn[0]/call[0]/helper", "writer/turn[1]/call[0]/helper"]);
  expect(w.of("tool.called")).toHaveLength(0);
  expect(w.of("agent.finished").find(({ agent: name }) => name === "writer")?.turns).toBe(3);
});
