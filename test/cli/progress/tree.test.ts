import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../../src/agent/events.ts";
import { drawTree } from "../../../src/cli/progress/draw.ts";
import { progressTree } from "../../../src/cli/progress/tree.ts";
import { unpainted } from "../../../src/diagnostics/paint.ts";
import { textWidth } from "../../../src/diagnostics/text-width.ts";
import { attempt, replied, step, story, usd, used } from "../../report/story.ts";

function drawn(events: readonly RunEvent[], at: number, { width = 80, height = 24 } = {}): string[] {
  const tree = progressTree();
  for (const event of events) tree.sink(event);
  return drawTree(tree, { width, height, now: 1_000_000 + at, tick: 0, paint: unpainted });
}

const agent = (name: string, args: Record<string, string>) => ({ type: "agent.started", agent: name, args }) as const;
const finished = { type: "agent.finished", agent: "x", value: "", turns: 1, usage: used(0, 0), cost: usd(0), durationMs: 1 } as const;
const running = story(
  [0, "main", { type: "run.started", main: "main.tantra#main", input: {}, seed: "s" }],
  [0, "main/plan", agent("planner", { topic: "tides" })],
  [700, "main/plan/turn[0]", replied("planner", used(60, 40), usd(0.0012))],
  [700, "main/plan", finished],
  [700, "main/found", step("parallel_for", 3)],
  [700, "main/found[0]", step("iteration")],
  [700, "main/found[0]/writer", agent("writer", { topic: "tides", angle: "the moon" })],
  [700, "main/found[1]", step("iteration")],
  [700, "main/found[1]/writer", agent("writer", { topic: "tides", angle: "the shore" })],
  [700, "main/found[2]", step("iteration")],
  [700, "main/found[2]/writer", agent("writer", { topic: "tides", angle: "the birds" })],
  [
    900,
    "main/found[1]/writer/turn[0]",
    { type: "retry.scheduled", ...attempt("writer"), delayMs: 1500, class: "rate_limit", because: "server", nextAttempt: 2, maxAttempts: 4 },
  ],
  [1000, "main/found[2]/writer/turn[0]/call[0]/look", { type: "tool.called", tool: "look", arguments: { query: "birds\u001b[2J" }, attempt: 1 }],
  [1100, "main/found[0]/writer/turn[0]", { type: "model.delta", attempt: 1, text: "The moon pulls the water towards it, and so does the sun.\nTwice a day " }],
);

describe("the live tree", () => {
  it("shows what runs, how long, tokens so far, waits, tool calls and the text that streams in", () => {
    expect(drawn(running, 1400)).toEqual([
      "⠋ main                                                 $0.0012  118 tok    1.4s",
      "  ✓ plan                                                        100 tok    0.7s",
      "  ⠋ found 0/3                                                    18 tok    0.7s",
      "    ⠋ [0] writer  the moon                                       18 tok    0.7s",
      "    ◌ [1] writer  retry 2/4 in 1.0s (rate_limit)                           0.7s",
      '    ⠋ [2] writer  look("birds␛[2J")                                        0.7s',
      "",
      "  found[0]/writer",
      "  │ The moon pulls the water towards it, and so does the sun. Twice a day",
    ]);
  });

  it("folds what is done: a loop counts its branches, a branch is one line", () => {
    const lines = drawn(
      [
        ...running,
        ...story(
          [1500, "main/found[0]/writer", finished],
          [1500, "main/found[0]", { type: "step.finished", kind: "iteration", durationMs: 800 }],
          [1600, "main/found[1]/writer", { type: "agent.failed", agent: "writer", error: failure, turns: 1, usage: used(0, 0), cost: usd(0), durationMs: 1 }],
          [1600, "main/found[1]", { type: "step.failed", kind: "iteration", durationMs: 900, error: failure, tolerated: true }],
        ),
      ],
      2000,
    ).map((line) => line.trim().replace(/ {2,}/g, " | "));
    expect(lines).toEqual([
      "⠋ main | $0.0012 | 100 tok | 2.0s",
      "✓ plan | 100 tok | 0.7s",
      "⠋ found 2/3 | 1.3s",
      "✓ [0] writer | 0.8s",
      "✗ [1] writer | server_error | 0.9s",
      '⠋ [2] writer | look("birds␛[2J") | 1.3s',
    ]);
  });

  it.each([40, 41, 59, 60, 80, 120, 200])("fits %i columns", (width) => {
    for (const height of [6, 10, 24]) {
      const lines = drawn(running, 60_000, { width, height });
      expect(lines.length).toBeLessThan(height);
      expect(lines.filter((line) => textWidth(line) >= width)).toEqual([]);
      expect(lines[0]).toContain("main");
    }
  });

  it("of a thousand branches shows as many as fit, running ones first, and counts the rest", () => {
    const many = story(
      [0, "main", { type: "run.started", main: "main.tantra#main", input: {}, seed: "s" }],
      [0, "main/all", step("parallel_for", 1000)],
      ...Array.from({ length: 1000 }, (_, index) => [1, `main/all[${index}]`, step("iteration")] as const),
      ...Array.from({ length: 990 }, (_, index) => [2, `main/all[${index}]`, { type: "step.finished", kind: "iteration", durationMs: 1 }] as const),
    );
    const lines = drawn(many, 100, { height: 10 });
    expect(lines).toHaveLength(9);
    expect(lines.slice(2, 8).every((line) => /⠋ \[99\d\]/.test(line))).toBe(true);
    expect(lines[8]).toBe("  … 4 more running, 990 more finished");
  });
});

const failure = { code: "T606", class: "server_error", message: "Down.", path: "main/found[1]/writer" } as const;
