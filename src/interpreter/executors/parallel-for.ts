import type { Json } from "../../diagnostics/json.ts";
import type { ParallelForNode } from "../../graph/expressions.ts";
import { executeOptions, runWithOptions } from "../branch-results.ts";
import { branchStep } from "../branches.ts";
import { elementScope } from "../evaluators/for.ts";
import { execute } from "../execute.ts";
import type { Frame } from "../frame.ts";
import { pathOf, step } from "../step.ts";
import { asBool, asList } from "../values/kinds.ts";
import { waits } from "../waits.ts";

/** One branch per element that the filter lets through; the list of results in the order of the elements. */
export async function executeParallelFor(node: ParallelForNode, frame: Frame): Promise<Json> {
  const { options, place } = node;
  const list = asList(await execute(node.list, frame), "What a loop goes through", place);
  const counts = await executeOptions(options, frame);
  const path = pathOf(node, frame);
  // A filter that waits has steps of its own, which stand inside this one: how many there will be is not known before.
  const known = node.filter !== undefined && waits(node.filter) ? undefined : await chosenIndices(node, list, { ...frame, path });
  const total = known === undefined ? {} : { total: known.length };
  return step({ kind: node.kind, path, place, ...total }, frame, async (inner) => {
    const chosen = known ?? (await chosenIndices(node, list, inner));
    const start = async (branch: number, branchFrame: Frame): Promise<Json> => {
      const index = chosen[branch] ?? 0;
      const variables = elementScope(node, frame.variables, index, list[index] ?? null);
      const info = { path: `${inner.path}[${index}]`, place: node.body.place };
      return branchStep(info, options.timeoutMs, { ...branchFrame, variables }, (own) => execute(node.body, own));
    };
    return runWithOptions({ count: chosen.length, start, place }, { ...options, ...counts }, inner);
  });
}

async function chosenIndices({ filter, ...node }: ParallelForNode, list: readonly Json[], frame: Frame): Promise<readonly number[]> {
  if (filter === undefined) return [...list.keys()];
  const chosen: number[] = [];
  for (const [index, element] of list.entries()) {
    const variables = elementScope(node, frame.variables, index, element);
    if (asBool(await execute(filter, { ...frame, path: `${frame.path}[${index}]`, variables }), "The filter of a loop", node.place)) chosen.push(index);
  }
  return chosen;
}
