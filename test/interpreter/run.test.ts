import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/agent/events.ts";
import type { Hooks } from "../../src/agent/hooks.ts";
import { RunFailure } from "../../src/agent/run-failure.ts";
import {
  agent,
  ask,
  bind,
  block,
  branch,
  caught,
  fail,
  flow,
  fn,
  give,
  graphOf,
  lit,
  loop,
  op,
  parallel,
  param,
  read,
  repeat,
  say,
  set,
  start,
  stop,
  tool,
  use,
  when,
  workflow,
} from "./build.ts";
import { begin, finish } from "./world.ts";

describe("starting", () => {
  const two = graphOf({
    agents: [agent("helper")],
    workflows: [workflow("a", [give(lit(1))]), workflow("b", [give(read("n"))], { params: [param("n", { kind: "int" }, { default: 7 })] })],
  });
  const several = { ...two, main: null };

  test("run.started is the first event and run.finished the last, with the value and what was spent", async () => {
    const { value, events } = await finish(flow([ask("writer", { q: lit("hi") })], { agents: [agent("writer")] }));
    expect(value).toBe("[writer] hi");
    expect(events[0]).toMatchObject({ type: "run.started", main: "t#w", input: {}, path: "w", seq: 1 });
    const last = events.at(-1);
    expect(last).toMatchObject({ type: "run.finished", value: "[writer] hi", cost: { simulated: true } });
    expect(last?.type === "run.finished" && last.usage.output).toBeGreaterThan(0);
  });

  test("a bare name chooses among several, an agent may be started too", async () => {
    expect((await finish(several, { main: "b" })).value).toBe(7);
    expect((await finish(several, { main: "t#a" })).value).toBe(1);
    expect((await finish(several, { main: "helper", input: { q: "x" } })).value).toBe("[helper] x");
    expect((await finish(graphOf({ agents: [agent("only")] }))).value).toBe("[only] go");
  });

  test("without a name where there are several, or with a wrong one, nothing starts and the choices are told", async () => {
    const none = await finish(several);
    expect(none.error).toMatchObject({ code: "T621", hint: "Name one of a, b." });
    expect(none.events).toEqual([]);
    expect((await finish(two, { main: "helpr" })).error).toMatchObject({ code: "T621", message: 'There is no workflow or agent "helpr" to start.' });
    expect((await finish(two, { profile: "openai" })).error).toMatchObject({ code: "T621", hint: "The program has no profiles." });
  });

  test("an input is held to the parameters: all that is wrong is told at once", async () => {
    const { error } = await finish(several, { main: "b", input: { n: "x", m: 1 } });
    expect(error).toMatchObject({ code: "T621", class: "invalid_request", hint: 'The workflow "b" takes n.' });
    expect(error?.message).toContain('"n" must be a whole number');
    expect(error?.message).toContain('There is no parameter "m"');
  });

  test("a profile's declarations stand in for those of the same key", async () => {
    const graph = flow([ask("writer")], {
      agents: [agent("writer")],
      profiles: {
        other: {
          providers: {},
          mcp: {},
          models: { "t#fast": { kind: "model", name: "fast", place: "t:9:9", provider: "t#llm", id: "other-1", parameters: {} } },
        },
      },
    });
    expect((await finish(graph, { profile: "other" })).of("model.requested")[0]).toMatchObject({ modelId: "other-1" });
    expect((await finish(graph)).of("model.requested")[0]).toMatchObject({ modelId: "sim-1" });
  });
});

describe("failing", () => {
  test("the error has the step's path and place; run.failed is last and the thrown failure holds what was spent", async () => {
    const { error, events } = await finish(flow([bind("a", ask("writer")), use("broken")], { agents: [agent("writer")], tools: [tool("broken")] }), {
      tools: {
        broken: () => {
          throw new Error("no luck");
        },
      },
    });
    expect(error).toBeInstanceOf(RunFailure);
    expect(error).toMatchObject({ class: "tool_error", path: "w/broken", message: 'The tool "broken" failed: no luck.', place: "t:1:1" });
    expect((error as RunFailure).totals.usage.output).toBeGreaterThan(0);
    expect(events.at(-1)).toMatchObject({ type: "run.failed", error: { class: "tool_error", path: "w/broken" } });
  });

  test("a secret in what a tool throws is in no event and not in the error", async () => {
    const secret = "sk-very-secret-0123";
    const { error, events } = await finish(flow([use("leaky")], { tools: [tool("leaky")] }), {
      secrets: [secret],
      tools: {
        leaky: () => {
          throw new Error(`401 for ${secret}`);
        },
      },
    });
    expect(error?.message).toBe('The tool "leaky" failed: 401 for [secret].');
    expect(error?.cause).toBeUndefined();
    expect(JSON.stringify(events)).not.toContain(secret);
  });

  test("a pure expression without a value fails at its own place, in the step that it stands in", async () => {
    const { error } = await finish(flow([bind("xs", loop(lit([1]), block(ask("writer"), op(lit(1), "/", lit(0)))))], { agents: [agent("writer")] }));
    expect(error).toMatchObject({ class: "bad_value", path: "w/for[0]", place: "t:1:1" });
  });

  test("what the caller aborts is cancelled, and its steps are told so", async () => {
    const controller = new AbortController();
    const running = begin(flow([ask("slow")], { agents: [agent("slow")] }), { signal: controller.signal, replies: { slow: [{ text: "x", latency: "1h" }] } });
    await running.until(({ type }) => type === "model.requested");
    controller.abort();
    await expect(running.result).rejects.toMatchObject({ class: "cancelled" });
    expect(running.of("step.cancelled").map(({ path }) => path)).toEqual(["w/slow"]);
    expect(running.events.at(-1)).toMatchObject({ type: "run.failed", error: { class: "cancelled" } });
    expect(running.clock.sleepers).toBe(0);
  });

  test.each([
    ["catch", flow([give(caught(ask("picky"), "e", lit("caught")))], { agents: [agent("picky")] }), "agent.failed"],
    [
      "on_error: continue",
      flow([give(parallel({ onError: "continue" }, branch("a", ask("picky")), branch("b", lit(1))))], { agents: [agent("picky")] }),
      "agent.failed",
    ],
    ["a model", flow([give(ask("asker"))], { agents: [agent("asker", { tools: [{ of: "tool", key: "t#breaks" }] })], tools: [tool("breaks")] }), "tool.failed"],
  ] as const)("what is aborted when %s would go on from a failure is cancelled, and has not failed of that", async (_which, graph, at) => {
    const controller = new AbortController();
    const replies = { picky: [{ error: "auth" }], asker: [{ tool_calls: [{ name: "breaks", arguments: {} }] }] };
    const breaks = () => {
      throw new Error("broken");
    };
    const sink = ({ type }: RunEvent): void => {
      if (type === at) controller.abort();
    };
    const { error, of } = await finish(graph, { signal: controller.signal, replies, tools: { breaks }, sink });
    expect(of(at)).toHaveLength(1);
    expect(error).toMatchObject({ class: "cancelled", message: "The run was cancelled." });
  });

  test("a tool whose `approve` holds asks the hook, and waits for a person where there is none", async () => {
    const guarded = tool("guarded", { approve: op(read("q"), "==", lit("risky")) });
    const graph = (q: string) => flow([use("guarded", { q: lit(q) })], { tools: [guarded] });
    const tools = { guarded: () => "done" };
    expect((await finish(graph("risky"), { tools })).error).toMatchObject({ code: "T641", class: "cancelled", path: "w/guarded" });
    expect((await finish(graph("harmless"), { tools })).value).toBe("done");
    const approve: Hooks["approve"] = ({ arguments: { q } }) => ({ approved: q === "risky" });
    expect((await finish(graph("risky"), { tools, hooks: { approve } })).value).toBe("done");
  });
});

describe("control flow around calls", () => {
  const agents = [agent("writer")];

  test("arguments run left to right, and operators skip what the left side decides", async () => {
    const graph = flow(
      [fn("join", { kind: "list", place: "t:1:1", items: [ask("writer", { q: lit("a") }), ask("writer", { q: lit("b") }, {}, "writer#2")] }, lit(" "))],
      { agents },
    );
    const { value, of } = await finish(graph);
    expect(value).toBe("[writer] a [writer] b");
    expect(of("agent.started").map(({ path }) => path)).toEqual(["w/writer", "w/writer#2"]);
    const short = await finish(flow([op(lit(false), "&&", op(ask("writer"), "==", lit("")))], { agents }));
    expect(short.value).toBe(false);
    expect(short.of("agent.started")).toEqual([]);
  });

  test("a loop's iterations are steps with their index, and break leaves out its element", async () => {
    const body = block(when(op(read("x"), "==", lit("c")), block(stop)), ask("writer", { q: read("x") }));
    const { value, of } = await finish(flow([loop(lit(["a", "b", "c", "d"]), body)], { agents }));
    expect(value).toEqual(["[writer] a", "[writer] b"]);
    expect(of("step.started").map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      "for w/for",
      "iteration w/for[0]",
      "agent_call w/for[0]/writer",
      "iteration w/for[1]",
      "agent_call w/for[1]/writer",
      "iteration w/for[2]",
    ]);
    expect(of("step.failed")).toEqual([]);
  });

  test("repeat keeps what its body assigns, and return leaves the workflow from inside it", async () => {
    const body = [
      bind("draft", lit("")),
      repeat(5, set("draft", say(read("draft"), ask("writer", { q: lit("x") }))), when(op(fn("len", read("draft")), ">", lit(15)), block(give(read("draft"))))),
      lit("never"),
    ];
    const { value, of } = await finish(flow(body, { agents }));
    expect(value).toBe("[writer] x[writer] x");
    expect(of("agent.started")).toHaveLength(2);
    expect(of("step.finished").map(({ path }) => path)).toContain("w/repeat");
  });

  test("a loop that cannot wait is evaluated at once and is no step", async () => {
    const { value, events } = await finish(flow([loop(lit([1, 2]), op(read("x"), "*", lit(2)))]));
    expect(value).toEqual([2, 4]);
    expect(events.map(({ type }) => type)).toEqual(["run.started", "run.finished"]);
  });

  test("catch has the error as a value; the step that failed is marked as tolerated", async () => {
    const graph = flow([caught(block(ask("writer"), fail("after all")), "err", read("err"))], { agents });
    expect((await finish(graph)).value).toEqual({ class: "failed", message: "after all", path: "w" });
    const model = await finish(flow([caught(ask("writer"), "err", say({ kind: "member", place: "t:1:1", object: read("err"), name: "class" }))], { agents }), {
      replies: { writer: [{ error: "auth" }] },
    });
    expect(model.value).toBe("auth");
    expect(model.of("step.failed")).toMatchObject([{ path: "w/writer", tolerated: true }]);
  });

  test("a workflow sees its arguments alone, gives its value, and its steps stand under the call's path", async () => {
    const inner = workflow("inner", [bind("r", ask("writer", { q: read("topic") })), give(say(read("r"), "!"))], { params: [param("topic")] });
    const { value, of } = await finish(flow([bind("topic2", lit("x")), start("inner", { topic: read("topic2") })], { agents, workflows: [inner] }));
    expect(value).toBe("[writer] x!");
    expect(of("agent.started")[0]?.path).toBe("w/inner/writer");
    const leak = workflow("inner", [give(read("topic2"))]);
    expect((await finish(flow([bind("topic2", lit("x")), start("inner")], { workflows: [leak] }))).error).toMatchObject({ code: "T624" });
  });
});
