import { describe, expect, test } from "vitest";
import type { Expr } from "../../src/graph/expressions.ts";
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
  list,
  lit,
  loop,
  member,
  op,
  parallel,
  race,
  read,
  set,
  spread,
  start,
  tool,
  use,
  when,
  workflow,
} from "./build.ts";
import { begin, finish } from "./world.ts";

const agents = [agent("writer"), agent("other")];
/** `writer` about `x`, the element of a `parallel for`. */
const each = ask("writer", { q: read("x") });
const xs = lit(["a", "b", "c", "d"]);

/** Replies of `writer` by what it is asked: so long each takes, and whether it fails. */
function replies(...entries: readonly (readonly [asked: string, seconds: number, error?: string])[]) {
  return {
    writer: entries.map(([contains, seconds, error]) => ({
      when: { contains },
      latency: `${seconds}s`,
      times: "always",
      ...(error === undefined ? { text: `done ${contains}` } : { error }),
    })),
  };
}
const slower = replies(["a", 4], ["b", 3], ["c", 2], ["d", 1]);

describe("parallel for", () => {
  test("gives the results in the order of the list, whatever finishes first", async () => {
    const { value, of } = await finish(flow([spread(xs, each)], { agents }), { replies: slower });
    expect(value).toEqual(["done a", "done b", "done c", "done d"]);
    expect(of("step.finished").map(({ path }) => path)).toEqual(
      ["d", "c", "b", "a"].flatMap((_, order) => [`w/each[${3 - order}]/writer`, `w/each[${3 - order}]`]).concat("w/each"),
    );
  });

  test("index and filter count and choose as in for; the path has the element's index", async () => {
    const pair = list(read("i"), each);
    const { value, of } = await finish(flow([spread(xs, pair, {}, op(read("x"), ">=", lit("c")))], { agents }), { replies: slower });
    expect(value).toEqual([
      [2, "done c"],
      [3, "done d"],
    ]);
    expect(of("step.started")[0]).toMatchObject({ path: "w/each", total: 2 });
    expect(of("agent.started").map(({ path }) => path)).toEqual(["w/each[2]/writer", "w/each[3]/writer"]);
  });

  test("a filter may ask an agent", async () => {
    const asked = op(ask("other", { q: read("x") }), "==", lit("[other] b"));
    const { value } = await finish(flow([spread(xs, read("x"), {}, asked)], { agents }));
    expect(value).toEqual(["b"]);
  });

  test("at most max run at once, started in the order of the list", async () => {
    let running = 0;
    let most = 0;
    const { value } = await finish(
      flow([spread({ kind: "function", place: "t:1:1", name: "range", args: [lit(9)], named: {} }, use("work", {}), { max: lit(3) })], {
        tools: [tool("work")],
      }),
      {
        tools: {
          work: async () => {
            most = Math.max(most, ++running);
            await new Promise((resolve) => setImmediate(resolve));
            return running--;
          },
        },
      },
    );
    expect(value).toHaveLength(9);
    expect(most).toBe(3);
  });

  test("the first failure in time cancels the rest, waits for them, and is the error", async () => {
    const { error, of, events, clock } = await finish(flow([spread(xs, each)], { agents }), {
      replies: replies(["a", 9], ["b", 2, "auth"], ["c", 1], ["d", 2, "quota"]),
    });
    expect(error).toMatchObject({ class: "auth", path: "w/each[1]/writer/turn[0]" });
    expect(of("step.cancelled").map(({ path }) => path)).toEqual(expect.arrayContaining(["w/each[0]/writer", "w/each[0]"]));
    expect(of("step.failed").map(({ path }) => path)).toEqual(expect.arrayContaining(["w/each[1]", "w/each"]));
    // Nothing of the branches comes after the block's own end.
    const end = events.findIndex(({ type, path }) => type === "step.failed" && path === "w/each");
    expect(events.slice(end + 1).map(({ type }) => type)).toEqual(["run.failed"]);
    expect(clock.sleepers).toBe(0);
  });

  test("what else really failed hangs under the error; what was merely cancelled does not", async () => {
    const { error } = await finish(flow([spread(xs, use("work", { q: read("x") }))], { tools: [tool("work")] }), {
      tools: {
        work: ({ q }) => {
          if (q === "a") return new Promise(() => undefined);
          throw new Error(`no ${q}`);
        },
      },
    });
    expect(error).toMatchObject({ class: "tool_error", path: "w/each[1]/work" });
    expect(error?.others.map(({ path }) => path)).toEqual(["w/each[2]/work", "w/each[3]/work"]);
  });

  test("on_error: continue gives null for a failed branch, and the failure is told as tolerated", async () => {
    const { value, of } = await finish(flow([spread(xs, each, { onError: "continue" })], { agents }), {
      replies: replies(["a", 1], ["b", 1, "server_error"], ["c", 1], ["d", 1]),
    });
    expect(value).toEqual(["done a", null, "done c", "done d"]);
    expect(of("step.failed")).toMatchObject([
      { path: "w/each[1]/writer", tolerated: true },
      { path: "w/each[1]", tolerated: true },
    ]);
  });

  test("on_error: collect gives each outcome", async () => {
    const { value } = await finish(flow([spread(lit(["a", "b"]), each, { onError: "collect" })], { agents }), { replies: replies(["a", 1], ["b", 1, "auth"]) });
    expect(value).toMatchObject([
      { ok: true, value: "done a" },
      { ok: false, error: { class: "auth", path: "w/each[1]/writer/turn[0]" } },
    ]);
  });

  test("need is done when so many have succeeded; the rest is cancelled and null", async () => {
    const { value, of } = await finish(flow([spread(xs, each, { need: lit(2) })], { agents }), {
      replies: replies(["a", 9], ["b", 1], ["c", 2, "auth"], ["d", 3]),
    });
    expect(value).toEqual([null, "done b", null, "done d"]);
    expect(of("step.cancelled").map(({ path }) => path)).toEqual(["w/each[0]/writer", "w/each[0]"]);
  });

  test("need fails as soon as it cannot be met, with the first failure in time and the others under it", async () => {
    const { error, of } = await finish(flow([spread(xs, each, { need: lit(3) })], { agents }), {
      replies: replies(["a", 9], ["b", 2, "auth"], ["c", 1, "quota"], ["d", 9]),
    });
    expect(error).toMatchObject({ class: "quota", path: "w/each[2]/writer/turn[0]" });
    expect(error?.others.map((other) => other.class)).toEqual(["auth"]);
    expect(of("step.cancelled").map(({ path }) => path)).toEqual(expect.arrayContaining(["w/each[0]", "w/each[3]"]));
  });

  test("need beyond the number of branches fails before any starts", async () => {
    const { error, of } = await finish(flow([spread(xs, each, { need: lit(5) })], { agents }));
    expect(error).toMatchObject({ class: "bad_value", message: "`need` asks for 5 successes of only 4 branches." });
    expect(of("agent.started")).toEqual([]);
  });

  test("of successes at the same moment of the clock, need takes those that stand first", async () => {
    // Each call of a workflow takes a few turns of the event loop and no time: the second element is done before the first.
    const inner = workflow("inner", [lit("slow")]);
    const body = when(op(read("x"), "==", lit("a")), start("inner"), read("x"));
    const { value, of } = await finish(flow([spread(lit(["a", "b"]), body, { need: lit(1) })], { workflows: [inner] }));
    expect(of("step.finished").map(({ path }) => path)).toEqual(["w/each[1]", "w/each[0]/inner", "w/each[0]", "w/each"]);
    expect(value).toEqual(["slow", null]);
  });

  test("each branch has its own timeout, and it is a failure like any other", async () => {
    const { value } = await finish(flow([spread(xs, each, { onError: "continue", timeoutMs: 2500 })], { agents }), { replies: slower });
    expect(value).toEqual([null, null, "done c", "done d"]);
    const failing = await finish(flow([spread(xs, each, { timeoutMs: 2500 })], { agents }), { replies: slower });
    expect(failing.error).toMatchObject({ class: "timeout", path: "w/each[0]", message: "The branch w/each[0] did not finish within its 2.5s." });
    const ended = failing.of("step.failed").map(({ path }) => path);
    expect(ended).toEqual(["w/each[0]", "w/each[1]", "w/each"]);
  });

  test("a cancellation from outside reaches every branch, and no on_error takes it", async () => {
    const controller = new AbortController();
    const running = begin(flow([spread(xs, each, { onError: "continue" })], { agents }), { replies: slower, signal: controller.signal });
    await running.until(({ type, path }) => type === "model.requested" && path.startsWith("w/each[3]"));
    controller.abort();
    await expect(running.result).rejects.toMatchObject({ class: "cancelled" });
    expect(running.of("step.cancelled").map(({ path }) => path)).toEqual(
      expect.arrayContaining(["w/each[0]", "w/each[1]", "w/each[2]", "w/each[3]", "w/each"]),
    );
  });

  test("ten thousand branches that never wait are not all there at once", async () => {
    let open = 0;
    let most = 0;
    const graph = flow([spread(fn("range", lit(10_000)), ask("writer", { q: lit("x") }))], { agents });
    const { value } = await finish(graph, {
      sink: ({ type }) => {
        if (type === "agent.started") most = Math.max(most, ++open);
        if (type === "agent.finished") open--;
      },
    });
    expect(value).toHaveLength(10_000);
    expect(most).toBeLessThan(500);
  });

  test("a graph whose branch returns from outside itself is wrong, and says so", async () => {
    expect((await finish(flow([spread(xs, block(give(lit(1))))]))).error).toMatchObject({ code: "T624" });
  });

  test("an empty list gives an empty list", async () => {
    expect((await finish(flow([spread(lit([]), each)], { agents }))).value).toEqual([]);
  });
});

describe("parallel block", () => {
  test("its names exist after it, and branches see the values as they stood before", async () => {
    const body = [
      bind("n", lit(1)),
      parallel({}, branch("p", ask("writer", { q: lit("a") })), branch("q", op(read("n"), "+", lit(1)))),
      set("n", lit(5)),
      list(read("p"), read("q"), read("n")),
    ];
    const { value, of } = await finish(flow(body, { agents }));
    expect(value).toEqual(["[writer] a", 2, 5]);
    expect(of("step.started").map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      "parallel w/parallel",
      "branch w/parallel/p",
      "branch w/parallel/q",
      "agent_call w/parallel/p/writer",
    ]);
  });

  test("branches run at the same time, and names of failed ones are null under on_error: continue", async () => {
    const body = [
      parallel({ onError: "continue" }, branch("p", ask("writer", { q: lit("a") })), branch("q", ask("writer", { q: lit("b") }))),
      list(read("p"), read("q")),
    ];
    const { value, of } = await finish(flow(body, { agents }), { replies: replies(["a", 5], ["b", 5, "auth"]) });
    expect(value).toEqual(["done a", null]);
    expect(of("run.finished")[0]?.durationMs).toBe(5000);
  });

  test("a fail in a branch is that branch's failure", async () => {
    const body = [
      parallel({ onError: "collect" }, branch("p", block(fail("mine"))), branch("q", lit(1))),
      list(member(member(read("p"), "error"), "message"), member(read("q"), "value")),
    ];
    expect((await finish(flow(body))).value).toEqual(["mine", 1]);
  });
});

describe("race", () => {
  const contest = (timeoutMs?: number): Expr =>
    race(timeoutMs, branch("a", ask("writer", { q: lit("a") })), branch("b", ask("writer", { q: lit("b") })), branch("c", ask("writer", { q: lit("c") })));

  test("the first success wins, a faster failure does not, and the rest is cancelled", async () => {
    const { value, of } = await finish(flow([contest()], { agents }), { replies: replies(["a", 3], ["b", 1, "auth"], ["c", 2]) });
    expect(value).toBe("done c");
    expect(of("step.cancelled").map(({ path }) => path)).toEqual(["w/a/writer", "w/a"].map((path) => path.replace("w/", "w/race/")));
    expect(of("step.failed").every(({ tolerated }) => tolerated)).toBe(true);
  });

  test("it fails when all have: with the first failure, the others under it", async () => {
    const { error } = await finish(flow([contest()], { agents }), { replies: replies(["a", 3, "auth"], ["b", 1, "quota"], ["c", 2, "not_found"]) });
    expect(error).toMatchObject({ class: "quota" });
    expect(error?.others.map((other) => other.class)).toEqual(["auth", "not_found"]);
  });

  test("its timeout ends the branches that take longer", async () => {
    const { error } = await finish(flow([contest(500)], { agents }), { replies: slower });
    expect(error).toMatchObject({ class: "timeout" });
    expect((await finish(flow([caught(contest(500), "_", lit("late"))], { agents }), { replies: slower })).value).toBe("late");
  });

  test("a value of null can win", async () => {
    expect((await finish(flow([race(undefined, branch("a", lit(null)), branch("b", ask("writer")))], { agents }))).value).toBeNull();
  });
});

test("other latencies, same value: what a program gives does not depend on what finishes first", async () => {
  const body = [
    bind("found", spread(xs, each, { max: lit(2) })),
    parallel({}, branch("p", ask("other", { q: fn("json", read("found")) })), branch("q", loop(lit(["c", "d"]), each))),
    list(read("found"), read("p"), read("q")),
  ];
  const values = await Promise.all(
    [
      [1, 2, 3, 4],
      [4, 3, 2, 1],
      [2, 2, 2, 2],
      [9, 1, 9, 1],
    ].map(async (seconds) => {
      const writer = ["a", "b", "c", "d"].map((contains, index) => ({
        when: { contains },
        text: `done ${contains}`,
        latency: `${seconds[index]}s`,
        times: "always",
      }));
      return (await finish(flow(body, { agents }), { replies: { writer, other: [{ text: "sum", latency: "1s", times: "always" }] } })).value;
    }),
  );
  expect(values[0]).toEqual([["done a", "done b", "done c", "done d"], "sum", ["done c", "done d"]]);
  for (const value of values) expect(value).toEqual(values[0]);
});
