import "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import type { Hooks } from "../../src/agent/hooks.ts";
import type { ModelChunk, Provider } from "../../src/agent/provider.ts";
import type { RunError } from "../../src/diagnostics/errors.ts";
import { tool } from "../../src/embed/tool.ts";
import { settled } from "../support/clock.ts";
import { type Stage, stage, telling } from "./world.ts";

/** What a host gives may throw, hang, or be something else. A run that it is given to ends all the same, in our words. */

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);
const calling = { writer: [{ tool_calls: [{ name: "look", arguments: {} }] }, { text: "Done." }] };
const look = (more: object = {}) => tool({ name: "look", parameters: {}, execute: () => "seen", ...more });
const finish: ModelChunk = { type: "finish", reason: "stop" };
const giving = (...chunks: readonly unknown[]): Provider => ({
  async *complete() {
    yield* chunks as ModelChunk[];
  },
});

/** The error of a run that is cancelled once `type` was told, and the clock that shows whether anything still waits. */
async function cancelledAt(type: Parameters<ReturnType<typeof telling>["until"]>[0], { clock }: Stage, agent: ReturnType<Stage["agent"]>): Promise<RunError> {
  const tale = telling();
  const run = agent.run("Go", tale);
  const error = run.then(
    () => expect.unreachable(),
    (thrown: RunError) => thrown,
  );
  await tale.until(type);
  await settled();
  const over = run.cancel("Enough.");
  // What does not end when it is told to is left behind after two seconds.
  await clock.advance(2000);
  await over;
  return error;
}
const enough = { class: "cancelled", message: "Enough." };

describe("a provider", () => {
  test("that hangs and hears no signal is left behind when the run is cancelled, and when its time is up", async () => {
    const provider: Provider = {
      async *complete() {
        yield await never<ModelChunk>();
      },
    };
    const one = stage();
    expect(await cancelledAt("model.requested", one, one.agent({ provider }))).toMatchObject(enough);
    const two = stage();
    const late = two.agent({ provider, timeoutMs: 500 }).run("Go");
    late.catch(() => undefined);
    await settled();
    await two.clock.advance(2500);
    await expect(late).rejects.toMatchObject({ class: "timeout" });
  });

  test("that is never there is not waited for after a cancellation", async () => {
    const one = stage();
    expect(await cancelledAt("agent.started", one, one.agent({ provider: never() }))).toMatchObject(enough);
  });

  test.each<readonly [what: string, provider: Provider, message: string]>([
    ["that gives no stream", { complete: () => undefined as never }, "Its provider gave no stream of chunks."],
    ["that promises one", { complete: (async () => giving(finish)) as never }, "Its provider gave no stream of chunks."],
    ["with a chunk that is none", giving("text", finish), "Its provider gave text in the place of a chunk."],
    ["with a chunk of an unknown type", giving({ type: "txt", text: "x" }, finish), 'Its provider gave a chunk of the type "txt".'],
    ["with a text that is none", giving({ type: "text" }, finish), 'Its provider gave a chunk "text" without a text.'],
    ["with a call that is none", giving({ type: "tool_call", name: "look" }, finish), 'Its provider gave a chunk "tool_call" without its `index`'],
    ["with a reason that is none", giving({ type: "finish" }), 'Its provider gave a chunk "finish" with the reason undefined.'],
    ["with a usage that is none", giving({ ...finish, usage: { input: Number.NaN } }), 'Its provider gave a chunk "finish" with a usage'],
  ])("%s fails the run and is not asked again", async (_what, provider, message) => {
    const tale = telling();
    await expect(stage().agent({ provider }).run("Go", tale)).rejects.toMatchObject({ class: "internal", message: expect.stringContaining(message) });
    expect(tale.events.filter(({ type }) => type === "model.requested")).toHaveLength(1);
  });

  test("that throws what is no ProviderError is told in its words", async () => {
    const provider: Provider = {
      complete() {
        throw new TypeError("x is not a function");
      },
    };
    await expect(stage().agent({ provider }).run("Go")).rejects.toMatchObject({ class: "internal", message: expect.stringContaining("x is not a function") });
  });
});

describe("a tool", () => {
  test("that throws is told to the model, and one that hangs and hears no signal is left behind", async () => {
    const { agent } = stage(calling);
    const { messages } = await agent({ tools: [look({ execute: () => Promise.reject(new Error("no lamp")) })] }).run("Go");
    expect(messages.find(({ role }) => role === "tool")?.content).toBe('{"error":"tool_error","message":"no lamp"}');
    const one = stage(calling);
    expect(await cancelledAt("tool.called", one, one.agent({ tools: [look({ execute: () => never() })] }))).toMatchObject(enough);
  });

  test("that hangs has the time that its tool has, and the model is told", async () => {
    const { agent, clock } = stage(calling);
    const tale = telling();
    const run = agent({ tools: [look({ execute: () => never(), timeoutMs: 100 })] }).run("Go", tale);
    await tale.until("tool.called");
    await clock.advance(2100);
    expect((await run).messages.find(({ role }) => role === "tool")?.content).toContain('"error":"timeout"');
  });

  test("whose approval is never found out does not hold the run up", async () => {
    const one = stage(calling);
    expect(await cancelledAt("tool.called", one, one.agent({ tools: [look({ needsApproval: () => never() })] }))).toMatchObject(enough);
  });
});

describe("a hook", () => {
  const hanging: readonly (readonly [keyof Hooks, Hooks, "agent.started" | "model.replied" | "tool.called"])[] = [
    ["beforeModel", { beforeModel: () => never() }, "agent.started"],
    ["afterModel", { afterModel: () => never() }, "model.replied"],
    ["beforeTool", { beforeTool: () => never() }, "tool.called"],
    ["afterTool", { afterTool: () => never() }, "tool.called"],
    ["approve", { approve: () => never() }, "tool.called"],
  ];

  test.each(hanging)("%s that hangs is left behind when the run is cancelled; its call is told", async (name, hooks, at) => {
    const one = stage(calling);
    const tale = telling();
    const writer = one.agent({ hooks, tools: [look({ needsApproval: name === "approve" })] });
    const run = writer.run("Go", tale);
    const error = run.catch((thrown: unknown) => thrown);
    await tale.until(at);
    await settled();
    await run.cancel("Enough.");
    expect(await error).toMatchObject(enough);
    expect(tale.events.find(({ type }) => type === "hook.called")).toMatchObject({ hook: name, error: { class: "cancelled" } });
    expect(one.clock.sleepers).toBeLessThan(2);
  });

  test.each(hanging)("%s that hangs ends with the time of the agent", async (name, hooks, at) => {
    const { agent, clock } = stage(calling);
    const tale = telling();
    const run = agent({ hooks, timeoutMs: 500, tools: [look({ needsApproval: name === "approve" })] }).run("Go", tale);
    run.catch(() => undefined);
    await tale.until(at);
    await settled();
    await clock.advance(500);
    await expect(run).rejects.toMatchObject({ class: "timeout" });
  });

  test("is told by its signal that nobody waits any more", async () => {
    const { agent } = stage(calling);
    const tale = telling();
    const stopped: unknown[] = [];
    const hooks: Hooks = {
      approve({ signal }) {
        signal.addEventListener("abort", () => stopped.push(signal.reason));
        return never();
      },
    };
    const run = agent({ hooks, tools: [look({ needsApproval: true })] }).run("Go", tale);
    run.catch(() => undefined);
    await tale.until("tool.called");
    await settled();
    await run.cancel("Enough.");
    expect(stopped).toMatchObject([enough]);
  });

  test.each<readonly [string, Hooks, string]>([
    ["approve", { approve: (() => true) as never }, "The hook approve failed: It gives { approved }, or undefined, and gave true."],
    ["beforeTool", { beforeTool: (() => ({})) as never }, "The hook beforeTool failed: It gives { arguments } or { result }, or undefined, and gave {}."],
    ["afterModel", { afterModel: (() => null) as never }, "The hook afterModel failed: It gives { reply }, or undefined, and gave null."],
    ["beforeModel", { beforeModel: () => Promise.reject(new Error("not my day")) }, "The hook beforeModel failed: not my day."],
  ])("%s that throws, or gives what is no decision, fails the run", async (_name, hooks, message) => {
    const { agent } = stage(calling);
    const run = agent({ hooks, tools: [look({ needsApproval: "approve" in hooks })] }).run("Go");
    await expect(run).rejects.toMatchObject({ class: "internal", message });
  });
});

describe("what an agent is given beside them", () => {
  test("a validator, a repair and the prompt of an agent as a tool that hang do not hold the run up", async () => {
    const validating = stage({ writer: [{ value: { n: 1 } }] });
    const output = { "~standard": { version: 1, vendor: "test", validate: () => never<never>(), jsonSchema: { input: () => ({ type: "object" }) } } } as const;
    expect(await cancelledAt("model.replied", validating, validating.agent({ output: output as never }))).toMatchObject(enough);
    const repairing = stage({ writer: [{ text: "no number" }] });
    const numbers = { output: { type: "object", properties: { n: { type: "integer" } } } as never, repair: { text: () => never<string>() } };
    expect(await cancelledAt("output.invalid", repairing, repairing.agent(numbers))).toMatchObject(enough);
    const calls = stage({ boss: [{ tool_calls: [{ name: "writer", arguments: { task: "x" } }] }] });
    const boss = calls.agent({ name: "boss", tools: [calls.agent().asTool({ prompt: () => never<string>() })] });
    expect(await cancelledAt("model.replied", calls, boss)).toMatchObject(enough);
  });
});

describe("a cancellation", () => {
  test("before the start asks nobody", async () => {
    const { agent } = stage({ writer: [{ text: "x" }] });
    const tale = telling();
    const run = agent().run("Go", tale);
    await run.cancel("Changed my mind.");
    await expect(run).rejects.toMatchObject({ class: "cancelled", message: "Changed my mind." });
    expect(tale.events.filter(({ type }) => type === "model.requested")).toEqual([]);
    await expect(agent().run("Go", { signal: AbortSignal.abort() })).rejects.toMatchObject({ class: "cancelled" });
  });

  test("ends the wait before a retry at once", async () => {
    const one = stage({ writer: [{ error: "overloaded", times: "always" }] });
    const tale = telling();
    const run = one.agent().run("Go", tale);
    run.catch(() => undefined);
    await tale.until("retry.scheduled");
    await run.cancel("Enough.");
    await expect(run).rejects.toMatchObject(enough);
    expect(one.clock.sleepers).toBe(0);
  });

  test("inside a tool reaches it, and what it gives then is not taken", async () => {
    const one = stage(calling);
    let heard = false;
    const execute = (_args: object, { signal }: { signal: AbortSignal }) =>
      new Promise((resolve) =>
        signal.addEventListener("abort", () => {
          heard = true;
          resolve("too late");
        }),
      );
    expect(await cancelledAt("tool.called", one, one.agent({ tools: [look({ execute })] }))).toMatchObject(enough);
    expect(heard).toBe(true);
  });

  test("after the end does nothing", async () => {
    const run = stage({ writer: [{ text: "x" }] })
      .agent()
      .run("Go");
    await run;
    await run.cancel("Too late.");
    expect((await run).value).toBe("x");
  });
});
