import { expect, it } from "vitest";
import { lineProgress } from "../../../src/cli/progress/lines.ts";
import { attempt, replied, started, story, usd, used } from "../../report/story.ts";

const error = { code: "T606", class: "server_error", message: "Down\u001b[2J.", path: "main/a" } as const;
const events = story(
  [0, "main", { type: "run.started", main: "main.tantra#main", input: { x: 1 }, seed: "s" }],
  [0, "main/a", started("a")],
  [5, "main/a/turn[0]", replied("a", used(10, 2), usd(0.01))],
  [10, "main/a/turn[0]", { type: "retry.scheduled", ...attempt("a"), delayMs: 500, class: "rate_limit", because: "server", nextAttempt: 2, maxAttempts: 4 }],
  [600, "main/a", { type: "agent.failed", agent: "a", error, turns: 1, usage: used(0, 0), cost: usd(0), durationMs: 600 }],
  [600, "main/a", { type: "step.failed", kind: "agent_call", durationMs: 600, error, tolerated: true }],
  [600, "main", { type: "step.failed", kind: "iteration", durationMs: 600, error, tolerated: true }],
  [700, "main/b", { type: "agent.finished", agent: "b", value: "x", turns: 1, usage: used(1000, 234), cost: usd(0.02), durationMs: 90 }],
);

function told(verbose: boolean): string[] {
  const lines: string[] = [];
  const progress = lineProgress((text) => lines.push(text), verbose);
  for (const event of events) progress.sink(event);
  progress.end();
  progress.end();
  expect(lines.at(-1), "what comes after stands apart").toBe("\n");
  return lines.join("").trimEnd().split("\n");
}

it("without a terminal, what ended and what went another way is a line each, and a failure is told once", () => {
  expect(told(false)).toEqual([
    "   10ms  main/a/turn[0]: rate_limit, attempt 2 of 4 in 0.5s as the server asks",
    "   0.6s  main/a: failed after 0.6s: Down␛[2J.",
    "   0.7s  main/b: done in 90ms, 1.2k tokens, $0.0200",
  ]);
});

it("what is wrong with a reply is said once, and the failure after it is short", () => {
  const lines: string[] = [];
  const progress = lineProgress((text) => lines.push(text), false);
  const unfit = { code: "T612", class: "invalid_output", message: "It is no JSON.", path: "main/a/turn[0]" } as const;
  const told = story(
    [0, "main/a/turn[0]", { type: "output.invalid", agent: "a", message: "It is no JSON.", text: "x" }],
    [1, "main/a", { type: "agent.failed", agent: "a", error: unfit, turns: 1, usage: used(0, 0), cost: usd(0), durationMs: 200 }],
  );
  for (const event of told) progress.sink(event);
  expect(lines).toEqual(["    0ms  main/a/turn[0]: unfit reply: It is no JSON.\n", "    1ms  main/a: failed after 0.2s\n"]);
});

it("every branch that is cancelled has its line, although one reason ended them all", () => {
  const lines: string[] = [];
  const progress = lineProgress((text) => lines.push(text), false);
  const stop = { code: "T619", class: "cancelled", message: "Enough.", path: "" } as const;
  const ended = { type: "agent.failed", error: stop, turns: 1, usage: used(0, 0), cost: usd(0), durationMs: 200 } as const;
  for (const event of story([0, "main/a[0]/w", { ...ended, agent: "w" }], [0, "main/a[1]/w", { ...ended, agent: "w" }])) progress.sink(event);
  expect(lines).toEqual(["    0ms  main/a[0]/w: cancelled after 0.2s: Enough.\n", "    0ms  main/a[1]/w: cancelled after 0.2s: Enough.\n"]);
});

it("nothing is written, not a blank line, where nothing happened", () => {
  const lines: string[] = [];
  lineProgress((text) => lines.push(text), false).end();
  expect(lines).toEqual([]);
});

it("--verbose adds what begins, what was asked and what came back", () => {
  const lines = told(true);
  expect(lines[0]).toBe('    0ms  main: run run starts, input {"x":1}');
  expect(lines).toEqual(expect.arrayContaining([expect.stringContaining("main/a: a starts"), expect.stringContaining("small replied in 10ms")]));
});

it("keeps its lines while somebody is asked", () => {
  const written: string[] = [];
  const progress = lineProgress((text) => written.push(text), false);
  const goOn = progress.hold();
  progress.say("a tool prints");
  expect(written).toEqual([]);
  goOn();
  expect(written).toEqual(["a tool prints\n"]);
  progress.hold();
  progress.say("the last word");
  progress.end();
  expect(written.join("")).toBe("a tool prints\nthe last word\n\n");
});
