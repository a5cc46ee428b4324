import type { TestNode } from "../../graph/graph.ts";
import type { LoadedProgram } from "../../host/load-program.ts";
import { type Branch, branchesOf } from "../../testing/blocks/coverage.ts";
import type { TestResult } from "../../testing/blocks/run-test.ts";

/** A program, and those of its tests that are to run. */
export interface Suite {
  /** As it was named. */
  readonly file: string;
  /** Absolute paths of all that it is made of, its tools' modules and what these import included. */
  readonly files: ReadonlySet<string>;
  readonly program: LoadedProgram & { readonly graph: NonNullable<LoadedProgram["graph"]> };
  readonly tests: readonly TestNode[];
}

/** What a suite came to. */
export interface Tested extends Suite {
  readonly results: readonly Done[];
}
export interface Done extends TestResult {
  /** What tools printed in it, line by line. */
  readonly printed: readonly string[];
}

/** What is declared and no test reached. */
export interface Unreached {
  readonly of: "agent" | "tool" | "workflow" | "template";
  readonly name: string;
  readonly place: string;
}

/** Of the programs that have tests, in the order of the programs; what several import, once. */
export function unreached(tested: readonly Tested[]): readonly Unreached[] {
  const reached = reachedBy(tested);
  const found = new Map<string, Unreached>();
  for (const { program, tests } of tested) {
    if (tests.length === 0) continue;
    const { agents, tools, workflows, templates } = program.graph;
    for (const [of, declared] of [
      ["agent", agents],
      ["tool", tools],
      ["workflow", workflows],
      ["template", templates],
    ] as const) {
      for (const [key, { name, place }] of Object.entries(declared)) {
        if (!reached.has(absolute(program, key))) found.set(absolute(program, key), { of, name, place });
      }
    }
  }
  return [...found.values()];
}

/** The branches of one file. */
export interface FileBranches {
  readonly file: string;
  readonly total: number;
  readonly reached: number;
  readonly unreached: readonly Branch[];
}

/** Of the files of the programs that have tests, as far as they have branches. */
export function branches(tested: readonly Tested[]): readonly FileBranches[] {
  const reached = reachedBy(tested);
  const files = new Map<string, { readonly file: string; readonly branches: Map<string, Branch> }>();
  for (const { program, tests } of tested) {
    if (tests.length === 0) continue;
    for (const [id, branch] of branchesOf(program.graph)) {
      const file = branch.place.replace(/:\d+:\d+$/, "");
      const known = files.get(absolute(program, file)) ?? { file, branches: new Map() };
      files.set(absolute(program, file), known);
      known.branches.set(absolute(program, id), branch);
    }
  }
  return [...files.values()].map(({ file, branches: all }) => {
    const missed = [...all].flatMap(([id, branch]) => (reached.has(id) ? [] : [branch])).sort((a, b) => compare(positionOf(a), positionOf(b)));
    return { file, total: all.size, reached: all.size - missed.length, unreached: missed };
  });
}

function reachedBy(tested: readonly Tested[]): ReadonlySet<string> {
  return new Set(tested.flatMap(({ program, results }) => results.flatMap((result) => [...result.reached].map((key) => absolute(program, key)))));
}

function positionOf({ place }: Branch): readonly number[] {
  return place.split(":").slice(-2).map(Number);
}

function compare([line = 0, column = 0]: readonly number[], [otherLine = 0, otherColumn = 0]: readonly number[]): number {
  return line - otherLine || column - otherColumn;
}

/** Of a key or an id, both of which begin with a path relative to the root. */
function absolute({ project }: LoadedProgram, key: string): string {
  return `${project.root}/${key}`;
}
