import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { RunEvent } from "../../src/agent/events.ts";
import { prefixes, runSteps } from "../../src/report/run-tree.ts";

const root = new URL("../../", import.meta.url);
const stories = globSync("test/conformance/run/*.events.jsonl", { cwd: root }).map((file) => {
  const lines = readFileSync(new URL(file, root), "utf8").trimEnd().split("\n");
  return [file, lines.map((line) => JSON.parse(line) as RunEvent)] as const;
});

test("a path lies in all that stands before it", () => {
  expect(prefixes("main/drafts[2]/writer")).toEqual(["main", "main/drafts", "main/drafts[2]", "main/drafts[2]/writer"]);
});

test.each(stories)("%s: every step stands once, behind what it lies in, with its end and its cost", (_, events) => {
  const steps = runSteps(events);
  const places = new Map(steps.map(({ path }, index) => [path, index]));
  expect(places.size).toBe(steps.length);
  for (const { path } of steps) {
    const around = prefixes(path)
      .slice(0, -1)
      .flatMap((each) => places.get(each) ?? []);
    expect(Math.max(-1, ...around), path).toBeLessThan(places.get(path) ?? -1);
  }
  const started = events.filter(({ type }) => type === "step.started" || type === "agent.started" || type === "tool.called");
  for (const { path } of started) expect(steps.find((step) => step.path === path)?.state, path).not.toBe("running");
  const end = events.at(-1);
  const whole = steps.find(({ path }) => path === end?.path);
  const unfinished = end?.type === "run.failed" && end.error.class === "cancelled" ? "cancelled" : "failed";
  expect(whole?.state).toBe(end?.type === "run.finished" ? "done" : unfinished);
  if (end?.type === "run.finished" || end?.type === "run.failed") expect(whole?.cost.usd).toBeCloseTo(end.cost.usd);
});

test("what a second process did is told apart, and a step that was done again ends as it did then", () => {
  const base = { at: 0, runId: "r", path: "main" } as const;
  const start = { ...base, type: "run.started", main: "m#main", input: {}, seed: "r" } as const;
  const step = { ...base, path: "main/a", type: "step.started", kind: "agent_call", place: "m:1:1" } as const;
  const error = { code: "T603", class: "overloaded", message: "no", path: "main/a" } as const;
  const spent = { usage: { input: 0, cachedInput: 0, cacheWrite: 0, output: 0, reasoning: 0 }, cost: { usd: 0, unpriced: 0 }, durationMs: 1 } as const;
  const events: readonly RunEvent[] = [
    { seq: 1, ...start },
    { seq: 2, ...step },
    { seq: 3, ...base, path: "main/a", type: "warning", message: "odd" },
    { seq: 4, ...base, path: "main/a", type: "step.failed", kind: "agent_call", durationMs: 5, error },
    { seq: 5, ...base, type: "run.failed", error, ...spent },
    { seq: 6, ...start, resumed: true },
    { seq: 7, ...step },
    { seq: 8, ...base, path: "main/a", type: "warning", message: "odd" },
    { seq: 9, ...base, path: "main/a", type: "step.finished", kind: "agent_call", durationMs: 7 },
  ];
  const steps = runSteps(events);
  expect(steps.map(({ path, state, durationMs }) => [path, state, durationMs])).toEqual([
    ["main", "running", undefined],
    ["main/a", "done", 7],
  ]);
  expect(steps[1]?.told.map(({ process }) => process)).toEqual([1, 2]);
});
