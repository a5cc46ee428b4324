import { describe, expect, test } from "vitest";
import type { AgentSpec, Handoff, Taker } from "../../src/agent/spec.ts";
import { manualClock, settled } from "../support/clock.ts";
import { agent, ageOutput, scripted, tool, user, world } from "./world.ts";

const to = (spec: AgentSpec, more: Partial<Taker> = {}, description?: string): Handoff => ({
  agent: spec.name,
  ...(description === undefined ? {} : { description }),
  take: () => ({ spec, system: [{ role: "system", content: `I am ${spec.name}.` }], ...more }),
});

describe("a model that hands over", () => {
  test("is answered with an empty text, and the taker goes on with the history under its own system text, model and tools", async () => {
    const clock = manualClock();
    const w = world(clock);
    const replies = { triage: [{ tool_calls: [{ name: "handoff_billing" }] }], billing: [{ text: "For tea." }] };
    const billing = agent(scripted(replies, clock, { id: "large" }), { name: "billing", tools: [tool("invoices", async () => "none")] });
    const triage = agent(scripted(replies, clock, { id: "small" }), { name: "triage", handoffs: [to(billing, {}, "Knows invoices.")] });
    const result = await w.run(triage, { messages: [{ role: "system", content: "I am triage." }, user("Why?")] });
    expect(result.agent).toBe(billing);
    expect(result).toMatchObject({ value: "For tea.", turns: 2 });
    expect(result.messages).toEqual([
      { role: "system", content: "I am billing." },
      user("Why?"),
      { role: "assistant", content: "", toolCalls: [{ id: "call_0", name: "handoff_billing", arguments: "{}" }] },
      { role: "tool", callId: "call_0", name: "handoff_billing", content: "" },
      { role: "assistant", content: "For tea." },
    ]);
    const [first, second] = w.of("model.requested");
    expect(first?.request.tools).toEqual([
      {
        name: "handoff_billing",
        description: "Knows invoices.",
        parameters: { type: "object", properties: {}, additionalProperties: false },
      },
    ]);
    expect(second?.request.tools.map(({ name }) => name)).toEqual(["invoices"]);
    expect([first?.modelId, second?.modelId]).toEqual(["small", "large"]);
    expect(w.of("handoff.taken")).toMatchObject([{ path: "triage/turn[0]/call[0]/handoff_billing", from: "triage", to: "billing" }]);
    expect(w.of("tool.called")).toEqual([]);
    expect(w.of("agent.finished")).toMatchObject([{ agent: "triage", turns: 2 }]);
  });

  test("has the other calls of its turn run first, and of several handoffs the first is taken", async () => {
    const clock = manualClock();
    const w = world(clock);
    const calls = [{ name: "handoff_second" }, { name: "look" }, { name: "handoff_third" }];
    const model = scripted({ first: [{ tool_calls: calls }], second: [{ text: "Done." }] }, clock);
    const first = agent(model, {
      name: "first",
      tools: [tool("look", async () => "seen")],
      handoffs: [to(agent(model, { name: "third" })), to(agent(model, { name: "second" }))],
    });
    expect((await w.run(first)).value).toBe("Done.");
    const told = w.events.filter(({ type }) => type === "tool.returned" || type === "handoff.taken" || type === "warning");
    expect(told.map(({ type }) => type)).toEqual(["tool.returned", "warning", "handoff.taken"]);
    expect(w.of("handoff.taken")).toMatchObject([{ to: "second" }]);
    expect(w.of("warning")[0]?.message).toContain('"third" is not');
  });

  test("that gives arguments is told that there are none, and nothing is handed over", async () => {
    const clock = manualClock();
    const w = world(clock);
    const model = scripted({ first: [{ tool_calls: [{ name: "handoff_second", arguments: { why: "x" } }] }, { text: "Myself, then." }] }, clock);
    const result = await w.run(agent(model, { name: "first", handoffs: [to(agent(model, { name: "second" }))] }));
    expect(result.value).toBe("Myself, then.");
    expect(result.messages.at(-2)?.content).toContain("/why must NOT have additional properties");
    expect(w.of("handoff.taken")).toEqual([]);
  });

  test("may do so in a circle, until the turns of the agent that was called are used up", async () => {
    const clock = manualClock();
    const w = world(clock);
    const model = scripted(
      { a: [{ tool_calls: [{ name: "handoff_b" }], times: "always" }], b: [{ tool_calls: [{ name: "handoff_a" }], times: "always" }] },
      clock,
    );
    const handoffs: Handoff[] = [];
    const a = agent(model, { name: "a", maxTurns: 3, handoffs });
    const b = agent(model, { name: "b", maxTurns: 1, handoffs: [to(a)] });
    handoffs.push(to(b));
    await expect(w.run(a)).rejects.toMatchObject({ class: "max_turns", message: 'The agent "a" took all of its 3 turns without a result.' });
    expect(w.of("handoff.taken").map(({ from, to }) => `${from}-${to}`)).toEqual(["a-b", "b-a", "a-b"]);
  });

  test("leaves the result to the taker's own conditions, repair and way of asking", async () => {
    const clock = manualClock();
    const w = world(clock);
    const model = scripted({ a: [{ tool_calls: [{ name: "handoff_b" }] }], b: [{ text: "old" }, { value: { age: 7 } }] }, clock);
    const b = agent(model, { name: "b", output: ageOutput(), repair: { max: 1, render: () => "As JSON, please." } });
    const result = await w.run(agent(model, { name: "a", output: ageOutput({ mode: "tool" }), handoffs: [to(b)] }));
    expect(result.value).toEqual({ age: 7 });
    expect(w.of("repair.sent")).toMatchObject([{ agent: "b", text: "As JSON, please." }]);
  });

  test("puts the taker under its own time and pots, beside those that hold already", async () => {
    const clock = manualClock();
    const w = world(clock);
    const model = scripted({ a: [{ tool_calls: [{ name: "handoff_b" }] }], b: [{ text: "late", latency: "1h" }] }, clock, { price: { input: 1, output: 1 } });
    const own = { name: "own", maxUsd: 1, onExceed: "stop" } as const;
    const around = { name: "around", maxUsd: 1, onExceed: "stop" } as const;
    const b = agent(model, { name: "b" });
    const running = w.run(agent(model, { name: "a", handoffs: [to(b, { timeoutMs: 500, pots: [own] })] }), { pots: [around] });
    const outcome = expect(running).rejects.toMatchObject({ class: "timeout", message: 'The agent "b" did not finish within its 500ms.' });
    await w.until("handoff.taken");
    await settled();
    await clock.advance(500);
    await outcome;
    expect(w.of("budget.spent").map(({ budgets }) => budgets.map(({ name }) => name))).toEqual([["around"], ["around", "own"]]);
  });

  test("and calls tools that end the run ends it, and hands nothing over", async () => {
    const clock = manualClock();
    const w = world(clock);
    const broken = tool("broken", async () => {
      throw Object.assign(new Error("no money"), { code: "budget" });
    });
    const model = scripted({ a: [{ tool_calls: [{ name: "handoff_b" }, { name: "broken" }] }] }, clock);
    await expect(w.run(agent(model, { name: "a", tools: [broken], handoffs: [to(agent(model, { name: "b" }))] }))).rejects.toMatchObject({ class: "budget" });
    expect(w.of("handoff.taken")).toEqual([]);
  });
});
