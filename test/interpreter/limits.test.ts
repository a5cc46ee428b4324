import { describe, expect, test } from "vitest";
import { RunFailure } from "../../src/agent/run-failure.ts";
import { agent, ask, bind, caught, flow, graphOf, list, lit, member, read, spread, start, tool, use, workflow } from "./build.ts";
import { finish } from "./world.ts";

/** A price of a dollar a token, so that budgets are counted in tokens; `max_tokens` bounds a request at 10 dollars and its prompt. */
const dear = {
  "t#dear": {
    kind: "model",
    name: "dear",
    place: "t:1:1",
    provider: "t#llm",
    id: "sim-1",
    retry: "none",
    parameters: { max_tokens: 10 },
    price: { input: 0, output: 1_000_000 },
  },
} as const;
const spends = (name: string, more: Parameters<typeof agent>[1] = {}) => agent(name, { model: { kind: "model", place: "t:1:1", key: "t#dear" }, ...more });
/** Each request of `name` costs exactly 10 dollars. */
const tens = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, [{ text: "x", usage: { input: 0, output: 10 }, times: "always" }]]));
const replies = tens("writer", "other");
const classOf = member(read("err"), "class");

describe("timeouts", () => {
  const slow = { writer: [{ text: "x", latency: "10s", times: "always" }] };

  test("an agent's timeout is a failure that catch takes; the call's own replaces it", async () => {
    const agents = [agent("writer", { timeoutMs: 2000 })];
    const graph = flow([list(caught(ask("writer"), "err", classOf), ask("writer", {}, { timeoutMs: 20_000 }, "writer#2"))], { agents });
    const { value, of } = await finish(graph, { replies: slow });
    expect(value).toEqual(["timeout", "x"]);
    expect(of("step.failed")).toMatchObject([{ path: "w/writer", error: { message: 'The agent "writer" did not finish within its 2s.' } }]);
  });

  test("a workflow's timeout is caught by its caller, but by nothing inside it", async () => {
    const inner = workflow("inner", [caught(ask("writer"), "_", lit("inside"))], { timeoutMs: 2000 });
    const graph = flow([caught(start("inner"), "err", classOf)], { agents: [agent("writer")], workflows: [inner] });
    const { value, of } = await finish(graph, { replies: slow });
    expect(value).toBe("timeout");
    expect(of("step.cancelled").map(({ path }) => path)).toEqual(["w/inner/writer"]);
    expect(of("step.failed")).toMatchObject([{ path: "w/inner", tolerated: true }]);
  });

  test("the timeout of a scope around a block is no branch's failure, whatever on_error says", async () => {
    const inner = workflow("inner", [spread(lit(["a"]), ask("writer"), { onError: "continue" })], { timeoutMs: 2000 });
    const { error } = await finish(flow([start("inner")], { agents: [agent("writer")], workflows: [inner] }), { replies: slow });
    expect(error).toMatchObject({ class: "timeout", message: 'The workflow "inner" did not finish within its 2s.' });
  });

  test("the run's own timeout ends it, and no catch takes it", async () => {
    const { error, clock } = await finish(flow([caught(ask("writer"), "_", lit("x"))], { agents: [agent("writer")] }), { replies: slow, timeoutMs: 3000 });
    expect(error).toMatchObject({ class: "timeout", message: "The run did not finish within its 3s." });
    expect((error as RunFailure).totals.durationMs).toBe(3000);
    expect(clock.sleepers).toBe(0);
  });
});

describe("budgets", () => {
  const models = dear;

  test("a literal budget is a new pot at each run of what it stands on", async () => {
    const agents = [spends("writer", { budget: { maxUsd: 15 } })];
    const { value, error } = await finish(flow([list(ask("writer"), ask("writer", {}, {}, "writer#2"))], { agents, models }), { replies });
    expect(error).toBeUndefined();
    expect(value).toEqual(["x", "x"]);
  });

  test("a named budget is one pot for all who name it", async () => {
    const budgets = { "t#pot": { name: "pot", place: "t:1:1", maxUsd: 15, onExceed: "stop" } } as const;
    const agents = [spends("writer", { budget: { budget: "t#pot" } }), spends("other", { budget: { budget: "t#pot" } })];
    const { error, of } = await finish(flow([list(ask("writer"), ask("other"))], { agents, models, budgets }), { replies });
    expect(error).toMatchObject({ class: "budget", path: "w/other/turn[0]" });
    expect(error?.message).toContain('The budget "pot" of $15.00 has $5.00 left');
    expect(of("agent.finished").map(({ agent: name }) => name)).toEqual(["writer"]);
  });

  test("an agent's own pot used up is a failure that catch takes; an enclosing one is not", async () => {
    const own = flow([caught(ask("writer"), "err", classOf)], { agents: [spends("writer", { budget: { maxUsd: 5 } })], models });
    expect((await finish(own, { replies })).value).toBe("budget");
    const around = graphOf({
      agents: [spends("writer")],
      models,
      workflows: [workflow("w", [caught(ask("writer"), "err", classOf)], { budget: { maxUsd: 5 } })],
    });
    expect((await finish(around, { replies })).error).toMatchObject({ class: "budget" });
  });

  test("an enclosing pot used up ends a block whatever on_error says; a branch's own does not", async () => {
    const block = spread(lit(["a", "b"]), ask("writer"), { onError: "continue", max: lit(1) });
    const around = graphOf({ agents: [spends("writer")], models, workflows: [workflow("w", [block], { budget: { maxUsd: 15 } })] });
    expect((await finish(around, { replies })).error).toMatchObject({ class: "budget", path: "w/each[1]/writer/turn[0]" });
    const own = flow([block], { agents: [spends("writer", { budget: { maxUsd: 5 } })], models });
    expect((await finish(own, { replies })).value).toEqual([null, null]);
  });

  test("`with { budget }` replaces the callee's own, and enclosing ones still hold", async () => {
    const agents = [spends("writer", { budget: { maxUsd: 5 } })];
    const richer = [ask("writer", {}, { budget: { maxUsd: 50 } })];
    expect((await finish(flow(richer, { agents, models }), { replies })).value).toBe("x");
    const inside = graphOf({ agents, models, workflows: [workflow("w", richer, { budget: { maxUsd: 5 } })] });
    expect((await finish(inside, { replies })).error).toMatchObject({ class: "budget" });
    const inner = workflow("inner", [ask("writer", {}, { budget: { maxUsd: 50 } })], { budget: { maxUsd: 5 } });
    const called = flow([start("inner", {}, { budget: { maxUsd: 30 } })], { agents, models, workflows: [inner] });
    expect((await finish(called, { replies })).value).toBe("x");
  });

  test("the run's pot holds for everything, agents as tools too", async () => {
    const agents = [spends("writer", { tools: [{ of: "agent", key: "t#other" }] }), spends("other")];
    const script = {
      ...replies,
      writer: [
        { tool_calls: [{ name: "other", arguments: { q: "x" } }], usage: { input: 0, output: 10 } },
        { text: "x", usage: { input: 0, output: 10 } },
      ],
    };
    const graph = flow([ask("writer")], { agents, models });
    expect((await finish(graph, { replies: script, maxCostUsd: 30 })).value).toBe("x");
    const { error } = await finish(graph, { replies: script, maxCostUsd: 15 });
    expect(error).toMatchObject({ class: "budget", path: "w/writer/turn[0]/call[0]/other/turn[0]" });
    expect((error as RunFailure).totals.cost.usd).toBe(10);
  });

  test("a budget holds under fan-out: no more than fits is ever spent", async () => {
    const block = spread(lit(Array.from({ length: 40 }, (_, index) => index)), ask("writer"), { onError: "continue" });
    const around = graphOf({ agents: [spends("writer")], models, workflows: [workflow("w", [block], { budget: { maxUsd: 100 } })] });
    const { error } = await finish(around, { replies });
    expect(error).toBeInstanceOf(RunFailure);
    expect((error as RunFailure).totals.cost.usd).toBeLessThanOrEqual(100);
  });
});

describe("what tools are given", () => {
  test("a store for the run, in which updates of one key wait for each other", async () => {
    const tools = [tool("count"), tool("total")];
    const graph = flow([bind("_", spread(lit(["a", "b", "c"]), use("count"))), use("total")], { tools });
    const functions = {
      count: async (_args: unknown, { store }: { store: { update(key: string, change: (value: unknown) => number): Promise<unknown> } }) => {
        await store.update("n", (n) => Number(n ?? 0) + 1);
      },
      total: (_args: unknown, { store }: { store: { get(key: string): unknown } }) => store.get("n"),
    };
    expect((await finish(graph, { tools: functions as never })).value).toBe(3);
    expect((await finish(graph, { tools: functions as never })).value).toBe(3);
  });

  test("the same idempotency key for the same step of the same run, and another for every other", async () => {
    const keys: string[] = [];
    const graph = flow([spread(lit(["a", "b"]), use("note", { q: read("x") }))], { tools: [tool("note")] });
    const functions = { note: (_args: unknown, { idempotencyKey }: { idempotencyKey: string }) => void keys.push(idempotencyKey) };
    await finish(graph, { tools: functions as never, runId: "r1" });
    await finish(graph, { tools: functions as never, runId: "r1" });
    await finish(graph, { tools: functions as never, runId: "r2" });
    expect(keys.slice(0, 2)).toEqual(keys.slice(2, 4));
    expect(new Set(keys).size).toBe(4);
  });

  test("what JSON cannot hold, or another type than declared, is a tool_error that names it", async () => {
    const call = async (value: unknown, more: Parameters<typeof tool>[1] = {}) =>
      finish(flow([use("odd")], { tools: [tool("odd", more)] }), { tools: { odd: () => value } });
    expect((await call({ at: new Date(0) })).error).toMatchObject({ class: "tool_error", path: "w/odd" });
    expect((await call({ at: new Date(0) })).error?.message).toContain('"at" must be a value that JSON can hold, but is a Date.');
    expect((await call([1, 10n])).error?.message).toContain("bigint");
    expect((await call("3", { result: { kind: "int" } })).error?.message).toContain("must be a whole number");
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    expect((await call(circle)).error?.message).toContain("holds itself");
    expect((await call(undefined)).value).toBeNull();
    expect((await call({ a: undefined, b: 1 })).value).toEqual({ b: 1 });
  });

  test("deny holds for a workflow's call; a workflow's with { timeout } is the call's", async () => {
    const denied = tool("careful", { deny: { kind: "function", place: "t:1:1", name: "contains", args: [read("q"), lit("..")], named: {} } });
    expect((await finish(flow([use("careful", { q: lit("../x") })], { tools: [denied] }))).error).toMatchObject({ class: "denied" });
    const never = flow([use("never", {}, { timeoutMs: 50 })], { tools: [tool("never")] });
    expect((await finish(never, { tools: { never: () => new Promise(() => undefined) } })).error).toMatchObject({ class: "timeout", path: "w/never" });
  });
});
