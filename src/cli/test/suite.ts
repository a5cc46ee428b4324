import { join } from "node:path";
import type { TestNode } from "../../graph/graph.ts";
import type { LoadedProgram } from "../../host/load-program.ts";
import type { TestResult } from "../../testing/blocks/run-test.ts";

/** A program, and those of its tests that are to run. */
export interface Suite {
  /** As it was named. */
  readonly file: string;
  readonly program: LoadedProgram & { readonly graph: NonNullable<LoadedProgram["graph"]> };
  readonly tests: readonly TestNode[];
}

/** What a suite came to. */
export interface Tested extends Suite {
  readonly results: readonly TestResult[];
}

/** An agent, a tool or a workflow that no test reached. */
export interface Unreached {
  readonly of: "agent" | "tool" | "workflow";
  readonly name: string;
  readonly place: string;
}

/** Of the programs that have tests, in the order of the programs; what several import, once. */
export function unreached(tested: readonly Tested[]): readonly Unreached[] {
  const reached = new Set(tested.flatMap(({ program, results }) => results.flatMap((result) => [...result.reached].map((key) => absolute(program, key)))));
  const found = new Map<string, Unreached>();
  for (const { program, tests } of tested) {
    if (tests.length === 0) continue;
    const { agents, tools, workflows } = program.graph;
    for (const [of, declared] of [
      ["agent", agents],
      ["tool", tools],
      ["workflow", workflows],
    ] as const) {
      for (const [key, { name, place }] of Object.entries(declared)) {
        if (!reached.has(absolute(program, key))) found.set(absolute(program, key), { of, name, place });
      }
    }
  }
  return [...found.values()];
}

function absolute({ project }: LoadedProgram, key: string): string {
  return join(project.root, key);
}
