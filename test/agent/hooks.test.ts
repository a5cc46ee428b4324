import { describe, expect, test } from "vitest";
import type { Hooks } from "../../src/agent/hooks.ts";
import type { Message } from "../../src/agent/provider.ts";
import type { AgentResult, Tool } from "../../src/agent/spec.ts";
import type { JsonObject } from "../../src/diagnostics/json.ts";
import { manualClock } from "../support/clock.ts";
import { agent, ageOutput, scripted, tool, type World, world } from "./world.ts";

/** An agent that calls the tool `look` once and is then done. */
function looking(hooks: Hooks, look: Tool): { readonly w: World; readonly done: Promise<AgentResult> } {
  const clock = manualClock();
  const w = world(clock, { hooks });
  const replies: readonly JsonObject[] = [{ tool_calls: [{ name: "look", arguments: { q: "tides" } }] }, { text: "Done." }];
  return { w, done: w.run(agent(scripted({ writer: replies }, clock), { tools: [look] })) };
}
const told = ({ messages }: AgentResult): string | undefined => messages.find((message: Message) => message.role === "tool")?.content;
const look = tool("look", async (args) => ({ saw: args["q"] ?? "" }));
const careful = tool("look", async (args) => ({ saw: args["q"] ?? "" }), { needsApproval: ({ q }) => q === "tides" });
const broken = tool("look", async () => Promise.reject(new Error("no lamp")));

describe("hooks around a model", () => {
  test("afterModel may put another reply in the place of the model's; what it cost stays", async () => {
    const clock = manualClock();
    const seen: unknown[] = [];
    const w = world(clock, {
      hooks: {
        afterModel({ reply, usage, request, agent: name, path }) {
          seen.push([path, name, reply.text, request.model, usage.output > 0]);
          return { reply: { ...reply, text: reply.text.toUpperCase() } };
        },
      },
    });
    const { value, messages } = await w.run(agent(scripted({ writer: [{ text: "quiet" }] }, clock)));
    expect([value, messages.at(-1)?.content]).toEqual(["QUIET", "QUIET"]);
    expect(seen).toEqual([["writer/turn[0]", "writer", "quiet", "sim-1", true]]);
    expect(w.of("hook.called")).toMatchObject([{ hook: "afterModel", path: "writer/turn[0]", decision: ["reply"] }]);
  });

  test("a hook that decides nothing changes nothing, and is told all the same", async () => {
    const { w, done } = looking(
      { beforeModel: () => undefined, afterModel: async () => undefined, beforeTool: () => undefined, afterTool: () => undefined },
      look,
    );
    expect((await done).value).toBe("Done.");
    expect(w.of("hook.called").map(({ hook, decision }) => `${hook} ${decision}`)).toEqual(
      ["beforeModel", "afterModel", "beforeTool", "afterTool", "beforeModel", "afterModel"].map((hook) => `${hook} null`),
    );
  });

  test("a hook that throws is told with what it threw, and ends the run", async () => {
    const { w, done } = looking({ afterTool: () => Promise.reject(new Error("out of ideas")) }, look);
    await expect(done).rejects.toMatchObject({ class: "internal", message: "The hook afterTool failed: out of ideas." });
    expect(w.of("hook.called")[0]).toMatchObject({ hook: "afterTool", error: { class: "internal", message: "The hook afterTool failed: out of ideas." } });
  });
});

describe("hooks around a tool", () => {
  test("afterTool may change the result that the model is told", async () => {
    const { w, done } = looking({ afterTool: ({ tool: name, arguments: args, result }) => ({ result: { name, args, result } }) }, look);
    expect(told(await done)).toBe('{"name":"look","args":{"q":"tides"},"result":{"saw":"tides"}}');
    expect(w.of("tool.returned")[0]?.result).toMatchObject({ name: "look" });
  });

  test("approve lets a call through as it is, or with other arguments", async () => {
    expect(told(await looking({ approve: () => ({ approved: true }) }, careful).done)).toBe('{"saw":"tides"}');
    expect(told(await looking({ approve: () => ({ approved: true, arguments: { q: "moon" } }) }, careful).done)).toBe('{"saw":"moon"}');
  });

  test("approve denies a call, and its reason is told to the model", async () => {
    const { w, done } = looking({ approve: async () => ({ approved: false, reason: "Not at night." }) }, careful);
    expect(told(await done)).toBe('{"error":"denied","message":"Not at night."}');
    expect(w.of("tool.failed")[0]?.error).toMatchObject({ class: "denied", message: 'The tool "look" was not approved: Not at night.' });
    expect(told(await looking({ approve: () => undefined }, careful).done)).toBe('{"error":"denied"}');
  });

  test("approve is not asked about a tool that asks for none", async () => {
    const { w, done } = looking({ approve: () => ({ approved: false }) }, look);
    expect(told(await done)).toBe('{"saw":"tides"}');
    expect(w.of("hook.called")).toEqual([]);
  });

  test("onError may give a result in the place of a tool's failure", async () => {
    const { done } = looking(
      { onError: ({ of, tool: name, class: errorClass, error }) => ({ value: `${of} ${name} ${errorClass} ${error.message}` }) },
      broken,
    );
    expect(told(await done)).toBe('tool look tool_error The tool "look" failed: no lamp.');
    expect(told(await looking({ onError: () => undefined }, broken).done)).toBe('{"error":"tool_error","message":"no lamp"}');
  });
});

describe("onError of an agent", () => {
  const failing = (hooks: Hooks, more = {}): { readonly w: World; readonly done: Promise<AgentResult> } => {
    const clock = manualClock();
    const w = world(clock, { hooks });
    return { w, done: w.run(agent(scripted({ writer: [{ error: "auth" }] }, clock), more)) };
  };

  test("may give its result, and the agent has finished", async () => {
    const { w, done } = failing({ onError: ({ of, agent: name, class: errorClass, path }) => ({ value: `${of} ${name} ${errorClass} ${path}` }) });
    expect((await done).value).toBe("agent writer auth writer");
    expect(w.story()).toMatch(/hook\.called agent\.finished$/);
  });

  test("has to give what the agent is to give", async () => {
    expect((await failing({ onError: () => ({ value: { age: 7 } }) }, { output: ageOutput() }).done).value).toEqual({ age: 7 });
    await expect(failing({ onError: () => ({ value: { age: "old" } }) }, { output: ageOutput() }).done).rejects.toMatchObject({ class: "invalid_output" });
  });

  test("is not asked about what was cancelled", async () => {
    const clock = manualClock();
    const asked: string[] = [];
    const w = world(clock, { hooks: { onError: ({ class: errorClass }) => void asked.push(errorClass) } });
    const stop = new AbortController();
    const run = w.run(agent(scripted({ writer: [{ text: "late", latency: "1h" }] }, clock)), { signal: stop.signal });
    await w.until("model.requested");
    stop.abort();
    await expect(run).rejects.toMatchObject({ class: "cancelled" });
    expect(asked).toEqual([]);
  });
});
