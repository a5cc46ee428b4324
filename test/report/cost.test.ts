import { describe, expect, it } from "vitest";
import type { EventBody } from "../../src/agent/events.ts";
import { textWidth } from "../../src/diagnostics/text-width.ts";
import { collectCosts } from "../../src/report/collect.ts";
import type { CostReport } from "../../src/report/cost-report.ts";
import { renderCost } from "../../src/report/render-cost.ts";
import { failed, replied, started, step, story, usd, used } from "./story.ts";

const finished: EventBody = { type: "agent.finished", agent: "any", value: "", turns: 1, usage: used(1, 1), cost: usd(0.01), durationMs: 10 };

/** Two branches; the first asks an agent as a tool and is tried twice, the second is cancelled after a reply. */
const events = story(
  [0, "main", { type: "run.started", main: "main.tantra#main", input: {}, seed: "s" }],
  [0, "main/found", step("parallel_for", 2)],
  [0, "main/found[0]/writer", started("writer")],
  [10, "main/found[0]/writer/turn[0]", failed("writer", used(100, 0), usd(0.01))],
  [20, "main/found[0]/writer/turn[0]", replied("writer", used(100, 20), usd(0.02), "small", 2)],
  [20, "main/found[0]/writer/turn[0]/call[0]/checker", started("checker")],
  [30, "main/found[0]/writer/turn[0]/call[0]/checker/turn[0]", replied("checker", used(1500, 5), usd(0, { unpriced: 1 }), "local")],
  [0, "main/found[1]/writer", started("writer")],
  [20, "main/found[1]/writer/turn[0]", replied("writer", used(50, 10), usd(0.04))],
  [25, "main/found[1]/writer/turn[1]", failed("writer", used(60, 1), usd(0.05), "aborted")],
  [25, "main/found[1]/writer", { type: "step.cancelled", kind: "agent_call", durationMs: 25, reason: "enough" }],
  [2000, "main", { type: "run.finished", value: null, usage: used(1810, 36), cost: usd(0.12, { unpriced: 1, simulated: true }), durationMs: 2000 }],
);

function reported(prices = "prices 1 (2026-11-01)"): CostReport {
  const collector = collectCosts(prices);
  for (const event of events) collector.sink(event);
  return collector.report();
}

describe("the cost of a run", () => {
  it("is summed by agent and model, failed attempts included", () => {
    expect(reported().agents.map(({ agent, modelId, calls, cost, usage }) => [agent, modelId, calls, cost, usage.input])).toEqual([
      ["writer", "small", 4, { usd: expect.closeTo(0.12), unpriced: 0 }, 310],
      ["checker", "local", 1, usd(0, { unpriced: 1 }), 1500],
    ]);
    expect(reported().models.map(({ modelId, calls }) => [modelId, calls])).toEqual([
      ["small", 4],
      ["local", 1],
    ]);
  });

  it("is summed by step, the branches of a loop as one and an agent as a tool under the one that asked it", () => {
    expect(reported().steps.map(({ step, agent, runs, calls, durationMs }) => [step, agent, runs, calls, durationMs])).toEqual([
      ["main", undefined, 0, 5, 2000],
      ["main/found[]", undefined, 0, 5, 0],
      ["main/found[]/writer", "writer", 2, 5, 25],
      ["main/found[]/writer/checker", "checker", 1, 1, 0],
    ]);
  });

  it("says apart what went into attempts that failed and into branches that nobody used", () => {
    const { retries, abandoned } = reported();
    expect([retries.calls, retries.cost.usd]).toEqual([1, 0.01]);
    expect([abandoned.calls, abandoned.cost.usd]).toEqual([2, 0.09]);
  });

  it("has the time that a step took in an earlier process, unless something in it is asked again", () => {
    const earlier = story(
      [0, "main", { type: "run.started", main: "main.tantra#main", input: {}, seed: "s" }],
      [0, "main/plan", started("plan")],
      [10, "main/plan/turn[0]", replied("plan", used(1, 1), usd(0.01))],
      [10, "main/plan", finished],
      [10, "main/found", step("parallel_for", 1)],
      [10, "main/found[0]/writer", started("writer")],
      [20, "main/found[0]/writer", finished],
      [20, "main/found", { type: "step.finished", kind: "parallel_for", durationMs: 10, value: null }],
    );
    const now = story(
      [100, "main", { type: "run.started", main: "main.tantra#main", input: {}, seed: "s", resumed: true }],
      [100, "main/plan", started("plan")],
      [101, "main/plan", finished],
      [101, "main/found", step("parallel_for", 1)],
      [101, "main/found[0]/writer", started("writer")],
      [150, "main/found[0]/writer/turn[0]", replied("writer", used(1, 1), usd(0.01))],
      [160, "main/found[0]/writer", finished],
      [160, "main/found", { type: "step.finished", kind: "parallel_for", durationMs: 59, value: null }],
    );
    const collector = collectCosts("prices");
    for (const event of earlier) collector.earlier(event);
    for (const event of now) collector.sink(event);
    expect(collector.durations()).toEqual({ main: 100, "main/plan": 10, "main/found": 150, "main/found[]/writer": 150 });
  });

  it("comes with the time of every step, also of those that ask no model", () => {
    const collector = collectCosts("prices");
    for (const event of events.filter(({ type }) => !type.startsWith("model."))) collector.sink(event);
    expect(collector.report().steps).toEqual([]);
    expect(collector.durations()).toEqual({ main: 2000, "main/found": 0, "main/found[]/writer": 25, "main/found[]/writer/checker": 0 });
  });

  it("takes its total from the run's own account", () => {
    expect(reported().total).toEqual({ calls: 5, usage: used(1810, 36), cost: usd(0.12, { unpriced: 1, simulated: true }) });
  });

  it("reads like this", () => {
    expect(renderCost(reported(), { width: 80 })).toBe(
      [
        "step              calls  tokens                       cost  time",
        "main                  5   1,846  $0.1200 + 1 unpriced call  2.0s",
        "└─ found[]            5   1,846  $0.1200 + 1 unpriced call   0ms",
        "   └─ writer ×2       5   1,846  $0.1200 + 1 unpriced call  25ms",
        "      └─ checker      1   1,505            1 unpriced call   0ms",
        "",
        "agent                    model  calls  input  output                       cost",
        "writer                   small      4    310      31                    $0.1200",
        "checker                  local      1  1,500       5            1 unpriced call",
        "───────────────────────────────────────────────────────────────────────────────",
        "total                               5  1,810      36  $0.1200 + 1 unpriced call",
        "  of it failed attempts             1    100       0                    $0.0100",
        "  of it abandoned                   2    110      11                    $0.0900",
        "",
        "Simulated: nobody was charged; the figures are what the real models would have",
        "cost.",
        "No price is known for local: those calls are not in the sum. Write `price: {",
        "input: $…, output: $… }` on the model, in dollars for a million tokens.",
        "Prices: prices 1 (2026-11-01)",
      ].join("\n"),
    );
  });

  it.each([40, 60, 80, 120, 200])("fits %i columns, and always shows the cost", (width) => {
    const lines = renderCost(reported(), { width }).split("\n");
    expect(lines.filter((line) => textWidth(line) > width)).toEqual([]);
    expect(lines.filter((line) => line.includes("$0.1200")).length).toBeGreaterThan(3);
  });

  it("says of how many attempts nothing was heard, because nobody knows what they cost", () => {
    const collector = collectCosts("prices");
    const spent = { type: "budget.spent", usage: used(0, 0), cost: usd(0), budgets: [] } as const;
    const told = story(
      [0, "main/w/turn[0]", failed("w", used(0, 0), usd(0))],
      [0, "main/w/turn[0]", { ...spent, outcome: "unknown" }],
      [5, "main/w/turn[0]", replied("w", used(10, 2), usd(0.01))],
      [5, "main/w/turn[0]", { ...spent, outcome: "replied" }],
    );
    for (const event of told) collector.sink(event);
    expect(collector.report().unheard).toBe(1);
    expect(renderCost(collector.report(), { width: 100 })).toContain(
      "\nNothing was heard of 1 failed attempt: what a server charges for that is not known.\nPrices: prices",
    );
  });

  it("names the class of service that has no list price, and the model whose price stood in for an alias", () => {
    const collector = collectCosts("prices");
    const reply = { text: "", toolCalls: [], finish: "stop" } as const;
    const told = story(
      [0, "main/w/turn[0]", { ...replied("w", used(10, 2), usd(0, { unpriced: 1 })), reply: { ...reply, tier: "flex" } } as EventBody],
      [1, "main/w/turn[1]", replied("w", used(10, 2), usd(0.01))],
      [2, "main/w/turn[2]", failed("w", used(0, 0), usd(0))],
      [5, "main/x/turn[0]", { ...replied("x", used(10, 2), usd(0.02), "ours"), pricedAs: "gpt-5-mini" } as EventBody],
      [6, "main/x/turn[1]", { ...replied("x", used(10, 2), usd(0.02), "ours"), pricedAs: "gpt-5" } as EventBody],
      [7, "main/x/turn[2]", replied("x", used(10, 2), usd(0), "ours")],
    );
    for (const event of told) collector.sink(event);
    expect(collector.report().agents.map(({ modelId, tier, calls, pricedAs }) => [modelId, tier, calls, pricedAs])).toEqual([
      ["small", "flex", 1, undefined],
      ["small", undefined, 2, undefined],
      ["ours", undefined, 3, ["gpt-5-mini", "gpt-5"]],
    ]);
    const text = renderCost(collector.report(), { width: 200 });
    expect(text).toContain("No price is known for small (flex): those calls");
    expect(text).toContain("\nPriced by the model that answered: ours as gpt-5-mini, ours as gpt-5.\n");
    expect(text).toMatch(/^w +small \(flex\) +1 /m);
  });

  it("is nothing to tell where no model was asked", () => {
    expect(renderCost(collectCosts("prices").report(), { width: 80 })).toBe("");
  });
});
