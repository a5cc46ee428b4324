import type { Json } from "../../diagnostics/json.ts";
import type { BranchNode, ParallelNode } from "../../graph/expressions.ts";
import { executeOptions, runWithOptions } from "../branch-results.ts";
import { execute } from "../execute.ts";
import type { Frame } from "../frame.ts";
import { pathOf, step } from "../step.ts";
import { Variables } from "../variables.ts";

/** The names of its branches exist after it, in the scope where it stands. No value of its own. */
export async function executeParallel(node: ParallelNode, frame: Frame): Promise<Json> {
  const { branches, options, place } = node;
  const counts = await executeOptions(options, frame);
  return step({ kind: node.kind, path: pathOf(node, frame), place, total: branches.length, silent: true }, frame, async (inner) => {
    const values = await runWithOptions({ count: branches.length, start: starter(branches), place }, { ...options, ...counts }, inner);
    for (const [index, { name }] of branches.entries()) frame.variables.let(name, values[index] ?? null);
    return null;
  });
}

export function starter(branches: readonly BranchNode[]): (index: number, frame: Frame) => Promise<Json> {
  return async (index, frame) => {
    const branch = branches[index];
    return branch === undefined ? null : executeBranch(branch, { ...frame, variables: new Variables(frame.variables) });
  };
}

/** A branch whose value is a step of the same path is that step; every other is a step of its own. */
async function executeBranch(branch: BranchNode, frame: Frame): Promise<Json> {
  const { value, place, name } = branch;
  if ("path" in value && value.path === branch.path) return execute(value, frame);
  return step({ kind: "branch", path: pathOf(branch, frame), place, ...(name === undefined ? {} : { name }) }, frame, (inner) => execute(value, inner));
}
