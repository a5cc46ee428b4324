import { errorInfo } from "../../agent/failure.ts";
import { RunError } from "../../diagnostics/errors.ts";
import type { TestNode } from "../../graph/graph.ts";
import { type PrepareOptions, prepareTest } from "../../host/prepare-run.ts";
import { fakesIn, keyOfFake } from "./outcomes.ts";
import { runTest, type TestResult } from "./run-test.ts";

/** Runs one test of a program on this machine. What it lacks (a key, a module) is a failure of this test. */
export async function testProgram(from: Omit<PrepareOptions, "input">, test: TestNode): Promise<TestResult> {
  const { name, place } = test;
  const refused = (problems: readonly RunError[]): TestResult => ({
    name,
    place,
    durationMs: 0,
    failures: problems.map(errorInfo),
    reached: new Set(),
    transcript: [],
  });
  try {
    const prepared = await prepareTest(from, test, new Set(fakesIn(test).map(keyOfFake)));
    return prepared.ready ? await runTest(from.graph, test, prepared.options) : refused(prepared.problems);
  } catch (error) {
    if (error instanceof RunError) return refused([error]);
    throw error;
  }
}
