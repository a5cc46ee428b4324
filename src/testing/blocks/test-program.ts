import { errorInfo } from "../../agent/failure.ts";
import { RunError } from "../../diagnostics/errors.ts";
import type { TestNode } from "../../graph/graph.ts";
import { type PrepareOptions, prepareReplayedTest, prepareTest } from "../../host/prepare-run.ts";
import { fakesIn, keyOfFake } from "./outcomes.ts";
import { recordingOf } from "./replays.ts";
import { runTest, type TestResult } from "./run-test.ts";

export interface TestOptions extends Omit<PrepareOptions, "input"> {
  /** What recordings lack is done, and they are written anew. */
  readonly update?: boolean;
}

/** Runs one test of a program on this machine. What it lacks (a key, a module) is a failure of this test. */
export async function testProgram(from: TestOptions, test: TestNode): Promise<TestResult> {
  const { name, place } = test;
  const refused = (problems: readonly RunError[]): TestResult => ({ name, place, durationMs: 0, failures: problems.map(errorInfo), reached: new Set() });
  try {
    const { graph, project, update = false } = from;
    const recorded = await recordingOf(test, graph, project, update);
    const prepared =
      recorded === undefined || recorded.update ? await prepareTest(from, test, new Set(fakesIn(test).map(keyOfFake))) : prepareReplayedTest(from);
    return prepared.ready ? await runTest(graph, test, prepared.options, recorded) : refused(prepared.problems);
  } catch (error) {
    if (error instanceof RunError) return refused([error]);
    throw error;
  }
}
