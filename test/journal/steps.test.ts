import { describe, expect, test } from "vitest";
import type { ToolFunctionContext } from "../../src/interpreter/options.ts";
import { readRun } from "../../src/journal/kept-run.ts";
import { agent, ask, bind, branch, caught, flow, give, list, lit, member, op, parallel, race, read, spread, tool, use } from "../interpreter/build.ts";
import { asked, called, goOn, hash, keep, name, until } from "./kept.ts";

const always = (text: string) => [{ text, times: "always" }];

describe("a step that has ended", () => {
  const twice = flow([bind("a", ask("one")), bind("b", ask("two", { q: read("a") })), give(list(read("a"), read("b")))], {
    agents: [agent("one"), agent("two")],
  });
  const replies = { one: always("A"), two: always("B") };

  test("is read, and what comes behind it is done", async () => {
    const { text } = await keep(twice, { replies });
    const cut = until(text, (line) => line.includes('"path":"w/two"'));
    const again = await goOn(cut, twice, { replies });
    expect(again.value).toEqual(["A", "B"]);
    expect(asked(again.events)).toEqual(["w/two/turn[0]"]);
    expect(again.of("model.replied").map(({ path, replayed }) => [path, replayed])).toEqual([
      ["w/one/turn[0]", true],
      ["w/two/turn[0]", undefined],
    ]);
    expect(again.of("run.started")[0]).toMatchObject({ resumed: true });
  });

  test("is paid once: the totals of a run are those of all its processes", async () => {
    const whole = await keep(twice, { replies });
    const again = await goOn(
      until(whole.text, (line) => line.includes('"path":"w/two"')),
      twice,
      { replies },
    );
    expect(again.of("run.finished")[0]?.cost).toEqual(whole.of("run.finished")[0]?.cost);
    expect(again.of("run.finished")[0]?.usage).toEqual(whole.of("run.finished")[0]?.usage);
  });

  test("is done again where it asks something else, and why is said", async () => {
    const { text } = await keep(twice, { replies });
    const changed = flow([bind("a", ask("one")), bind("b", ask("two", { q: lit("other") })), give(list(read("a"), read("b")))], {
      agents: [agent("one"), agent("two")],
    });
    const again = await goOn(text, changed, { replies, sources: [{ path: "t", sha256: "new" }] });
    expect(asked(again.events)).toEqual(["w/two/turn[0]"]);
    expect(again.of("warning").map(({ message }) => message)).toEqual(['"w/two/turn[0]" is done again: what it asks has changed.']);
  });

  test("that nothing comes by any more is named at the end", async () => {
    const { text } = await keep(twice, { replies });
    const shorter = flow([bind("a", ask("one")), give(read("a"))], { agents: [agent("one")] });
    const again = await goOn(text, shorter, { replies, sources: [{ path: "t", sha256: "new" }] });
    expect(again.of("warning").map(({ message }) => message)).toEqual(["One step that had ended was not come by any more: w/two/turn[0]."]);
  });

  test("counts for what the whole run may cost, and a larger sum lets it go on", async () => {
    const first = await keep(twice, { replies, maxCostUsd: 0.000_001 });
    expect(first.error).toMatchObject({ class: "budget" });
    const small = await goOn(first.text, twice, { replies, maxCostUsd: 0.000_001 });
    expect(small.error).toMatchObject({ class: "budget" });
    expect(asked(small.events)).toEqual([]);
    const raised = await goOn(small.text, twice, { replies, maxCostUsd: 1 });
    expect(raised.value).toEqual(["A", "B"]);
    expect(asked(raised.events)).toEqual(["w/two/turn[0]"]);
  });
});

describe("a request that was in flight when the process ended", () => {
  test("is sent again, and what it may have cost is told apart", async () => {
    const graph = flow([give(ask("one"))], { agents: [agent("one")] });
    const { text } = await keep(graph, { replies: { one: always("A") } });
    const again = await goOn(
      until(text, (line) => line.includes("model.replied")),
      graph,
      { replies: { one: always("A") } },
    );
    expect(again.value).toBe("A");
    const [failed] = again.of("model.failed");
    expect(failed).toMatchObject({ outcome: "aborted", error: { class: "connection" }, usage: { estimated: true } });
    expect(failed?.cost.usd).toBeGreaterThan(0);
    expect(again.of("budget.spent").map(({ outcome }) => outcome)).toEqual(["unknown", "replied"]);
    // A third process knows how it ended.
    const third = await goOn(
      until(again.text, (line) => line.includes("model.replied")),
      graph,
      { replies: { one: always("A") } },
    );
    expect(third.of("run.finished")[0]?.cost.usd).toBeGreaterThan(again.of("run.finished")[0]?.cost.usd ?? 0);
  });
});

describe("a tool's step", () => {
  const searching = flow([give(ask("asker"))], { agents: [agent("asker", { tools: [{ of: "tool", key: "t#search" }] })], tools: [tool("search")] });
  const replies = {
    asker: [
      { when: { after_tool: "search" }, text: "done", times: "always" },
      { tool_calls: [{ name: "search", arguments: { q: "tides" } }], times: "always" },
    ],
  };

  test("is read with its result; one that was in flight is called again with the same key", async () => {
    const keys: string[] = [];
    const search = (_args: unknown, { idempotencyKey }: ToolFunctionContext) => {
      keys.push(idempotencyKey);
      return "found";
    };
    const { text } = await keep(searching, { replies, tools: { search } });
    const read = await goOn(
      until(text, (line) => line.includes('"path":"w/asker/turn[1]"')),
      searching,
      { replies, tools: { search } },
    );
    expect([read.value, called(read.events), keys.length]).toEqual(["done", [], 1]);
    await goOn(
      until(text, (line) => line.includes("tool.returned")),
      searching,
      { replies, tools: { search } },
    );
    expect(keys).toEqual([keys[0], keys[0]]);
  });

  test("that failed, and was told to the model, is told in the same words", async () => {
    const search = () => {
      throw new Error("the index is down");
    };
    const { text } = await keep(searching, { replies, tools: { search } });
    const again = await goOn(
      until(text, (line) => line.includes('"path":"w/asker/turn[1]"')),
      searching,
      { replies },
    );
    expect([again.value, called(again.events)]).toEqual(["done", []]);
    expect(again.of("model.requested").at(-1)?.request.messages.at(-1)?.content).toBe('{"error":"tool_error","message":"the index is down"}');
  });

  test("writes into the store what it had written, whichever of them is read first", async () => {
    const noting = flow(
      [bind("a", use("add", { q: lit("a") })), bind("b", use("more", { q: lit("b") })), bind("c", ask("one", { q: lit("x") })), give(use("show"))],
      {
        agents: [agent("one")],
        tools: [tool("add"), tool("more"), tool("show")],
      },
    );
    const add = (args: { readonly q?: unknown }, { store }: ToolFunctionContext) =>
      store.update("seen", (seen) => [...((seen ?? []) as string[]), String(args.q)]);
    const tools = { add, more: add, show: (_: unknown, { store }: ToolFunctionContext) => store.get("seen") };
    const { text, value: whole } = await keep(noting, { tools, replies: { one: always("x") } });
    const again = await goOn(
      until(text, (line) => line.includes('"path":"w/show"')),
      noting,
      { tools, replies: { one: always("x") } },
    );
    expect([whole, again.value]).toEqual([
      ["a", "b"],
      ["a", "b"],
    ]);
    expect(called(again.events)).toEqual(["w/show"]);
  });
});

describe("what a program went on from", () => {
  const fails = { failing: [{ error: "auth" }], one: always("A") };
  const works = { failing: always("F"), one: always("A") };

  test("a failure that was caught is none the second time, and is tried again where the program has changed", async () => {
    const graph = flow([bind("a", caught(ask("failing"), "err", member(read("err"), "class"))), give(list(read("a"), ask("one")))], {
      agents: [agent("failing"), agent("one")],
    });
    const { text, value: first } = await keep(graph, { replies: fails });
    expect(first).toEqual(["auth", "A"]);
    const cut = until(text, (line) => line.includes('"path":"w/one"'));
    expect((await goOn(cut, graph, { replies: works })).value).toEqual(["auth", "A"]);
    expect((await goOn(cut, graph, { replies: works, sources: [{ path: "t", sha256: "new" }] })).value).toEqual(["F", "A"]);
  });

  test("a branch that failed for `continue` stays failed", async () => {
    const graph = flow(
      [bind("a", spread(list(lit("failing"), lit("x")), ask("failing", { q: read("x") }), { onError: "continue" })), give(list(read("a"), ask("one")))],
      {
        agents: [agent("failing"), agent("one")],
      },
    );
    const some = { failing: [{ when: { contains: "failing" }, error: "auth" }, { text: "X" }], one: always("A") };
    const { text, value: first } = await keep(graph, { replies: some });
    expect(first).toEqual([[null, "X"], "A"]);
    const again = await goOn(
      until(text, (line) => line.includes('"path":"w/one"')),
      graph,
      { replies: works },
    );
    expect([again.value, asked(again.events)]).toEqual([[[null, "X"], "A"], ["w/one/turn[0]"]]);
  });

  test("the winner of a race wins again, and nobody else is asked", async () => {
    const graph = flow([bind("a", race(undefined, branch("slow", ask("slow")), branch("fast", ask("fast")))), give(list(read("a"), ask("one")))], {
      agents: [agent("slow"), agent("fast"), agent("one")],
    });
    const { text, value: first } = await keep(graph, { replies: { slow: [{ text: "S", latency: "1h" }], fast: always("F"), one: always("A") } });
    expect(first).toEqual(["F", "A"]);
    const cut = until(text, (line) => line.includes('"path":"w/one"'));
    const again = await goOn(cut, graph, { replies: { slow: always("S"), fast: always("other"), one: always("A") } });
    expect([again.value, asked(again.events)]).toEqual([["F", "A"], ["w/one/turn[0]"]]);
  });

  test("what the run failed of is tried again", async () => {
    const graph = flow([bind("a", ask("one")), give(ask("failing"))], { agents: [agent("failing"), agent("one")] });
    const { text, error } = await keep(graph, { replies: fails });
    expect(error).toMatchObject({ class: "auth" });
    const again = await goOn(text, graph, { replies: works });
    expect([again.value, asked(again.events)]).toEqual(["F", ["w/failing/turn[0]"]]);
  });

  test("a reply that the run failed of is asked for again", async () => {
    const strict = agent("one", { result: { kind: "int" } });
    const graph = flow([give(op(ask("one"), "+", lit(1)))], { agents: [strict] });
    const { text, error } = await keep(graph, { replies: { one: [{ text: "no number" }] } });
    expect(error).toMatchObject({ class: "invalid_output" });
    expect((await goOn(text, graph, { replies: { one: [{ text: "used" }, { value: 4 }] } })).error).toMatchObject({ class: "invalid_output" });
    expect((await goOn(text, graph, { replies: { one: [{ value: 4 }] } })).value).toBe(5);
  });

  test("an agent that failed for a model is told of in the same way", async () => {
    const graph = flow([give(ask("asker"))], { agents: [agent("asker", { tools: [{ of: "agent", key: "t#failing" }] }), agent("failing")] });
    const replies = {
      failing: [{ error: "server_error" }],
      asker: [{ when: { after_tool: "failing" }, text: "done" }, { tool_calls: [{ name: "failing", arguments: { q: "x" } }] }],
    };
    const { text } = await keep(graph, { replies });
    const again = await goOn(
      until(text, (line) => line.includes('"path":"w/asker/turn[1]"')),
      graph,
      { replies: { ...replies, failing: always("F") } },
    );
    expect([again.value, asked(again.events)]).toEqual(["done", ["w/asker/turn[1]"]]);
    expect(again.of("model.requested").at(-1)?.request.messages.at(-1)?.content).toBe('{"error":"server_error"}');
  });
});

describe("the file", () => {
  test("tells a run that was gone on with once", async () => {
    const graph = flow([give(parallel({}, branch("a", ask("one")), branch("b", ask("two"))))], { agents: [agent("one"), agent("two")] });
    const replies = { one: always("A"), two: always("B") };
    const { text } = await keep(graph, { replies });
    const again = await goOn(
      until(text, (line) => line.includes("run.finished")),
      graph,
      { replies },
    );
    const told = readRun(again.text, name, hash).events.map(({ event }) => `${event.type} ${event.path}`);
    expect(told.filter((line, index) => told.indexOf(line) !== index)).toEqual(["run.started w"]);
    expect(again.text).not.toContain("model.delta");
  });

  test("has no secret in it, neither in an event nor in a note", async () => {
    const secret = "sk-canary-0123456789";
    const graph = flow([bind("a", use("leak")), give(read("a"))], { tools: [tool("leak")] });
    const leak = async (_: unknown, { store }: ToolFunctionContext) => {
      await store.set("key", secret);
      return secret;
    };
    const { text } = await keep(graph, { tools: { leak }, secrets: [secret] });
    expect(text).toContain('"note":"store"');
    expect(text).not.toContain(secret);
  });
});
