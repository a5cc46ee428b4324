import { errorInfo } from "../../agent/failure.ts";
import { RunError } from "../../diagnostics/errors.ts";
import type { TestNode } from "../../graph/graph.ts";
import { needed } from "../../host/needed.ts";
import { type PrepareOptions, prepareReplayedTest, prepareTest } from "../../host/prepare-run.ts";
import { withProfile } from "../../interpreter/start.ts";
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
  const refused = (problems: readonly RunError[]): TestResult => ({
    name,
    place,
    durationMs: 0,
    failures: problems.map(errorInfo),
    reached: new Set(),
    transcript: [],
  });
  try {
    const { graph, project, update = false } = from;
    const recorded = await recordingOf(test, graph, project, update);
    const prepared =
      recorded === undefined || recorded.update ? await prepareTest(from, test, new Set(fakesIn(test).map(keyOfFake))) : prepareReplayedTest(from);
    return prepared.ready ? await runTest(graph, test, prepared.options, recorded) : refused(withFakes(prepared.problems, from, test));
  } catch (error) {
    if (error instanceof RunError) return refused([error]);
    throw error;
  }
}

/** What a test lacks, it can also do without: the hint of the last problem says how. */
function withFakes(problems: readonly RunError[], { graph, profile }: Pick<PrepareOptions, "graph" | "profile">, test: TestNode): readonly RunError[] {
  const last = problems.at(-1);
  if (last?.code !== "T622") return problems;
  const { direct } = needed(withProfile(graph, profile), test, new Set(fakesIn(test).map(keyOfFake)));
  const [model] = [...direct].flatMap((key) => graph.models[key]?.name ?? []);
  if (model === undefined) return problems;
  const { class: errorClass, message, code, place, hint = "" } = last;
  const fake = `Or answer for the model in the test, at no cost: fake model ${model} -> …`;
  return [...problems.slice(0, -1), new RunError(errorClass, message, { code, hint: `${hint} ${fake}`, ...(place === undefined ? {} : { place }) })];
}
