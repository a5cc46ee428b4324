import { expect } from "vitest";
import type { Graph } from "../../../src/graph/graph.ts";
import { systemClock } from "../../../src/host/clock.ts";
import { loadProgram } from "../../../src/host/load-program.ts";
import type { RunOptions } from "../../../src/interpreter/options.ts";
import { runTest, type TestResult } from "../../../src/testing/blocks/run-test.ts";
import { folder } from "../../host/folder.ts";
import { optionsOf, type RunSettings } from "../../interpreter/world.ts";
import { manualClock } from "../../support/clock.ts";

export const head = `provider llm = simulator
model small = llm("gpt-5-mini")
`;

export async function compiled(program: string, files: Readonly<Record<string, string>> = {}): Promise<Graph> {
  const cwd = folder({ "package.json": "{}", "main.tantra": program, "t.ts": "", ...files });
  const { graph, diagnostics } = await loadProgram("main.tantra", { cwd });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  if (graph === undefined) throw new Error("unreachable: it has no errors");
  return graph;
}

/** Runs the tests of a program one after the other. */
export async function results(program: string, settings: RunSettings = {}, more: Partial<RunOptions> = {}): Promise<TestResult[]> {
  const graph = await compiled(program);
  const done: TestResult[] = [];
  for (const test of graph.tests) done.push(await runTest(graph, test, { ...optionsOf(settings, manualClock()), clock: systemClock, ...more }));
  return done;
}

/** Why the tests of a program failed, in a line each; none: all passed. */
export async function failures(program: string, settings: RunSettings = {}, more: Partial<RunOptions> = {}): Promise<string[]> {
  return (await results(program, settings, more)).flatMap(({ failures: found }) => found.map(({ code, message }) => `${code} ${message}`));
}
