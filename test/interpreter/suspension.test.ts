import fc from "fast-check";
import { expect, test } from "vitest";
import { RunFailure } from "../../src/agent/run-failure.ts";
import type { JsonObject } from "../../src/diagnostics/json.ts";
import type { Expr } from "../../src/graph/expressions.ts";
import type { AgentNode, Graph, ToolNode } from "../../src/graph/graph.ts";
import { agent, ask, block, branch, caught, flow, lit, parallel, person, race, tool } from "./build.ts";
import { finish } from "./world.ts";

/**
 * Programs of every shape in which something waits: a run is suspended exactly when only people can go on with it, with the
 * questions that were reached. What is expected is read off the shape; the times of the agents are any.
 */
type Shape =
  | { readonly of: "question" }
  | { readonly of: "agent"; readonly seconds: number }
  | { readonly of: "turn"; readonly seconds: number; readonly calls: readonly Call[] }
  | { readonly of: "sequence"; readonly parts: readonly Shape[] }
  | { readonly of: "parallel"; readonly parts: readonly Shape[]; readonly max: number | undefined; readonly onError: "fail" | "continue" | "collect" }
  | { readonly of: "need"; readonly parts: readonly Shape[]; readonly need: number }
  | { readonly of: "race"; readonly parts: readonly Shape[] }
  | { readonly of: "catch"; readonly part: Shape };
/** What a model asks for in one turn: a tool, one that is to be approved, or an agent with a turn of its own. */
type Call = "plain" | "guarded" | { readonly calls: readonly ("plain" | "guarded")[] };

const seconds = fc.integer({ min: 0, max: 3 });
const kinds = fc.constantFrom<"plain" | "guarded">("plain", "guarded");
const made = (parts: { readonly [key: string]: fc.Arbitrary<unknown> }) => fc.record(parts) as fc.Arbitrary<unknown> as fc.Arbitrary<Shape>;
const { shape } = fc.letrec<{ shape: Shape; parts: Shape[] }>((tie) => ({
  shape: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    made({ of: fc.constant("question") }),
    made({ of: fc.constant("agent"), seconds }),
    made({
      of: fc.constant("turn"),
      seconds,
      calls: fc.array(fc.oneof(kinds, fc.record({ calls: fc.array(kinds, { minLength: 1, maxLength: 2 }) })), { minLength: 1, maxLength: 3 }),
    }),
    made({ of: fc.constant("sequence"), parts: tie("parts") }),
    made({
      of: fc.constant("parallel"),
      parts: tie("parts"),
      max: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      onError: fc.constantFrom("fail", "continue", "collect"),
    }),
    tie("parts").chain((parts) => made({ of: fc.constant("need"), parts: fc.constant(parts), need: fc.integer({ min: 1, max: parts.length }) })),
    made({ of: fc.constant("race"), parts: tie("parts") }),
    made({ of: fc.constant("catch"), part: tie("shape") }),
  ),
  parts: fc.array(tie("shape"), { minLength: 1, maxLength: 3 }),
}));

interface Built {
  readonly graph: Graph;
  readonly replies: JsonObject;
  /** The questions that a run waits with, where `answered` are answered; none: it goes through. */
  readonly waits: (answered: ReadonlySet<string>) => ReadonlySet<string>;
}

function build(root: Shape): Built {
  const agents: AgentNode[] = [];
  const tools: ToolNode[] = [tool("plain")];
  const replies: Record<string, JsonObject[]> = {};
  let names = 0;
  type Waits = (answered: ReadonlySet<string>) => ReadonlySet<string>;
  const nothing: Waits = () => new Set();
  const union = (waits: readonly Waits[], answered: ReadonlySet<string>) => new Set(waits.flatMap((each) => [...each(answered)]));

  function turn(calls: readonly Call[], latency: number): { readonly name: string; readonly waits: Waits } {
    const name = `agent${names++}`;
    const offered: AgentNode["tools"][number][] = [];
    const waits: Waits[] = [];
    const asked = calls.map((call) => {
      if (call === "plain") {
        offered.push({ of: "tool", key: "t#plain" });
        return { name: "plain", arguments: {} };
      }
      if (call === "guarded") {
        const guarded = `guarded${names++}`;
        tools.push(tool(guarded, { approve: lit(true) }));
        offered.push({ of: "tool", key: `t#${guarded}` });
        const question = `Call the tool "${guarded}"?`;
        waits.push((answered) => new Set(answered.has(question) ? [] : [question]));
        return { name: guarded, arguments: {} };
      }
      const inner = turn(call.calls, latency);
      offered.push({ of: "agent", key: `t#${inner.name}` });
      waits.push(inner.waits);
      return { name: inner.name, arguments: {} };
    });
    agents.push(agent(name, { tools: offered.filter((one, index) => offered.findIndex(({ key }) => key === one.key) === index) }));
    replies[name] = [{ latency: `${latency}s`, tool_calls: asked }, { text: "done" }];
    return { name, waits: (answered) => union(waits, answered) };
  }

  /** Sets that a block with `max` begins: those behind as many waiting ones never do. */
  function begun(waits: readonly Waits[], max: number, answered: ReadonlySet<string>): readonly Waits[] {
    let stuck = 0;
    return waits.filter((each) => {
      if (stuck >= max) return false;
      if (each(answered).size > 0) stuck++;
      return true;
    });
  }

  function make(shape: Shape): { readonly expr: Expr; readonly waits: Waits } {
    switch (shape.of) {
      case "question": {
        const question = `q${names++}`;
        return { expr: person(question), waits: (answered) => new Set(answered.has(question) ? [] : [question]) };
      }
      case "agent": {
        const name = `agent${names++}`;
        agents.push(agent(name));
        replies[name] = [{ latency: `${shape.seconds}s`, text: "done" }];
        return { expr: ask(name), waits: nothing };
      }
      case "turn": {
        const { name, waits } = turn(shape.calls, shape.seconds);
        return { expr: ask(name), waits };
      }
      case "catch": {
        const { expr, waits } = make(shape.part);
        return { expr: caught(expr, "err", lit("caught")), waits };
      }
    }
    const made = shape.parts.map(make);
    const waits = made.map((each) => each.waits);
    const branches = made.map(({ expr }) => {
      const name = `b${names++}`;
      return branch(name, expr);
    });
    switch (shape.of) {
      case "sequence":
        return {
          expr: block(...made.map(({ expr }) => expr)),
          waits: (answered) => waits.map((each) => each(answered)).find(({ size }) => size > 0) ?? new Set(),
        };
      case "parallel": {
        const { max, onError } = shape;
        return {
          expr: block(parallel({ onError, ...(max === undefined ? {} : { max: lit(max) }) }, ...branches), lit("after")),
          waits: (answered) => union(begun(waits, max ?? waits.length, answered), answered),
        };
      }
      case "need":
      case "race": {
        const need = shape.of === "race" ? 1 : shape.need;
        const enough: Waits = (answered) => (waits.filter((each) => each(answered).size === 0).length >= need ? new Set() : union(waits, answered));
        return { expr: shape.of === "race" ? race(undefined, ...branches) : block(parallel({ need: lit(need) }, ...branches), lit("after")), waits: enough };
      }
    }
  }

  const { expr, waits } = make(root);
  return { graph: flow([expr], { agents, tools }), replies, waits };
}

test("a run is suspended exactly when only people can go on with it, and goes on with their answers", async () => {
  const seen = { suspended: 0, through: 0 };
  await fc.assert(
    fc.asyncProperty(shape, async (root) => {
      const { graph, replies, waits } = build(root);
      const answered = new Set<string>();
      for (;;) {
        const { error, events, clock } = await finish(graph, { replies, answers: ({ question }) => (answered.has(question) ? true : undefined) });
        const expected = waits(answered);
        const open = error instanceof RunFailure ? error.questions.map(({ question }) => question) : [];
        expect(new Set(open)).toEqual(expected);
        expect(error?.code).toBe(expected.size === 0 ? undefined : "T641");
        expect(events.at(-1)?.type).toBe(expected.size === 0 ? "run.finished" : "run.failed");
        expect(clock.sleepers).toBe(0);
        if (expected.size === 0) break;
        seen.suspended++;
        // One at a time: the others wait on.
        answered.add(open[0] ?? "");
      }
      seen.through++;
    }),
    { numRuns: 150 },
  );
  expect(seen.suspended).toBeGreaterThan(50);
  expect(seen.through).toBe(150);
});
