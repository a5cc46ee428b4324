import type { Json } from "../../diagnostics/json.ts";
import type { RaceNode } from "../../graph/expressions.ts";
import { valueOf } from "../branch-results.ts";
import { runBranches, winners } from "../branches.ts";
import type { Frame } from "../frame.ts";
import { pathOf, step } from "../step.ts";
import { starter } from "./parallel.ts";

/** The first success; the rest are cancelled. Fails when all have, with the first failure and the others under it. */
export function executeRace(node: RaceNode, frame: Frame): Promise<Json> {
  const { branches, timeoutMs, place } = node;
  return step({ kind: node.kind, path: pathOf(node, frame), place, total: branches.length }, frame, async (inner) => {
    const outcomes = await runBranches({ count: branches.length, start: starter(branches, timeoutMs), place, wanted: 1 }, inner);
    const [won = 0] = winners(outcomes, 1);
    return valueOf(outcomes[won]);
  });
}
